-- Seeds that hold no article's link, validators that are not believed for ever, and times that no clock can have meant.

ALTER TABLE seed_document ADD COLUMN links int;
ALTER TABLE seed_document ADD COLUMN skipped jsonb NOT NULL DEFAULT '{}';
ALTER TABLE seed_document ADD COLUMN whole_at timestamptz;
ALTER TABLE seed_document ADD COLUMN lies boolean NOT NULL DEFAULT false;
UPDATE seed_document SET whole_at = read_at;
ALTER TABLE seed_document ALTER COLUMN whole_at SET NOT NULL;
COMMENT ON COLUMN seed_document.read_at IS 'When it was asked for and, where an index names it, last said to be as it was.';
COMMENT ON COLUMN seed_document.links IS 'How many links to articles it held; null where nobody counted.';
COMMENT ON COLUMN seed_document.skipped IS 'What else it held: links on other hosts, links of another shape, sitemaps on other hosts, with examples.';
COMMENT ON COLUMN seed_document.whole_at IS 'When its body was last read: a host that only says 304 is not believed for longer than a day.';
COMMENT ON COLUMN seed_document.lies IS 'Its validators stayed the same while its links changed: it is asked for without them.';

ALTER TABLE suggestion DROP CONSTRAINT suggestion_way_check;
ALTER TABLE suggestion ADD CONSTRAINT suggestion_way_check CHECK (way IN ('redirect', 'canonical', 'address', 'seed'));
COMMENT ON COLUMN suggestion.way IS 'redirect: for good, from a host of the source; canonical: the page''s own canonical link, to the same path or article; address: in its list of alternate addresses; seed: where a seed''s links or sitemaps lie that has none on a host of the source.';

ALTER TABLE host ADD COLUMN refused_url text;
COMMENT ON COLUMN host.refused_url IS 'Where it last answered 429 or 503, and nothing else since: a long Retry-After counts for the host once another URL has it too.';

CREATE FUNCTION believed(at timestamptz, longest_s float8) RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN at > clock_timestamp() + make_interval(secs => longest_s) THEN '-infinity' ELSE at END
$$;
COMMENT ON FUNCTION believed(timestamptz, float8) IS 'A time to wait for, or long past where it lies further ahead than anybody may wait: a clock was wrong when it was written.';

-- What happened under a clock that was ahead is no last thing that happened.
CREATE OR REPLACE VIEW host_lately AS
SELECT h.host_id,
       h.source_key AS source,
       h.url,
       max(r.started_at) FILTER (WHERE NOT r.failed) AS last_ok_at,
       max(r.started_at) FILTER (WHERE r.failed) AS last_failure_at,
       (array_agg(concat_ws(': ', coalesce(r.verdict, r.outcome), r.detail) ORDER BY r.started_at DESC, r.attempt_id DESC)
           FILTER (WHERE r.failed))[1] AS last_failure,
       count(*) FILTER (WHERE r.failed AND NOT r.ok_since) AS failures_in_a_row
FROM host h
LEFT JOIN LATERAL (
    SELECT l.*, bool_or(NOT l.failed) OVER (ORDER BY l.started_at DESC, l.attempt_id DESC) AS ok_since
    FROM (SELECT x.attempt_id, x.started_at, x.outcome, x.verdict, x.detail,
                 x.outcome IN ('unreachable', 'timeout', 'refused', 'http_error', 'too_large')
                 OR coalesce(x.verdict IN ('seizure', 'parking', 'challenge', 'consent', 'login'), false) AS failed
          FROM attempt x WHERE x.host_id = h.host_id AND x.started_at <= now() + interval '1 hour'
          ORDER BY x.started_at DESC, x.attempt_id DESC LIMIT 50) l
) r ON true
WHERE h.listed
GROUP BY h.host_id;

CREATE OR REPLACE VIEW host_health AS
SELECT h.host_id,
       h.source_key AS source,
       h.url,
       h.role,
       day.attempts AS attempts_last_day,
       day.ok AS ok_last_day,
       day.mean_elapsed_s,
       l.last_ok_at,
       l.last_failure_at,
       l.last_failure,
       l.failures_in_a_row
FROM host h
JOIN host_lately l USING (host_id)
CROSS JOIN LATERAL (
    SELECT count(*) AS attempts,
           count(*) FILTER (WHERE a.outcome IN ('ok', 'not_modified')) AS ok,
           round(avg(a.elapsed_s) FILTER (WHERE a.outcome IN ('ok', 'not_modified'))::numeric, 3) AS mean_elapsed_s
    FROM attempt a WHERE a.host_id = h.host_id AND a.started_at > now() - interval '1 day' AND a.started_at <= now() + interval '1 hour'
) day;

CREATE OR REPLACE VIEW next_look AS
SELECT k.link_id, look.next_look_at
FROM link k
JOIN source s USING (source_key)
CROSS JOIN LATERAL (SELECT min(c.fetched_at) AS seen_at FROM capture c
                    WHERE c.link_id = k.link_id AND c.chosen AND c.status = 200
                      AND c.fetched_at <= now() + interval '1 hour') first
CROSS JOIN LATERAL (SELECT min(first.seen_at + step) FILTER (WHERE first.seen_at + step > now()) AS next_look_at
                    FROM unnest(s.revisits) AS step
                    WHERE k.day IS NULL
                       OR (k.day + interval '1 day') AT TIME ZONE s.timezone
                          + (SELECT max(step) FROM unnest(s.revisits) AS step) > first.seen_at) look;
