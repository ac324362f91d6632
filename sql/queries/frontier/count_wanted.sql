-- How many links a run may fetch now, leased or not, and how many captures of the source wait for this extractor.
WITH wanted AS (
    SELECT w.link_id FROM link_want w WHERE w.run_id = %(run_id)s
    UNION
    SELECT w.link_id FROM link_want w WHERE w.poll AND %(poll)s
    UNION
    SELECT k.link_id FROM link k
    WHERE k.source_key = %(source)s AND k.state = 'pending' AND k.tries > 0 AND %(poll)s
    UNION
    SELECT k.link_id FROM link k WHERE k.source_key = %(source)s AND k.state = 'pending' AND k.retry_asked
)
SELECT (SELECT count(*) FROM wanted JOIN link l USING (link_id)
        WHERE l.source_key = %(source)s
          AND (l.state = 'pending' AND believed(l.next_try_at, 172800) <= now()
               OR l.state IN ('captured', 'gone') AND l.revisit_at <= now())),
       (SELECT count(*) FROM capture c
        WHERE c.source_key = %(source)s AND c.chosen AND c.link_id IS NOT NULL AND NOT c.away AND NOT c.damaged
          AND c.extractor_version < %(extractor_version)s)
