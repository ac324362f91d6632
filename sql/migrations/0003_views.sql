-- The views that people query.

CREATE VIEW articles AS
SELECT a.article_key,
       v.canonical_url,
       (SELECT array_agg(u.url ORDER BY u.first_seen_at, u.url) FROM article_url u WHERE u.article_id = a.article_id) AS urls,
       a.source_key AS source,
       v.title,
       v.lead,
       v.text,
       ARRAY(SELECT au.name FROM article_author x JOIN author au USING (author_id)
             WHERE x.article_id = a.article_id ORDER BY x.position) AS authors,
       v.published_at,
       v.published_at_assumed,
       v.section,
       ARRAY(SELECT t.name FROM article_tag x JOIN tag t USING (tag_id)
             WHERE x.article_id = a.article_id ORDER BY x.position) AS tags,
       v.language,
       i.url AS image,
       v.version,
       s.cluster_id,
       h.url AS served_by,
       a.first_seen_at,
       v.fetched_at,
       a.gone_at,
       v.published_precision,
       v.modified_at
FROM article a
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
JOIN capture c ON c.capture_id = v.capture_id
JOIN host h ON h.host_id = c.host_id
LEFT JOIN image i ON i.article_id = a.article_id
LEFT JOIN signature s ON s.article_key = a.article_key;
COMMENT ON VIEW articles IS 'One row an article: its current version, with authors, tags, image, cluster and the host that served it.';

CREATE VIEW host_lately AS
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
          FROM attempt x WHERE x.host_id = h.host_id
          ORDER BY x.started_at DESC, x.attempt_id DESC LIMIT 50) l
) r ON true
WHERE h.listed
GROUP BY h.host_id;
COMMENT ON VIEW host_lately IS 'Each listed host by its last 50 attempts: last success, last failure and what it was, failures in a row.';

CREATE VIEW host_health AS
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
    FROM attempt a WHERE a.host_id = h.host_id AND a.started_at > now() - interval '1 day'
) day;
COMMENT ON VIEW host_health IS 'How each listed host fares: the last day''s attempts, and what host_lately says.';

CREATE VIEW coverage_by_day AS
SELECT l.source_key AS source,
       coalesce(l.day, (v.published_at AT TIME ZONE s.timezone)::date) AS day,
       count(*) AS links,
       count(*) FILTER (WHERE l.state = 'captured') AS captured,
       count(a.article_id) AS loaded,
       count(*) FILTER (WHERE a.article_id IS NULL
                        AND EXISTS (SELECT FROM rejection r WHERE r.link_id = l.link_id)) AS rejected,
       count(*) FILTER (WHERE l.state = 'gone') AS gone,
       count(*) FILTER (WHERE l.state = 'pending') AS pending,
       count(*) FILTER (WHERE l.state = 'failed') AS failed
FROM link l
JOIN source s USING (source_key)
LEFT JOIN article a ON a.link_id = l.link_id
LEFT JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
GROUP BY 1, 2;
COMMENT ON VIEW coverage_by_day IS 'Per source and day (of the URL, else of publication, in the source''s zone): links known and what became of them.';
