-- How long a statement may wait for a lock; a limit that people set stays.
SELECT set_config('lock_timeout', %(ms)s::text, false) WHERE current_setting('lock_timeout') = '0'
