-- Keeps the lead images of articles, where they are others.
INSERT INTO image AS m (article_id, url, caption, credit)
SELECT * FROM unnest(%(article_ids)s::bigint[], %(urls)s::text[], %(captions)s::text[], %(credits)s::text[])
ON CONFLICT (article_id) DO UPDATE SET url = excluded.url, caption = excluded.caption, credit = excluded.credit
WHERE (m.url, m.caption, m.credit) IS DISTINCT FROM (excluded.url, excluded.caption, excluded.credit)
