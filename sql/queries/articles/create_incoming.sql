-- The versions that a loader brings, gone with the transaction. Texts stay in the row as they are: they are compressed once,
-- where they end.
CREATE TEMP TABLE IF NOT EXISTS incoming (
    article_id bigint, version int, over boolean, change text, distance_bits int, capture_id bigint, extractor_version int,
    fetched_at timestamptz, loaded_by bigint, content_hash bytea, canonical_url text, title text, lead text, text text,
    published_at timestamptz, published_at_assumed boolean, published_precision text, modified_at timestamptz, section text,
    language text, authors text[], tags text[], image_url text, image_caption text, image_credit text,
    origins jsonb, paywalled boolean, corrections text[]
) WITH (toast_tuple_target = 8160) ON COMMIT DELETE ROWS
