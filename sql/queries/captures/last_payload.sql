-- What a host last served under a URL, of a link or, without one, as a seed document: the capture that holds its body.
SELECT p.capture_id, p.url, p.fetched_at, p.warc, p.warc_offset, p.warc_length, p.digest
FROM (SELECT capture_id, payload_id, fetched_at FROM capture
      WHERE link_id = %(link_id)s AND url = %(url)s AND status = 200 AND NOT damaged AND NOT away
      UNION ALL
      SELECT capture_id, payload_id, fetched_at FROM capture
      WHERE %(link_id)s::bigint IS NULL AND link_id IS NULL AND source_key = %(source)s AND url = %(url)s AND status = 200
        AND NOT damaged AND NOT away
      ORDER BY fetched_at DESC LIMIT 1) last
JOIN capture p ON p.capture_id = coalesce(last.payload_id, last.capture_id)
WHERE NOT p.damaged
