-- Runs over the sources, their steps, and what changed of hosts meanwhile.

CREATE TABLE run (
    run_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_key      text NOT NULL REFERENCES source,
    kind            text NOT NULL CHECK (kind IN ('live', 'backfill')),
    external_id     text NOT NULL UNIQUE,
    window_since    timestamptz,
    window_until    timestamptz,
    interval_start  timestamptz,
    interval_end    timestamptz,
    all_seeds       boolean NOT NULL,
    sweep           boolean NOT NULL,
    revisit         boolean NOT NULL,
    started_at      timestamptz NOT NULL,
    finished_at     timestamptz,
    state           text NOT NULL DEFAULT 'running' CHECK (state IN ('running', 'success', 'failed')),
    failures        text[] NOT NULL DEFAULT '{}',
    warnings        text[] NOT NULL DEFAULT '{}',
    CHECK (window_since IS NULL = (window_until IS NULL)),
    CHECK (window_since < window_until)
);
CREATE INDEX run_of_source ON run (source_key, started_at DESC);
COMMENT ON TABLE run IS 'One pass over a source, scheduled or by hand.';
COMMENT ON COLUMN run.run_id IS 'Number of the run.';
COMMENT ON COLUMN run.source_key IS 'The source that it passes over.';
COMMENT ON COLUMN run.kind IS 'live or backfill.';
COMMENT ON COLUMN run.external_id IS 'Names the pass outside: Airflow''s DAG and run id, or cli:<uuid>. The same name is the same run.';
COMMENT ON COLUMN run.window_since IS 'Publication window, half-open; null takes whatever the seeds list.';
COMMENT ON COLUMN run.window_until IS 'End of the window, not in it.';
COMMENT ON COLUMN run.interval_start IS 'The scheduler''s data interval; names the run and filters nothing.';
COMMENT ON COLUMN run.interval_end IS 'End of the data interval, not in it.';
COMMENT ON COLUMN run.all_seeds IS 'False for a poll, which asks only the seeds that show what is new.';
COMMENT ON COLUMN run.sweep IS 'True for the nightly pass over days that the live runs saw already.';
COMMENT ON COLUMN run.revisit IS 'Whether stored articles are fetched again.';
COMMENT ON COLUMN run.started_at IS 'When it was opened.';
COMMENT ON COLUMN run.finished_at IS 'When check ended it.';
COMMENT ON COLUMN run.state IS 'running, success or failed.';
COMMENT ON COLUMN run.failures IS 'Why check failed the run.';
COMMENT ON COLUMN run.warnings IS 'What check noticed without failing the run: hosts that went down, pages and seeds that one host had and another had not, feed gaps, low volume, pages left over.';

CREATE TABLE run_step (
    run_id       bigint NOT NULL REFERENCES run,
    step         text NOT NULL,
    batch        int NOT NULL DEFAULT 0,
    started_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    counts       jsonb NOT NULL DEFAULT '{}',
    error        text,
    session      text,
    PRIMARY KEY (run_id, step, batch)
);
COMMENT ON TABLE run_step IS 'What each step of a run did; finished_at is null while it works and after it died.';
COMMENT ON COLUMN run_step.run_id IS 'The run that the step belongs to.';
COMMENT ON COLUMN run_step.step IS 'discover, fetch, extract, learn, dedupe or load.';
COMMENT ON COLUMN run_step.batch IS 'The mapped task''s number, from 1; 0 for steps that run once.';
COMMENT ON COLUMN run_step.started_at IS 'When its last try began.';
COMMENT ON COLUMN run_step.finished_at IS 'When it was done.';
COMMENT ON COLUMN run_step.counts IS 'What it did, by name; tries add up.';
COMMENT ON COLUMN run_step.error IS 'Why its last try died.';
COMMENT ON COLUMN run_step.session IS 'The session that works on it, as live_session names it: an unfinished step of a dead session was killed.';

CREATE TABLE host_event (
    event_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host_id   bigint NOT NULL REFERENCES host,
    run_id    bigint REFERENCES run,
    at        timestamptz NOT NULL DEFAULT clock_timestamp(),
    state     text NOT NULL,
    reason    text
);
CREATE INDEX host_event_by_run ON host_event (run_id);
CREATE INDEX host_event_by_host ON host_event (host_id, at DESC);
COMMENT ON TABLE host_event IS 'Each change of a breaker''s state, or of what a person said of a host, and in which run it came.';
COMMENT ON COLUMN host_event.event_id IS 'Number of the event.';
COMMENT ON COLUMN host_event.host_id IS 'The host that changed.';
COMMENT ON COLUMN host_event.run_id IS 'The run that met it; null for what was done by hand.';
COMMENT ON COLUMN host_event.at IS 'When it changed.';
COMMENT ON COLUMN host_event.state IS 'closed, open or half-open; up, down or auto where a person said so.';
COMMENT ON COLUMN host_event.reason IS 'What changed it, for people.';
