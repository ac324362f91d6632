-- Alarms with a life, watches, and the outbox of what is told about both.

CREATE TABLE alarm (
    alarm_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_key   text,
    name         text NOT NULL,
    subject      text NOT NULL DEFAULT '',
    summary      text NOT NULL,
    raised_at    timestamptz NOT NULL,
    seen_at      timestamptz NOT NULL,
    quiet_since  timestamptz,
    over_at      timestamptz,
    told_at      timestamptz,
    over_told    boolean NOT NULL DEFAULT false
);
CREATE UNIQUE INDEX alarm_open ON alarm (coalesce(source_key, ''), name, subject) WHERE over_at IS NULL;
CREATE INDEX alarm_by_time ON alarm (raised_at DESC);
COMMENT ON TABLE alarm IS 'What somebody should see to: raised, still so, over. Of one trouble at most one is open.';
COMMENT ON COLUMN alarm.alarm_id IS 'Number of the alarm.';
COMMENT ON COLUMN alarm.source_key IS 'Key of the source; null for the machine. No reference: a broken source file may be of a source that was never read.';
COMMENT ON COLUMN alarm.name IS 'Which trouble it is, as docs/alarms.md lists them.';
COMMENT ON COLUMN alarm.subject IS 'What of the source it is about: a host''s URL, a seed, a place in the code; empty for the source itself.';
COMMENT ON COLUMN alarm.summary IS 'The trouble in words, as it was last seen.';
COMMENT ON COLUMN alarm.raised_at IS 'When it was first seen.';
COMMENT ON COLUMN alarm.seen_at IS 'When it was last seen.';
COMMENT ON COLUMN alarm.quiet_since IS 'Since when it is not seen any more; null while it is. It is over after ten minutes of that.';
COMMENT ON COLUMN alarm.over_at IS 'When it was over; null while it is open.';
COMMENT ON COLUMN alarm.told_at IS 'When a message last told of it as raised or still so; null until one has.';
COMMENT ON COLUMN alarm.over_told IS 'Whether a message has told that it is over.';

CREATE TABLE watch (
    watch_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name        text NOT NULL UNIQUE,
    words       text,
    source_key  text,
    language    text,
    events      text[] NOT NULL CHECK (events <@ ARRAY['new', 'correction', 'revision', 'removal'] AND events <> '{}'),
    channels    text[] NOT NULL DEFAULT '{}',
    made_at     timestamptz NOT NULL DEFAULT clock_timestamp()
);
COMMENT ON TABLE watch IS 'A saved search whose new articles, corrections or removals somebody wants to hear of.';
COMMENT ON COLUMN watch.watch_id IS 'Number of the watch.';
COMMENT ON COLUMN watch.name IS 'What people call it.';
COMMENT ON COLUMN watch.words IS 'The search; null where every article counts.';
COMMENT ON COLUMN watch.source_key IS 'Only articles of this source; null for all.';
COMMENT ON COLUMN watch.language IS 'Only articles in this language; null for all.';
COMMENT ON COLUMN watch.events IS 'new: a first version; correction: one with a correction note; revision: another major change; removal: the article is gone from all hosts.';
COMMENT ON COLUMN watch.channels IS 'The channels that tell of it; empty for all that tell of watches.';
COMMENT ON COLUMN watch.made_at IS 'When it was made. What was loaded before is not told.';

CREATE TABLE message (
    message_id  uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    kind        text NOT NULL CHECK (kind IN ('alarms', 'watch', 'test')),
    made_at     timestamptz NOT NULL,
    watch_id    bigint REFERENCES watch ON DELETE CASCADE,
    body        jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX message_by_time ON message (kind, made_at DESC);
CREATE INDEX message_of_watch ON message (watch_id) WHERE watch_id IS NOT NULL;
COMMENT ON TABLE message IS 'The outbox: what is to be told, written in the transaction of what it tells.';
COMMENT ON COLUMN message.message_id IS 'The id that receivers know it by, the same at each try.';
COMMENT ON COLUMN message.kind IS 'alarms, watch, or test.';
COMMENT ON COLUMN message.made_at IS 'When it was written.';
COMMENT ON COLUMN message.watch_id IS 'The watch that it is of; null for others.';
COMMENT ON COLUMN message.body IS 'The alarms that it tells of. Empty for a watch, whose articles stand in watch_hit and are read when it is sent, so that an article that was taken down is told by nobody.';

CREATE TABLE watch_hit (
    watch_id    bigint NOT NULL REFERENCES watch ON DELETE CASCADE,
    article_id  bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    version     int NOT NULL,
    event       text NOT NULL CHECK (event IN ('new', 'correction', 'revision', 'removal')),
    message_id  uuid REFERENCES message ON DELETE SET NULL,
    PRIMARY KEY (watch_id, article_id, version, event)
);
CREATE INDEX watch_hit_of_article ON watch_hit (article_id);
CREATE INDEX watch_hit_of_message ON watch_hit (message_id);
COMMENT ON TABLE watch_hit IS 'What watches have met: each event of an article once.';
COMMENT ON COLUMN watch_hit.watch_id IS 'The watch.';
COMMENT ON COLUMN watch_hit.article_id IS 'The article.';
COMMENT ON COLUMN watch_hit.version IS 'The version that is told of; of a removal the one that was current.';
COMMENT ON COLUMN watch_hit.event IS 'new, correction, revision or removal.';
COMMENT ON COLUMN watch_hit.message_id IS 'The message that tells of it.';

CREATE TABLE delivery (
    delivery_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    message_id   uuid NOT NULL REFERENCES message ON DELETE CASCADE,
    channel      text NOT NULL,
    state        text NOT NULL DEFAULT 'waiting' CHECK (state IN ('waiting', 'sent', 'given up')),
    tries        int NOT NULL DEFAULT 0,
    next_try_at  timestamptz NOT NULL DEFAULT '-infinity',
    done_at      timestamptz,
    problem      text,
    UNIQUE (message_id, channel)
);
CREATE INDEX delivery_waiting ON delivery (channel, delivery_id) WHERE state = 'waiting';
COMMENT ON TABLE delivery IS 'A message on its way to one channel. A channel gets them in the order of their numbers, each at least once.';
COMMENT ON COLUMN delivery.delivery_id IS 'Number of the delivery.';
COMMENT ON COLUMN delivery.message_id IS 'The message.';
COMMENT ON COLUMN delivery.channel IS 'The channel''s name in the file of channels, which alone knows its address and secret.';
COMMENT ON COLUMN delivery.state IS 'waiting; sent; or given up, since the receiver refused this message five times.';
COMMENT ON COLUMN delivery.tries IS 'How often it was tried.';
COMMENT ON COLUMN delivery.next_try_at IS 'Not tried before, unless somebody asks for it.';
COMMENT ON COLUMN delivery.done_at IS 'When it was sent or given up.';
COMMENT ON COLUMN delivery.problem IS 'Why the last try failed, in words, without addresses or secrets.';

ALTER TABLE run ADD COLUMN watched_at timestamptz;
CREATE INDEX run_to_watch ON run (finished_at) WHERE watched_at IS NULL OR watched_at < finished_at;
COMMENT ON COLUMN run.watched_at IS 'When watches last looked at what it loaded.';
