-- The frontier: every link that a seed ever showed, and how far each seed has been read.

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
    lease_until    timestamptz NOT NULL DEFAULT '-infinity',
    retry_asked    boolean NOT NULL DEFAULT false,
    revisit_at     timestamptz,
    alias_of       text
);
CREATE INDEX link_pending ON link (source_key, next_try_at) WHERE state = 'pending';
CREATE INDEX link_by_day ON link (source_key, day);
CREATE INDEX link_to_retry ON link (source_key) WHERE state = 'pending' AND tries > 0;
CREATE INDEX link_by_state ON link (source_key, state);
CREATE INDEX link_by_discovery ON link (source_key, discovered_at);
CREATE INDEX link_retry_asked ON link (source_key) WHERE retry_asked;
CREATE INDEX link_to_revisit ON link (source_key, revisit_at) WHERE revisit_at IS NOT NULL;
CREATE INDEX link_by_target ON link (alias_of) WHERE alias_of IS NOT NULL;
COMMENT ON TABLE link IS 'The frontier: every article that a seed ever showed, known by its article key.';
COMMENT ON COLUMN link.link_id IS 'Number of the link.';
COMMENT ON COLUMN link.source_key IS 'The source that showed it.';
COMMENT ON COLUMN link.article_key IS '<source>:<publisher''s id>; no host name enters it.';
COMMENT ON COLUMN link.url IS 'Canonical URL on the primary host.';
COMMENT ON COLUMN link.day IS 'The day that the URL names, in the source''s zone.';
COMMENT ON COLUMN link.state IS 'pending: to be fetched, once a run wants it; captured: its page is stored; failed: tries used up; gone: 404 or 410 on every host.';
COMMENT ON COLUMN link.tries IS 'Fetches in a row that brought nothing.';
COMMENT ON COLUMN link.next_try_at IS 'When a host may be asked for it again.';
COMMENT ON COLUMN link.last_problem IS 'What every host answered at the last try.';
COMMENT ON COLUMN link.discovered_at IS 'When a seed first showed it.';
COMMENT ON COLUMN link.discovered_by IS 'The run in which a seed first showed it.';
COMMENT ON COLUMN link.lease_session IS 'The session that works on it; others leave it alone until lease_until, or until that session is dead.';
COMMENT ON COLUMN link.lease_until IS 'When the lease ends.';
COMMENT ON COLUMN link.retry_asked IS 'A person asked for another try: every run takes it, whatever its kind, until it is served or given up again.';
COMMENT ON COLUMN link.revisit_at IS 'When its stored page is looked at again; null when it is not any more. Moved only by the transaction that ends a look.';
COMMENT ON COLUMN link.alias_of IS 'The article that its URL redirects to for good: it is that one''s alias and has no page of its own (state gone); null where it stands for itself.';

CREATE TABLE link_want (
    link_id  bigint NOT NULL REFERENCES link ON DELETE CASCADE,
    run_id   bigint NOT NULL REFERENCES run,
    poll     boolean NOT NULL,
    PRIMARY KEY (link_id, run_id)
);
CREATE INDEX link_want_of_run ON link_want (run_id);
CREATE INDEX link_want_of_polls ON link_want (link_id) WHERE poll;
COMMENT ON TABLE link_want IS 'Which runs want which links fetched; whichever comes first fetches it for all. Gone once the page is there.';
COMMENT ON COLUMN link_want.link_id IS 'The link that is wanted.';
COMMENT ON COLUMN link_want.run_id IS 'The run that wants it.';
COMMENT ON COLUMN link_want.poll IS 'True where a poll wants it: any later poll then takes it, whatever became of that one.';

CREATE TABLE link_hint (
    link_id    bigint NOT NULL REFERENCES link ON DELETE CASCADE,
    seed       text NOT NULL,
    title      text,
    slug       text,
    lastmod    text,
    seen_at    timestamptz NOT NULL,
    first_day  date,
    last_day   date,
    PRIMARY KEY (link_id, seed)
);
CREATE INDEX link_hint_by_seed ON link_hint (seed, link_id);
COMMENT ON TABLE link_hint IS 'What each seed last said of a link; a change asks for another fetch.';
COMMENT ON COLUMN link_hint.link_id IS 'The link that the seed shows.';
COMMENT ON COLUMN link_hint.seed IS 'The seed''s path or URL.';
COMMENT ON COLUMN link_hint.title IS 'A feed''s title for it.';
COMMENT ON COLUMN link_hint.slug IS 'The end of a feed''s URL for it.';
COMMENT ON COLUMN link_hint.lastmod IS 'A sitemap''s lastmod for it.';
COMMENT ON COLUMN link_hint.seen_at IS 'When that last changed.';
COMMENT ON COLUMN link_hint.first_day IS 'Of a link without a day: the first day that the document which shows it names.';
COMMENT ON COLUMN link_hint.last_day IS 'The last such day.';

CREATE TABLE redirection (
    link_id     bigint NOT NULL REFERENCES link ON DELETE CASCADE,
    host_id     bigint NOT NULL REFERENCES host,
    url         text NOT NULL,
    target_key  text NOT NULL,
    target_url  text NOT NULL,
    alike       boolean NOT NULL,
    seen_at     timestamptz NOT NULL,
    PRIMARY KEY (link_id, host_id)
);
CREATE INDEX redirection_by_target ON redirection (target_key);
COMMENT ON TABLE redirection IS 'Where a host redirects an article''s URL to another article for good; gone when the URL serves its own again.';
COMMENT ON COLUMN redirection.link_id IS 'The link whose URL redirects.';
COMMENT ON COLUMN redirection.host_id IS 'The host that redirects it.';
COMMENT ON COLUMN redirection.url IS 'What was asked for.';
COMMENT ON COLUMN redirection.target_key IS 'The article that it led to.';
COMMENT ON COLUMN redirection.target_url IS 'The same, as the primary host has it.';
COMMENT ON COLUMN redirection.alike IS 'Whether the target bears a title like the article''s own.';
COMMENT ON COLUMN redirection.seen_at IS 'When that was last seen.';

CREATE TABLE archived_copy (
    link_id      bigint NOT NULL REFERENCES link ON DELETE CASCADE,
    host_id      bigint NOT NULL REFERENCES host,
    captured_at  timestamptz NOT NULL,
    url          text NOT NULL,
    PRIMARY KEY (link_id, host_id, captured_at)
);
COMMENT ON TABLE archived_copy IS 'A copy of a link''s page in a web archive, as its index lists it; asked for when no living host serves the page.';
COMMENT ON COLUMN archived_copy.link_id IS 'The link.';
COMMENT ON COLUMN archived_copy.host_id IS 'The archive: a host of the source of role archive.';
COMMENT ON COLUMN archived_copy.captured_at IS 'When the archive captured the page.';
COMMENT ON COLUMN archived_copy.url IS 'The URL that the archive captured, as its index writes it.';

CREATE TABLE seed_poll (
    run_id     bigint NOT NULL REFERENCES run,
    seed       text NOT NULL,
    polled_at  timestamptz NOT NULL,
    host_id    bigint REFERENCES host,
    outcome    text NOT NULL CHECK (outcome IN ('read', 'unchanged', 'damaged', 'failed', 'not_covered')),
    links      int NOT NULL DEFAULT 0,
    known      int NOT NULL DEFAULT 0,
    gap        boolean NOT NULL DEFAULT false,
    first_day  date,
    last_day   date,
    detail     text,
    reached    datemultirange,
    PRIMARY KEY (run_id, seed)
);
CREATE INDEX seed_poll_by_seed ON seed_poll (seed, polled_at DESC);
COMMENT ON TABLE seed_poll IS 'What a run read from each seed.';
COMMENT ON COLUMN seed_poll.run_id IS 'The run that read it.';
COMMENT ON COLUMN seed_poll.seed IS 'The seed''s path or URL.';
COMMENT ON COLUMN seed_poll.polled_at IS 'When it was read.';
COMMENT ON COLUMN seed_poll.host_id IS 'The host that served it; null where none did.';
COMMENT ON COLUMN seed_poll.outcome IS 'read, unchanged (304), damaged (read in part), failed, or not_covered (it does not reach the window).';
COMMENT ON COLUMN seed_poll.links IS 'How many links in the window it listed.';
COMMENT ON COLUMN seed_poll.known IS 'How many of its links this seed had shown before.';
COMMENT ON COLUMN seed_poll.gap IS 'A feed that shares no item with what it showed before: items between the two polls may be lost.';
COMMENT ON COLUMN seed_poll.first_day IS 'The first day that a link it showed names, in the window or not: from there to last_day it is taken to reach.';
COMMENT ON COLUMN seed_poll.last_day IS 'The last such day.';
COMMENT ON COLUMN seed_poll.detail IS 'What was wrong with it, for people; of one that was read, what was wrong with it on the hosts asked before.';
COMMENT ON COLUMN seed_poll.reached IS 'The days of which all that the seed shows is on the frontier since; null: what first_day and last_day enclose of the window.';

CREATE TABLE seed_document (
    host_id        bigint NOT NULL REFERENCES host,
    url            text NOT NULL,
    read_by        text NOT NULL,
    read_at        timestamptz NOT NULL,
    etag           text,
    last_modified  text,
    lastmod        text,
    children       jsonb NOT NULL DEFAULT '[]',
    whole          boolean NOT NULL,
    polled         boolean NOT NULL DEFAULT true,
    period_end     date,
    first_day      date,
    last_day       date,
    links          int,
    skipped        jsonb NOT NULL DEFAULT '{}',
    whole_at       timestamptz NOT NULL,
    lies           boolean NOT NULL DEFAULT false,
    PRIMARY KEY (host_id, url)
);
COMMENT ON TABLE seed_document IS 'A feed, sitemap or listing as it was when all its links were last put on the frontier: what a poll asks by.';
COMMENT ON COLUMN seed_document.host_id IS 'The host that served it.';
COMMENT ON COLUMN seed_document.url IS 'As it is asked for on that host.';
COMMENT ON COLUMN seed_document.read_by IS 'Digest of the rules that its links were read by; other rules read it anew.';
COMMENT ON COLUMN seed_document.read_at IS 'When it was asked for and, where an index names it, last said to be as it was.';
COMMENT ON COLUMN seed_document.etag IS 'Validator for a conditional request.';
COMMENT ON COLUMN seed_document.last_modified IS 'Validator for a conditional request.';
COMMENT ON COLUMN seed_document.lastmod IS 'What the index above it said of its last change by then.';
COMMENT ON COLUMN seed_document.children IS 'The sitemaps that it names, each as [url, lastmod].';
COMMENT ON COLUMN seed_document.whole IS 'False for the first page of a listing until the walk through all its pages was ended.';
COMMENT ON COLUMN seed_document.polled IS 'False where a window read it: its links are on the frontier, but no poll wants them yet, so a poll reads it anew.';
COMMENT ON COLUMN seed_document.period_end IS 'The last day of the period that its URL names, where all it holds belongs there: read some days after, it is finished and not asked for again.';
COMMENT ON COLUMN seed_document.first_day IS 'The first day that a link of it names.';
COMMENT ON COLUMN seed_document.last_day IS 'The last such day.';
COMMENT ON COLUMN seed_document.links IS 'How many links to articles it held; null where nobody counted.';
COMMENT ON COLUMN seed_document.skipped IS 'What else it held: links on other hosts, links of another shape, sitemaps on other hosts, with examples.';
COMMENT ON COLUMN seed_document.whole_at IS 'When its body was last read: a host that only says 304 is not believed for longer than a day.';
COMMENT ON COLUMN seed_document.lies IS 'Its validators stayed the same while its links changed: it is asked for without them.';

CREATE TABLE listing_page (
    source_key  text NOT NULL REFERENCES source,
    seed        text NOT NULL,
    page        int NOT NULL,
    first_day   date NOT NULL,
    last_day    date NOT NULL,
    read_at     timestamptz NOT NULL,
    PRIMARY KEY (source_key, seed, page)
);
COMMENT ON TABLE listing_page IS 'Which days stood on which page of a listing: a hint where to begin, since articles only move to later pages.';
COMMENT ON COLUMN listing_page.source_key IS 'Key of the source.';
COMMENT ON COLUMN listing_page.seed IS 'The seed''s path.';
COMMENT ON COLUMN listing_page.page IS 'From 1.';
COMMENT ON COLUMN listing_page.first_day IS 'The oldest day of its articles, without what is pinned or repeated.';
COMMENT ON COLUMN listing_page.last_day IS 'The newest such day.';
COMMENT ON COLUMN listing_page.read_at IS 'When it was read.';
