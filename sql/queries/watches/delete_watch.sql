-- Removes a watch.
DELETE FROM watch WHERE name = %(name)s
