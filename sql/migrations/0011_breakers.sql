-- Circuit breakers: which hosts are left out, since when and why, for all workers; and how that changed.

CREATE TABLE breaker (
    host_id        bigint PRIMARY KEY REFERENCES host,
    state          text NOT NULL DEFAULT 'closed' CHECK (state IN ('closed', 'open', 'half-open')),
    since          timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason         text,
    failures       int NOT NULL DEFAULT 0,
    opened         int NOT NULL DEFAULT 0,
    probe_at       timestamptz NOT NULL DEFAULT '-infinity',
    probed_at      timestamptz NOT NULL DEFAULT '-infinity',
    stand_in       text,
    failed_url   text,
    ruling         text CHECK (ruling IN ('up', 'down'))
);
COMMENT ON TABLE breaker IS 'The circuit breaker of each host that was ever asked: closed, it is asked; open, it is not; half-open, it is on trial.';
COMMENT ON COLUMN breaker.state IS 'closed, open or half-open.';
COMMENT ON COLUMN breaker.since IS 'When the state last changed.';
COMMENT ON COLUMN breaker.reason IS 'What changed it, for people.';
COMMENT ON COLUMN breaker.failures IS 'Failures in a row; three open it.';
COMMENT ON COLUMN breaker.opened IS 'How often it has opened, or stayed open after a probe, since the host last served anything; the pause grows with it.';
COMMENT ON COLUMN breaker.probe_at IS 'When an open one is probed next.';
COMMENT ON COLUMN breaker.probed_at IS 'When it was last probed.';
COMMENT ON COLUMN breaker.stand_in IS 'Digest of what the host last showed in place of a page: the same under another path opens it.';
COMMENT ON COLUMN breaker.failed_url IS 'The page where it last failed; null where no answer came at all. The same one again counts once.';
COMMENT ON COLUMN breaker.ruling IS 'What a person said: up is asked whatever happens, down is not; null follows the state.';

CREATE TABLE host_event (
    event_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    host_id        bigint NOT NULL REFERENCES host,
    run_id         bigint REFERENCES run,
    at             timestamptz NOT NULL DEFAULT clock_timestamp(),
    state          text NOT NULL,
    reason         text
);
CREATE INDEX host_event_by_run ON host_event (run_id);
CREATE INDEX host_event_by_host ON host_event (host_id, at DESC);
COMMENT ON TABLE host_event IS 'Each change of a breaker''s state, or of what a person said of a host, and in which run it came.';
COMMENT ON COLUMN host_event.run_id IS 'The run that met it; null for what was done by hand.';
COMMENT ON COLUMN host_event.at IS 'When it changed.';
COMMENT ON COLUMN host_event.reason IS 'What changed it, for people.';
COMMENT ON COLUMN host_event.state IS 'closed, open or half-open; up, down or auto where a person said so.';
