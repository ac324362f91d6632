-- When each seed is polled next, and who polls a source of the fleet.

CREATE TABLE poll_schedule (
    source_key    text NOT NULL REFERENCES source,
    seed          text NOT NULL,
    polled_at     timestamptz NOT NULL,
    next_poll_at  timestamptz NOT NULL,
    interval_s    double precision NOT NULL CHECK (interval_s > 0),
    items_a_day   double precision NOT NULL CHECK (items_a_day >= 0),
    failures      int NOT NULL DEFAULT 0,
    why           text NOT NULL,
    PRIMARY KEY (source_key, seed)
);
COMMENT ON TABLE poll_schedule IS 'When a seed that shows what is new is polled next: as often as it brings news, where its source states no fixed schedule.';
COMMENT ON COLUMN poll_schedule.source_key IS 'Key of the source.';
COMMENT ON COLUMN poll_schedule.seed IS 'The seed''s path or URL.';
COMMENT ON COLUMN poll_schedule.polled_at IS 'When it was last polled.';
COMMENT ON COLUMN poll_schedule.next_poll_at IS 'From when on it is polled again.';
COMMENT ON COLUMN poll_schedule.interval_s IS 'Seconds between two polls, as far as nothing fails.';
COMMENT ON COLUMN poll_schedule.items_a_day IS 'How many new links it brings, weighted towards the last day.';
COMMENT ON COLUMN poll_schedule.failures IS 'Polls in a row that brought no document.';
COMMENT ON COLUMN poll_schedule.why IS 'Why the interval is what it is, in words.';

ALTER TABLE run ADD COLUMN due_only boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN run.due_only IS 'Whether it asks only those seeds whose next poll is due.';

ALTER TABLE source ADD COLUMN lease_session text, ADD COLUMN lease_until timestamptz NOT NULL DEFAULT '-infinity';
COMMENT ON COLUMN source.lease_session IS 'The session that polls it in the fleet; others leave it alone until lease_until, or until that session is dead.';
COMMENT ON COLUMN source.lease_until IS 'When the lease ends.';
