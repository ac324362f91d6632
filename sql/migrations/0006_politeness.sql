-- Politeness over all workers: hosts that rest, robots.txt, what a seed document was when last read, retries by hand.

ALTER TABLE host ADD COLUMN requested_at timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE host ADD COLUMN resting_until timestamptz NOT NULL DEFAULT '-infinity';
ALTER TABLE host ADD COLUMN refusals int NOT NULL DEFAULT 0;
COMMENT ON COLUMN host.requested_at IS 'When the last request really went out: the delay is held from it, however late a worker woke up.';
COMMENT ON COLUMN host.resting_until IS 'Until then no worker asks it anything: it answered 429 or 503, and said so (Retry-After) or did it again.';
COMMENT ON COLUMN host.refusals IS 'Answers 429 or 503 in a row, each after its rest; the pause grows with them.';

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
COMMENT ON COLUMN robots.origin IS 'Scheme, name and port that served it.';
COMMENT ON COLUMN robots.fetched_at IS 'When it was asked for.';
COMMENT ON COLUMN robots.good_until IS 'When it is asked for again: a day later, a failed one after about a minute.';
COMMENT ON COLUMN robots.rules IS 'Its text, at most 500 KiB; null where everything is allowed (4xx) or nothing (see outcome).';
COMMENT ON COLUMN robots.outcome IS 'Why it shuts the host, as in attempt.outcome (5xx, or no answer); null where it does not.';
COMMENT ON COLUMN robots.reason IS 'The same, for people.';
COMMENT ON COLUMN robots.crawl_delay_s IS 'Seconds between requests that it asks of us; a longer one than the source file''s delay wins.';

CREATE VIEW crawl_delay AS
SELECT host_id, max(crawl_delay_s) AS delay_s FROM robots
WHERE good_until > clock_timestamp() - interval '1 day' GROUP BY host_id;
COMMENT ON VIEW crawl_delay IS 'The Crawl-delay of each host that asks for one, in seconds; of origins not asked for a day, none.';

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
    PRIMARY KEY (host_id, url)
);
COMMENT ON TABLE seed_document IS 'A feed, sitemap or listing as it was when all its links were last put on the frontier: what a poll asks by.';
COMMENT ON COLUMN seed_document.url IS 'As it is asked for on that host.';
COMMENT ON COLUMN seed_document.read_by IS 'Digest of the rules that its links were read by; other rules read it anew.';
COMMENT ON COLUMN seed_document.read_at IS 'When it was asked for.';
COMMENT ON COLUMN seed_document.etag IS 'Validator for a conditional request.';
COMMENT ON COLUMN seed_document.last_modified IS 'Validator for a conditional request.';
COMMENT ON COLUMN seed_document.lastmod IS 'What the index above it said of its last change by then.';
COMMENT ON COLUMN seed_document.children IS 'The sitemaps that it names, each as [url, lastmod].';
COMMENT ON COLUMN seed_document.whole IS 'False for the first page of a listing until the walk through all its pages was ended.';

ALTER TABLE link ADD COLUMN retry_asked boolean NOT NULL DEFAULT false;
CREATE INDEX link_retry_asked ON link (source_key) WHERE retry_asked;
COMMENT ON COLUMN link.retry_asked IS 'A person asked for another try: every run takes it, whatever its kind, until it is served or given up again.';
