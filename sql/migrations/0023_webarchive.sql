-- What web archives hold of links: where a page is fetched from that no living host serves.

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
