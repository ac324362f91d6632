-- Marks the batch's extractions as loaded; their text stands in the versions now.
UPDATE extraction e SET loaded_at = now(), body = NULL
FROM incoming i
WHERE e.capture_id = i.capture_id AND e.extractor_version = i.extractor_version
