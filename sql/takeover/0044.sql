-- Brings the tables, views and functions that migration 0044 left in the schema public into the schema mirrorwire. What is
-- somebody else's stays where it is. Behind it the functions and views are made anew, and the comments set, from sql/migrations.

ALTER TABLE public.source SET SCHEMA mirrorwire;
ALTER TABLE public.host SET SCHEMA mirrorwire;
ALTER TABLE public.breaker SET SCHEMA mirrorwire;
ALTER TABLE public.robots SET SCHEMA mirrorwire;
ALTER TABLE public.suggestion SET SCHEMA mirrorwire;
ALTER TABLE public.dismissed_origin SET SCHEMA mirrorwire;
ALTER TABLE public.run SET SCHEMA mirrorwire;
ALTER TABLE public.run_step SET SCHEMA mirrorwire;
ALTER TABLE public.host_event SET SCHEMA mirrorwire;
ALTER TABLE public.link SET SCHEMA mirrorwire;
ALTER TABLE public.link_want SET SCHEMA mirrorwire;
ALTER TABLE public.link_hint SET SCHEMA mirrorwire;
ALTER TABLE public.redirection SET SCHEMA mirrorwire;
ALTER TABLE public.archived_copy SET SCHEMA mirrorwire;
ALTER TABLE public.seed_poll SET SCHEMA mirrorwire;
ALTER TABLE public.seed_document SET SCHEMA mirrorwire;
ALTER TABLE public.listing_page SET SCHEMA mirrorwire;
ALTER TABLE public.capture SET SCHEMA mirrorwire;
ALTER TABLE public.attempt SET SCHEMA mirrorwire;
ALTER TABLE public.away_file SET SCHEMA mirrorwire;
ALTER TABLE public.warc_file SET SCHEMA mirrorwire;
ALTER TABLE public.warc_record SET SCHEMA mirrorwire;
ALTER TABLE public.extraction SET SCHEMA mirrorwire;
ALTER TABLE public.rejection SET SCHEMA mirrorwire;
ALTER TABLE public.boilerplate_month SET SCHEMA mirrorwire;
ALTER TABLE public.boilerplate SET SCHEMA mirrorwire;
ALTER TABLE public.bug SET SCHEMA mirrorwire;
ALTER TABLE public.article SET SCHEMA mirrorwire;
ALTER TABLE public.article_version SET SCHEMA mirrorwire;
ALTER TABLE public.article_url SET SCHEMA mirrorwire;
ALTER TABLE public.author SET SCHEMA mirrorwire;
ALTER TABLE public.article_author SET SCHEMA mirrorwire;
ALTER TABLE public.tag SET SCHEMA mirrorwire;
ALTER TABLE public.article_tag SET SCHEMA mirrorwire;
ALTER TABLE public.image SET SCHEMA mirrorwire;
ALTER TABLE public.text_signature SET SCHEMA mirrorwire;
ALTER TABLE public.signature SET SCHEMA mirrorwire;
ALTER TABLE public.article_search SET SCHEMA mirrorwire;
ALTER TABLE public.tombstone SET SCHEMA mirrorwire;
ALTER TABLE public.takedown SET SCHEMA mirrorwire;

ALTER VIEW public.live_session SET SCHEMA mirrorwire;
ALTER VIEW public.crawl_delay SET SCHEMA mirrorwire;
ALTER VIEW public.host_lately SET SCHEMA mirrorwire;
ALTER VIEW public.host_health SET SCHEMA mirrorwire;
ALTER VIEW public.next_look SET SCHEMA mirrorwire;
ALTER VIEW public.reach SET SCHEMA mirrorwire;
ALTER VIEW public.coverage_by_day SET SCHEMA mirrorwire;
ALTER VIEW public.article_aliases SET SCHEMA mirrorwire;
ALTER VIEW public.block_counts SET SCHEMA mirrorwire;
ALTER VIEW public.cluster SET SCHEMA mirrorwire;
ALTER VIEW public.articles SET SCHEMA mirrorwire;
ALTER VIEW public.revisions SET SCHEMA mirrorwire;

ALTER FUNCTION public.believed(timestamptz, float8) SET SCHEMA mirrorwire;
ALTER FUNCTION public.search_asked(text) SET SCHEMA mirrorwire;
ALTER FUNCTION public.search_config(text) SET SCHEMA mirrorwire;
ALTER FUNCTION public.search_configs() SET SCHEMA mirrorwire;
ALTER FUNCTION public.search_fold(text) SET SCHEMA mirrorwire;
ALTER FUNCTION public.search_fold_arabic(text) SET SCHEMA mirrorwire;
ALTER FUNCTION public.search_query(text, text) SET SCHEMA mirrorwire;
ALTER FUNCTION public.search_snippet(text, text, text, text) SET SCHEMA mirrorwire;
ALTER FUNCTION public.search_unspaced() SET SCHEMA mirrorwire;
ALTER FUNCTION public.search_vector(text, text, text, text) SET SCHEMA mirrorwire;
ALTER FUNCTION public.search_words(text) SET SCHEMA mirrorwire;
-- It has another result now, and is made anew.
DROP FUNCTION public.search_articles(text, text, timestamptz, timestamptz, text, boolean, int, text);

-- A mark in the version number said that a page was to be read again; why, only where it was -1.
ALTER TABLE mirrorwire.capture
    ADD COLUMN read_again text CHECK (read_again IN ('learned', 'ruled', 'pruned', 'accepted', 'returned'));
UPDATE mirrorwire.capture SET extractor_version = 0, read_again = 'learned' WHERE extractor_version < 0;
UPDATE mirrorwire.capture c SET read_again = CASE WHEN c.accepted THEN 'accepted' ELSE 'pruned' END
WHERE c.extractor_version = 0 AND c.read_again IS NULL
  AND EXISTS (SELECT FROM mirrorwire.extraction e WHERE e.capture_id = c.capture_id);
ALTER TABLE mirrorwire.capture ADD CHECK (read_again IS NULL OR extractor_version = 0);
CREATE INDEX capture_to_read_again ON mirrorwire.capture (source_key, read_again, capture_id) WHERE read_again IS NOT NULL;

-- Suspects were not loaded: what is stored is sure.
ALTER TABLE mirrorwire.article
    ADD COLUMN current_verdict text NOT NULL DEFAULT 'article' CHECK (current_verdict IN ('article', 'suspect'));
ALTER TABLE mirrorwire.article_version
    ADD COLUMN verdict text NOT NULL DEFAULT 'article' CHECK (verdict IN ('article', 'suspect')),
    ADD COLUMN doubts text[] NOT NULL DEFAULT '{}';
ALTER TABLE mirrorwire.signature ADD COLUMN suspect boolean NOT NULL DEFAULT false;
DROP INDEX mirrorwire.signature_by_text;
CREATE INDEX signature_by_text ON mirrorwire.signature (text_hash, suspect, published_at, article_key COLLATE "C");
DROP INDEX mirrorwire.extraction_to_place;
CREATE INDEX extraction_to_place ON mirrorwire.extraction (source_key, capture_id)
    WHERE verdict IN ('article', 'suspect') AND placed_at IS NULL;

-- Who may read any of it may enter the schema, as everybody may enter public.
DO $$
DECLARE
    reader text;
BEGIN
    FOR reader IN
        SELECT DISTINCT CASE acl.grantee WHEN 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(acl.grantee)) END
        FROM pg_class c, aclexplode(c.relacl) AS acl
        WHERE c.relnamespace = 'mirrorwire'::regnamespace AND acl.grantee <> c.relowner
    LOOP
        EXECUTE format('GRANT USAGE ON SCHEMA mirrorwire TO %s', reader);
    END LOOP;
END
$$;

-- The log of yoyo: ours leaves public; tables that hold nothing else go with it.
ALTER TABLE public.migration_digest SET SCHEMA mirrorwire;
CREATE TABLE mirrorwire._yoyo_migration (LIKE public._yoyo_migration INCLUDING ALL);
CREATE TABLE mirrorwire._yoyo_log (LIKE public._yoyo_log INCLUDING ALL);
CREATE TABLE mirrorwire._yoyo_version (LIKE public._yoyo_version INCLUDING ALL);
CREATE TABLE mirrorwire.yoyo_lock (LIKE public.yoyo_lock INCLUDING ALL);
INSERT INTO mirrorwire._yoyo_version SELECT * FROM public._yoyo_version;
WITH ours AS (
    DELETE FROM public._yoyo_log l USING mirrorwire.migration_digest d WHERE d.name = l.migration_id || '.sql' RETURNING l.*)
INSERT INTO mirrorwire._yoyo_log SELECT * FROM ours;
DELETE FROM public._yoyo_migration m USING mirrorwire.migration_digest d WHERE d.name = m.migration_id || '.sql';
DELETE FROM mirrorwire.migration_digest;
DO $$
BEGIN
    IF NOT EXISTS (SELECT FROM public._yoyo_migration) THEN
        DROP TABLE public._yoyo_migration, public._yoyo_log, public._yoyo_version, public.yoyo_lock;
    END IF;
END
$$;
