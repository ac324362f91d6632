-- Captures that were loaded and are versions of their own now, as when they were claimed. Their text is their own, or that of
-- the version that they belonged to.
SELECT e.capture_id, e.extractor_version, e.link_id, l.article_key, l.url AS link_url, e.fields,
       coalesce(e.body, v.text) AS body, e.published_at, e.content_hash, c.fetched_at, c.host_id, c.url, e.loaded_before,
       e.verdict, e.evidence
FROM unnest(%(captures)s::bigint[], %(extractors)s::int[], %(article_ids)s::bigint[], %(versions)s::int[])
     AS i (capture_id, extractor_version, article_id, version)
JOIN extraction e USING (capture_id, extractor_version)
JOIN capture c USING (capture_id)
JOIN link l ON l.link_id = e.link_id
JOIN article_version v USING (article_id, version)
