-- Locks one extraction; its link, and the URL that its page was served at.
SELECT e.link_id, c.url
FROM extraction e JOIN capture c USING (capture_id)
WHERE e.capture_id = %(capture_id)s AND e.extractor_version = %(extractor_version)s
FOR UPDATE OF e
