-- Files that cannot be read, and how many pages of a source wait: for a file that is away and not written off to be back, or,
-- of one that is damaged, to be fetched again.
SELECT a.warc, a.problem, count(*) AS pages
FROM capture c LEFT JOIN capture p ON p.capture_id = c.payload_id
JOIN away_file a ON a.warc IN (c.warc, p.warc)
WHERE c.away AND c.source_key = %(source)s AND c.chosen AND c.link_id IS NOT NULL
  AND c.extractor_version < %(extractor_version)s AND a.written_off_at IS NULL
GROUP BY a.warc, a.problem
UNION ALL
SELECT coalesce(p.warc, c.warc), 'damaged', count(*)
FROM link l JOIN capture c USING (link_id) LEFT JOIN capture p ON p.capture_id = c.payload_id
WHERE l.source_key = %(source)s AND l.state = 'pending' AND l.tries > 0 AND c.chosen AND c.damaged AND NOT c.away
GROUP BY 1
ORDER BY 1
