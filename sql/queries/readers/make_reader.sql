-- A role that reads the views and the list of sources, made where it is missing; its grants are renewed where it is not.
DO $$
DECLARE
    reader   text := current_setting('mirrorwire.reader');
    verifier text := current_setting('mirrorwire.reader_verifier');
    relation text;
BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = reader) THEN
        EXECUTE format('CREATE ROLE %%I LOGIN', reader);
    END IF;
    IF verifier <> '' THEN
        EXECUTE format('ALTER ROLE %%I PASSWORD %%L', reader, verifier);
    END IF;
    EXECUTE format('ALTER ROLE %%I IN DATABASE %%I SET default_transaction_read_only = on', reader, current_database());
    EXECUTE format('ALTER ROLE %%I IN DATABASE %%I SET search_path = mirrorwire, public', reader, current_database());
    EXECUTE format('GRANT CONNECT ON DATABASE %%I TO %%I', current_database(), reader);
    EXECUTE format('GRANT USAGE ON SCHEMA mirrorwire TO %%I', reader);
    FOR relation IN
        SELECT relname FROM pg_class
        WHERE relnamespace = 'mirrorwire'::regnamespace AND (relkind = 'v' OR relname = 'source')
        ORDER BY relname
    LOOP
        EXECUTE format('GRANT SELECT ON mirrorwire.%%I TO %%I', relation, reader);
    END LOOP;
END
$$
