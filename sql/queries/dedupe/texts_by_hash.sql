-- The signatures of these texts.
SELECT text_hash, minhash, bands FROM text_signature
WHERE text_hash = ANY (%(texts)s::bytea[]) AND signature_version = %(version)s
