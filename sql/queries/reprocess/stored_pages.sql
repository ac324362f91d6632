-- The stored pages of links, with what each gave when it was last read. Its text is null once a version holds it.
SELECT c.capture_id, c.link_id, c.url, c.warc, c.warc_offset AS offset, c.warc_length AS length, c.digest, c.fetched_at,
       c.content_type, c.accepted, (SELECT max(h.title) FROM link_hint h WHERE h.link_id = c.link_id) AS listed_title,
       p.warc AS payload_warc, p.warc_offset AS payload_offset, p.warc_length AS payload_length,
       l.article_key, c.extractor_version AS read_by, c.away, e.extractor_version AS given_by, e.verdict, e.evidence,
       e.fields, e.body, e.published_at, e.content_hash, e.blocks, e.loaded_at IS NOT NULL AS loaded
FROM capture c
JOIN link l USING (link_id)
LEFT JOIN capture p ON p.capture_id = c.payload_id
LEFT JOIN LATERAL (SELECT n.* FROM extraction n WHERE n.capture_id = c.capture_id
                   ORDER BY n.extractor_version DESC LIMIT 1) e ON true
WHERE c.link_id = ANY (%(links)s::bigint[]) AND c.chosen AND NOT c.damaged
ORDER BY c.link_id, c.fetched_at, c.capture_id
