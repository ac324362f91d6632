-- Leases links that a run may fetch to this session, newest first and before looks at stored pages that are due; what a
-- dead session left is free. No link waits for two days: such a time was written by a wrong clock.
WITH wanted AS (
    SELECT w.link_id FROM link_want w WHERE w.run_id = %(run_id)s
    UNION
    SELECT w.link_id FROM link_want w WHERE w.poll AND %(poll)s
    UNION
    SELECT k.link_id FROM link k
    WHERE k.source_key = %(source)s AND k.state = 'pending' AND k.tries > 0 AND %(poll)s
    UNION
    SELECT k.link_id FROM link k WHERE k.source_key = %(source)s AND k.state = 'pending' AND k.retry_asked
), taken AS MATERIALIZED (
    SELECT l.link_id FROM wanted JOIN link l USING (link_id)
    WHERE l.source_key = %(source)s
      AND (l.state = 'pending' AND believed(l.next_try_at, 172800) <= now()
           OR l.state IN ('captured', 'gone') AND l.revisit_at <= now())
      AND (l.lease_until <= now() OR NOT EXISTS (SELECT FROM live_session s WHERE s.session = l.lease_session))
    ORDER BY l.state <> 'pending', l.day DESC NULLS FIRST, l.link_id DESC
    LIMIT %(size)s
    FOR UPDATE OF l SKIP LOCKED
), leased AS (
    UPDATE link t
    SET lease_session = (SELECT session FROM live_session WHERE pid = pg_backend_pid()),
        lease_until = now() + make_interval(secs => %(lease_s)s)
    FROM taken WHERE t.link_id = taken.link_id
    RETURNING t.link_id, t.article_key, t.url, t.tries, t.state <> 'pending' AS is_look, t.day
)
SELECT link_id, article_key, url, tries, is_look,
       (SELECT max(h.title) FROM link_hint h WHERE h.link_id = leased.link_id) AS title
FROM leased ORDER BY is_look, day DESC NULLS FIRST, link_id DESC
