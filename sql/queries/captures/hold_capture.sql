-- Keeps a capture from being taken down until the transaction ends; no row where it was already.
SELECT capture_id FROM capture WHERE capture_id = %(capture_id)s FOR KEY SHARE
