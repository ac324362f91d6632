-- Writes versions anew: read again, their capture says something else, or an earlier capture is now known to say the same.
-- The run that first loaded one stays. Search has to index their articles anew.
WITH written AS (
UPDATE article_version v
SET capture_id = i.capture_id, extractor_version = i.extractor_version, fetched_at = i.fetched_at,
    content_hash = i.content_hash, verdict = i.verdict, doubts = i.doubts, title = i.title, lead = i.lead, text = i.text,
    authors = i.authors, published_at = i.published_at, published_at_assumed = i.published_at_assumed,
    published_precision = i.published_precision, section = i.section, tags = i.tags, language = i.language,
    canonical_url = i.canonical_url, modified_at = i.modified_at, image_url = i.image_url, image_caption = i.image_caption,
    image_credit = i.image_credit, paywalled = i.paywalled, corrections = i.corrections, origins = i.origins
FROM incoming i
WHERE i.over AND v.article_id = i.article_id AND v.version = i.version
  AND (v.capture_id, v.extractor_version, v.fetched_at, v.content_hash, v.verdict, v.doubts, v.title, v.lead, v.text, v.authors,
       v.published_at, v.published_at_assumed, v.published_precision, v.section, v.tags, v.language, v.canonical_url,
       v.modified_at, v.image_url, v.image_caption, v.image_credit, v.paywalled, v.corrections, v.origins)
      IS DISTINCT FROM
      (i.capture_id, i.extractor_version, i.fetched_at, i.content_hash, i.verdict, i.doubts, i.title, i.lead, i.text, i.authors,
       i.published_at, i.published_at_assumed, i.published_precision, i.section, i.tags, i.language, i.canonical_url,
       i.modified_at, i.image_url, i.image_caption, i.image_credit, i.paywalled, i.corrections, i.origins)
RETURNING v.article_id)
INSERT INTO unsearched SELECT DISTINCT article_id FROM written ORDER BY article_id ON CONFLICT DO NOTHING
