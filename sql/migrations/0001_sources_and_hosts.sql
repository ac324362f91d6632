-- Sources, the hosts that serve them, and what is known of those hosts.
-- All objects stand in the schema mirrorwire: who migrates makes it and sets the search path to it.

CREATE TABLE source (
    source_key            text PRIMARY KEY,
    name                  text NOT NULL,
    language              text,
    timezone              text NOT NULL,
    updated_at            timestamptz NOT NULL DEFAULT now(),
    prune                 text[] NOT NULL DEFAULT '{}',
    boilerplate_revision  int NOT NULL DEFAULT 0,
    revisits              interval[] NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE source IS 'A publisher, as its source file states it.';
COMMENT ON COLUMN source.source_key IS 'The source file''s key; first part of every article key.';
COMMENT ON COLUMN source.name IS 'As its readers know it.';
COMMENT ON COLUMN source.language IS 'BCP 47; null where it publishes in several.';
COMMENT ON COLUMN source.timezone IS 'IANA zone taken where a page states none, and in which a date means 00:00.';
COMMENT ON COLUMN source.updated_at IS 'When the source file last changed it.';
COMMENT ON COLUMN source.prune IS 'XPath of elements that are taken out before the text is looked for. A change has every page read again.';
COMMENT ON COLUMN source.boilerplate_revision IS 'Counts up with every change of what is left out of texts (learned, overruled or pruned): a page read before it is not stored.';
COMMENT ON COLUMN source.revisits IS 'How long after it was first served a page is looked at again. A change dates the looks at recent pages anew.';

CREATE TABLE host (
    host_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_key       text NOT NULL REFERENCES source,
    url              text NOT NULL,
    role             text NOT NULL CHECK (role IN ('primary', 'mirror', 'archive')),
    listed           boolean NOT NULL DEFAULT true,
    next_request_at  timestamptz NOT NULL DEFAULT '-infinity',
    requested_at     timestamptz NOT NULL DEFAULT '-infinity',
    resting_until    timestamptz NOT NULL DEFAULT '-infinity',
    refusals         int NOT NULL DEFAULT 0,
    refused_url      text,
    UNIQUE (source_key, url)
);
COMMENT ON TABLE host IS 'An origin that serves a source''s pages. How it fares is the view host_health.';
COMMENT ON COLUMN host.host_id IS 'Number of the host.';
COMMENT ON COLUMN host.source_key IS 'The source that it serves.';
COMMENT ON COLUMN host.url IS 'Scheme, name and port.';
COMMENT ON COLUMN host.role IS 'primary, mirror or archive; hosts are asked in this order.';
COMMENT ON COLUMN host.listed IS 'False once the source file no longer names it; its history stays.';
COMMENT ON COLUMN host.next_request_at IS 'The next free slot for a request, over all workers: requests reserve it in turn.';
COMMENT ON COLUMN host.requested_at IS 'When the last request really went out: the delay is held from it, however late a worker woke up.';
COMMENT ON COLUMN host.resting_until IS 'Until then no worker asks it anything: it answered 429 or 503, and said so (Retry-After) or did it again.';
COMMENT ON COLUMN host.refusals IS 'Answers 429 or 503 in a row, each after its rest; the pause grows with them.';
COMMENT ON COLUMN host.refused_url IS 'Where it last answered 429 or 503, and nothing else since: a long Retry-After counts for the host once another URL has it too.';

CREATE TABLE breaker (
    host_id     bigint PRIMARY KEY REFERENCES host,
    state       text NOT NULL DEFAULT 'closed' CHECK (state IN ('closed', 'open', 'half-open')),
    since       timestamptz NOT NULL DEFAULT clock_timestamp(),
    reason      text,
    failures    int NOT NULL DEFAULT 0,
    opened      int NOT NULL DEFAULT 0,
    probe_at    timestamptz NOT NULL DEFAULT '-infinity',
    probed_at   timestamptz NOT NULL DEFAULT '-infinity',
    stand_in    text,
    failed_url  text,
    ruling      text CHECK (ruling IN ('up', 'down'))
);
COMMENT ON TABLE breaker IS 'The circuit breaker of each host that was ever asked: closed, it is asked; open, it is not; half-open, it is on trial.';
COMMENT ON COLUMN breaker.host_id IS 'The host.';
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

CREATE TABLE robots (
    host_id        bigint NOT NULL REFERENCES host,
    origin         text NOT NULL,
    fetched_at     timestamptz NOT NULL,
    good_until     timestamptz NOT NULL,
    rules          text,
    outcome        text,
    reason         text,
    crawl_delay_s  float8,
    PRIMARY KEY (host_id, origin)
);
COMMENT ON TABLE robots IS 'The robots.txt of each origin (a host, with and without www. and TLS), asked for all workers by one of them.';
COMMENT ON COLUMN robots.host_id IS 'The host whose origin it is.';
COMMENT ON COLUMN robots.origin IS 'Scheme, name and port that served it.';
COMMENT ON COLUMN robots.fetched_at IS 'When it was asked for.';
COMMENT ON COLUMN robots.good_until IS 'When it is asked for again: a day later, a failed one after about a minute.';
COMMENT ON COLUMN robots.rules IS 'Its text, at most 500 KiB; null where everything is allowed (4xx) or nothing (see outcome).';
COMMENT ON COLUMN robots.outcome IS 'Why it shuts the host, as in attempt.outcome (5xx, or no answer); null where it does not.';
COMMENT ON COLUMN robots.reason IS 'The same, for people.';
COMMENT ON COLUMN robots.crawl_delay_s IS 'Seconds between requests that it asks of us; a longer one than the source file''s delay wins.';

CREATE TABLE suggestion (
    source_key     text NOT NULL REFERENCES source,
    origin         text NOT NULL,
    way            text NOT NULL CHECK (way IN ('redirect', 'canonical', 'address', 'seed')),
    path           text NOT NULL,
    url            text NOT NULL,
    first_seen_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (source_key, origin, way, path)
);
COMMENT ON TABLE suggestion IS 'Where a page or redirect names an origin that is no host of the source: one row a path, so that nothing counts twice.';
COMMENT ON COLUMN suggestion.source_key IS 'Key of the source.';
COMMENT ON COLUMN suggestion.origin IS 'Scheme and name.';
COMMENT ON COLUMN suggestion.way IS 'redirect: for good, from a host of the source; canonical: the page''s own canonical link, to the same path or article; address: in its list of alternate addresses; seed: where a seed''s links or sitemaps lie that has none on a host of the source.';
COMMENT ON COLUMN suggestion.path IS 'The path that was asked for: of an article the same on all hosts.';
COMMENT ON COLUMN suggestion.url IS 'What was asked for.';
COMMENT ON COLUMN suggestion.first_seen_at IS 'When this path named it first.';
COMMENT ON COLUMN suggestion.last_seen_at IS 'When this path named it last.';

CREATE TABLE dismissed_origin (
    source_key  text NOT NULL REFERENCES source,
    origin      text NOT NULL,
    PRIMARY KEY (source_key, origin)
);
COMMENT ON TABLE dismissed_origin IS 'Origins that a person does not want to hear of again.';
COMMENT ON COLUMN dismissed_origin.source_key IS 'Key of the source.';
COMMENT ON COLUMN dismissed_origin.origin IS 'As in suggestion.';
