-- Notes pages of the source that a file holds; those noted by a scan that came to no end stay.
INSERT INTO warc_record (file_id, member, number, record_offset, record_length, record_id, url, article_key, link_url, day,
                         host_id, captured_at, revisit, digest, problem)
SELECT %(file_id)s, %(member)s, number, record_offset, record_length, record_id, url, article_key, link_url, day,
       host_id, captured_at, revisit, digest, problem
FROM unnest(%(numbers)s::bigint[], %(offsets)s::bigint[], %(lengths)s::bigint[], %(record_ids)s::text[], %(urls)s::text[],
            %(keys)s::text[], %(link_urls)s::text[], %(days)s::date[], %(host_ids)s::bigint[],
            %(captured)s::timestamptz[], %(revisits)s::boolean[], %(digests)s::text[], %(problems)s::text[])
         AS t (number, record_offset, record_length, record_id, url, article_key, link_url, day, host_id, captured_at,
               revisit, digest, problem)
ON CONFLICT (file_id, member, number) DO NOTHING
