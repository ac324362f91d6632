-- What people changed in the pages of a browser: who did what, when, and what came of it.

CREATE TABLE manual_act (
    act_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    kind        text NOT NULL CHECK (kind IN ('accept', 'host', 'forget', 'retry')),
    source_key  text NOT NULL REFERENCES source,
    subject     text NOT NULL,
    done_by     text NOT NULL,
    begun_at    timestamptz NOT NULL DEFAULT clock_timestamp(),
    ended_at    timestamptz,
    outcome     text,
    problem     text
);
CREATE INDEX manual_act_of_source ON manual_act (source_key, act_id);
COMMENT ON TABLE manual_act IS 'What people changed in the pages of a browser. Rows are never removed.';
COMMENT ON COLUMN manual_act.act_id IS 'Number of the act.';
COMMENT ON COLUMN manual_act.kind IS 'accept: a rejected page is taken for an article; host: a host is asked whatever happens, not at all, or by its health again; forget: an article is taken down; retry: links are tried again.';
COMMENT ON COLUMN manual_act.source_key IS 'The source that it concerns.';
COMMENT ON COLUMN manual_act.subject IS 'accept: the id of the capture; host: its URL and what was said of it; forget: the article key; retry: the article key, or how many links.';
COMMENT ON COLUMN manual_act.done_by IS 'Who did it: the user of Airflow, or the address that brought the token of the pages.';
COMMENT ON COLUMN manual_act.begun_at IS 'When it was asked for.';
COMMENT ON COLUMN manual_act.ended_at IS 'When it was done, or had failed; null while it goes on, or where it was killed: done again, it goes on.';
COMMENT ON COLUMN manual_act.outcome IS 'What came of it, in words; null where it failed.';
COMMENT ON COLUMN manual_act.problem IS 'Why it failed, in words; null where it did not.';
