-- Times are told in UTC, and names mean the objects of our schema first. Not as options of the connection: those would put aside the
-- URL's own, and poolers refuse them.
SELECT set_config('TimeZone', 'UTC', false), set_config('search_path', 'mirrorwire, public', false)
