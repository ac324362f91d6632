-- Names that a source's hosts and pages point to and that are no hosts of it: suggested to people, never followed.

CREATE TABLE suggestion (
    source_key     text NOT NULL REFERENCES source,
    origin         text NOT NULL,
    way            text NOT NULL CHECK (way IN ('redirect', 'canonical', 'address')),
    path           text NOT NULL,
    url            text NOT NULL,
    first_seen_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    last_seen_at   timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (source_key, origin, way, path)
);
COMMENT ON TABLE suggestion IS 'Where a page or redirect names an origin that is no host of the source: one row a path, so that nothing counts twice.';
COMMENT ON COLUMN suggestion.origin IS 'Scheme and name.';
COMMENT ON COLUMN suggestion.way IS 'redirect: for good, from a host of the source; canonical: the page''s own canonical link, to the same path or article; address: in its list of alternate addresses.';
COMMENT ON COLUMN suggestion.path IS 'The path that was asked for: of an article the same on all hosts.';
COMMENT ON COLUMN suggestion.url IS 'What was asked for.';
COMMENT ON COLUMN suggestion.first_seen_at IS 'When this path named it first.';
COMMENT ON COLUMN suggestion.last_seen_at IS 'When this path named it last.';

CREATE TABLE dismissed_origin (
    source_key     text NOT NULL REFERENCES source,
    origin         text NOT NULL,
    PRIMARY KEY (source_key, origin)
);
COMMENT ON TABLE dismissed_origin IS 'Origins that a person does not want to hear of again.';
COMMENT ON COLUMN dismissed_origin.origin IS 'As in suggestion.';
