-- What the source's learned set is at, held so until the transaction ends.
SELECT boilerplate_revision FROM source WHERE source_key = %(source)s FOR SHARE
