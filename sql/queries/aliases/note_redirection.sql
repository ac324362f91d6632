-- Notes where a host leads an article's URL for good.
INSERT INTO redirection (link_id, host_id, url, target_key, target_url, alike, seen_at)
VALUES (%(link_id)s, %(host_id)s, %(url)s, %(target_key)s, %(target_url)s, %(alike)s, %(now)s)
ON CONFLICT (link_id, host_id) DO UPDATE
SET url = excluded.url, target_key = excluded.target_key, target_url = excluded.target_url, alike = excluded.alike,
    seen_at = excluded.seen_at
