-- Records where an extraction stands among all that is stored.
UPDATE extraction SET placement = %(kind)s, nearest_key = %(nearest_key)s, similarity = %(similarity)s, placed_at = now()
WHERE capture_id = %(capture_id)s AND extractor_version = %(extractor_version)s
