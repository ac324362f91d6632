-- Files of the archive that cannot be read: what lies in them is passed over until they are back, or written off.
CREATE TABLE away_file (
    warc           text PRIMARY KEY,
    problem        text NOT NULL,
    noted_at       timestamptz NOT NULL,
    looked_at      timestamptz NOT NULL,
    written_off_at timestamptz
);
COMMENT ON TABLE away_file IS 'WARC files of the archive that cannot be read: lost, or on a disk or in a store that is away.';
COMMENT ON COLUMN away_file.warc IS 'The file''s name, as captures have it.';
COMMENT ON COLUMN away_file.problem IS 'What was met when it was last looked for.';
COMMENT ON COLUMN away_file.noted_at IS 'When it was found to be away.';
COMMENT ON COLUMN away_file.looked_at IS 'When it was last looked for. Runs look again, until it is written off.';
COMMENT ON COLUMN away_file.written_off_at IS 'When somebody said that it does not come back; null while it may.';

ALTER TABLE capture ADD COLUMN away boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN capture.away IS 'True while its file, or that of its body, is in away_file: nobody reads it, refers to it or waits for it.';
CREATE INDEX capture_away ON capture (source_key) WHERE away;
