-- Brings texts over in one stream.
COPY text_at_hand (text_hash, cluster_id, minhash, bands) FROM STDIN (FORMAT binary)
