-- Scheduled looks at stored articles, redirects between articles, and articles that were taken down.

ALTER TABLE source ADD COLUMN revisits interval[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN source.revisits IS 'How long after it was first served a page is looked at again. A change dates the looks at recent pages anew.';

ALTER TABLE link ADD COLUMN revisit_at timestamptz;
ALTER TABLE link ADD COLUMN alias_of text;
CREATE INDEX link_to_revisit ON link (source_key, revisit_at) WHERE revisit_at IS NOT NULL;
CREATE INDEX link_by_target ON link (alias_of) WHERE alias_of IS NOT NULL;
COMMENT ON COLUMN link.revisit_at IS 'When its stored page is looked at again; null when it is not any more. Moved only by the transaction that ends a look.';
COMMENT ON COLUMN link.alias_of IS 'The article that its URL redirects to for good: it is that one''s alias and has no page of its own (state gone); null where it stands for itself.';

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
COMMENT ON COLUMN redirection.url IS 'What was asked for.';
COMMENT ON COLUMN redirection.target_key IS 'The article that it led to.';
COMMENT ON COLUMN redirection.target_url IS 'The same, as the primary host has it.';
COMMENT ON COLUMN redirection.alike IS 'Whether the target bears a title like the article''s own.';
COMMENT ON COLUMN redirection.seen_at IS 'When that was last seen.';

CREATE VIEW article_aliases AS
SELECT l.source_key AS source, l.article_key, l.alias_of, r.url, h.url AS host, r.seen_at
FROM link l JOIN redirection r USING (link_id) JOIN host h USING (host_id)
WHERE l.alias_of IS NOT NULL;
COMMENT ON VIEW article_aliases IS 'Article keys whose URLs redirect to another article for good, a row a host that says so.';

CREATE TABLE tombstone (
    article_key   text PRIMARY KEY,
    source_key    text NOT NULL REFERENCES source,
    forgotten_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    done_at       timestamptz,
    reason        text,
    removed       jsonb NOT NULL DEFAULT '{}'
);
COMMENT ON TABLE tombstone IS 'Articles that were taken down: never ingested again as long as the row stands.';
COMMENT ON COLUMN tombstone.forgotten_at IS 'When its rows were removed.';
COMMENT ON COLUMN tombstone.done_at IS 'When its bytes were out of the archive too; null while that is to be done.';
COMMENT ON COLUMN tombstone.reason IS 'What a person gave as the reason.';
COMMENT ON COLUMN tombstone.removed IS 'How many rows of each kind, records and bytes were removed.';

CREATE TABLE takedown (
    warc         text NOT NULL,
    warc_offset  bigint NOT NULL,
    warc_length  bigint NOT NULL,
    article_key  text NOT NULL,
    PRIMARY KEY (warc, warc_offset, article_key)
);
CREATE INDEX takedown_of_article ON takedown (article_key);
COMMENT ON TABLE takedown IS 'What is still to be overwritten in the archive for an article that was taken down: noted before the first byte is touched, so that a kill leaves nothing half done.';
COMMENT ON COLUMN takedown.warc IS 'The WARC file''s name in the archive.';
COMMENT ON COLUMN takedown.warc_offset IS 'Bytes from the beginning of the compressed WARC file; -1: the whole file is still to be searched.';
COMMENT ON COLUMN takedown.warc_length IS 'Bytes of the compressed record; 0 where the file is to be searched.';

CREATE VIEW next_look AS
SELECT k.link_id, look.next_look_at
FROM link k
JOIN source s USING (source_key)
CROSS JOIN LATERAL (SELECT min(c.fetched_at) AS seen_at FROM capture c
                    WHERE c.link_id = k.link_id AND c.chosen AND c.status = 200) first
CROSS JOIN LATERAL (SELECT min(first.seen_at + step) FILTER (WHERE first.seen_at + step > now()) AS next_look_at
                    FROM unnest(s.revisits) AS step
                    WHERE k.day IS NULL
                       OR (k.day + interval '1 day') AT TIME ZONE s.timezone
                          + (SELECT max(step) FROM unnest(s.revisits) AS step) > first.seen_at) look;
COMMENT ON VIEW next_look IS 'When each page is looked at next by its source''s schedule: the first step ahead, counted from when it was first served; none for one whose URL names a day that was long past by then.';

CREATE INDEX attempt_by_capture ON attempt (capture_id) WHERE capture_id IS NOT NULL;
