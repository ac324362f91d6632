-- What hosts showed in a run in place of pages that another host then served, by verdict.
SELECT h.url, a.verdict, count(DISTINCT a.link_id) AS pages
FROM attempt a JOIN host h USING (host_id)
WHERE a.run_id = %(run_id)s AND a.link_id IS NOT NULL AND a.outcome = 'not_it' AND a.verdict IS NOT NULL
  AND EXISTS (SELECT FROM capture c WHERE c.run_id = a.run_id AND c.link_id = a.link_id AND c.chosen AND c.host_id <> a.host_id)
GROUP BY h.url, a.verdict
ORDER BY h.url, pages DESC, a.verdict
