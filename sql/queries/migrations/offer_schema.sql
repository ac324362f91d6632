-- Has everybody who sets no search path find our tables and views without naming the schema: it comes last, so that nobody's
-- own tables are hidden by ours.
DO $$
DECLARE
    path text := coalesce(
        (SELECT substr(setting, length('search_path=') + 1)
         FROM pg_db_role_setting s
         JOIN pg_database d ON d.oid = s.setdatabase
         CROSS JOIN unnest(s.setconfig) AS setting
         WHERE d.datname = current_database() AND s.setrole = 0 AND starts_with(setting, 'search_path=')),
        '"$user", public');
BEGIN
    IF path !~ '\mmirrorwire\M' THEN
        EXECUTE format('ALTER DATABASE %%I SET search_path TO %%s, mirrorwire', current_database(), path);
    END IF;
END
$$
