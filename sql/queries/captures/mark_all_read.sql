-- Marks every read page of a source to be read again.
UPDATE capture SET extractor_version = 0, read_again = 'pruned'
WHERE source_key = %(source)s AND chosen AND link_id IS NOT NULL AND (extractor_version <> 0 OR read_again = 'learned')
