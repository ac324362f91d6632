-- Whether nothing of a source waits for the steps after fetch: a file of the archive that may be back, a page to be placed,
-- loaded, counted or dated as gone. Each is asked of an index, or of a table of few rows.
SELECT NOT EXISTS (SELECT FROM extraction e
                   WHERE e.source_key = %(source)s AND e.verdict IN ('article', 'suspect') AND e.placed_at IS NULL)
   AND NOT EXISTS (SELECT FROM extraction e
                   WHERE e.source_key = %(source)s AND e.placed_at IS NOT NULL AND e.loaded_at IS NULL)
   AND NOT EXISTS (SELECT FROM extraction e WHERE e.source_key = %(source)s AND e.recount <> '{}')
   AND NOT EXISTS (SELECT FROM article a JOIN link l USING (link_id)
                   WHERE l.source_key = %(source)s AND l.state = 'gone' AND l.alias_of IS NULL AND a.gone_at IS NULL)
   AND NOT EXISTS (SELECT FROM away_file f WHERE f.written_off_at IS NULL)
