-- A newer extractor found the article after all.
DELETE FROM rejection WHERE capture_id = %(capture_id)s
