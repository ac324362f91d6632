-- The ids of a source's hosts.
SELECT url, host_id FROM host WHERE source_key = %(key)s
