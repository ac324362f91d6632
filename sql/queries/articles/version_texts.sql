-- What stored versions say, to compare them.
SELECT v.article_id, v.version, v.title, v.text, v.corrections
FROM unnest(%(article_ids)s::bigint[], %(versions)s::int[]) AS i (article_id, version)
JOIN article_version v USING (article_id, version)
