-- Strikes a block that stands only by what a person said.
DELETE FROM boilerplate WHERE source_key = %(source)s AND block = %(block)s AND NOT learned
