-- The texts that a batch looks up and stores; gone with the transaction.
CREATE TEMP TABLE IF NOT EXISTS text_at_hand (
    text_hash bytea, cluster_id text, minhash bytea, bands bigint[]
) ON COMMIT DELETE ROWS
