-- Brings versions over in one stream.
COPY incoming (article_id, version, over, change, distance_bits, capture_id, extractor_version, fetched_at, loaded_by,
               content_hash, canonical_url, title, lead, text, published_at, published_at_assumed, published_precision,
               modified_at, section, language, authors, tags, image_url, image_caption, image_credit, origins, paywalled,
               corrections)
FROM STDIN (FORMAT binary)
