-- WARC files of others that seeds name: which were scanned, what pages they hold, and which captures are copies of those.

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
COMMENT ON COLUMN warc_record.member IS 'The WARC file''s name in a WACZ; empty where the file is one itself.';
COMMENT ON COLUMN warc_record.number IS 'Its place among the records of that WARC file, from 0.';
COMMENT ON COLUMN warc_record.record_offset IS 'Bytes from the beginning of the file; null where it cannot be read by itself, as within one gzip member.';
COMMENT ON COLUMN warc_record.record_length IS 'Bytes to the next record.';
COMMENT ON COLUMN warc_record.record_id IS 'WARC-Record-ID.';
COMMENT ON COLUMN warc_record.url IS 'WARC-Target-URI.';
COMMENT ON COLUMN warc_record.article_key IS 'As on its link.';
COMMENT ON COLUMN warc_record.link_url IS 'As on its link: the canonical URL.';
COMMENT ON COLUMN warc_record.day IS 'The day that the URL names.';
COMMENT ON COLUMN warc_record.captured_at IS 'WARC-Date: when it was captured.';
COMMENT ON COLUMN warc_record.revisit IS 'Whether it holds no payload of its own, but repeats that of a response with the same digest.';
COMMENT ON COLUMN warc_record.digest IS 'WARC-Payload-Digest, as the record states it.';
COMMENT ON COLUMN warc_record.problem IS 'Why it is not copied: damaged, another digest, too large; null where nothing is wrong with it.';
COMMENT ON COLUMN warc_record.verdict IS 'What the page was when it was copied: only an article makes its link captured.';
COMMENT ON COLUMN warc_record.capture_id IS 'The capture that is a copy of it, or was one already; null until a run''s window takes it.';
