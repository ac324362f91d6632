-- Gives the versions numbered anew their numbers.
UPDATE article_version SET version = -version WHERE article_id = ANY (%(article_ids)s::bigint[]) AND version < 0
