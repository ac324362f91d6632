-- Runs of the last week whose articles no watch has seen: those that have ended, and those that broke off a day ago.
SELECT run_id FROM run
WHERE (watched_at IS NULL OR watched_at < finished_at)
  AND (finished_at > now() - interval '7 days'
       OR (finished_at IS NULL AND started_at BETWEEN now() - interval '8 days' AND now() - interval '1 day'))
ORDER BY run_id
