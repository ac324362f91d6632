-- Notes what is to be overwritten, or a file that is to be searched.
INSERT INTO takedown (warc, warc_offset, warc_length, article_key)
SELECT warc, warc_offset, warc_length, %(key)s
FROM unnest(%(warcs)s::text[], %(offsets)s::bigint[], %(lengths)s::bigint[]) AS t (warc, warc_offset, warc_length)
ON CONFLICT DO NOTHING
