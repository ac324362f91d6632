-- Stores the signatures of texts, new ones in the cluster that was brought with them; one that is stored stays.
INSERT INTO text_signature AS t (text_hash, cluster_id, signature_version, minhash, bands)
SELECT text_hash, cluster_id, %(version)s, minhash, bands FROM text_at_hand
ON CONFLICT (text_hash) DO UPDATE
SET signature_version = excluded.signature_version, minhash = excluded.minhash, bands = excluded.bands
WHERE t.signature_version < excluded.signature_version
