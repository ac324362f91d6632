-- Sources of which any page is stored.
SELECT s.source_key FROM source s
WHERE EXISTS (SELECT FROM capture c WHERE c.source_key = s.source_key AND c.chosen AND c.link_id IS NOT NULL)
ORDER BY s.source_key
