-- When was nothing of a source published for longest? mirrorwire coverage says whether such days were looked at.
SELECT source, round(extract(epoch FROM ended_at - began_at) / 3600, 1) AS hours, began_at, ended_at
FROM (SELECT source, published_at AS ended_at,
             lag(published_at) OVER (PARTITION BY source ORDER BY published_at) AS began_at
      FROM articles
      WHERE published_at >= coalesce(%(since)s, '-infinity'::timestamptz)
        AND published_at < coalesce(%(until)s, 'infinity'::timestamptz)
        AND (%(source)s::text IS NULL OR source = %(source)s)) beside
WHERE began_at < ended_at
ORDER BY ended_at - began_at DESC, source, began_at
LIMIT %(limit)s
