-- Whether a source has a row.
SELECT EXISTS (SELECT FROM source WHERE source_key = %(source)s)
