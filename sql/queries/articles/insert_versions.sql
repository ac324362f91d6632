-- Stores the versions that are new.
INSERT INTO article_version (article_id, version, change, distance_bits, capture_id, extractor_version, fetched_at, loaded_by,
                             content_hash, verdict, doubts, title, lead, text, authors, published_at, published_at_assumed,
                             published_precision, section, tags, language, canonical_url, modified_at, image_url, image_caption,
                             image_credit, paywalled, corrections, origins)
SELECT article_id, version, change, distance_bits, capture_id, extractor_version, fetched_at, loaded_by, content_hash, verdict,
       doubts, title, lead, text, authors, published_at, published_at_assumed, published_precision, section, tags, language,
       canonical_url, modified_at, image_url, image_caption, image_credit, paywalled, corrections, origins
FROM incoming
WHERE NOT over
