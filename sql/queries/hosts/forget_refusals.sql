-- A host that answers otherwise has no refusals in a row.
UPDATE host SET refusals = 0, refused_url = NULL WHERE host_id = %(host_id)s AND (refusals > 0 OR refused_url IS NOT NULL)
