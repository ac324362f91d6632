-- A capture that has a version already was read again: the same version, better read; no revision of the publisher's.
UPDATE article_version v
SET extractor_version = i.extractor_version, content_hash = i.content_hash, canonical_url = i.canonical_url, title = i.title,
    lead = i.lead, text = i.text, published_at = i.published_at, published_at_assumed = i.published_at_assumed,
    published_precision = i.published_precision, modified_at = i.modified_at, section = i.section, language = i.language,
    origins = i.origins, paywalled = i.paywalled, corrections = i.corrections
FROM incoming i
WHERE v.capture_id = i.capture_id AND v.extractor_version <= i.extractor_version
  AND (v.extractor_version, v.content_hash, v.canonical_url, v.title, v.lead, v.text, v.published_at, v.published_at_assumed,
       v.published_precision, v.modified_at, v.section, v.language, v.origins, v.paywalled, v.corrections)
      IS DISTINCT FROM
      (i.extractor_version, i.content_hash, i.canonical_url, i.title, i.lead, i.text, i.published_at, i.published_at_assumed,
       i.published_precision, i.modified_at, i.section, i.language, i.origins, i.paywalled, i.corrections)
