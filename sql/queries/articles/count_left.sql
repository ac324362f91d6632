-- How many pages of a run's window are read and not loaded, though nothing keeps them but another run that is placing them
-- or reading them again.
SELECT count(*) FROM extraction e JOIN capture c USING (capture_id)
WHERE e.source_key = %(source)s AND e.verdict IN ('article', 'suspect') AND e.loaded_at IS NULL
  AND (%(since)s::timestamptz IS NULL OR e.published_at IS NULL
       OR (e.published_at >= %(since)s AND e.published_at < %(until)s))
  AND c.chosen AND NOT c.away AND NOT c.damaged
  AND (c.extractor_version = e.extractor_version OR c.read_again = 'learned')
