-- In which zone a date means 00:00, of a source that is stored.
SELECT timezone FROM source WHERE source_key = %(source)s
