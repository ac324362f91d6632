-- A seed document as each host showed it last, where the same rules read it.
SELECT host_id, url, read_at, etag, last_modified, lastmod, children, whole, polled, period_end,
       first_day, last_day, links, skipped, whole_at, lies
FROM seed_document
WHERE (host_id, url) IN (SELECT * FROM unnest(%(host_ids)s::bigint[], %(urls)s::text[])) AND read_by = %(read_by)s
