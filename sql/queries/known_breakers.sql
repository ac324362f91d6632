-- The breakers of a source's listed hosts; one that was never asked has none.
SELECT h.url, b.state, b.since, b.reason, b.failures, b.opened, b.stand_in, b.failed_url, b.ruling,
       CASE WHEN believed(b.probe_at, %(longest_s)s) > clock_timestamp()
            THEN extract(epoch FROM b.probe_at - clock_timestamp())::float8 ELSE 0 END AS probe_in_s
FROM breaker b JOIN host h USING (host_id)
WHERE h.source_key = %(source)s AND h.listed
