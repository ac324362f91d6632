-- How much of the disk the database takes.
SELECT pg_database_size(current_database())
