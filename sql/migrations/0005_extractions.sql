-- What pages gave when they were read: extractions, rejections, boilerplate, and bugs that pages met.

CREATE TABLE extraction (
    capture_id         bigint NOT NULL REFERENCES capture,
    extractor_version  int NOT NULL,
    source_key         text NOT NULL REFERENCES source,
    link_id            bigint NOT NULL REFERENCES link,
    verdict            text NOT NULL,
    evidence           jsonb NOT NULL DEFAULT '{}',
    fields             jsonb,
    body               text,
    published_at       timestamptz,
    content_hash       bytea,
    extracted_at       timestamptz NOT NULL,
    placement          text CHECK (placement IN ('new', 'exact', 'near', 'revision', 'same')),
    nearest_key        text,
    similarity         real,
    placed_at          timestamptz,
    loaded_at          timestamptz,
    blocks             bigint[],
    month              date,
    recount            date[] NOT NULL DEFAULT '{}',
    loaded_before      boolean NOT NULL DEFAULT false,
    PRIMARY KEY (capture_id, extractor_version)
);
CREATE INDEX extraction_to_place ON extraction (source_key, capture_id) WHERE verdict IN ('article', 'suspect') AND placed_at IS NULL;
CREATE INDEX extraction_to_load ON extraction (source_key, published_at) WHERE placed_at IS NOT NULL AND loaded_at IS NULL;
CREATE INDEX extraction_of_link ON extraction (link_id);
CREATE INDEX extraction_by_month ON extraction (source_key, month) WHERE month IS NOT NULL;
CREATE INDEX extraction_to_count ON extraction (source_key) WHERE recount <> '{}';
COMMENT ON TABLE extraction IS 'What one capture gave at one version of the extractor.';
COMMENT ON COLUMN extraction.capture_id IS 'The capture that was read.';
COMMENT ON COLUMN extraction.extractor_version IS 'Which extractor read it.';
COMMENT ON COLUMN extraction.source_key IS 'Key of the source.';
COMMENT ON COLUMN extraction.link_id IS 'The link whose page it is.';
COMMENT ON COLUMN extraction.verdict IS 'article, suspect, seizure, parking, challenge, consent, login, not_found, index, thin or broken.';
COMMENT ON COLUMN extraction.evidence IS 'What the verdict rests on.';
COMMENT ON COLUMN extraction.fields IS 'The normalized fields, with where each came from; the text stands in body until it is loaded.';
COMMENT ON COLUMN extraction.body IS 'The text; null once it stands, letter for letter, in a version.';
COMMENT ON COLUMN extraction.published_at IS 'As an instant, by which a run''s window takes it.';
COMMENT ON COLUMN extraction.content_hash IS 'SHA-256 of normalized title and text.';
COMMENT ON COLUMN extraction.extracted_at IS 'When it was read.';
COMMENT ON COLUMN extraction.placement IS 'What dedupe found: new, exact or near duplicate of nearest_key, revision, or the same as stored: also a suspect page of an article that is sure, which says nothing.';
COMMENT ON COLUMN extraction.nearest_key IS 'The article that it duplicates most.';
COMMENT ON COLUMN extraction.similarity IS 'Estimated Jaccard similarity to that one, 0 to 1.';
COMMENT ON COLUMN extraction.placed_at IS 'When dedupe placed it.';
COMMENT ON COLUMN extraction.loaded_at IS 'When it was loaded; null while it waits, as an article outside a run''s window does.';
COMMENT ON COLUMN extraction.blocks IS 'Each paragraph of the text by its hash, boilerplate included; null from extractors before version 2.';
COMMENT ON COLUMN extraction.month IS 'First day of the UTC month that its blocks count in, by publication, else by fetch; null where it is no article, or a suspect one.';
COMMENT ON COLUMN extraction.recount IS 'Months whose counts of blocks this row has changed since they were counted; it is placed once there is none.';
COMMENT ON COLUMN extraction.loaded_before IS 'True where an earlier reading of the capture was loaded: this one mends it, whatever the run''s window.';

CREATE TABLE rejection (
    capture_id   bigint PRIMARY KEY REFERENCES capture,
    source_key   text NOT NULL REFERENCES source,
    link_id      bigint NOT NULL REFERENCES link,
    verdict      text NOT NULL,
    evidence     jsonb NOT NULL,
    rejected_at  timestamptz NOT NULL
);
CREATE INDEX rejection_by_source ON rejection (source_key, rejected_at DESC);
CREATE INDEX rejection_of_link ON rejection (link_id);
COMMENT ON TABLE rejection IS 'A page that was stored and is no article, or a suspect one, and why.';
COMMENT ON COLUMN rejection.capture_id IS 'The capture that is no article, or a suspect one.';
COMMENT ON COLUMN rejection.source_key IS 'Key of the source.';
COMMENT ON COLUMN rejection.link_id IS 'The link whose page it is.';
COMMENT ON COLUMN rejection.verdict IS 'What the page was instead.';
COMMENT ON COLUMN rejection.evidence IS 'What the verdict rests on.';
COMMENT ON COLUMN rejection.rejected_at IS 'When it was judged.';

CREATE TABLE boilerplate_month (
    source_key   text NOT NULL REFERENCES source,
    month        date NOT NULL,
    block        bigint NOT NULL,
    articles     int NOT NULL,
    of_articles  int NOT NULL,
    PRIMARY KEY (source_key, block, month)
);
COMMENT ON TABLE boilerplate_month IS 'Blocks that stand on many of a source''s articles of one month. Follows from the stored extractions alone.';
COMMENT ON COLUMN boilerplate_month.source_key IS 'Key of the source.';
COMMENT ON COLUMN boilerplate_month.month IS 'First day of the month, UTC.';
COMMENT ON COLUMN boilerplate_month.block IS 'Hash of a paragraph, as in extraction.blocks.';
COMMENT ON COLUMN boilerplate_month.articles IS 'On how many of the month''s articles of different content it stands.';
COMMENT ON COLUMN boilerplate_month.of_articles IS 'How many articles of different content the month has.';

CREATE TABLE boilerplate (
    source_key  text NOT NULL REFERENCES source,
    block       bigint NOT NULL,
    text        text,
    learned     boolean NOT NULL,
    ruled       text CHECK (ruled IN ('keep', 'drop')),
    PRIMARY KEY (source_key, block),
    CHECK (learned OR ruled IS NOT NULL)
);
COMMENT ON TABLE boilerplate IS 'Blocks that are left out of a source''s texts: learned and not ruled keep, or ruled drop.';
COMMENT ON COLUMN boilerplate.source_key IS 'Key of the source.';
COMMENT ON COLUMN boilerplate.block IS 'Hash of a paragraph, as in extraction.blocks.';
COMMENT ON COLUMN boilerplate.text IS 'The paragraph as one of the articles has it.';
COMMENT ON COLUMN boilerplate.learned IS 'Whether boilerplate_month holds it in any month.';
COMMENT ON COLUMN boilerplate.ruled IS 'What a person said: keep or drop; null where nobody did.';

CREATE TABLE bug (
    bug_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_key  text NOT NULL REFERENCES source,
    run_id      bigint REFERENCES run ON DELETE CASCADE,
    link_id     bigint REFERENCES link ON DELETE CASCADE,
    step        text NOT NULL,
    item        text NOT NULL,
    place       text NOT NULL,
    error       text NOT NULL,
    traceback   text NOT NULL,
    met_at      timestamptz NOT NULL,
    UNIQUE NULLS NOT DISTINCT (run_id, step, item, place)
);
CREATE INDEX bug_of_source ON bug (source_key, met_at DESC);
CREATE INDEX bug_of_link ON bug (link_id) WHERE link_id IS NOT NULL;
COMMENT ON TABLE bug IS 'What our code raised on one item (a page, a feed, a header, a record): the item was put aside, the others went on.';
COMMENT ON COLUMN bug.bug_id IS 'Number of the bug.';
COMMENT ON COLUMN bug.source_key IS 'The source whose item it was.';
COMMENT ON COLUMN bug.run_id IS 'The run that met it; null for work outside any run.';
COMMENT ON COLUMN bug.link_id IS 'The link whose page the item is; null for anything else.';
COMMENT ON COLUMN bug.step IS 'The step of the run that met it: discover, fetch, extract, learn, dedupe or load.';
COMMENT ON COLUMN bug.item IS 'The item: a URL, a seed, a file.';
COMMENT ON COLUMN bug.place IS 'The innermost line of our code on the way: "mirrorwire/extract/marked.py:57 in _names".';
COMMENT ON COLUMN bug.error IS 'What was raised, in a line.';
COMMENT ON COLUMN bug.traceback IS 'All of it.';
COMMENT ON COLUMN bug.met_at IS 'When it was met, the last time in its run.';
