-- What full-text search finds articles by.

CREATE TABLE article_search (
    article_id    bigint PRIMARY KEY REFERENCES article ON DELETE CASCADE,
    capture_id    bigint NOT NULL,
    source_key    text NOT NULL,
    language      text,
    config        text NOT NULL,
    published_at  timestamptz,
    words         tsvector NOT NULL
-- Lexemes lie apart: what is filtered and sorted before anything is ranked fits into few pages.
) WITH (toast_tuple_target = 128);
CREATE INDEX article_search_by_word ON article_search USING gin (words);
COMMENT ON TABLE article_search IS 'What search finds the current version of each article by. Filled after loading, so an article may be missing here for a moment; search_articles() asks it.';
COMMENT ON COLUMN article_search.article_id IS 'The article that is found by it.';
COMMENT ON COLUMN article_search.capture_id IS 'Of the version that was indexed: another one than article.current_capture_id means that the row is to be made anew; 0 when its version was mended.';
COMMENT ON COLUMN article_search.source_key IS 'As in the article.';
COMMENT ON COLUMN article_search.language IS 'As in the version, BCP 47.';
COMMENT ON COLUMN article_search.config IS 'The text search configuration that its words were made with, by its language.';
COMMENT ON COLUMN article_search.published_at IS 'As in the version.';
COMMENT ON COLUMN article_search.words IS 'Lexemes with their places: weight A from the title, B from the lead, D from the text. Of scripts without spaces each pair of letters.';
