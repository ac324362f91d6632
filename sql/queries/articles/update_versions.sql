-- Writes versions anew: read again, their capture says something else, or an earlier capture is now known to say the same.
-- The run that first loaded one stays. What search finds them by is marked as to be made anew.
WITH written AS (
UPDATE article_version v
SET capture_id = i.capture_id, extractor_version = i.extractor_version, fetched_at = i.fetched_at,
    content_hash = i.content_hash, canonical_url = i.canonical_url, title = i.title, lead = i.lead, text = i.text,
    published_at = i.published_at, published_at_assumed = i.published_at_assumed,
    published_precision = i.published_precision, modified_at = i.modified_at, section = i.section, language = i.language,
    authors = i.authors, tags = i.tags, image_url = i.image_url, image_caption = i.image_caption,
    image_credit = i.image_credit, origins = i.origins, paywalled = i.paywalled, corrections = i.corrections
FROM incoming i
WHERE i.over AND v.article_id = i.article_id AND v.version = i.version
  AND (v.capture_id, v.extractor_version, v.fetched_at, v.content_hash, v.canonical_url, v.title, v.lead, v.text,
       v.published_at, v.published_at_assumed, v.published_precision, v.modified_at, v.section, v.language, v.authors, v.tags,
       v.image_url, v.image_caption, v.image_credit, v.origins, v.paywalled, v.corrections)
      IS DISTINCT FROM
      (i.capture_id, i.extractor_version, i.fetched_at, i.content_hash, i.canonical_url, i.title, i.lead, i.text,
       i.published_at, i.published_at_assumed, i.published_precision, i.modified_at, i.section, i.language, i.authors, i.tags,
       i.image_url, i.image_caption, i.image_credit, i.origins, i.paywalled, i.corrections)
RETURNING v.article_id)
UPDATE article_search s SET capture_id = 0 FROM written w WHERE s.article_id = w.article_id AND s.capture_id <> 0
