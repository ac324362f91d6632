-- Keeps the hosts that the source file lists.
INSERT INTO host AS h (source_key, url, role)
SELECT %(key)s, url, role FROM unnest(%(urls)s::text[], %(roles)s::text[]) AS t (url, role)
ORDER BY url
ON CONFLICT (source_key, url) DO UPDATE SET role = excluded.role, listed = true
WHERE h.role <> excluded.role OR NOT h.listed
