-- The versions that a loader brings, gone with the transaction: rows of article_version, and whether they are written over
-- stored ones. Texts stay in the row as they are: they are compressed once, where they end.
CREATE TEMP TABLE IF NOT EXISTS incoming (LIKE article_version, over boolean NOT NULL)
WITH (toast_tuple_target = 8160) ON COMMIT DELETE ROWS
