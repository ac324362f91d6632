-- Bugs of ours that single items of strangers met: what was raised, and where.
CREATE TABLE bug (
    bug_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_key text NOT NULL REFERENCES source,
    run_id     bigint REFERENCES run ON DELETE CASCADE,
    link_id    bigint REFERENCES link ON DELETE CASCADE,
    step       text NOT NULL,
    item       text NOT NULL,
    place      text NOT NULL,
    error      text NOT NULL,
    traceback  text NOT NULL,
    met_at     timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (run_id, step, item, place)
);
CREATE INDEX bug_of_source ON bug (source_key, met_at DESC);
CREATE INDEX bug_of_link ON bug (link_id) WHERE link_id IS NOT NULL;
COMMENT ON TABLE bug IS 'What our code raised on one item (a page, a feed, a header, a record): the item was put aside, the others went on.';
COMMENT ON COLUMN bug.run_id IS 'The run that met it; null for work outside any run.';
COMMENT ON COLUMN bug.link_id IS 'The link whose page the item is; null for anything else.';
COMMENT ON COLUMN bug.step IS 'The step of the run that met it: discover, fetch, extract, learn, dedupe or load.';
COMMENT ON COLUMN bug.item IS 'The item: a URL, a seed, a file.';
COMMENT ON COLUMN bug.place IS 'The innermost line of our code on the way: "etl/extract/marked.py:57 in _names".';
COMMENT ON COLUMN bug.error IS 'What was raised, in a line.';
COMMENT ON COLUMN bug.traceback IS 'All of it.';
COMMENT ON COLUMN bug.met_at IS 'When it was met, the last time in its run.';
