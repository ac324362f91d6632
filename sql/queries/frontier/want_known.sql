-- Puts links that the frontier holds already on a run's list: those still pending, and those given up.
WITH again AS (
    UPDATE link l
    SET state = 'pending', tries = CASE WHEN l.state = 'pending' THEN l.tries ELSE 0 END,
        next_try_at = CASE WHEN l.state = 'pending' THEN l.next_try_at ELSE '-infinity' END
    WHERE l.link_id = ANY (%(link_ids)s::bigint[]) AND l.state IN ('pending', 'failed')
    RETURNING l.link_id)
INSERT INTO link_want (link_id, run_id, poll)
SELECT link_id, %(run_id)s, false FROM again
ON CONFLICT DO NOTHING
