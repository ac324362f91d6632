-- Takes a source's learned set for this transaction: nobody stores a page that was read with another one meanwhile.
SELECT boilerplate_revision FROM source WHERE source_key = %(source)s FOR NO KEY UPDATE
