-- The batch that a loader brings: one row a capture, gone with the transaction.
CREATE TEMP TABLE IF NOT EXISTS incoming (
    article_key text, source_key text, link_id bigint, capture_id bigint, extractor_version int, fetched_at timestamptz,
    host_id bigint, url text, loaded_by bigint, content_hash bytea, canonical_url text, title text, lead text, text text,
    published_at timestamptz, published_at_assumed boolean, published_precision text, modified_at timestamptz, section text,
    language text, authors text[], tags text[], image_url text, image_caption text, image_credit text,
    origins jsonb, paywalled boolean, corrections text[]
) ON COMMIT DELETE ROWS
