-- Runs that read the archive again by today's code, and how far each has come.

ALTER TABLE run DROP CONSTRAINT run_kind_check;
ALTER TABLE run ADD CONSTRAINT run_kind_check CHECK (kind IN ('live', 'backfill', 'reprocess'));
COMMENT ON COLUMN run.kind IS 'live, backfill or reprocess.';

CREATE TABLE reprocess_mark (
    source_key  text NOT NULL REFERENCES source,
    asked_for   text NOT NULL,
    link_id     bigint NOT NULL,
    noted_at    timestamptz NOT NULL,
    PRIMARY KEY (source_key, asked_for)
);
COMMENT ON TABLE reprocess_mark IS 'How far a reprocessing has come that is not at its end: the same one goes on from there.';
COMMENT ON COLUMN reprocess_mark.source_key IS 'Key of the source.';
COMMENT ON COLUMN reprocess_mark.asked_for IS 'What is read again and by what: window, versions of the extractor, revision of the source''s rules.';
COMMENT ON COLUMN reprocess_mark.link_id IS 'The last link whose pages are read again and stored; links are taken in the order of their numbers.';
COMMENT ON COLUMN reprocess_mark.noted_at IS 'When that was.';
