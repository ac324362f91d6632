-- The links of these days that a seed has ever shown, with what it said of them; those without a day too, unless the
-- document that showed them names other days.
SELECT l.link_id, l.article_key, l.url, l.day, l.state, h.lastmod
FROM link l
JOIN link_hint h ON h.link_id = l.link_id AND h.seed = %(seed)s
WHERE l.source_key = %(source)s AND l.day BETWEEN %(first_day)s AND %(last_day)s
UNION ALL
SELECT l.link_id, l.article_key, l.url, l.day, l.state, h.lastmod
FROM link l
JOIN link_hint h ON h.link_id = l.link_id AND h.seed = %(seed)s
WHERE l.source_key = %(source)s AND l.day IS NULL
  AND (h.first_day IS NULL OR (h.first_day <= %(last_day)s AND h.last_day >= %(first_day)s))
