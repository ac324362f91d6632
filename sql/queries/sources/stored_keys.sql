-- The keys of all sources that were ever read.
SELECT source_key FROM source ORDER BY source_key
