-- Whether our schema is there.
SELECT to_regnamespace('mirrorwire') IS NOT NULL
