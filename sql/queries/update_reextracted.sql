-- A newer extractor read a capture that has a version already: the same version, better read; no revision of the publisher's.
UPDATE article_version v
SET extractor_version = i.extractor_version, content_hash = i.content_hash, canonical_url = i.canonical_url, title = i.title,
    lead = i.lead, text = i.text, published_at = i.published_at, published_at_assumed = i.published_at_assumed,
    published_precision = i.published_precision, modified_at = i.modified_at, section = i.section, language = i.language
FROM incoming i
WHERE v.capture_id = i.capture_id AND v.extractor_version < i.extractor_version
