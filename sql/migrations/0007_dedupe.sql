-- What near duplicates are found by.

CREATE TABLE text_signature (
    text_hash          bytea PRIMARY KEY,
    cluster_id         text NOT NULL,
    signature_version  int NOT NULL,
    minhash            bytea NOT NULL,
    bands              bigint[] NOT NULL
);
CREATE INDEX text_signature_by_cluster ON text_signature (cluster_id);
CREATE INDEX text_signature_by_version ON text_signature (signature_version);
-- No pending list: every look-up would read all of it.
CREATE INDEX text_signature_by_band ON text_signature USING gin (bands) WITH (fastupdate = off);
COMMENT ON TABLE text_signature IS 'A text that articles say now, what its near duplicates are found by, and the cluster it stands in.';
COMMENT ON COLUMN text_signature.text_hash IS 'SHA-256 of the normalized text; of U+0000 and the article''s key for a text without a word, which is nobody''s duplicate.';
COMMENT ON COLUMN text_signature.cluster_id IS 'Key of the head of all articles that matches link, however many steps apart: of the sure ones the earliest published, then the smallest key.';
COMMENT ON COLUMN text_signature.signature_version IS 'Which signatures can be compared; older ones are computed again from the stored text.';
COMMENT ON COLUMN text_signature.minhash IS '128 minima over pairs of words, 4 bytes each, little-endian; empty for texts under 50 words, which match only exactly.';
COMMENT ON COLUMN text_signature.bands IS '32 LSH buckets of the MinHash; two texts that share one are candidates.';

CREATE TABLE signature (
    article_key   text PRIMARY KEY REFERENCES link (article_key) ON DELETE CASCADE,
    content_hash  bytea NOT NULL,
    text_hash     bytea NOT NULL REFERENCES text_signature,
    published_at  timestamptz,
    fetched_at    timestamptz NOT NULL,
    suspect       boolean NOT NULL DEFAULT false
);
CREATE INDEX signature_by_text ON signature (text_hash, suspect, published_at, article_key COLLATE "C");
COMMENT ON TABLE signature IS 'Which text an article says now, by its newest capture that is sure, or its newest suspect one: the key to its near duplicates and its cluster.';
COMMENT ON COLUMN signature.article_key IS 'Key of the article, as on its link.';
COMMENT ON COLUMN signature.content_hash IS 'SHA-256 of normalized title and text: another one under the same key is a revision.';
COMMENT ON COLUMN signature.text_hash IS 'The text: the same one under another key is an exact duplicate.';
COMMENT ON COLUMN signature.published_at IS 'By which the cluster''s head is chosen.';
COMMENT ON COLUMN signature.fetched_at IS 'When the capture was fetched that it was computed from; an older one never replaces it.';
COMMENT ON COLUMN signature.suspect IS 'Whether that capture is a suspect: such an article heads a cluster only where no sure one is in it.';
