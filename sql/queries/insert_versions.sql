-- Gives each capture that says something new a version: other content than the version before it in time, and than the one after it.
INSERT INTO article_version (article_id, version, capture_id, extractor_version, fetched_at, loaded_by, content_hash,
                             canonical_url, title, lead, text, published_at, published_at_assumed, published_precision,
                             modified_at, section, language, origins, paywalled, corrections)
SELECT n.article_id, n.versions + row_number() OVER (PARTITION BY n.article_id ORDER BY n.fetched_at, n.capture_id), n.capture_id,
       n.extractor_version, n.fetched_at, n.loaded_by, n.content_hash, n.canonical_url, n.title, n.lead, n.text, n.published_at,
       n.published_at_assumed, n.published_precision, n.modified_at, n.section, n.language, n.origins,
       n.paywalled, n.corrections
FROM (SELECT a.article_id, a.versions, i.*,
             lag(i.content_hash) OVER earlier AS previous_hash,
             lag(i.fetched_at) OVER earlier AS previous_at
      FROM incoming i JOIN article a USING (article_key)
      WHERE NOT EXISTS (SELECT FROM article_version v WHERE v.capture_id = i.capture_id)
      WINDOW earlier AS (PARTITION BY i.article_key ORDER BY i.fetched_at, i.capture_id)) n
LEFT JOIN LATERAL (SELECT v.content_hash, v.fetched_at FROM article_version v
                   WHERE v.article_id = n.article_id AND v.fetched_at <= n.fetched_at
                   ORDER BY v.fetched_at DESC, v.version DESC LIMIT 1) before ON true
LEFT JOIN LATERAL (SELECT v.content_hash, v.fetched_at FROM article_version v
                   WHERE v.article_id = n.article_id AND v.fetched_at > n.fetched_at
                   ORDER BY v.fetched_at, v.version LIMIT 1) after ON true
WHERE n.content_hash IS DISTINCT FROM
          CASE WHEN n.previous_at >= before.fetched_at OR before.fetched_at IS NULL THEN n.previous_hash
               ELSE before.content_hash END
  AND (n.content_hash IS DISTINCT FROM after.content_hash
       OR EXISTS (SELECT FROM incoming b
                  WHERE b.article_key = n.article_key AND b.content_hash <> n.content_hash
                    AND b.fetched_at > n.fetched_at AND b.fetched_at < after.fetched_at))
RETURNING article_id, version
