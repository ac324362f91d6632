-- Ends the work on a capture; one that was accepted meanwhile is read once more.
UPDATE capture
SET extractor_version = CASE WHEN accepted = %(accepted)s THEN %(extractor_version)s::int ELSE 0 END,
    read_again = CASE WHEN accepted = %(accepted)s THEN NULL ELSE 'accepted' END,
    lease_session = NULL, lease_until = '-infinity'
WHERE capture_id = %(capture_id)s
