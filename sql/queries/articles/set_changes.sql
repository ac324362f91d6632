-- Notes how versions differ from the one before them in time, where that is another now.
UPDATE article_version v SET change = i.change, distance_bits = i.distance_bits
FROM unnest(%(article_ids)s::bigint[], %(versions)s::int[], %(changes)s::text[], %(distances)s::int[])
     AS i (article_id, version, change, distance_bits)
WHERE v.article_id = i.article_id AND v.version = i.version
  AND (v.change, v.distance_bits) IS DISTINCT FROM (i.change, i.distance_bits)
