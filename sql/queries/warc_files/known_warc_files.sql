-- Which of these files were scanned to their end as they are now, by these rules.
SELECT f.url, f.file_id, f.damage
FROM warc_file f
JOIN unnest(%(urls)s::text[], %(sizes)s::bigint[], %(stamps)s::text[]) AS t (url, bytes, stamp)
  ON (f.url, f.bytes, f.stamp) = (t.url, t.bytes, t.stamp)
WHERE f.source_key = %(source)s AND f.read_by = %(read_by)s AND f.scanned_at IS NOT NULL
