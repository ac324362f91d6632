-- Boilerplate learned from a source's own pages, pages accepted by hand, and what extraction tells beside text and fields.

ALTER TABLE source ADD COLUMN prune text[] NOT NULL DEFAULT '{}';
ALTER TABLE source ADD COLUMN boilerplate_revision int NOT NULL DEFAULT 0;
COMMENT ON COLUMN source.prune IS 'XPath of elements that are taken out before the text is looked for. A change has every page read again.';
COMMENT ON COLUMN source.boilerplate_revision IS 'Counts up with every change of what is left out of texts (learned, overruled or pruned): a page read before it is not stored.';

ALTER TABLE capture ADD COLUMN accepted boolean NOT NULL DEFAULT false;
COMMENT ON COLUMN capture.accepted IS 'True where a person took it for an article although its verdict was another.';
COMMENT ON COLUMN capture.extractor_version IS 'The newest extractor that has read it; 0: to be read by any run; -1: to be read again by the run that learned new boilerplate.';

ALTER TABLE extraction ADD COLUMN blocks bigint[];
ALTER TABLE extraction ADD COLUMN month date;
ALTER TABLE extraction ADD COLUMN recount date[] NOT NULL DEFAULT '{}';
ALTER TABLE extraction ADD COLUMN loaded_before boolean NOT NULL DEFAULT false;
CREATE INDEX extraction_by_month ON extraction (source_key, month) WHERE month IS NOT NULL;
CREATE INDEX extraction_to_count ON extraction (source_key) WHERE recount <> '{}';
COMMENT ON COLUMN extraction.blocks IS 'Each paragraph of the text by its hash, boilerplate included; null from extractors before version 2.';
COMMENT ON COLUMN extraction.month IS 'First day of the UTC month that its blocks count in, by publication, else by fetch; null where it is no article.';
COMMENT ON COLUMN extraction.recount IS 'Months whose counts of blocks this row has changed since they were counted; it is placed once there is none.';
COMMENT ON COLUMN extraction.loaded_before IS 'True where an earlier reading of the capture was loaded: this one mends it, whatever the run''s window.';

CREATE TABLE boilerplate_month (
    source_key   text NOT NULL REFERENCES source,
    month        date NOT NULL,
    block        bigint NOT NULL,
    articles     int NOT NULL,
    of_articles  int NOT NULL,
    PRIMARY KEY (source_key, block, month)
);
COMMENT ON TABLE boilerplate_month IS 'Blocks that stand on many of a source''s articles of one month. Follows from the stored extractions alone.';
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
COMMENT ON COLUMN boilerplate.block IS 'Hash of a paragraph, as in extraction.blocks.';
COMMENT ON COLUMN boilerplate.text IS 'The paragraph as one of the articles has it.';
COMMENT ON COLUMN boilerplate.learned IS 'Whether boilerplate_month holds it in any month.';
COMMENT ON COLUMN boilerplate.ruled IS 'What a person said: keep or drop; null where nobody did.';

CREATE VIEW block_counts AS
SELECT source_key, month, block, count(*)::int AS articles, of_articles
FROM (SELECT source_key, month, blocks, count(*) OVER (PARTITION BY source_key, month)::int AS of_articles
      FROM (SELECT DISTINCT source_key, month, blocks
            FROM (SELECT DISTINCT ON (e.source_key, e.month, e.link_id) e.source_key, e.month, e.blocks
                  FROM extraction e JOIN capture c USING (capture_id)
                  WHERE e.month IS NOT NULL
                    AND NOT EXISTS (SELECT FROM extraction n
                                    WHERE n.capture_id = e.capture_id AND n.extractor_version > e.extractor_version)
                  ORDER BY e.source_key, e.month, e.link_id, c.fetched_at DESC, c.digest) newest) different) counted
CROSS JOIN LATERAL unnest(blocks) AS b (block)
GROUP BY source_key, month, block, of_articles;
COMMENT ON VIEW block_counts IS 'On how many of a source''s articles of a month each block stands: an article by its newest capture, articles of the same blocks once.';

ALTER TABLE article_version ADD COLUMN origins jsonb NOT NULL DEFAULT '{}';
ALTER TABLE article_version ADD COLUMN paywalled boolean;
ALTER TABLE article_version ADD COLUMN corrections text[] NOT NULL DEFAULT '{}';
COMMENT ON COLUMN article_version.origins IS 'Where each field came from: json-ld, meta, page, url and so on, by the field''s name.';
COMMENT ON COLUMN article_version.paywalled IS 'What the page states of itself; null where it states nothing.';
COMMENT ON COLUMN article_version.corrections IS 'Correction notes, as they stand on the page.';
COMMENT ON COLUMN article_version.extractor_version IS 'Which extractor read it; read again, the row is mended and no version made.';

COMMENT ON COLUMN run_step.step IS 'discover, fetch, extract, learn, dedupe or load.';

CREATE OR REPLACE VIEW articles AS
SELECT a.article_key,
       v.canonical_url,
       (SELECT array_agg(u.url ORDER BY u.first_seen_at, u.url) FROM article_url u WHERE u.article_id = a.article_id) AS urls,
       a.source_key AS source,
       v.title,
       v.lead,
       v.text,
       ARRAY(SELECT au.name FROM article_author x JOIN author au USING (author_id)
             WHERE x.article_id = a.article_id ORDER BY x.position) AS authors,
       v.published_at,
       v.published_at_assumed,
       v.section,
       ARRAY(SELECT t.name FROM article_tag x JOIN tag t USING (tag_id)
             WHERE x.article_id = a.article_id ORDER BY x.position) AS tags,
       v.language,
       i.url AS image,
       v.version,
       s.cluster_id,
       h.url AS served_by,
       a.first_seen_at,
       v.fetched_at,
       a.gone_at,
       v.published_precision,
       v.modified_at,
       v.paywalled,
       v.corrections,
       v.origins
FROM article a
JOIN article_version v ON v.article_id = a.article_id AND v.version = a.current_version
JOIN capture c ON c.capture_id = v.capture_id
JOIN host h ON h.host_id = c.host_id
LEFT JOIN image i ON i.article_id = a.article_id
LEFT JOIN signature s ON s.article_key = a.article_key;
