-- Sources, their hosts, the runs over them, and the frontier of links.

CREATE TABLE source (
    source_key  text PRIMARY KEY,
    name        text NOT NULL,
    language    text,
    timezone    text NOT NULL,
    updated_at  timestamptz NOT NULL DEFAULT now()
);
COMMENT ON TABLE source IS 'A publisher, as its source file states it.';
COMMENT ON COLUMN source.name IS 'As its readers know it.';
COMMENT ON COLUMN source.language IS 'BCP 47; null where it publishes in several.';
COMMENT ON COLUMN source.updated_at IS 'When the source file last changed it.';
COMMENT ON COLUMN source.source_key IS 'The source file''s key; first part of every article key.';
COMMENT ON COLUMN source.timezone IS 'IANA zone taken where a page states none, and in which a date means 00:00.';

CREATE TABLE host (
    host_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_key       text NOT NULL REFERENCES source,
    url              text NOT NULL,
    role             text NOT NULL CHECK (role IN ('primary', 'mirror', 'archive')),
    listed           boolean NOT NULL DEFAULT true,
    next_request_at  timestamptz NOT NULL DEFAULT '-infinity',
    UNIQUE (source_key, url)
);
COMMENT ON TABLE host IS 'An origin that serves a source''s pages. How it fares is the view host_health.';
COMMENT ON COLUMN host.url IS 'Scheme, name and port.';
COMMENT ON COLUMN host.role IS 'primary, mirror or archive; hosts are asked in this order.';
COMMENT ON COLUMN host.listed IS 'False once the source file no longer names it; its history stays.';
COMMENT ON COLUMN host.next_request_at IS 'The next free slot for a request, over all workers: requests reserve it in turn.';

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
COMMENT ON COLUMN run.kind IS 'live or backfill.';
COMMENT ON COLUMN run.window_until IS 'End of the window, not in it.';
COMMENT ON COLUMN run.interval_end IS 'End of the data interval, not in it.';
COMMENT ON COLUMN run.revisit IS 'Whether stored articles are fetched again.';
COMMENT ON COLUMN run.started_at IS 'When it was opened.';
COMMENT ON COLUMN run.finished_at IS 'When check ended it.';
COMMENT ON COLUMN run.state IS 'running, success or failed.';
COMMENT ON COLUMN run.external_id IS 'Names the pass outside: Airflow''s DAG and run id, or cli:<uuid>. The same name is the same run.';
COMMENT ON COLUMN run.window_since IS 'Publication window, half-open; null takes whatever the seeds list.';
COMMENT ON COLUMN run.interval_start IS 'The scheduler''s data interval; names the run and filters nothing.';
COMMENT ON COLUMN run.all_seeds IS 'False for a poll, which asks only the seeds that show what is new.';
COMMENT ON COLUMN run.sweep IS 'True for the nightly pass over days that the live runs saw already.';
COMMENT ON COLUMN run.failures IS 'Why check failed the run.';
COMMENT ON COLUMN run.warnings IS 'What check noticed without failing the run: feed gaps, low volume, pages left over.';

CREATE TABLE run_step (
    run_id       bigint NOT NULL REFERENCES run,
    step         text NOT NULL,
    batch        int NOT NULL DEFAULT 0,
    started_at   timestamptz NOT NULL,
    finished_at  timestamptz,
    counts       jsonb NOT NULL DEFAULT '{}',
    error        text,
    PRIMARY KEY (run_id, step, batch)
);
COMMENT ON TABLE run_step IS 'What each step of a run did; finished_at is null while it works and after it died.';
COMMENT ON COLUMN run_step.step IS 'discover, fetch, extract, dedupe or load.';
COMMENT ON COLUMN run_step.started_at IS 'When its last try began.';
COMMENT ON COLUMN run_step.finished_at IS 'When it was done.';
COMMENT ON COLUMN run_step.counts IS 'What it did, by name; tries add up.';
COMMENT ON COLUMN run_step.error IS 'Why its last try died.';
COMMENT ON COLUMN run_step.batch IS 'The mapped task''s number, from 1; 0 for steps that run once.';

CREATE VIEW live_session AS
SELECT pid, pid || '@' || extract(epoch FROM backend_start) AS session
FROM pg_stat_activity WHERE datname = current_database();
COMMENT ON VIEW live_session IS 'Sessions of this database by a name that is never used again; a lease dies with its session.';

CREATE TABLE link (
    link_id        bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_key     text NOT NULL REFERENCES source,
    article_key    text NOT NULL UNIQUE,
    url            text NOT NULL,
    day            date,
    state          text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'captured', 'failed', 'gone')),
    tries          int NOT NULL DEFAULT 0,
    next_try_at    timestamptz NOT NULL DEFAULT '-infinity',
    last_problem   text,
    discovered_at  timestamptz NOT NULL,
    discovered_by  bigint NOT NULL REFERENCES run,
    lease_session  text,
    lease_until    timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX link_pending ON link (source_key, next_try_at) WHERE state = 'pending';
CREATE INDEX link_by_day ON link (source_key, day);
CREATE INDEX link_to_retry ON link (source_key) WHERE state = 'pending' AND tries > 0;
CREATE INDEX link_by_state ON link (source_key, state);
CREATE INDEX link_by_discovery ON link (source_key, discovered_at);
COMMENT ON TABLE link IS 'The frontier: every article that a seed ever showed, known by its article key.';
COMMENT ON COLUMN link.next_try_at IS 'When a host may be asked for it again.';
COMMENT ON COLUMN link.last_problem IS 'What every host answered at the last try.';
COMMENT ON COLUMN link.discovered_at IS 'When a seed first showed it.';
COMMENT ON COLUMN link.lease_until IS 'When the lease ends.';
COMMENT ON COLUMN link.article_key IS '<source>:<publisher''s id>; no host name enters it.';
COMMENT ON COLUMN link.url IS 'Canonical URL on the primary host.';
COMMENT ON COLUMN link.day IS 'The day that the URL names, in the source''s zone.';
COMMENT ON COLUMN link.state IS 'pending: to be fetched; captured: its page is stored; failed: tries used up; gone: 404 or 410 on every host.';
COMMENT ON COLUMN link.tries IS 'Fetches in a row that brought nothing.';
COMMENT ON COLUMN link.discovered_by IS 'The run in which a seed first showed it.';
COMMENT ON COLUMN link.lease_session IS 'The session that works on it; others leave it alone until lease_until, or until that session is dead.';

CREATE TABLE link_want (
    link_id  bigint NOT NULL REFERENCES link ON DELETE CASCADE,
    run_id   bigint NOT NULL REFERENCES run,
    poll     boolean NOT NULL,
    PRIMARY KEY (link_id, run_id)
);
CREATE INDEX link_want_of_run ON link_want (run_id);
CREATE INDEX link_want_of_polls ON link_want (link_id) WHERE poll;
COMMENT ON TABLE link_want IS 'Which runs want which links fetched; whichever comes first fetches it for all. Gone once the page is there.';
COMMENT ON COLUMN link_want.poll IS 'True where a poll wants it: any later poll then takes it, whatever became of that one.';

CREATE TABLE link_hint (
    link_id  bigint NOT NULL REFERENCES link ON DELETE CASCADE,
    seed     text NOT NULL,
    title    text,
    slug     text,
    lastmod  text,
    seen_at  timestamptz NOT NULL,
    PRIMARY KEY (link_id, seed)
);
CREATE INDEX link_hint_by_seed ON link_hint (seed, link_id);
COMMENT ON TABLE link_hint IS 'What each seed last said of a link; a change asks for another fetch.';
COMMENT ON COLUMN link_hint.seed IS 'The seed''s path or URL.';
COMMENT ON COLUMN link_hint.title IS 'A feed''s title for it.';
COMMENT ON COLUMN link_hint.slug IS 'The end of a feed''s URL for it.';
COMMENT ON COLUMN link_hint.lastmod IS 'A sitemap''s lastmod for it.';
COMMENT ON COLUMN link_hint.seen_at IS 'When that last changed.';

CREATE TABLE capture (
    capture_id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_key         text NOT NULL REFERENCES source,
    link_id            bigint REFERENCES link,
    host_id            bigint NOT NULL REFERENCES host,
    run_id             bigint NOT NULL REFERENCES run,
    url                text NOT NULL,
    fetched_at         timestamptz NOT NULL,
    status             int NOT NULL,
    content_type       text,
    etag               text,
    last_modified      text,
    digest             text NOT NULL,
    warc               text NOT NULL,
    warc_offset        bigint NOT NULL,
    warc_length        bigint NOT NULL,
    chosen             boolean NOT NULL,
    extractor_version  int NOT NULL DEFAULT 0,
    lease_session      text,
    lease_until        timestamptz NOT NULL DEFAULT '-infinity',
    UNIQUE (warc, warc_offset)
);
CREATE INDEX capture_of_run ON capture (run_id);
CREATE INDEX capture_of_host ON capture (host_id, fetched_at) WHERE chosen;
CREATE INDEX capture_of_link ON capture (link_id, fetched_at DESC) WHERE link_id IS NOT NULL;
CREATE INDEX capture_of_seed ON capture (source_key, url, fetched_at DESC) WHERE link_id IS NULL;
CREATE INDEX capture_to_extract ON capture (source_key, extractor_version, capture_id) WHERE chosen AND link_id IS NOT NULL;
COMMENT ON TABLE capture IS 'Where the bytes of a response lie in the archive. Seed documents have no link.';
COMMENT ON COLUMN capture.url IS 'Who really served it, after redirects.';
COMMENT ON COLUMN capture.fetched_at IS 'When the request went out.';
COMMENT ON COLUMN capture.status IS 'HTTP status.';
COMMENT ON COLUMN capture.content_type IS 'As the server stated it.';
COMMENT ON COLUMN capture.etag IS 'Validator for a conditional request.';
COMMENT ON COLUMN capture.last_modified IS 'Validator for a conditional request.';
COMMENT ON COLUMN capture.digest IS 'The WARC record''s payload digest.';
COMMENT ON COLUMN capture.warc IS 'The WARC file''s name in the archive.';
COMMENT ON COLUMN capture.lease_session IS 'The session that extracts it; others leave it alone until lease_until, or until that session is dead.';
COMMENT ON COLUMN capture.lease_until IS 'When the lease ends.';
COMMENT ON COLUMN capture.chosen IS 'True for the answer that counts; false for what other hosts said instead, kept as evidence.';
COMMENT ON COLUMN capture.extractor_version IS 'The newest extractor that has read it; 0 before the first.';
COMMENT ON COLUMN capture.warc_offset IS 'Bytes from the beginning of the compressed WARC file.';
COMMENT ON COLUMN capture.warc_length IS 'Bytes of the compressed record.';

CREATE TABLE attempt (
    attempt_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    run_id      bigint NOT NULL REFERENCES run,
    link_id     bigint REFERENCES link,
    host_id     bigint NOT NULL REFERENCES host,
    url         text NOT NULL,
    started_at  timestamptz NOT NULL,
    elapsed_s   real NOT NULL,
    outcome     text NOT NULL,
    status      int,
    body_bytes  bigint,
    verdict     text,
    detail      text,
    capture_id  bigint REFERENCES capture
);
CREATE INDEX attempt_of_host ON attempt (host_id, started_at DESC, attempt_id DESC);
CREATE INDEX attempt_of_link ON attempt (link_id, started_at DESC) WHERE link_id IS NOT NULL;
CREATE INDEX attempt_of_run ON attempt (run_id);
COMMENT ON TABLE attempt IS 'One HTTP exchange with one host, and how it ended.';
COMMENT ON COLUMN attempt.url IS 'The URL asked for.';
COMMENT ON COLUMN attempt.started_at IS 'When the request went out.';
COMMENT ON COLUMN attempt.elapsed_s IS 'Seconds to the end of the body, or to the failure.';
COMMENT ON COLUMN attempt.status IS 'HTTP status; null where no answer came.';
COMMENT ON COLUMN attempt.body_bytes IS 'Bytes of the decoded body.';
COMMENT ON COLUMN attempt.detail IS 'What happened, for people.';
COMMENT ON COLUMN attempt.outcome IS 'ok, not_modified, not_it (another page than asked for), gone, disallowed (by robots.txt), http_error, unreachable, timeout, refused, too_large.';
COMMENT ON COLUMN attempt.verdict IS 'What the page was, when it was looked at.';

CREATE TABLE seed_poll (
    run_id      bigint NOT NULL REFERENCES run,
    seed        text NOT NULL,
    polled_at   timestamptz NOT NULL,
    host_id     bigint REFERENCES host,
    outcome     text NOT NULL CHECK (outcome IN ('read', 'unchanged', 'damaged', 'failed', 'not_covered')),
    links       int NOT NULL DEFAULT 0,
    known       int NOT NULL DEFAULT 0,
    gap         boolean NOT NULL DEFAULT false,
    first_day   date,
    last_day    date,
    detail      text,
    PRIMARY KEY (run_id, seed)
);
CREATE INDEX seed_poll_by_seed ON seed_poll (seed, polled_at DESC);
COMMENT ON TABLE seed_poll IS 'What a run read from each seed.';
COMMENT ON COLUMN seed_poll.seed IS 'The seed''s path or URL.';
COMMENT ON COLUMN seed_poll.polled_at IS 'When it was read.';
COMMENT ON COLUMN seed_poll.outcome IS 'read, unchanged (304), damaged (read in part), failed, or not_covered (it does not reach the window).';
COMMENT ON COLUMN seed_poll.links IS 'How many links in the window it listed.';
COMMENT ON COLUMN seed_poll.detail IS 'What was wrong with it, for people.';
COMMENT ON COLUMN seed_poll.known IS 'How many of its links this seed had shown before.';
COMMENT ON COLUMN seed_poll.first_day IS 'The first day that a link it showed names, in the window or not: from there to last_day it is taken to reach.';
COMMENT ON COLUMN seed_poll.last_day IS 'The last such day.';
COMMENT ON COLUMN seed_poll.gap IS 'A feed that shares no item with what it showed before: items between the two polls may be lost.';
