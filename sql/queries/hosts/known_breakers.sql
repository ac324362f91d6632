-- The breakers of a source's listed hosts; one that was never asked has none.
SELECT h.url, b.state, b.since, b.reason, b.failures, b.opened, b.stand_in, b.failed_url, b.ruling,
       -- Never '-infinity' minus a time: before Postgres 17 that is an error.
       greatest(0, extract(epoch FROM greatest(believed(b.probe_at, %(longest_s)s), clock_timestamp())
                                      - clock_timestamp()))::float8 AS probe_in_s
FROM breaker b JOIN host h USING (host_id)
WHERE h.source_key = %(source)s AND h.listed
