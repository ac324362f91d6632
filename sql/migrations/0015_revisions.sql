-- What changed between the versions of an article; all that a capture said stands in its version's row, names and image of older versions too.

ALTER TABLE article_version
    ADD COLUMN authors text[] NOT NULL DEFAULT '{}',
    ADD COLUMN tags text[] NOT NULL DEFAULT '{}',
    ADD COLUMN image_url text,
    ADD COLUMN image_caption text,
    ADD COLUMN image_credit text,
    ADD COLUMN change text CHECK (change IN ('minor', 'major', 'correction')),
    ADD COLUMN distance_bits int CHECK (distance_bits BETWEEN 0 AND 64);
COMMENT ON COLUMN article_version.authors IS 'People, or an agency that is named as author, in the order of the page.';
COMMENT ON COLUMN article_version.tags IS 'Topics as the page names them, in its order.';
COMMENT ON COLUMN article_version.image_url IS 'Where the page shows its lead image from; null where it has none.';
COMMENT ON COLUMN article_version.image_caption IS 'As the page has it.';
COMMENT ON COLUMN article_version.image_credit IS 'Who made the image, as the page says.';
COMMENT ON COLUMN article_version.change IS 'Since the version before it in time. minor: typos and punctuation; correction: it has a correction note that the other has not; major: anything else. Null for the first in time.';
COMMENT ON COLUMN article_version.distance_bits IS 'Hamming distance of the SimHashes (64 bits) of its text and that of the version before it in time; null for the first in time.';
COMMENT ON COLUMN article_version.capture_id IS 'The first capture that said so: those after it say the same, up to that of the next version in time.';
COMMENT ON COLUMN article_version.version IS 'Counts from 1 in the order of loading, so that a number stays what it is: an older capture loaded later has a higher number and is not current. In time they stand by fetched_at.';
COMMENT ON COLUMN extraction.body IS 'The text; null once it stands, letter for letter, in a version.';

UPDATE article_version v
SET authors = ARRAY(SELECT au.name FROM article_author x JOIN author au USING (author_id)
                    WHERE x.article_id = a.article_id ORDER BY x.position),
    tags = ARRAY(SELECT t.name FROM article_tag x JOIN tag t USING (tag_id)
                 WHERE x.article_id = a.article_id ORDER BY x.position)
FROM article a WHERE v.article_id = a.article_id AND v.version = a.current_version;
UPDATE article_version v SET image_url = i.url, image_caption = i.caption, image_credit = i.credit
FROM article a JOIN image i USING (article_id) WHERE v.article_id = a.article_id AND v.version = a.current_version;

ALTER TABLE article
    ADD COLUMN current_capture_id bigint,
    ADD COLUMN current_fetched_at timestamptz,
    ADD COLUMN current_hash bytea,
    ADD COLUMN current_url text;
COMMENT ON COLUMN article.current_capture_id IS 'The capture of its current version. With the three beside it, a loader that has locked the row knows whether a page says something new.';
COMMENT ON COLUMN article.current_fetched_at IS 'When that was fetched.';
COMMENT ON COLUMN article.current_hash IS 'The content hash of its current version.';
COMMENT ON COLUMN article.current_url IS 'Where that was served.';
UPDATE article a
SET current_capture_id = v.capture_id, current_fetched_at = v.fetched_at, current_hash = v.content_hash, current_url = c.url
FROM article_version v JOIN capture c USING (capture_id) WHERE v.article_id = a.article_id AND v.version = a.current_version;
ALTER TABLE article
    ALTER COLUMN current_capture_id SET NOT NULL,
    ALTER COLUMN current_fetched_at SET NOT NULL,
    ALTER COLUMN current_hash SET NOT NULL,
    ALTER COLUMN current_url SET NOT NULL;

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
                 ORDER BY t.started_at DESC LIMIT 1)) AS last_seen_at
FROM article a
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
JOIN capture c ON c.capture_id = v.capture_id
JOIN host h ON h.host_id = c.host_id
LEFT JOIN signature s ON s.article_key = a.article_key
LEFT JOIN text_signature g ON g.text_hash = s.text_hash;
COMMENT ON VIEW articles IS 'One row an article: its current version, with authors, tags, image, cluster and the host that served it. last_seen_at: when a host last served it, changed or not.';

CREATE VIEW revisions AS
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
       v.version = a.current_version AS is_current
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
