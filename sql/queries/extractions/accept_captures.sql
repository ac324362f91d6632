-- Takes rejected captures for articles: they count as the answers of their links, and are read again.
UPDATE capture SET accepted = true, chosen = true, extractor_version = 0, read_again = 'accepted'
WHERE capture_id = ANY (%(ids)s::bigint[]) AND NOT accepted
RETURNING capture_id
