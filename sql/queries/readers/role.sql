-- A role as it is: whether it may change what is stored, so that it is no reader.
SELECT rolsuper OR rolcreaterole OR rolname = current_user OR has_schema_privilege(oid, 'mirrorwire', 'CREATE')
       OR has_table_privilege(oid, 'mirrorwire.article', 'INSERT, UPDATE, DELETE, TRUNCATE') AS writes
FROM pg_roles
WHERE rolname = %(name)s
