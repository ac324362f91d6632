-- Which of these sources have work: a seed that is due or was never polled, a link to be tried again, a stored page whose
-- look has waited long enough. Those that a live session polls are left out. A time further ahead than anybody may wait
-- was written by a wrong clock.
SELECT k.key FROM unnest(%(keys)s::text[]) WITH ORDINALITY AS k (key, place)
LEFT JOIN source s ON s.source_key = k.key
WHERE (s.source_key IS NULL
       OR NOT EXISTS (SELECT FROM poll_schedule p WHERE p.source_key = k.key)
       OR EXISTS (SELECT FROM poll_schedule p
                  WHERE p.source_key = k.key AND (p.next_poll_at <= %(now)s OR p.next_poll_at > %(now)s + interval '31 days'))
       OR EXISTS (SELECT FROM link l WHERE l.source_key = k.key AND l.state = 'pending' AND l.tries > 0
                                       AND believed(l.next_try_at, 172800) <= %(now)s)
       OR EXISTS (SELECT FROM link l WHERE l.source_key = k.key AND l.revisit_at <= %(now)s - interval '1 hour'
                                       AND l.state IN ('captured', 'gone')))
  AND (s.lease_until IS NULL OR s.lease_until <= now()
       OR NOT EXISTS (SELECT FROM live_session v WHERE v.session = s.lease_session))
ORDER BY k.place
