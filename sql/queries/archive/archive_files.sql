-- Files of the archive that captures need: how far they reach, how many of them were found damaged, and what is known of the file.
SELECT c.warc, max(c.warc_offset + c.warc_length) AS reach, count(*) AS captures,
       count(*) FILTER (WHERE c.damaged AND NOT c.away) AS damaged, a.problem, a.written_off_at
FROM capture c LEFT JOIN away_file a USING (warc)
GROUP BY c.warc, a.problem, a.written_off_at ORDER BY c.warc
