-- Times are told in UTC, and names mean the objects of our schema first. Not as options of the connection: those would put aside the
-- URL's own, and poolers refuse them. A limit that people set on the wait for a lock stays.
-- A page out of turn is priced as disks without moving parts have it: else whole tables are read for a few hundred rows.
SELECT set_config('TimeZone', 'UTC', false), set_config('search_path', 'mirrorwire, public', false),
       set_config('random_page_cost', '1.1', false),
       CASE WHEN current_setting('lock_timeout') = '0' THEN set_config('lock_timeout', %(lock_wait_ms)s::text, false) END
