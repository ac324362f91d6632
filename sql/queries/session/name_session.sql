-- Says in pg_stat_activity what this session works at; a name that people gave it stays.
SELECT set_config('application_name', left(%(name)s, 63), false) WHERE current_setting('application_name') LIKE 'mirrorwire%%'
