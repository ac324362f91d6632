-- How many links of a run are to be fetched now, leased or not, and how many captures of the source wait for this extractor.
SELECT (SELECT count(*) FROM link l
        WHERE l.source_key = %(source)s AND l.state = 'pending' AND l.next_try_at <= now()
          AND (l.wanted_by = %(run_id)s
               OR (%(poll)s AND (l.tries > 0 OR (SELECT r.kind FROM run r WHERE r.run_id = l.wanted_by) = 'live')))),
       (SELECT count(*) FROM capture c
        WHERE c.source_key = %(source)s AND c.chosen AND c.link_id IS NOT NULL
          AND c.extractor_version < %(extractor_version)s)
