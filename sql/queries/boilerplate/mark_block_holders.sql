-- Marks the read captures whose text holds any of these blocks to be read again; the articles' links.
UPDATE capture c SET extractor_version = 0, read_again = %(reason)s
FROM extraction e
WHERE e.source_key = %(source)s AND e.blocks && %(blocks)s::bigint[]
  AND c.capture_id = e.capture_id AND c.extractor_version = e.extractor_version
RETURNING c.link_id
