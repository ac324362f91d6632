-- Whether nothing of a source waits for the steps after fetch: a file of the archive that may be back, a page to be placed,
-- loaded, counted or dated as gone, or a step that began since the last load that ended well: one that was killed may have
-- left what no row tells of, as an article that search does not find. Each is asked of an index, or of few rows.
WITH recent AS MATERIALIZED (
    SELECT s.step, s.started_at, s.finished_at IS NOT NULL AND s.error IS NULL AS ended_well
    FROM run r JOIN run_step s USING (run_id)
    WHERE r.source_key = %(source)s AND r.started_at > now() - interval '7 days' AND s.step <> 'discover'
)
SELECT NOT EXISTS (SELECT FROM extraction e
                   WHERE e.source_key = %(source)s AND e.verdict IN ('article', 'suspect') AND e.placed_at IS NULL)
   AND NOT EXISTS (SELECT FROM extraction e
                   WHERE e.source_key = %(source)s AND e.placed_at IS NOT NULL AND e.loaded_at IS NULL)
   AND NOT EXISTS (SELECT FROM extraction e WHERE e.source_key = %(source)s AND e.recount <> '{}')
   AND NOT EXISTS (SELECT FROM article a JOIN link l USING (link_id)
                   WHERE l.source_key = %(source)s AND l.state = 'gone' AND l.alias_of IS NULL AND a.gone_at IS NULL)
   AND NOT EXISTS (SELECT FROM away_file f WHERE f.written_off_at IS NULL)
   AND NOT EXISTS (SELECT FROM recent
                   WHERE started_at > coalesce((SELECT max(l.started_at) FROM recent l WHERE l.step = 'load' AND l.ended_well),
                                               '-infinity'))
