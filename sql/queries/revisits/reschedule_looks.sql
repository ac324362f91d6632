-- Dates the next look at every page of a source that was first served lately, or has one to come, by another schedule.
WITH recent AS (
    SELECT c.link_id FROM capture c JOIN host h USING (host_id)
    WHERE h.source_key = %(source)s AND c.chosen AND c.link_id IS NOT NULL
      AND c.fetched_at > now() - coalesce((SELECT max(step) FROM source s, unnest(s.revisits) AS step
                                           WHERE s.source_key = %(source)s), interval '0')
    UNION
    SELECT k.link_id FROM link k WHERE k.source_key = %(source)s AND k.revisit_at IS NOT NULL)
UPDATE link l SET revisit_at = n.next_look_at
FROM recent JOIN next_look n USING (link_id)
WHERE l.link_id = recent.link_id AND l.revisit_at IS DISTINCT FROM n.next_look_at
