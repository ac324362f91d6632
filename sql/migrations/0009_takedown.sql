-- Articles that were taken down, and what is still to be done for that.

CREATE TABLE tombstone (
    article_key   text PRIMARY KEY,
    source_key    text NOT NULL REFERENCES source,
    forgotten_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at       timestamptz,
    reason        text,
    removed       jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE tombstone IS 'Articles that were taken down: never ingested again as long as the row stands.';
COMMENT ON COLUMN tombstone.article_key IS 'The key of the article that was taken down.';
COMMENT ON COLUMN tombstone.source_key IS 'The source that published it.';
COMMENT ON COLUMN tombstone.forgotten_at IS 'When its rows were removed.';
COMMENT ON COLUMN tombstone.done_at IS 'When its bytes were out of the archive too; null while that is to be done.';
COMMENT ON COLUMN tombstone.reason IS 'What a person gave as the reason.';
COMMENT ON COLUMN tombstone.removed IS 'How many rows of each kind, records and bytes were removed.';

CREATE TABLE takedown (
    warc         text NOT NULL,
    warc_offset  bigint NOT NULL,
    warc_length  bigint NOT NULL,
    article_key  text NOT NULL,
    PRIMARY KEY (warc, warc_offset, article_key)
);
CREATE INDEX takedown_of_article ON takedown (article_key);
COMMENT ON TABLE takedown IS 'What is still to be overwritten in the archive for an article that was taken down: noted before the first byte is touched, so that a kill leaves nothing half done.';
COMMENT ON COLUMN takedown.warc IS 'The WARC file''s name in the archive.';
COMMENT ON COLUMN takedown.warc_offset IS 'Bytes from the beginning of the compressed WARC file; -1: the whole file is still to be searched.';
COMMENT ON COLUMN takedown.warc_length IS 'Bytes of the compressed record; 0 where the file is to be searched.';
COMMENT ON COLUMN takedown.article_key IS 'The key of the article that is taken down.';
