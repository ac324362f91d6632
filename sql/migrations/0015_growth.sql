-- What keeps questions as quick with a million articles as with a thousand: orders that an index has, counts that are kept,
-- and lists of what is still to be done.

-- An article's current version, as far as articles are put in order by it.
ALTER TABLE article ADD COLUMN current_published_at timestamptz;
COMMENT ON COLUMN article.current_published_at IS 'When its current version says that it was published.';
UPDATE article a SET current_published_at = v.published_at
FROM article_version v
WHERE v.article_id = a.article_id AND v.version = a.current_version AND v.published_at IS NOT NULL;
CREATE INDEX article_by_publication ON article (source_key, current_published_at);
CREATE INDEX article_by_capture ON article (source_key, current_fetched_at);

-- Runs: the last ones of a source, of a kind, and whether anything but a person starts them.
CREATE INDEX run_by_number ON run (source_key, run_id);
CREATE INDEX run_by_kind ON run (source_key, kind, run_id);
CREATE INDEX run_scheduled ON run (source_key)
    WHERE kind = 'live' AND external_id NOT LIKE 'cli:%' AND external_id NOT LIKE '%/manual\_\_%';
CREATE INDEX seed_poll_with_gap ON seed_poll (polled_at) WHERE gap;

-- Search: what it does not find yet. Rows are written by whoever holds the article's row, so that nobody deadlocks; there is
-- no foreign key, whose check would cost each load what the row itself does.
CREATE TABLE unsearched (
    article_id  bigint PRIMARY KEY
);
COMMENT ON TABLE unsearched IS 'Articles that search does not find by what they say now: the step load indexes them, and takes them off.';
COMMENT ON COLUMN unsearched.article_id IS 'The article; one that was taken down meanwhile is passed over.';

COMMENT ON COLUMN article_search.capture_id IS 'Of the version that was indexed.';

-- Clusters: those with more than one article, among millions with one.
CREATE TABLE shared_cluster (
    cluster_id          text PRIMARY KEY,
    first_published_at  timestamptz,
    last_published_at   timestamptz
);
CREATE INDEX shared_cluster_by_publication ON shared_cluster (last_published_at);
COMMENT ON TABLE shared_cluster IS 'Clusters that have, or once had, more than one article: the list of clusters is made from these.';
COMMENT ON COLUMN shared_cluster.cluster_id IS 'As in text_signature.';
COMMENT ON COLUMN shared_cluster.first_published_at IS 'None of its articles was published before; the first one may have left it.';
COMMENT ON COLUMN shared_cluster.last_published_at IS 'None of its articles was published after; the last one may have left it.';

-- Counts: a row a change, which no writer waits for; the end of each run of a source adds its rows up.
CREATE TABLE source_tally (
    source_key  text NOT NULL REFERENCES source,
    articles    bigint NOT NULL DEFAULT 0,
    suspect     bigint NOT NULL DEFAULT 0,
    failed      bigint NOT NULL DEFAULT 0,
    gone        bigint NOT NULL DEFAULT 0,
    runs_ended  bigint NOT NULL DEFAULT 0
);
CREATE INDEX source_tally_of_source ON source_tally (source_key);
COMMENT ON TABLE source_tally IS 'How many a source has of each, as rows to be added up: triggers write one for each change, in its transaction.';
COMMENT ON COLUMN source_tally.source_key IS 'Key of the source.';
COMMENT ON COLUMN source_tally.articles IS 'Articles more, or fewer.';
COMMENT ON COLUMN source_tally.suspect IS 'Of these, articles whose current version is suspect.';
COMMENT ON COLUMN source_tally.failed IS 'Links given up.';
COMMENT ON COLUMN source_tally.gone IS 'Links gone, without those that lead to another article.';
COMMENT ON COLUMN source_tally.runs_ended IS 'Runs that have ended.';

CREATE FUNCTION take_stock() RETURNS void LANGUAGE sql AS $$
    DELETE FROM mirrorwire.source_tally;
    INSERT INTO mirrorwire.source_tally (source_key, articles, suspect)
    SELECT source_key, count(*), count(*) FILTER (WHERE current_verdict = 'suspect') FROM mirrorwire.article GROUP BY source_key;
    INSERT INTO mirrorwire.source_tally (source_key, failed, gone)
    SELECT source_key, count(*) FILTER (WHERE state = 'failed'), count(*) FILTER (WHERE state = 'gone' AND alias_of IS NULL)
    FROM mirrorwire.link WHERE state IN ('failed', 'gone') GROUP BY source_key;
    INSERT INTO mirrorwire.source_tally (source_key, runs_ended)
    SELECT source_key, count(*) FROM mirrorwire.run WHERE state <> 'running' GROUP BY source_key;
    DELETE FROM mirrorwire.unsearched;
    INSERT INTO mirrorwire.unsearched
    SELECT a.article_id FROM mirrorwire.article a LEFT JOIN mirrorwire.article_search s USING (article_id)
    WHERE s.capture_id IS DISTINCT FROM a.current_capture_id;
    DELETE FROM mirrorwire.shared_cluster;
    INSERT INTO mirrorwire.shared_cluster
    SELECT t.cluster_id, min(s.published_at), max(s.published_at)
    FROM mirrorwire.text_signature t JOIN mirrorwire.signature s USING (text_hash)
    GROUP BY t.cluster_id HAVING bool_or(s.article_key <> t.cluster_id);
$$;
COMMENT ON FUNCTION take_stock() IS 'Makes source_tally, unsearched and shared_cluster anew from all that is stored: for a database that was filled past its triggers. Nothing else may be at work.';
DO $$ BEGIN PERFORM mirrorwire.take_stock(); END $$;

CREATE FUNCTION note_new_articles() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mirrorwire.source_tally (source_key, articles, suspect)
    SELECT source_key, count(*), count(*) FILTER (WHERE current_verdict = 'suspect') FROM fresh GROUP BY source_key;
    INSERT INTO mirrorwire.unsearched SELECT article_id FROM fresh ORDER BY article_id;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_new_articles() IS 'Counts articles as they are made, and lists them for search.';
CREATE TRIGGER note_new AFTER INSERT ON article REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION note_new_articles();

CREATE FUNCTION note_article() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        DELETE FROM mirrorwire.unsearched WHERE article_id = OLD.article_id;
        INSERT INTO mirrorwire.source_tally (source_key, articles, suspect)
        VALUES (OLD.source_key, -1, -(OLD.current_verdict = 'suspect')::int);
        RETURN NULL;
    END IF;
    IF NEW.current_capture_id <> OLD.current_capture_id THEN
        INSERT INTO mirrorwire.unsearched VALUES (NEW.article_id) ON CONFLICT DO NOTHING;
    END IF;
    IF NEW.current_verdict <> OLD.current_verdict THEN
        INSERT INTO mirrorwire.source_tally (source_key, suspect)
        VALUES (NEW.source_key, (NEW.current_verdict = 'suspect')::int - (OLD.current_verdict = 'suspect')::int);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_article() IS 'Counts an article whose verdict changes or that goes, and lists one that says something else for search.';
CREATE TRIGGER note_change AFTER UPDATE ON article FOR EACH ROW
    WHEN (NEW.current_capture_id <> OLD.current_capture_id OR NEW.current_verdict <> OLD.current_verdict)
    EXECUTE FUNCTION note_article();
CREATE TRIGGER note_end AFTER DELETE ON article FOR EACH ROW EXECUTE FUNCTION note_article();

CREATE FUNCTION note_unsearched() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'TRUNCATE' THEN
        INSERT INTO mirrorwire.unsearched SELECT article_id FROM mirrorwire.article ON CONFLICT DO NOTHING;
    ELSE
        INSERT INTO mirrorwire.unsearched SELECT article_id FROM mirrorwire.article WHERE article_id = OLD.article_id
        ON CONFLICT DO NOTHING;
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_unsearched() IS 'Lists articles whose rows in article_search were removed by hand, so that they are indexed again.';
CREATE TRIGGER note_removed AFTER DELETE ON article_search FOR EACH ROW EXECUTE FUNCTION note_unsearched();
CREATE TRIGGER note_emptied AFTER TRUNCATE ON article_search FOR EACH STATEMENT EXECUTE FUNCTION note_unsearched();

CREATE FUNCTION tally_link() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    source text;
    failed int := 0;
    gone int := 0;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        source := OLD.source_key;
        failed := failed - (OLD.state = 'failed')::int;
        gone := gone - (OLD.state = 'gone' AND OLD.alias_of IS NULL)::int;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        source := NEW.source_key;
        failed := failed + (NEW.state = 'failed')::int;
        gone := gone + (NEW.state = 'gone' AND NEW.alias_of IS NULL)::int;
    END IF;
    IF failed <> 0 OR gone <> 0 THEN
        INSERT INTO mirrorwire.source_tally (source_key, failed, gone) VALUES (source, failed, gone);
    END IF;
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION tally_link() IS 'Counts a link that was given up or is gone, or is not any more.';
CREATE TRIGGER tally_new AFTER INSERT ON link FOR EACH ROW WHEN (NEW.state IN ('failed', 'gone')) EXECUTE FUNCTION tally_link();
CREATE TRIGGER tally_change AFTER UPDATE ON link FOR EACH ROW
    WHEN (OLD.state IN ('failed', 'gone') OR NEW.state IN ('failed', 'gone')) EXECUTE FUNCTION tally_link();
CREATE TRIGGER tally_end AFTER DELETE ON link FOR EACH ROW WHEN (OLD.state IN ('failed', 'gone')) EXECUTE FUNCTION tally_link();

CREATE FUNCTION tally_run() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mirrorwire.source_tally (source_key, runs_ended)
    VALUES (NEW.source_key, CASE WHEN NEW.state = 'running' THEN -1 ELSE 1 END);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION tally_run() IS 'Counts a run that ends, or that goes on.';
CREATE TRIGGER tally_new AFTER INSERT ON run FOR EACH ROW WHEN (NEW.state <> 'running') EXECUTE FUNCTION tally_run();
CREATE TRIGGER tally_change AFTER UPDATE ON run FOR EACH ROW
    WHEN ((OLD.state = 'running') <> (NEW.state = 'running')) EXECUTE FUNCTION tally_run();

-- A cluster is named after one of its articles, so that another one in it makes it shared. Writers of signatures take turns.
CREATE FUNCTION note_shared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mirrorwire.shared_cluster AS c
    SELECT t.cluster_id, least(min(f.published_at), min(h.published_at)), greatest(max(f.published_at), max(h.published_at))
    FROM fresh f
    JOIN mirrorwire.text_signature t USING (text_hash)
    LEFT JOIN mirrorwire.signature h ON h.article_key = t.cluster_id
    GROUP BY t.cluster_id
    HAVING bool_or(f.article_key <> t.cluster_id)
        OR EXISTS (SELECT FROM mirrorwire.shared_cluster k WHERE k.cluster_id = t.cluster_id)
    ON CONFLICT (cluster_id) DO UPDATE
    SET first_published_at = least(c.first_published_at, excluded.first_published_at),
        last_published_at = greatest(c.last_published_at, excluded.last_published_at)
    WHERE (least(c.first_published_at, excluded.first_published_at), greatest(c.last_published_at, excluded.last_published_at))
          IS DISTINCT FROM (c.first_published_at, c.last_published_at);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_shared() IS 'Lists clusters that an article has come into, with the times between which theirs were published.';
CREATE TRIGGER note_new AFTER INSERT ON signature REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION note_shared();
CREATE TRIGGER note_change AFTER UPDATE ON signature REFERENCING NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION note_shared();

CREATE FUNCTION note_moved() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO mirrorwire.shared_cluster AS c
    SELECT f.cluster_id, least(min(s.published_at), min(h.published_at)), greatest(max(s.published_at), max(h.published_at))
    FROM fresh f
    JOIN mirrorwire.signature s USING (text_hash)
    LEFT JOIN mirrorwire.signature h ON h.article_key = f.cluster_id
    GROUP BY f.cluster_id
    HAVING bool_or(s.article_key <> f.cluster_id)
        OR EXISTS (SELECT FROM mirrorwire.shared_cluster k WHERE k.cluster_id = f.cluster_id)
    ON CONFLICT (cluster_id) DO UPDATE
    SET first_published_at = least(c.first_published_at, excluded.first_published_at),
        last_published_at = greatest(c.last_published_at, excluded.last_published_at)
    WHERE (least(c.first_published_at, excluded.first_published_at), greatest(c.last_published_at, excluded.last_published_at))
          IS DISTINCT FROM (c.first_published_at, c.last_published_at);
    DELETE FROM mirrorwire.shared_cluster c
    WHERE c.cluster_id IN (SELECT cluster_id FROM stale EXCEPT SELECT cluster_id FROM fresh)
      AND NOT EXISTS (SELECT FROM mirrorwire.text_signature t WHERE t.cluster_id = c.cluster_id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION note_moved() IS 'Lists clusters that texts have come into with another''s article, and takes off those that have none any more.';
CREATE TRIGGER note_moved AFTER UPDATE ON text_signature REFERENCING OLD TABLE AS stale NEW TABLE AS fresh
    FOR EACH STATEMENT EXECUTE FUNCTION note_moved();

CREATE FUNCTION drop_shared() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    DELETE FROM mirrorwire.shared_cluster c
    WHERE c.cluster_id IN (SELECT cluster_id FROM stale)
      AND NOT EXISTS (SELECT FROM mirrorwire.text_signature t WHERE t.cluster_id = c.cluster_id);
    RETURN NULL;
END
$$;
COMMENT ON FUNCTION drop_shared() IS 'Takes clusters off the list that have no text any more.';
CREATE TRIGGER drop_end AFTER DELETE ON text_signature REFERENCING OLD TABLE AS stale
    FOR EACH STATEMENT EXECUTE FUNCTION drop_shared();

-- Search, of frequent words: the newest articles are gone through, where a sample of them says that enough of them match; what
-- comes is the same. Else each search for such a word would read all articles that it stands in.
CREATE INDEX article_search_by_publication ON article_search (published_at DESC NULLS LAST, article_id DESC);
CREATE OR REPLACE FUNCTION search_articles(
    query text, in_source text DEFAULT NULL, since timestamptz DEFAULT NULL, until timestamptz DEFAULT NULL,
    in_language text DEFAULT NULL, newest boolean DEFAULT false, max_rows int DEFAULT 20, mark text DEFAULT '**', sure boolean DEFAULT false)
RETURNS TABLE (article_key text, source text, published_at timestamptz, language text, title text, snippet text,
               rank real, canonical_url text, version int, verdict text, doubts text[])
LANGUAGE sql STABLE
SET client_min_messages = warning SET enable_seqscan = off AS $$
    WITH asked AS MATERIALIZED (
        SELECT q.asked, array_agg(q.config) AS configs
        FROM (SELECT c.config, mirrorwire.search_query(c.config, $1) AS asked
              FROM (SELECT value AS config FROM jsonb_each_text(mirrorwire.search_configs()) UNION SELECT 'simple') AS c
              WHERE $5 IS NULL OR c.config = mirrorwire.search_config($5)) AS q
        WHERE querytree(q.asked) NOT IN ('', 'T')
        GROUP BY q.asked),
    pool AS MATERIALIZED (SELECT CASE WHEN $6 THEN $7 ELSE 5000 END AS size),
    -- How many of the newest 400 match: none is looked at where a source or a language leaves few.
    sample AS MATERIALIZED (
        SELECT count(*) AS hits
        FROM (SELECT x.words, x.config FROM mirrorwire.article_search x
              WHERE ($3 IS NULL OR x.published_at >= $3) AND ($4 IS NULL OR x.published_at < $4)
              ORDER BY x.published_at DESC NULLS LAST, x.article_id DESC
              LIMIT CASE WHEN $2 IS NULL AND $5 IS NULL AND NOT $9 THEN 400 ELSE 0 END) s
        WHERE EXISTS (SELECT FROM asked a WHERE s.words @@ a.asked AND s.config = ANY (a.configs))),
    walked AS MATERIALIZED (
        SELECT s.article_id, s.config, s.published_at, a.asked
        FROM (SELECT x.article_id, x.config, x.published_at, x.words FROM mirrorwire.article_search x
              WHERE ($3 IS NULL OR x.published_at >= $3) AND ($4 IS NULL OR x.published_at < $4)
              ORDER BY x.published_at DESC NULLS LAST, x.article_id DESC
              LIMIT (SELECT CASE WHEN hits * 50 >= size THEN 24000 ELSE 0 END FROM sample, pool)) s
        CROSS JOIN LATERAL (SELECT q.asked FROM asked q WHERE s.words @@ q.asked AND s.config = ANY (q.configs) LIMIT 1) a
        ORDER BY s.published_at DESC NULLS LAST, s.article_id DESC
        LIMIT (SELECT size FROM pool)),
    found AS MATERIALIZED (
        SELECT * FROM walked WHERE (SELECT count(*) FROM walked) = (SELECT size FROM pool)
        UNION ALL
        (SELECT s.article_id, s.config, s.published_at, a.asked
         FROM asked a
         JOIN mirrorwire.article_search s ON s.words @@ a.asked AND s.config = ANY (a.configs)
         WHERE (SELECT count(*) FROM walked) < (SELECT size FROM pool)
           AND ($2 IS NULL OR s.source_key = $2)
           AND ($3 IS NULL OR s.published_at >= $3)
           AND ($4 IS NULL OR s.published_at < $4)
           AND ($5 IS NULL OR lower(s.language) = lower($5) OR starts_with(lower(s.language), lower($5) || '-'))
           AND (NOT $9 OR EXISTS (SELECT FROM mirrorwire.article b
                                  WHERE b.article_id = s.article_id AND b.current_verdict = 'article'))
         ORDER BY s.published_at DESC NULLS LAST, s.article_id DESC
         LIMIT (SELECT size FROM pool))),
    ranked AS MATERIALIZED (
        SELECT f.article_id, f.config, f.published_at, f.rank
        FROM (SELECT found.*, ts_rank_cd(s.words, found.asked, 1) AS rank
              FROM found JOIN mirrorwire.article_search s USING (article_id)
              OFFSET 0) AS f
        ORDER BY CASE WHEN NOT $6 THEN f.rank END DESC, f.published_at DESC NULLS LAST, f.article_id DESC
        LIMIT $7)
    SELECT a.article_key, a.source_key, v.published_at, v.language, v.title,
           mirrorwire.search_snippet(r.config, v.text, $1, $8), r.rank, v.canonical_url, v.version,
           v.verdict, v.doubts
    FROM ranked r
    JOIN mirrorwire.article a USING (article_id)
    JOIN mirrorwire.article_version v ON v.article_id = a.article_id AND v.version = a.current_version
    ORDER BY CASE WHEN NOT $6 THEN r.rank END DESC, r.published_at DESC NULLS LAST, r.article_id DESC
$$;

-- A month's pages are looked up one by one: joined at once, the captures of all months were read for it.
CREATE OR REPLACE VIEW block_counts AS
SELECT source_key, month, block, count(*)::int AS articles, of_articles
FROM (SELECT source_key, month, blocks, count(*) OVER (PARTITION BY source_key, month)::int AS of_articles
      FROM (SELECT DISTINCT source_key, month, blocks
            FROM (SELECT DISTINCT ON (e.source_key, e.month, e.link_id) e.source_key, e.month, e.blocks
                  FROM extraction e
                  CROSS JOIN LATERAL (SELECT k.fetched_at, k.digest FROM capture k WHERE k.capture_id = e.capture_id LIMIT 1) c
                  WHERE e.month IS NOT NULL
                    AND (SELECT max(n.extractor_version) FROM extraction n WHERE n.capture_id = e.capture_id)
                        = e.extractor_version
                  ORDER BY e.source_key, e.month, e.link_id, c.fetched_at DESC, c.digest) newest) different) counted
CROSS JOIN LATERAL unnest(blocks) AS b (block)
GROUP BY source_key, month, block, of_articles;
