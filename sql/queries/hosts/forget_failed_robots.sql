-- Forgets a robots.txt that could not be had.
DELETE FROM robots WHERE host_id = %(host_id)s AND origin = %(origin)s AND outcome IS NOT NULL
