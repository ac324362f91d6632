-- What was fetched: attempts, where the bytes of each response lie, and WARC files of others.

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
    accepted           boolean NOT NULL DEFAULT false,
    payload_id         bigint REFERENCES capture,
    damaged            boolean NOT NULL DEFAULT false,
    tls_verified       boolean,
    away               boolean NOT NULL DEFAULT false,
    read_again         text CHECK (read_again IN ('learned', 'ruled', 'pruned', 'accepted', 'returned')),
    UNIQUE (warc, warc_offset),
    CHECK (read_again IS NULL OR extractor_version = 0)
);
CREATE INDEX capture_of_run ON capture (run_id);
CREATE INDEX capture_of_host ON capture (host_id, fetched_at) WHERE chosen;
CREATE INDEX capture_of_link ON capture (link_id, fetched_at DESC) WHERE link_id IS NOT NULL;
CREATE INDEX capture_of_seed ON capture (source_key, url, fetched_at DESC) WHERE link_id IS NULL;
CREATE INDEX capture_to_extract ON capture (source_key, extractor_version, capture_id) WHERE chosen AND link_id IS NOT NULL;
CREATE INDEX capture_to_read_again ON capture (source_key, read_again, capture_id) WHERE read_again IS NOT NULL;
CREATE INDEX capture_by_digest ON capture (source_key, digest) WHERE payload_id IS NULL AND NOT damaged;
CREATE INDEX capture_by_payload ON capture (payload_id) WHERE payload_id IS NOT NULL;
CREATE INDEX capture_away ON capture (source_key) WHERE away;
COMMENT ON TABLE capture IS 'Where the bytes of a response lie in the archive. Seed documents have no link.';
COMMENT ON COLUMN capture.capture_id IS 'Number of the capture.';
COMMENT ON COLUMN capture.source_key IS 'The source that it was fetched for.';
COMMENT ON COLUMN capture.link_id IS 'The link whose page it is; null for a seed document.';
COMMENT ON COLUMN capture.host_id IS 'The host that served it.';
COMMENT ON COLUMN capture.run_id IS 'The run that fetched it.';
COMMENT ON COLUMN capture.url IS 'Who really served it, after redirects.';
COMMENT ON COLUMN capture.fetched_at IS 'When the request went out.';
COMMENT ON COLUMN capture.status IS 'HTTP status.';
COMMENT ON COLUMN capture.content_type IS 'As the server stated it.';
COMMENT ON COLUMN capture.etag IS 'Validator for a conditional request.';
COMMENT ON COLUMN capture.last_modified IS 'Validator for a conditional request.';
COMMENT ON COLUMN capture.digest IS 'SHA-1 of the body without its content coding, written as WARC payload digests are; the record''s own is that of the body as it is stored, which may be in the coding that it was sent in.';
COMMENT ON COLUMN capture.warc IS 'The WARC file''s name in the archive.';
COMMENT ON COLUMN capture.warc_offset IS 'Bytes from the beginning of the compressed WARC file.';
COMMENT ON COLUMN capture.warc_length IS 'Bytes of the compressed record.';
COMMENT ON COLUMN capture.chosen IS 'True for the answer that counts; false for what other hosts said instead, kept as evidence.';
COMMENT ON COLUMN capture.extractor_version IS 'The newest extractor that has read it; 0 before the first, and while read_again says why no reading counts.';
COMMENT ON COLUMN capture.lease_session IS 'The session that extracts it; others leave it alone until lease_until, or until that session is dead.';
COMMENT ON COLUMN capture.lease_until IS 'When the lease ends.';
COMMENT ON COLUMN capture.accepted IS 'True where a person took it for an article although its verdict was another.';
COMMENT ON COLUMN capture.payload_id IS 'The earlier capture that holds the body, where the WARC record is a revisit of it; null where the record holds it. That one''s is null.';
COMMENT ON COLUMN capture.damaged IS 'True once its bytes could not be read back: nothing refers to it any more, and it has no validators.';
COMMENT ON COLUMN capture.tls_verified IS 'False where the source file says that the host''s TLS is broken (tls = "unverified"); null over plain http, and in rows older than this column.';
COMMENT ON COLUMN capture.away IS 'True while its file, or that of its body, is in away_file: nobody reads it, refers to it or waits for it.';
COMMENT ON COLUMN capture.read_again IS 'Why its page is to be read again; null where it is not, or was never read. learned: a run found new boilerplate on it and reads it again itself; ruled: a person said what is boilerplate, or articles that count for it were taken down; pruned: the source file leaves out other elements; accepted: a person took it for an article; returned: its file is readable again.';

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
CREATE INDEX attempt_by_capture ON attempt (capture_id) WHERE capture_id IS NOT NULL;
COMMENT ON TABLE attempt IS 'One HTTP exchange with one host, and how it ended.';
COMMENT ON COLUMN attempt.attempt_id IS 'Number of the attempt.';
COMMENT ON COLUMN attempt.run_id IS 'The run that asked.';
COMMENT ON COLUMN attempt.link_id IS 'The link that was asked for; null for a seed, robots.txt and the like.';
COMMENT ON COLUMN attempt.host_id IS 'The host that was asked.';
COMMENT ON COLUMN attempt.url IS 'The URL asked for.';
COMMENT ON COLUMN attempt.started_at IS 'When the request went out.';
COMMENT ON COLUMN attempt.elapsed_s IS 'Seconds to the end of the body, or to the failure.';
COMMENT ON COLUMN attempt.outcome IS 'ok, not_modified, not_it (another page than asked for, one that another host had right, or a seed that another host had whole), gone, disallowed (by robots.txt), http_error, unreachable, timeout, refused, too_large.';
COMMENT ON COLUMN attempt.status IS 'HTTP status; null where no answer came.';
COMMENT ON COLUMN attempt.body_bytes IS 'Bytes of the decoded body.';
COMMENT ON COLUMN attempt.verdict IS 'What the page was, when it was looked at.';
COMMENT ON COLUMN attempt.detail IS 'What happened, for people.';
COMMENT ON COLUMN attempt.capture_id IS 'The capture of the answer; null where nothing was stored.';

CREATE TABLE away_file (
    warc            text PRIMARY KEY,
    problem         text NOT NULL,
    noted_at        timestamptz NOT NULL,
    looked_at       timestamptz NOT NULL,
    written_off_at  timestamptz
);
COMMENT ON TABLE away_file IS 'WARC files of the archive that cannot be read: lost, or on a disk or in a store that is away.';
COMMENT ON COLUMN away_file.warc IS 'The file''s name, as captures have it.';
COMMENT ON COLUMN away_file.problem IS 'What was met when it was last looked for.';
COMMENT ON COLUMN away_file.noted_at IS 'When it was found to be away.';
COMMENT ON COLUMN away_file.looked_at IS 'When it was last looked for. Runs look again, until it is written off.';
COMMENT ON COLUMN away_file.written_off_at IS 'When somebody said that it does not come back; null while it may.';

CREATE TABLE warc_file (
    file_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_key  text NOT NULL REFERENCES source,
    url         text NOT NULL,
    bytes       bigint NOT NULL,
    stamp       text NOT NULL,
    read_by     text NOT NULL,
    scanned_at  timestamptz,
    records     bigint,
    damage      text,
    UNIQUE (source_key, url, bytes, stamp, read_by)
);
COMMENT ON TABLE warc_file IS 'A WARC or WACZ file of others as it was scanned for a source: changed, or read by other rules, it is another row.';
COMMENT ON COLUMN warc_file.file_id IS 'Number of the file.';
COMMENT ON COLUMN warc_file.source_key IS 'The source that it was scanned for.';
COMMENT ON COLUMN warc_file.url IS 'Where it lies: a path, or a URL without secrets.';
COMMENT ON COLUMN warc_file.bytes IS 'Its size.';
COMMENT ON COLUMN warc_file.stamp IS 'Its ETag, or when it was last modified: changes with its content.';
COMMENT ON COLUMN warc_file.read_by IS 'Digest of the rules that tell which records are pages of the source.';
COMMENT ON COLUMN warc_file.scanned_at IS 'When it was read to its end; null until then.';
COMMENT ON COLUMN warc_file.records IS 'How many records it holds, of whatever kind and site.';
COMMENT ON COLUMN warc_file.damage IS 'What could not be read, for people.';

CREATE TABLE warc_record (
    file_id        bigint NOT NULL REFERENCES warc_file ON DELETE CASCADE,
    member         text NOT NULL,
    number         bigint NOT NULL,
    record_offset  bigint,
    record_length  bigint,
    record_id      text,
    url            text NOT NULL,
    article_key    text NOT NULL,
    link_url       text NOT NULL,
    day            date,
    host_id        bigint NOT NULL REFERENCES host,
    captured_at    timestamptz,
    revisit        boolean NOT NULL,
    digest         text,
    problem        text,
    verdict        text,
    capture_id     bigint REFERENCES capture ON DELETE SET NULL,
    PRIMARY KEY (file_id, member, number)
);
CREATE INDEX warc_record_by_day ON warc_record (file_id, day);
CREATE INDEX warc_record_by_digest ON warc_record (digest) WHERE capture_id IS NOT NULL AND NOT revisit;
CREATE INDEX warc_record_by_capture ON warc_record (capture_id) WHERE capture_id IS NOT NULL;
COMMENT ON TABLE warc_record IS 'A page of the source in a WARC file of others, and the capture that is a copy of it.';
COMMENT ON COLUMN warc_record.file_id IS 'The file that it stands in.';
COMMENT ON COLUMN warc_record.member IS 'The WARC file''s name in a WACZ; empty where the file is one itself.';
COMMENT ON COLUMN warc_record.number IS 'Its place among the records of that WARC file, from 0.';
COMMENT ON COLUMN warc_record.record_offset IS 'Bytes from the beginning of the file; null where it cannot be read by itself, as within one gzip member.';
COMMENT ON COLUMN warc_record.record_length IS 'Bytes to the next record.';
COMMENT ON COLUMN warc_record.record_id IS 'WARC-Record-ID.';
COMMENT ON COLUMN warc_record.url IS 'WARC-Target-URI.';
COMMENT ON COLUMN warc_record.article_key IS 'As on its link.';
COMMENT ON COLUMN warc_record.link_url IS 'As on its link: the canonical URL.';
COMMENT ON COLUMN warc_record.day IS 'The day that the URL names.';
COMMENT ON COLUMN warc_record.host_id IS 'The host of the source that the page was captured from.';
COMMENT ON COLUMN warc_record.captured_at IS 'WARC-Date: when it was captured.';
COMMENT ON COLUMN warc_record.revisit IS 'Whether it holds no payload of its own, but repeats that of a response with the same digest.';
COMMENT ON COLUMN warc_record.digest IS 'WARC-Payload-Digest, as the record states it.';
COMMENT ON COLUMN warc_record.problem IS 'Why it is not copied: damaged, another digest, too large; null where nothing is wrong with it.';
COMMENT ON COLUMN warc_record.verdict IS 'What the page was when it was copied: only an article makes its link captured.';
COMMENT ON COLUMN warc_record.capture_id IS 'The capture that is a copy of it, or was one already; null until a run''s window takes it.';
