-- Keeps a paragraph for people to see.
UPDATE boilerplate SET text = %(text)s WHERE source_key = %(source)s AND block = %(block)s
