-- Whether a migrator has been here.
SELECT to_regclass('mirrorwire.migration_digest') IS NOT NULL
