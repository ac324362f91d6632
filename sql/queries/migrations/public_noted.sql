-- The migrations that yoyo has noted in public, ours and others', by the names of their files.
SELECT migration_id || '.sql' FROM public._yoyo_migration
