-- Takes what was read of a link's pages for this transaction.
SELECT capture_id FROM extraction WHERE link_id = %(link_id)s ORDER BY capture_id, extractor_version FOR UPDATE
