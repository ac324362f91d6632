-- Whether public holds a log of migrations with our columns, and one of yoyo.
SELECT (SELECT count(*) = 2 FROM pg_attribute
        WHERE attrelid = to_regclass('public.migration_digest') AND attname IN ('name', 'sha256')) AS has_digests,
       (SELECT count(*) = 1 FROM pg_attribute
        WHERE attrelid = to_regclass('public._yoyo_migration') AND attname = 'migration_id') AS has_yoyo
