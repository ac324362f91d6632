-- Articles with their versions, URLs, authors, tags and images.

CREATE TABLE article (
    article_id          bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    article_key         text NOT NULL UNIQUE,
    source_key          text NOT NULL REFERENCES source,
    link_id             bigint NOT NULL REFERENCES link,
    current_version     int NOT NULL,
    versions            int NOT NULL,
    first_seen_at       timestamptz NOT NULL,
    gone_at             timestamptz,
    current_capture_id  bigint NOT NULL,
    current_fetched_at  timestamptz NOT NULL,
    current_hash        bytea NOT NULL,
    current_url         text NOT NULL,
    current_verdict     text NOT NULL DEFAULT 'article' CHECK (current_verdict IN ('article', 'suspect'))
);
-- No unique index beside the key's: of two inserts that meet, one waits for both and the other for it (a deadlock).
CREATE INDEX article_of_link ON article (link_id);
CREATE INDEX article_gone ON article (source_key) WHERE gone_at IS NOT NULL;
CREATE INDEX article_by_source ON article (source_key, first_seen_at DESC);
COMMENT ON TABLE article IS 'One article, whichever hosts served it. What it says is its current version.';
COMMENT ON COLUMN article.article_id IS 'Number of the article.';
COMMENT ON COLUMN article.article_key IS '<source>:<publisher''s id>, as on its link.';
COMMENT ON COLUMN article.source_key IS 'The source that published it.';
COMMENT ON COLUMN article.link_id IS 'The link that it was found by.';
COMMENT ON COLUMN article.current_version IS 'The version captured last.';
COMMENT ON COLUMN article.versions IS 'How many versions are stored; the next one takes the number behind.';
COMMENT ON COLUMN article.first_seen_at IS 'When the oldest of its captures was fetched.';
COMMENT ON COLUMN article.gone_at IS 'When every host answered 404 or 410; null while it stands.';
COMMENT ON COLUMN article.current_capture_id IS 'The capture of its current version. With the four beside it, a loader that has locked the row knows whether a page says something new.';
COMMENT ON COLUMN article.current_fetched_at IS 'When that was fetched.';
COMMENT ON COLUMN article.current_hash IS 'The content hash of its current version.';
COMMENT ON COLUMN article.current_url IS 'Where that was served.';
COMMENT ON COLUMN article.current_verdict IS 'The verdict on that: suspect until a host serves a page that is surely the article.';

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
    origins               jsonb NOT NULL DEFAULT '{}',
    paywalled             boolean,
    corrections           text[] NOT NULL DEFAULT '{}',
    authors               text[] NOT NULL DEFAULT '{}',
    tags                  text[] NOT NULL DEFAULT '{}',
    image_url             text,
    image_caption         text,
    image_credit          text,
    change                text CHECK (change IN ('minor', 'major', 'correction')),
    distance_bits         int CHECK (distance_bits BETWEEN 0 AND 64),
    verdict               text NOT NULL DEFAULT 'article' CHECK (verdict IN ('article', 'suspect')),
    doubts                text[] NOT NULL DEFAULT '{}',
    PRIMARY KEY (article_id, version)
);
CREATE INDEX article_version_by_publication ON article_version (published_at);
CREATE INDEX article_version_by_run ON article_version (loaded_by);
COMMENT ON TABLE article_version IS 'What an article said when it was captured; the only place where its text stands.';
COMMENT ON COLUMN article_version.article_id IS 'The article that it is a version of.';
COMMENT ON COLUMN article_version.version IS 'Counts from 1 in the order of loading, so that a number stays what it is: an older capture loaded later has a higher number and is not current. In time they stand by fetched_at.';
COMMENT ON COLUMN article_version.capture_id IS 'The first capture that said so, the first sure one where there is one: those after it say the same, up to that of the next version in time.';
COMMENT ON COLUMN article_version.extractor_version IS 'Which extractor read it; read again, the row is mended and no version made.';
COMMENT ON COLUMN article_version.fetched_at IS 'When its capture was fetched; the newest is current.';
COMMENT ON COLUMN article_version.loaded_by IS 'The run that loaded it.';
COMMENT ON COLUMN article_version.content_hash IS 'SHA-256 of normalized title and text.';
COMMENT ON COLUMN article_version.canonical_url IS 'The page''s own canonical URL where it names this article, else the link''s; always on the primary host.';
COMMENT ON COLUMN article_version.title IS 'Without the site''s name.';
COMMENT ON COLUMN article_version.lead IS 'The standfirst, where the page shows one.';
COMMENT ON COLUMN article_version.text IS 'Lead and body without the title, paragraphs apart by a line feed.';
COMMENT ON COLUMN article_version.published_at IS 'As the page states it; null where it states none.';
COMMENT ON COLUMN article_version.published_at_assumed IS 'True when the zone or the day was not on the page but taken from the source file or the URL.';
COMMENT ON COLUMN article_version.published_precision IS 'day: only the day is known, published_at is its 00:00 in the source''s zone.';
COMMENT ON COLUMN article_version.modified_at IS 'When the publisher last changed it, as the page states it.';
COMMENT ON COLUMN article_version.section IS 'As a path: News / World.';
COMMENT ON COLUMN article_version.language IS 'BCP 47.';
COMMENT ON COLUMN article_version.origins IS 'Where each field came from: json-ld, meta, page, url and so on, by the field''s name.';
COMMENT ON COLUMN article_version.paywalled IS 'What the page states of itself; null where it states nothing.';
COMMENT ON COLUMN article_version.corrections IS 'Correction notes, as they stand on the page.';
COMMENT ON COLUMN article_version.authors IS 'People, or an agency that is named as author, in the order of the page.';
COMMENT ON COLUMN article_version.tags IS 'Topics as the page names them, in its order.';
COMMENT ON COLUMN article_version.image_url IS 'Where the page shows its lead image from; null where it has none.';
COMMENT ON COLUMN article_version.image_caption IS 'As the page has it.';
COMMENT ON COLUMN article_version.image_credit IS 'Who made the image, as the page says.';
COMMENT ON COLUMN article_version.change IS 'Since the version before it in time. minor: typos and punctuation; correction: it has a correction note that the other has not; major: anything else. Null for the first in time.';
COMMENT ON COLUMN article_version.distance_bits IS 'Hamming distance of the SimHashes (64 bits) of its text and that of the version before it in time; null for the first in time.';
COMMENT ON COLUMN article_version.verdict IS 'article; or suspect, a page that is probably the article: only before any that surely is.';
COMMENT ON COLUMN article_version.doubts IS 'What speaks against the page or a field of it, in short words; of a suspect the reason first. Empty where nothing does.';

CREATE TABLE article_url (
    article_id     bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    url            text NOT NULL,
    host_id        bigint NOT NULL REFERENCES host,
    first_seen_at  timestamptz NOT NULL,
    PRIMARY KEY (article_id, url)
);
CREATE INDEX article_url_by_url ON article_url (url);
COMMENT ON TABLE article_url IS 'Every URL at which a host served the article.';
COMMENT ON COLUMN article_url.article_id IS 'The article.';
COMMENT ON COLUMN article_url.url IS 'As the host serves it, after redirects.';
COMMENT ON COLUMN article_url.host_id IS 'The host that served it there.';
COMMENT ON COLUMN article_url.first_seen_at IS 'When it was first served there.';

CREATE TABLE author (
    author_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name       text NOT NULL UNIQUE
);
COMMENT ON TABLE author IS 'A person, or an agency that is named as author.';
COMMENT ON COLUMN author.author_id IS 'Number of the author.';
COMMENT ON COLUMN author.name IS 'As the page writes it, without "By".';

CREATE TABLE article_author (
    article_id  bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    position    int NOT NULL,
    author_id   bigint NOT NULL REFERENCES author,
    PRIMARY KEY (article_id, position)
);
CREATE INDEX article_author_by_author ON article_author (author_id);
COMMENT ON TABLE article_author IS 'The authors of an article''s current version, in the order of the page.';
COMMENT ON COLUMN article_author.article_id IS 'The article.';
COMMENT ON COLUMN article_author.position IS 'Place in the byline, from 1.';
COMMENT ON COLUMN article_author.author_id IS 'The author at that place.';

CREATE TABLE tag (
    tag_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    text NOT NULL UNIQUE
);
COMMENT ON TABLE tag IS 'A topic as publishers name it.';
COMMENT ON COLUMN tag.tag_id IS 'Number of the tag.';
COMMENT ON COLUMN tag.name IS 'As the page writes it.';

CREATE TABLE article_tag (
    article_id  bigint NOT NULL REFERENCES article ON DELETE CASCADE,
    position    int NOT NULL,
    tag_id      bigint NOT NULL REFERENCES tag,
    PRIMARY KEY (article_id, position)
);
CREATE INDEX article_tag_by_tag ON article_tag (tag_id);
COMMENT ON TABLE article_tag IS 'The tags of an article''s current version, in the order of the page.';
COMMENT ON COLUMN article_tag.article_id IS 'The article.';
COMMENT ON COLUMN article_tag.position IS 'Place on the page, from 1.';
COMMENT ON COLUMN article_tag.tag_id IS 'The tag at that place.';

CREATE TABLE image (
    article_id  bigint PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    url         text NOT NULL,
    caption     text,
    credit      text
);
COMMENT ON TABLE image IS 'The lead image of an article''s current version.';
COMMENT ON COLUMN image.article_id IS 'The article.';
COMMENT ON COLUMN image.url IS 'Where the page shows it from.';
COMMENT ON COLUMN image.caption IS 'As the page has it.';
COMMENT ON COLUMN image.credit IS 'Who made it, as the page says.';
