-- Takes back what a person said of a learned block.
UPDATE boilerplate SET ruled = NULL WHERE source_key = %(source)s AND block = %(block)s AND learned
