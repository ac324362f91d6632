-- note_searched
-- Takes articles that were indexed off the list.
DELETE FROM unsearched WHERE article_id = ANY (%(ids)s::bigint[])
