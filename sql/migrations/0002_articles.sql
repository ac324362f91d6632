-- What pages gave: extractions, articles with their versions, and the clusters of near duplicates.

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
    PRIMARY KEY (capture_id, extractor_version)
);
CREATE INDEX extraction_to_place ON extraction (source_key, capture_id) WHERE verdict = 'article' AND placed_at IS NULL;
CREATE INDEX extraction_to_load ON extraction (source_key, published_at) WHERE placed_at IS NOT NULL AND loaded_at IS NULL;
CREATE INDEX extraction_of_link ON extraction (link_id);
COMMENT ON TABLE extraction IS 'What one capture gave at one version of the extractor.';
COMMENT ON COLUMN extraction.extractor_version IS 'Which extractor read it.';
COMMENT ON COLUMN extraction.verdict IS 'article, suspect, seizure, parking, challenge, consent, login, not_found, index, thin or broken.';
COMMENT ON COLUMN extraction.evidence IS 'What the verdict rests on.';
COMMENT ON COLUMN extraction.body IS 'The text; null once it stands in a version.';
COMMENT ON COLUMN extraction.published_at IS 'As an instant, by which a run''s window takes it.';
COMMENT ON COLUMN extraction.extracted_at IS 'When it was read.';
COMMENT ON COLUMN extraction.nearest_key IS 'The article that it duplicates most.';
COMMENT ON COLUMN extraction.similarity IS 'Estimated Jaccard similarity to that one, 0 to 1.';
COMMENT ON COLUMN extraction.placed_at IS 'When dedupe placed it.';
COMMENT ON COLUMN extraction.loaded_at IS 'When it was loaded; null while it waits, as an article outside a run''s window does.';
COMMENT ON COLUMN extraction.fields IS 'The normalized fields, with where each came from; the text stands in body until it is loaded.';
COMMENT ON COLUMN extraction.placement IS 'What dedupe found: new, exact or near duplicate of nearest_key, revision, or the same as stored.';
COMMENT ON COLUMN extraction.content_hash IS 'SHA-256 of normalized title and text.';

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
COMMENT ON TABLE rejection IS 'A page that was stored and is no article, or a suspect one in quarantine, and why.';
COMMENT ON COLUMN rejection.verdict IS 'What the page was instead.';
COMMENT ON COLUMN rejection.evidence IS 'What the verdict rests on.';
COMMENT ON COLUMN rejection.rejected_at IS 'When it was judged.';

CREATE TABLE article (
    article_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_key      text NOT NULL UNIQUE,
    source_key       text NOT NULL REFERENCES source,
    link_id          bigint NOT NULL REFERENCES link,
    current_version  int NOT NULL,
    versions         int NOT NULL,
    first_seen_at    timestamptz NOT NULL,
    gone_at          timestamptz
);
-- No unique index beside the key's: of two inserts that meet, one waits for both and the other for it (a deadlock).
CREATE INDEX article_of_link ON article (link_id);
CREATE INDEX article_gone ON article (source_key) WHERE gone_at IS NOT NULL;
CREATE INDEX article_by_source ON article (source_key, first_seen_at DESC);
COMMENT ON TABLE article IS 'One article, whichever hosts served it. What it says is its current version.';
COMMENT ON COLUMN article.article_key IS '<source>:<publisher''s id>, as on its link.';
COMMENT ON COLUMN article.current_version IS 'The version captured last.';
COMMENT ON COLUMN article.first_seen_at IS 'When the oldest of its captures was fetched.';
COMMENT ON COLUMN article.versions IS 'How many versions are stored; the next one takes the number behind.';
COMMENT ON COLUMN article.gone_at IS 'When every host answered 404 or 410; null while it stands.';

CREATE TABLE article_version (
    article_id            bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    version               int NOT NULL,
    capture_id            bigint NOT NULL UNIQUE REFERENCES capture,
    extractor_version     int NOT NULL,
    fetched_at            timestamptz NOT NULL,
    loaded_by             bigint NOT NULL REFERENCES run,
    content_hash          bytea NOT NULL,
    canonical_url         text NOT NULL,
    title                 text NOT NULL,
    lead                  text,
    text                  text NOT NULL,
    published_at          timestamptz,
    published_at_assumed  boolean NOT NULL,
    published_precision   text CHECK (published_precision IN ('second', 'minute', 'day')),
    modified_at           timestamptz,
    section               text,
    language              text,
    PRIMARY KEY (article_id, version)
);
CREATE INDEX article_version_by_publication ON article_version (published_at);
CREATE INDEX article_version_by_run ON article_version (loaded_by);
COMMENT ON TABLE article_version IS 'What an article said when it was captured; the only place where its text stands.';
COMMENT ON COLUMN article_version.version IS 'Counts from 1 in the order of loading; an older capture loaded later has a higher number and is not current.';
COMMENT ON COLUMN article_version.extractor_version IS 'Which extractor read it; a newer one mends the row and makes no version.';
COMMENT ON COLUMN article_version.fetched_at IS 'When its capture was fetched; the newest is current.';
COMMENT ON COLUMN article_version.loaded_by IS 'The run that loaded it.';
COMMENT ON COLUMN article_version.content_hash IS 'SHA-256 of normalized title and text.';
COMMENT ON COLUMN article_version.canonical_url IS 'The page''s own canonical URL where it names this article, else the link''s; always on the primary host.';
COMMENT ON COLUMN article_version.title IS 'Without the site''s name.';
COMMENT ON COLUMN article_version.lead IS 'The standfirst, where the page shows one.';
COMMENT ON COLUMN article_version.text IS 'Lead and body without the title, paragraphs apart by a line feed.';
COMMENT ON COLUMN article_version.published_at IS 'As the page states it; null where it states none.';
COMMENT ON COLUMN article_version.modified_at IS 'When the publisher last changed it, as the page states it.';
COMMENT ON COLUMN article_version.section IS 'As a path: News / World.';
COMMENT ON COLUMN article_version.language IS 'BCP 47.';
COMMENT ON COLUMN article_version.published_at_assumed IS 'True when the zone or the day was not on the page but taken from the source file or the URL.';
COMMENT ON COLUMN article_version.published_precision IS 'day: only the day is known, published_at is its 00:00 in the source''s zone.';

CREATE TABLE article_url (
    article_id     bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    url            text NOT NULL,
    host_id        bigint NOT NULL REFERENCES host,
    first_seen_at  timestamptz NOT NULL,
    PRIMARY KEY (article_id, url)
);
CREATE INDEX article_url_by_url ON article_url (url);
COMMENT ON TABLE article_url IS 'Every URL at which a host served the article.';
COMMENT ON COLUMN article_url.url IS 'As the host serves it, after redirects.';
COMMENT ON COLUMN article_url.first_seen_at IS 'When it was first served there.';

CREATE TABLE author (
    author_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE
);
COMMENT ON TABLE author IS 'A person, or an agency that is named as author.';
COMMENT ON COLUMN author.name IS 'As the page writes it, without "By".';

CREATE TABLE article_author (
    article_id  bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    position    int NOT NULL,
    author_id   bigint NOT NULL REFERENCES author,
    PRIMARY KEY (article_id, position)
);
CREATE INDEX article_author_by_author ON article_author (author_id);
COMMENT ON TABLE article_author IS 'The authors of an article''s current version, in the order of the page.';
COMMENT ON COLUMN article_author.position IS 'Place in the byline, from 1.';

CREATE TABLE tag (
    tag_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    text NOT NULL UNIQUE
);
COMMENT ON TABLE tag IS 'A topic as publishers name it.';
COMMENT ON COLUMN tag.name IS 'As the page writes it.';

CREATE TABLE article_tag (
    article_id  bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    position    int NOT NULL,
    tag_id      bigint NOT NULL REFERENCES tag,
    PRIMARY KEY (article_id, position)
);
CREATE INDEX article_tag_by_tag ON article_tag (tag_id);
COMMENT ON TABLE article_tag IS 'The tags of an article''s current version, in the order of the page.';
COMMENT ON COLUMN article_tag.position IS 'Place on the page, from 1.';

CREATE TABLE image (
    article_id  bigint PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    url         text NOT NULL,
    caption     text,
    credit      text
);
COMMENT ON TABLE image IS 'The lead image of an article''s current version.';
COMMENT ON COLUMN image.url IS 'Where the page shows it from.';
COMMENT ON COLUMN image.caption IS 'As the page has it.';
COMMENT ON COLUMN image.credit IS 'Who made it, as the page says.';

CREATE TABLE cluster (
    cluster_id  text PRIMARY KEY
);
COMMENT ON TABLE cluster IS 'A group of articles with nearly the same text. Named by the key of its head: the earliest published, then the smallest key.';

CREATE TABLE signature (
    article_key        text PRIMARY KEY REFERENCES link (article_key) ON DELETE CASCADE,
    cluster_id         text NOT NULL REFERENCES cluster DEFERRABLE INITIALLY DEFERRED,
    signature_version  int NOT NULL,
    content_hash       bytea NOT NULL,
    text_hash          bytea NOT NULL,
    minhash            bigint[] NOT NULL,
    bands              bigint[] NOT NULL,
    published_at       timestamptz,
    fetched_at         timestamptz NOT NULL
);
CREATE INDEX signature_by_cluster ON signature (cluster_id);
CREATE INDEX signature_by_text ON signature (text_hash);
CREATE INDEX signature_by_band ON signature USING gin (bands);
COMMENT ON TABLE signature IS 'What near duplicates of an article are found by, and the cluster it stands in.';
COMMENT ON COLUMN signature.signature_version IS 'Which signatures can be compared.';
COMMENT ON COLUMN signature.minhash IS '128 minima over word 3-grams; empty for texts under 50 words.';
COMMENT ON COLUMN signature.published_at IS 'By which the cluster''s head is chosen.';
COMMENT ON COLUMN signature.content_hash IS 'SHA-256 of normalized title and text: another one under the same key is a revision.';
COMMENT ON COLUMN signature.text_hash IS 'SHA-256 of the normalized text: the same one under another key is an exact duplicate.';
COMMENT ON COLUMN signature.bands IS 'LSH buckets of the MinHash; two texts that share one are candidates.';
COMMENT ON COLUMN signature.fetched_at IS 'When the capture was fetched that it was computed from; an older one never replaces it.';
