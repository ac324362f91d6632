-- Signatures stand once a text, however many articles say it: copies of one wire story cost nothing to look up.

CREATE TABLE text_signature (
    text_hash          bytea PRIMARY KEY,
    cluster_id         text NOT NULL,
    signature_version  int NOT NULL,
    minhash            bytea NOT NULL,
    bands              bigint[] NOT NULL
);
-- Those of before are not compared with any of now: the next dedupe step signs their texts again.
INSERT INTO text_signature (text_hash, cluster_id, signature_version, minhash, bands)
SELECT DISTINCT ON (text_hash) text_hash, cluster_id, signature_version, '', '{}' FROM signature ORDER BY text_hash;
CREATE INDEX text_signature_by_cluster ON text_signature (cluster_id);
CREATE INDEX text_signature_by_version ON text_signature (signature_version);
-- No pending list: every look-up would read all of it.
CREATE INDEX text_signature_by_band ON text_signature USING gin (bands) WITH (fastupdate = off);
COMMENT ON TABLE text_signature IS 'A text that articles say now, what its near duplicates are found by, and the cluster it stands in.';
COMMENT ON COLUMN text_signature.text_hash IS 'SHA-256 of the normalized text; of U+0000 and the article''s key for a text without a word, which is nobody''s duplicate.';
COMMENT ON COLUMN text_signature.cluster_id IS 'Key of the head of all articles that matches link, however many steps apart: the earliest published, then the smallest key.';
COMMENT ON COLUMN text_signature.signature_version IS 'Which signatures can be compared; older ones are computed again from the stored text.';
COMMENT ON COLUMN text_signature.minhash IS '128 minima over pairs of words, 4 bytes each, little-endian; empty for texts under 50 words, which match only exactly.';
COMMENT ON COLUMN text_signature.bands IS '32 LSH buckets of the MinHash; two texts that share one are candidates.';

CREATE OR REPLACE VIEW articles AS
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
       g.cluster_id,
       h.url AS served_by,
       a.first_seen_at,
       v.fetched_at,
       a.gone_at,
       v.published_precision,
       v.modified_at,
       v.paywalled,
       v.corrections,
       v.origins
FROM article a
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
JOIN capture c ON c.capture_id = v.capture_id
JOIN host h ON h.host_id = c.host_id
LEFT JOIN image i ON i.article_id = a.article_id
LEFT JOIN signature s ON s.article_key = a.article_key
LEFT JOIN text_signature g ON g.text_hash = s.text_hash;
COMMENT ON VIEW articles IS 'One row an article: its current version, with authors, tags, image, cluster and the host that served it.';

DROP INDEX signature_by_text;
ALTER TABLE signature DROP COLUMN cluster_id, DROP COLUMN signature_version, DROP COLUMN minhash, DROP COLUMN bands;
ALTER TABLE signature ADD FOREIGN KEY (text_hash) REFERENCES text_signature;
CREATE INDEX signature_by_text ON signature (text_hash, published_at, article_key COLLATE "C");
COMMENT ON TABLE signature IS 'Which text an article says now, by its newest capture: the key to its near duplicates and its cluster.';
COMMENT ON COLUMN signature.text_hash IS 'The text: the same one under another key is an exact duplicate.';

DROP TABLE cluster;
CREATE VIEW cluster AS
SELECT t.cluster_id,
       count(*)::int AS size,
       array_agg(DISTINCT l.source_key) AS sources,
       min(s.published_at) AS first_published_at,
       max(s.published_at) AS last_published_at
FROM text_signature t JOIN signature s USING (text_hash) JOIN link l USING (article_key)
GROUP BY t.cluster_id;
COMMENT ON VIEW cluster IS 'Groups of articles with nearly the same text, an article alone included. Named by the key of the head: the earliest published, then the smallest key.';
