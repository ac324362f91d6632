-- Notes that today's extractor has read a page and that it gives what it gave: its extraction stays the one of before.
UPDATE capture SET extractor_version = %(extractor_version)s, read_again = NULL
WHERE capture_id = %(capture_id)s AND accepted = %(accepted)s AND extractor_version < %(extractor_version)s
