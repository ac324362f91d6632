-- Article 1 is the newest; ids count the other way, as they do where the oldest came first. Every 20 are those of a run.
CREATE TEMP TABLE stock AS
SELECT %(total)s - n + 1 AS id, n, source_key, source_key || ':' || n AS key,
       'http://' || source_key || '.test/' || n AS url, host_id, (%(total)s - n) / 20 + 1 AS run_place,
       %(newest)s::timestamptz - n * %(between)s::interval
           - CASE source_key WHEN 'herald' THEN interval '5 years' ELSE '0' END AS at
FROM (SELECT n, CASE WHEN n > %(total)s - 60 THEN 'herald' ELSE 'courier' END AS source_key
      FROM generate_series(1, %(total)s) AS n) numbers
JOIN host USING (source_key);
CREATE INDEX ON stock (n);
INSERT INTO run (source_key, kind, external_id, all_seeds, sweep, revisit, started_at, finished_at, state)
SELECT source_key, 'live', 'stock-' || run_place, false, false, false, min(at), min(at) + interval '1 minute', 'success'
FROM stock GROUP BY source_key, run_place ORDER BY min(at);
INSERT INTO run_step (run_id, step, started_at, finished_at)
SELECT run_id, step, started_at, finished_at
FROM run, unnest('{discover,fetch,extract,learn,dedupe,load}'::text[]) AS step;
INSERT INTO seed_poll (run_id, seed, polled_at, outcome, links, known)
SELECT run_id, '/rss.xml', started_at, 'read', 20, 10 FROM run;
INSERT INTO link (source_key, article_key, url, state, discovered_at, discovered_by, day)
SELECT source_key, key, url, 'captured', at, 1, CASE WHEN n %% 2 = 0 THEN at::date END FROM stock ORDER BY id;
INSERT INTO link (source_key, article_key, url, state, discovered_at, discovered_by, day)
SELECT source_key, key || state, url || '/' || state, state, at, 1, at::date
FROM stock, unnest('{captured,failed,gone}'::text[]) AS state WHERE n %% 100 = 0 ORDER BY id, state;
INSERT INTO capture (source_key, link_id, host_id, run_id, url, fetched_at, status, digest, warc, warc_offset, warc_length,
                     chosen, extractor_version)
SELECT source_key, id, host_id, run_place, url, at + interval '10 minutes', 200, md5(key), 'stock.warc.gz', id, 1, true, 1
FROM stock ORDER BY id;
INSERT INTO capture (source_key, link_id, host_id, run_id, url, fetched_at, status, digest, warc, warc_offset, warc_length,
                     chosen, extractor_version)
SELECT s.source_key, l.link_id, s.host_id, s.run_place, l.url, s.at + interval '10 minutes', 200, md5(l.url), 'stock.warc.gz',
       l.link_id, 1, true, 1
FROM stock s JOIN link l ON l.article_key = s.key || 'captured' ORDER BY l.link_id;
INSERT INTO rejection (capture_id, source_key, link_id, verdict, evidence, rejected_at)
SELECT c.capture_id, c.source_key, c.link_id, 'thin', '{}', c.fetched_at
FROM capture c WHERE c.link_id > %(total)s ORDER BY c.capture_id;
INSERT INTO attempt (run_id, link_id, host_id, url, started_at, elapsed_s, outcome, status, capture_id)
SELECT run_id, link_id, host_id, url, fetched_at, 0.1, 'ok', 200, capture_id FROM capture ORDER BY capture_id;
INSERT INTO article (article_key, source_key, link_id, current_version, versions, first_seen_at, current_capture_id,
                     current_fetched_at, current_hash, current_url, current_published_at)
SELECT key, source_key, id, 1, 1, at + interval '10 minutes', id, at + interval '10 minutes', sha256(key::bytea), url, at
FROM stock ORDER BY id;
INSERT INTO article_version (article_id, version, capture_id, extractor_version, fetched_at, loaded_by, content_hash,
                             canonical_url, title, text, published_at, published_at_assumed, language)
SELECT s.id, 1, s.id, 1, s.at + interval '10 minutes', s.run_place, sha256(s.key::bytea), s.url, left(p.text, 60),
       'n' || s.n || CASE WHEN s.n %% 4 = 0 THEN ' everywhere ' ELSE ' ' END || p.text, s.at, false, 'en'
FROM stock s JOIN paragraph p ON p.place = s.n %% %(paragraphs)s ORDER BY s.id;
INSERT INTO article_url (article_id, url, host_id, first_seen_at)
SELECT id, url, host_id, at + interval '10 minutes' FROM stock ORDER BY id;
INSERT INTO extraction (capture_id, extractor_version, source_key, link_id, verdict, fields, published_at, content_hash,
                        extracted_at, placement, placed_at, loaded_at, blocks, month)
SELECT id, 1, source_key, id, 'article', '{}', at, sha256(key::bytea), at, 'new', at, at,
       ARRAY[1, 2, 1000 + n %% 7, 2000000 + n, 4000000 + n, 6000000 + n], date_trunc('month', at AT TIME ZONE 'UTC')::date
FROM stock ORDER BY id;
INSERT INTO text_signature (text_hash, cluster_id, signature_version, minhash, bands)
SELECT sha256(s.key::bytea), CASE WHEN s.n %% 20 = 1 AND s.n > 1 THEN b.key ELSE s.key END, 2, sha256(s.key::bytea),
       (SELECT array_agg(('x' || left(md5(s.key || band), 16))::bit(64)::bigint) FROM generate_series(1, 32) AS band)
FROM stock s LEFT JOIN stock b ON b.n = s.n - 1 WHERE s.n %% 25 <> 0 OR s.n = 1 ORDER BY s.id;
INSERT INTO signature (article_key, content_hash, text_hash, published_at, fetched_at)
SELECT s.key, sha256(s.key::bytea), sha256(coalesce(b.key, s.key)::bytea), s.at, s.at
FROM stock s LEFT JOIN stock b ON b.n = s.n - 1 AND s.n %% 25 = 0 ORDER BY s.id;
INSERT INTO article_search (article_id, capture_id, source_key, language, config, published_at, words)
SELECT s.id, s.id, s.source_key, 'en', 'english', s.at, search_vector('english', v.title, NULL, v.text)
FROM stock s JOIN article_version v ON v.article_id = s.id ORDER BY s.id;
INSERT INTO boilerplate (source_key, block, text, learned)
SELECT source_key, block, 'Read more', true FROM source, unnest('{1,2}'::bigint[]) AS block;
INSERT INTO boilerplate_month (source_key, month, block, articles, of_articles)
SELECT source_key, month, block, count(*), count(*) FROM extraction, unnest('{1,2}'::bigint[]) AS block
GROUP BY source_key, month, block;
DROP TABLE stock;
