-- The functions: search, which people may call from SQL, and clocks.
-- How a text becomes lexemes is decided here, so that SQL and the command line find the same. The bodies name the schema, so
-- that they work whatever the caller's search path is.

CREATE OR REPLACE FUNCTION search_configs() RETURNS jsonb
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '{"ar": "arabic", "ca": "catalan", "da": "danish", "de": "german", "el": "greek", "en": "english", "es": "spanish",
             "eu": "basque", "fi": "finnish", "fr": "french", "ga": "irish", "hi": "hindi", "hu": "hungarian",
             "hy": "armenian", "id": "indonesian", "it": "italian", "lt": "lithuanian", "nb": "norwegian",
             "ne": "nepali", "nl": "dutch", "nn": "norwegian", "no": "norwegian", "pt": "portuguese", "ro": "romanian",
             "ru": "russian", "sr": "serbian", "sv": "swedish", "ta": "tamil", "tr": "turkish", "yi": "yiddish"}'::jsonb
$$;
COMMENT ON FUNCTION search_configs() IS 'The text search configuration of each language that has one in Postgres 15 and later.';

CREATE OR REPLACE FUNCTION search_config(language text) RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT coalesce(mirrorwire.search_configs() ->> split_part(lower(language), '-', 1), 'simple')
$$;
COMMENT ON FUNCTION search_config(text) IS 'The text search configuration for a BCP 47 tag; simple, which stems nothing, where there is none or the language is unknown.';

CREATE OR REPLACE FUNCTION search_unspaced() RETURNS text
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
    SELECT '\u0e01-\u0e3a\u0e40-\u0e4e\u0e81-\u0eda\u0edc-\u0edf\u1000-\u1049\u1050-\u109f\u1100-\u11ff\u1780-\u17d3\u2e80-\u2fdf'
           '\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u3041-\u309f\u30a1-\u30fa\u30fc-\u318e\u31a0-\u31bf\u31f0-\u31ff'
           '\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7fb\uf900-\ufaff\U00020000-\U0003ffff'
$$;
COMMENT ON FUNCTION search_unspaced() IS 'The letters, for a regular expression''s brackets, that are written without spaces between words, or with ones that hide them: Han, kana, Hangul, Thai, Lao, Khmer, Burmese.';

-- Groups of letters by expressions: translate() compares each letter with all of its list, which costs ten times as much.
CREATE OR REPLACE FUNCTION search_fold_arabic(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
BEGIN
    words := regexp_replace(words, '[\u0640\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed]', '', 'g');
    words := regexp_replace(words, '[\u0622\u0623\u0625\u0671]', U&'\0627', 'g');
    words := regexp_replace(words, '[\u0649\u06cc\u06d2]', U&'\064A', 'g');
    words := regexp_replace(words, '\u06a9', U&'\0643', 'g');
    words := regexp_replace(words, '[\u06c0\u06c1\u06d5]', U&'\0647', 'g');
    words := regexp_replace(words, '[\u060c\u061b\u061f\u066a\u06d4]', ' ', 'g');
    IF words ~ '[\u0660-\u0669\u06f0-\u06f9]' THEN
        words := translate(words, U&'\0660\0661\0662\0663\0664\0665\0666\0667\0668\0669\06F0\06F1\06F2\06F3\06F4\06F5\06F6\06F7\06F8\06F9',
                           '01234567890123456789');
    END IF;
    RETURN words;
END
$$;
COMMENT ON FUNCTION search_fold_arabic(text) IS 'Arabic script in one spelling: forms of alef, yeh, kaf and heh, digits; without tatweel and vowel signs.';

-- The server's own lower() may know ASCII only, and a collation that knows all letters has another name everywhere.
DO $do$
DECLARE
    folding text;
BEGIN
    SELECT quote_ident(collname) INTO STRICT folding
    FROM pg_collation
    JOIN unnest('{pg_c_utf8,und-x-icu,C.utf8,C.UTF-8,en_US.utf8,en_US.UTF-8,default}'::text[])
         WITH ORDINALITY AS wanted (collname, place) USING (collname)
    WHERE collnamespace = 'pg_catalog'::regnamespace AND collencoding IN (-1, pg_char_to_encoding('UTF8'))
    ORDER BY place LIMIT 1;
    EXECUTE format($create$
        CREATE OR REPLACE FUNCTION search_fold(words text) RETURNS text
        LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
        BEGIN
            IF octet_length(words) = length(words) THEN
                RETURN lower(replace(words, '/', ' '));
            END IF;
            words := lower(normalize(words, NFKC) COLLATE %s);
            words := regexp_replace(words, '[\u00ad\u200d\u200e\u200f\u2060\ufeff]', '', 'g');
            words := regexp_replace(words,
                '[/\u00a1-\u00a9\u00ab\u00ac\u00ae-\u00b4\u00b6-\u00b9\u00bb-\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf'
                '\u2190-\u2bff\u3000-\u3004\u3008-\u3020\u3030\u303d\u30a0\u30fb\ufe10-\ufe1f\ufe30-\ufe4f]', ' ', 'g');
            IF words ~ '[\u0600-\u06ff]' THEN
                words := mirrorwire.search_fold_arabic(words);
            END IF;
            RETURN words;
        END
        $$
    $create$, folding);
END
$do$;
COMMENT ON FUNCTION search_fold(text) IS 'Words as search compares them, whatever the server''s locale: compatibility forms and capitals folded, punctuation beyond ASCII and slashes as spaces, joiners and soft hyphens out.';

CREATE OR REPLACE FUNCTION search_words(words text) RETURNS text
LANGUAGE plpgsql IMMUTABLE STRICT PARALLEL SAFE AS $$
DECLARE
    letters constant text := mirrorwire.search_unspaced();
BEGIN
    words := mirrorwire.search_fold(left(words, 100000));
    IF octet_length(words) > length(words) AND words ~ ('[' || letters || ']') THEN
        words := regexp_replace(words, '([' || letters || ']+)', ' \1 ', 'g');
        words := regexp_replace(words, '(?<=[' || letters || '])([' || letters || '])(?=[' || letters || '])', '\1 \1', 'g');
        words := left(words, 100000);
    END IF;
    RETURN words;
END
$$;
COMMENT ON FUNCTION search_words(text) IS 'A text as its words are taken from it: folded, and of scripts without spaces each pair of letters a word. Of its first 100,000 characters: behind about as many a tsvector has no places left (16,383), and it may not grow over 1 MB.';

CREATE OR REPLACE FUNCTION search_vector(config text, title text, lead text, body text) RETURNS tsvector
LANGUAGE sql STABLE PARALLEL SAFE AS $$
    SELECT setweight(to_tsvector(config::regconfig, mirrorwire.search_words(left(title, 2000))), 'A')
           || setweight(to_tsvector(config::regconfig, coalesce(mirrorwire.search_words(left(lead, 10000)), '')), 'B')
           || to_tsvector(config::regconfig, mirrorwire.search_words(body))
$$;
COMMENT ON FUNCTION search_vector(text, text, text, text) IS 'What an article is found by: weight A from the title, B from the lead, D from the text.';

CREATE OR REPLACE FUNCTION search_asked(query text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT mirrorwire.search_fold(translate(left(query, 1000), U&'\201C\201D\201E\201F\00AB\00BB\300C\300D\300E\300F\FF02', '"""""""""""'))
$$;
COMMENT ON FUNCTION search_asked(text) IS 'What people ask, folded as texts are, with quotation marks of all kinds as ". Of its first 1,000 characters.';

CREATE OR REPLACE FUNCTION search_query(config text, query text) RETURNS tsquery
LANGUAGE sql STABLE STRICT PARALLEL SAFE AS $$
    WITH asked AS (
        SELECT string_agg(
                   regexp_replace(
                       CASE WHEN n % 2 = 1
                           THEN regexp_replace(part, '((^|\s)-)?([' || mirrorwire.search_unspaced() || ']+)', ' \1"\3" ', 'g')
                           ELSE regexp_replace(part, '([' || mirrorwire.search_unspaced() || ']+)', ' \1 ', 'g') END,
                       '(?<=[' || mirrorwire.search_unspaced() || '])([' || mirrorwire.search_unspaced() || '])(?=[' || mirrorwire.search_unspaced() || '])',
                       '\1 \1', 'g'),
                   '"' ORDER BY n) AS words
        FROM string_to_table(mirrorwire.search_asked(query), '"') WITH ORDINALITY AS s (part, n))
    -- A letter alone finds the pairs that it begins.
    SELECT regexp_replace(websearch_to_tsquery(config::regconfig, words)::text,
                          '(''[' || mirrorwire.search_unspaced() || ']'')', '\1:*', 'g')::tsquery
    FROM asked
$$;
COMMENT ON FUNCTION search_query(text, text) IS 'A query in the words of people (see websearch_to_tsquery: "a phrase", or, -without) for rows of a configuration; words in scripts without spaces are phrases of pairs of letters.';

CREATE OR REPLACE FUNCTION search_snippet(config text, body text, query text, mark text DEFAULT '**') RETURNS text
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE
    separators constant text := '\s!-/:-@\[-`{-~\u00a1-\u00bf\u2000-\u200b\u200d-\u206f\u3000-\u3004\u3008-\u3020\u060c\u061b'
                                '\u061f\u06d4' || mirrorwire.search_unspaced();
    wanted constant text := regexp_replace(mirrorwire.search_asked(query), '(^|\s)-("[^"]*"?|\S+)|\mor\M', ' ', 'g');
    lexemes constant text[] := tsvector_to_array(
        to_tsvector(config::regconfig, regexp_replace(wanted, '[' || mirrorwire.search_unspaced() || ']', ' ', 'g')));
    hits text[] := ARRAY(SELECT DISTINCT m[1] FROM regexp_matches(wanted, '[' || mirrorwire.search_unspaced() || ']+', 'g') AS m);
    forms text[];
    pattern text;
    place int := 1;
    piece text;
BEGIN
    IF cardinality(lexemes) > 0 THEN
        forms := ARRAY(SELECT DISTINCT m[1] FROM regexp_matches(left(body, 100000), '[^' || separators || ']+', 'g') AS m
                       WHERE tsvector_to_array(to_tsvector(config::regconfig, mirrorwire.search_fold(m[1]))) && lexemes);
        IF cardinality(forms) > 0 THEN
            hits := hits || ('(?<![^' || separators || '])(?:' || array_to_string(forms, '|') || ')(?![^' || separators || '])');
        END IF;
    END IF;
    IF cardinality(hits) > 0 THEN
        pattern := array_to_string(hits, '|');
        place := greatest(1, regexp_instr(body, pattern) - 60);
    END IF;
    piece := substr(body, place, 240);
    IF place > 1 THEN
        piece := '… ' || regexp_replace(piece, '^\S{0,30}\s+', '');
    END IF;
    IF length(body) >= place + 240 THEN
        piece := regexp_replace(piece, '\s+\S{0,30}$', '') || ' …';
    END IF;
    piece := regexp_replace(piece, '\s+', ' ', 'g');
    IF pattern IS NULL THEN
        RETURN piece;
    END IF;
    mark := replace(mark, '\', '\\');
    RETURN regexp_replace(piece, '(' || pattern || ')', mark || '\1' || mark, 'g');
END
$$;
COMMENT ON FUNCTION search_snippet(text, text, text, text) IS 'The part of a text around the first word that a query asks for, about 240 characters as they stand there, such words between marks.';

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
    found AS MATERIALIZED (
        SELECT s.article_id, s.config, s.published_at, a.asked
        FROM asked a
        JOIN mirrorwire.article_search s ON s.words @@ a.asked AND s.config = ANY (a.configs)
        WHERE ($2 IS NULL OR s.source_key = $2)
          AND ($3 IS NULL OR s.published_at >= $3)
          AND ($4 IS NULL OR s.published_at < $4)
          AND ($5 IS NULL OR lower(s.language) = lower($5) OR starts_with(lower(s.language), lower($5) || '-'))
          AND (NOT $9 OR EXISTS (SELECT FROM mirrorwire.article b
                                 WHERE b.article_id = s.article_id AND b.current_verdict = 'article'))
        ORDER BY s.published_at DESC NULLS LAST, s.article_id DESC
        LIMIT CASE WHEN $6 THEN $7 ELSE 5000 END),
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
COMMENT ON FUNCTION search_articles(text, text, timestamptz, timestamptz, text, boolean, int, text, boolean) IS 'Articles whose current version says what a query asks, in any language or that of a tag: the best first, of the newest 5,000 that match, or simply the newest. "a phrase", or and -without are understood. With sure no suspect ones.';

CREATE OR REPLACE FUNCTION believed(at timestamptz, longest_s float8) RETURNS timestamptz LANGUAGE sql VOLATILE AS $$
    SELECT CASE WHEN at > clock_timestamp() + make_interval(secs => longest_s) THEN '-infinity' ELSE at END
$$;
COMMENT ON FUNCTION believed(timestamptz, float8) IS 'A time to wait for, or long past where it lies further ahead than anybody may wait: a clock was wrong when it was written.';
