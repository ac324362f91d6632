-- The views: what people query, and what several statements ask.

CREATE OR REPLACE VIEW live_session AS
SELECT pid, pid || '@' || extract(epoch FROM backend_start) AS session
FROM pg_stat_activity WHERE datname = current_database();
COMMENT ON VIEW live_session IS 'Sessions of this database by a name that is never used again; a lease dies with its session.';
COMMENT ON COLUMN live_session.pid IS 'The server''s process, for pg_terminate_backend.';
COMMENT ON COLUMN live_session.session IS 'The name of the session: its process and when it began. Null for a session of another role, unless yours may read pg_read_all_stats.';

CREATE OR REPLACE VIEW crawl_delay AS
SELECT host_id, max(crawl_delay_s) AS delay_s FROM robots
WHERE good_until > clock_timestamp() - interval '1 day' GROUP BY host_id;
COMMENT ON VIEW crawl_delay IS 'The Crawl-delay of each host that asks for one, in seconds; of origins not asked for a day, none.';
COMMENT ON COLUMN crawl_delay.host_id IS 'The host.';
COMMENT ON COLUMN crawl_delay.delay_s IS 'Seconds between two requests, as its robots.txt asks.';

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
COMMENT ON VIEW host_lately IS 'Each listed host by its last 50 attempts: last success, last failure and what it was, failures in a row.';
COMMENT ON COLUMN host_lately.host_id IS 'The host.';
COMMENT ON COLUMN host_lately.source IS 'The source''s key.';
COMMENT ON COLUMN host_lately.url IS 'Scheme, name and port.';
COMMENT ON COLUMN host_lately.last_ok_at IS 'When it last did its part.';
COMMENT ON COLUMN host_lately.last_failure_at IS 'When it last failed.';
COMMENT ON COLUMN host_lately.last_failure IS 'What that failure was: the verdict or outcome, and its detail.';
COMMENT ON COLUMN host_lately.failures_in_a_row IS 'How many failures came since it last did its part.';

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
COMMENT ON VIEW host_health IS 'How each listed host fares: the last day''s attempts, and what host_lately says.';
COMMENT ON COLUMN host_health.host_id IS 'The host.';
COMMENT ON COLUMN host_health.source IS 'The source''s key.';
COMMENT ON COLUMN host_health.url IS 'Scheme, name and port.';
COMMENT ON COLUMN host_health.role IS 'primary, mirror or archive.';
COMMENT ON COLUMN host_health.attempts_last_day IS 'Requests of the last 24 hours.';
COMMENT ON COLUMN host_health.ok_last_day IS 'Of these, how many it served, or said to be unmodified.';
COMMENT ON COLUMN host_health.mean_elapsed_s IS 'How long those took on average, in seconds.';
COMMENT ON COLUMN host_health.last_ok_at IS 'When it last did its part, among its last 50 attempts.';
COMMENT ON COLUMN host_health.last_failure_at IS 'When it last failed, among the same.';
COMMENT ON COLUMN host_health.last_failure IS 'What that failure was.';
COMMENT ON COLUMN host_health.failures_in_a_row IS 'How many failures came since it last did its part.';

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
COMMENT ON VIEW next_look IS 'When each page is looked at next by its source''s schedule: the first step ahead, counted from when it was first served; none for one whose URL names a day that was long past by then.';
COMMENT ON COLUMN next_look.link_id IS 'The link of the page.';
COMMENT ON COLUMN next_look.next_look_at IS 'When it is looked at next; null where the schedule has no further step for it.';

CREATE OR REPLACE VIEW reach AS
SELECT r.source_key AS source, p.seed,
       range_agg(coalesce(p.reached,
           datemultirange(daterange(p.first_day, p.last_day, '[]')
               * daterange('1990-01-01', current_date + 1, '[]')
               * daterange((r.window_since AT TIME ZONE s.timezone)::date,
                           ((r.window_until - interval '1 microsecond') AT TIME ZONE s.timezone)::date, '[]')))) AS days
FROM seed_poll p
JOIN run r USING (run_id)
JOIN source s USING (source_key)
WHERE p.reached IS NOT NULL OR p.first_day IS NOT NULL
GROUP BY 1, 2;
COMMENT ON VIEW reach IS 'The days that each seed has ever reached: no link of such a day means that nothing was published.';
COMMENT ON COLUMN reach.source IS 'The source''s key.';
COMMENT ON COLUMN reach.seed IS 'The seed''s path, or URL.';
COMMENT ON COLUMN reach.days IS 'The days that it has reached, as ranges.';

CREATE OR REPLACE VIEW coverage_by_day AS
SELECT source, day,
       count(link_id) AS links,
       count(*) FILTER (WHERE state = 'captured') AS captured,
       count(article_id) AS loaded,
       count(*) FILTER (WHERE rejected) AS rejected,
       count(*) FILTER (WHERE state = 'gone') AS gone,
       count(*) FILTER (WHERE state = 'pending') AS pending,
       count(*) FILTER (WHERE state = 'failed') AS failed,
       bool_or(reached) AS covered
FROM (SELECT l.source_key AS source, l.day, l.link_id, l.state, a.article_id,
             a.article_id IS NULL AND EXISTS (SELECT FROM rejection r WHERE r.link_id = l.link_id) AS rejected,
             false AS reached
      FROM link l LEFT JOIN article a USING (link_id)
      WHERE l.day IS NOT NULL
      UNION ALL
      SELECT l.source_key, (v.published_at AT TIME ZONE s.timezone)::date, l.link_id, l.state, a.article_id,
             a.article_id IS NULL AND EXISTS (SELECT FROM rejection r WHERE r.link_id = l.link_id),
             v.published_at IS NOT NULL
      FROM link l
      JOIN source s USING (source_key)
      LEFT JOIN article a USING (link_id)
      LEFT JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
      WHERE l.day IS NULL
      UNION ALL
      SELECT r.source, d::date, NULL, NULL, NULL, NULL, true
      FROM reach r, unnest(r.days) AS span, generate_series(lower(span), upper(span) - 1, interval '1 day') AS d) AS told
GROUP BY source, day;
COMMENT ON VIEW coverage_by_day IS 'Per source and day (of the URL, else of publication, in the source''s zone): links known, what became of them, and whether any seed has reached the day. A day that stands here not at all is not covered.';
COMMENT ON COLUMN coverage_by_day.source IS 'The source''s key.';
COMMENT ON COLUMN coverage_by_day.day IS 'A day in the source''s zone; null for links of which no day is known.';
COMMENT ON COLUMN coverage_by_day.links IS 'How many links of the day are known.';
COMMENT ON COLUMN coverage_by_day.captured IS 'Of these, how many have their page stored.';
COMMENT ON COLUMN coverage_by_day.loaded IS 'How many are loaded as articles.';
COMMENT ON COLUMN coverage_by_day.rejected IS 'How many have no article and at least one page that was rejected.';
COMMENT ON COLUMN coverage_by_day.gone IS 'How many are 404 or 410 on every host.';
COMMENT ON COLUMN coverage_by_day.pending IS 'How many are still to be fetched.';
COMMENT ON COLUMN coverage_by_day.failed IS 'How many were given up.';
COMMENT ON COLUMN coverage_by_day.covered IS 'Whether a seed has reached the day: then no link means that nothing was published.';

CREATE OR REPLACE VIEW article_aliases AS
SELECT l.source_key AS source, l.article_key, l.alias_of, r.url, h.url AS host, r.seen_at
FROM link l JOIN redirection r USING (link_id) JOIN host h USING (host_id)
WHERE l.alias_of IS NOT NULL;
COMMENT ON VIEW article_aliases IS 'Article keys whose URLs redirect to another article for good, a row a host that says so.';
COMMENT ON COLUMN article_aliases.source IS 'The source''s key.';
COMMENT ON COLUMN article_aliases.article_key IS 'The key that is another''s alias.';
COMMENT ON COLUMN article_aliases.alias_of IS 'The key of the article that it leads to.';
COMMENT ON COLUMN article_aliases.url IS 'The URL that redirects.';
COMMENT ON COLUMN article_aliases.host IS 'The host that says so.';
COMMENT ON COLUMN article_aliases.seen_at IS 'When that was last seen.';

CREATE OR REPLACE VIEW block_counts AS
SELECT source_key, month, block, count(*)::int AS articles, of_articles
FROM (SELECT source_key, month, blocks, count(*) OVER (PARTITION BY source_key, month)::int AS of_articles
      FROM (SELECT DISTINCT source_key, month, blocks
            FROM (SELECT DISTINCT ON (e.source_key, e.month, e.link_id) e.source_key, e.month, e.blocks
                  FROM extraction e JOIN capture c USING (capture_id)
                  WHERE e.month IS NOT NULL
                    AND NOT EXISTS (SELECT FROM extraction n
                                    WHERE n.capture_id = e.capture_id AND n.extractor_version > e.extractor_version)
                  ORDER BY e.source_key, e.month, e.link_id, c.fetched_at DESC, c.digest) newest) different) counted
CROSS JOIN LATERAL unnest(blocks) AS b (block)
GROUP BY source_key, month, block, of_articles;
COMMENT ON VIEW block_counts IS 'On how many of a source''s articles of a month each block stands: an article by its newest capture, articles of the same blocks once.';
COMMENT ON COLUMN block_counts.source_key IS 'The source''s key.';
COMMENT ON COLUMN block_counts.month IS 'The first day of the month, in UTC.';
COMMENT ON COLUMN block_counts.block IS 'A paragraph, by its hash.';
COMMENT ON COLUMN block_counts.articles IS 'On how many articles of the month it stands.';
COMMENT ON COLUMN block_counts.of_articles IS 'How many articles the month has.';

CREATE OR REPLACE VIEW cluster AS
SELECT t.cluster_id,
       count(*)::int AS size,
       array_agg(DISTINCT l.source_key) AS sources,
       min(s.published_at) AS first_published_at,
       max(s.published_at) AS last_published_at
FROM text_signature t JOIN signature s USING (text_hash) JOIN link l USING (article_key)
GROUP BY t.cluster_id;
COMMENT ON VIEW cluster IS 'Groups of articles with nearly the same text, an article alone included. Named by the key of the head: of the sure ones the earliest published, then the smallest key.';
COMMENT ON COLUMN cluster.cluster_id IS 'The key of the group''s head: of the sure ones the earliest published, then the smallest key.';
COMMENT ON COLUMN cluster.size IS 'How many articles are in it.';
COMMENT ON COLUMN cluster.sources IS 'The keys of their sources, each once.';
COMMENT ON COLUMN cluster.first_published_at IS 'When the earliest of them was published.';
COMMENT ON COLUMN cluster.last_published_at IS 'When the latest of them was published.';

CREATE OR REPLACE VIEW articles AS
SELECT a.article_key,
       v.canonical_url,
       (SELECT array_agg(u.url ORDER BY u.first_seen_at, u.url) FROM article_url u WHERE u.article_id = a.article_id) AS urls,
       a.source_key AS source,
       v.title,
       v.lead,
       v.text,
       v.authors,
       v.published_at,
       v.published_at_assumed,
       v.section,
       v.tags,
       v.language,
       v.image_url AS image,
       v.version,
       g.cluster_id,
       h.url AS served_by,
       a.first_seen_at,
       v.fetched_at,
       a.gone_at,
       v.published_precision,
       v.modified_at,
       v.paywalled,
       v.corrections,
       v.origins,
       greatest(v.fetched_at,
                (SELECT t.started_at FROM attempt t LEFT JOIN capture k USING (capture_id)
                 WHERE t.link_id = a.link_id AND (t.outcome = 'not_modified' OR t.outcome = 'ok' AND k.chosen)
                 ORDER BY t.started_at DESC LIMIT 1)) AS last_seen_at,
       v.verdict,
       v.doubts
FROM article a
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
JOIN capture c ON c.capture_id = v.capture_id
JOIN host h ON h.host_id = c.host_id
LEFT JOIN signature s ON s.article_key = a.article_key
LEFT JOIN text_signature g ON g.text_hash = s.text_hash;
COMMENT ON VIEW articles IS 'One row an article: its current version, with authors, tags, image, cluster and the host that served it. last_seen_at: when a host last served it, changed or not.';
COMMENT ON COLUMN articles.article_key IS '<source>:<publisher''s id>; no host name enters it.';
COMMENT ON COLUMN articles.canonical_url IS 'The page''s own canonical URL where it names this article, else the link''s; always on the primary host.';
COMMENT ON COLUMN articles.urls IS 'All URLs under which it was served or is known, the first seen first.';
COMMENT ON COLUMN articles.source IS 'The source''s key.';
COMMENT ON COLUMN articles.title IS 'Without the site''s name.';
COMMENT ON COLUMN articles.lead IS 'The standfirst, where the page shows one.';
COMMENT ON COLUMN articles.text IS 'Lead and body without the title, paragraphs apart by a line feed.';
COMMENT ON COLUMN articles.authors IS 'People, or an agency that is named as the author, in the page''s order.';
COMMENT ON COLUMN articles.published_at IS 'As the page states it; a day alone is its 00:00 in the source''s zone. Null where nothing tells.';
COMMENT ON COLUMN articles.published_at_assumed IS 'True when the zone or the day was not on the page but taken from the source file or the URL.';
COMMENT ON COLUMN articles.section IS 'As a path: News / World.';
COMMENT ON COLUMN articles.tags IS 'Topics as the page names them, in its order.';
COMMENT ON COLUMN articles.language IS 'BCP 47; null where it is not known.';
COMMENT ON COLUMN articles.image IS 'The URL of its lead image, or null.';
COMMENT ON COLUMN articles.version IS 'The number of the version that is shown: the one captured last. Counts from 1 in the order of loading.';
COMMENT ON COLUMN articles.cluster_id IS 'Its group of near duplicates, as the view cluster names it; null where it has no signature yet.';
COMMENT ON COLUMN articles.served_by IS 'The host that served this version.';
COMMENT ON COLUMN articles.first_seen_at IS 'When the oldest of its captures was fetched.';
COMMENT ON COLUMN articles.fetched_at IS 'When the capture of this version was fetched.';
COMMENT ON COLUMN articles.gone_at IS 'When every host answered 404 or 410; null while it stands.';
COMMENT ON COLUMN articles.published_precision IS 'day: only the day is known, published_at is its 00:00 in the source''s zone.';
COMMENT ON COLUMN articles.modified_at IS 'When the publisher last changed it, as the page states it.';
COMMENT ON COLUMN articles.paywalled IS 'What the page states of itself; null where it states nothing.';
COMMENT ON COLUMN articles.corrections IS 'Correction notes, as they stand on the page.';
COMMENT ON COLUMN articles.origins IS 'Where each field came from: json-ld, meta, page, url and so on, by the field''s name.';
COMMENT ON COLUMN articles.last_seen_at IS 'When a host last served it, changed or not.';
COMMENT ON COLUMN articles.verdict IS 'article; or suspect, where no host has served a page yet that surely is the article.';
COMMENT ON COLUMN articles.doubts IS 'What speaks against the page or a field of it, in short words; of a suspect the reason first. Empty where nothing does.';

CREATE OR REPLACE VIEW revisions AS
SELECT a.article_key,
       a.source_key AS source,
       v.canonical_url,
       v.published_at,
       v.version,
       v.previous_version,
       v.change,
       v.distance_bits,
       v.fetched_at,
       v.previous_fetched_at,
       h.url AS served_by,
       p.url AS previous_served_by,
       v.title,
       v.previous_title,
       v.corrections,
       v.version = a.current_version AS is_current,
       v.verdict,
       v.doubts
FROM article a
JOIN LATERAL (SELECT x.*,
                     lag(x.version) OVER earlier AS previous_version,
                     lag(x.fetched_at) OVER earlier AS previous_fetched_at,
                     lag(x.capture_id) OVER earlier AS previous_capture_id,
                     lag(x.title) OVER earlier AS previous_title
              FROM article_version x WHERE x.article_id = a.article_id
              WINDOW earlier AS (ORDER BY x.fetched_at, x.capture_id)) v ON v.previous_version IS NOT NULL
JOIN capture c ON c.capture_id = v.capture_id
JOIN host h ON h.host_id = c.host_id
JOIN capture b ON b.capture_id = v.previous_capture_id
JOIN host p ON p.host_id = b.host_id
WHERE a.versions > 1;
COMMENT ON VIEW revisions IS 'What changed after publication: one row a version that has another before it in time, with that one beside it.';
COMMENT ON COLUMN revisions.article_key IS '<source>:<publisher''s id>; no host name enters it.';
COMMENT ON COLUMN revisions.source IS 'The source''s key.';
COMMENT ON COLUMN revisions.canonical_url IS 'The page''s own canonical URL where it names this article, else the link''s; always on the primary host.';
COMMENT ON COLUMN revisions.published_at IS 'When the article was published, as this version states it.';
COMMENT ON COLUMN revisions.version IS 'The number of the version.';
COMMENT ON COLUMN revisions.previous_version IS 'The number of the version that was fetched before it.';
COMMENT ON COLUMN revisions.change IS 'Since the version before it in time. minor: typos and punctuation; correction: it has a correction note that the other has not; major: anything else.';
COMMENT ON COLUMN revisions.distance_bits IS 'Hamming distance of the SimHashes (64 bits) of its text and that of the version before it in time.';
COMMENT ON COLUMN revisions.fetched_at IS 'When this version was fetched.';
COMMENT ON COLUMN revisions.previous_fetched_at IS 'When the one before it was fetched.';
COMMENT ON COLUMN revisions.served_by IS 'The host that served this version.';
COMMENT ON COLUMN revisions.previous_served_by IS 'The host that served the one before it.';
COMMENT ON COLUMN revisions.title IS 'The headline of this version.';
COMMENT ON COLUMN revisions.previous_title IS 'The headline before it.';
COMMENT ON COLUMN revisions.corrections IS 'Correction notes of this version, as they stand on the page.';
COMMENT ON COLUMN revisions.is_current IS 'Whether the view articles shows this version.';
COMMENT ON COLUMN revisions.verdict IS 'article, or suspect where the page is only probably the article.';
COMMENT ON COLUMN revisions.doubts IS 'What speaks against the page or a field of it, in short words.';
