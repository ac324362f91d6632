-- Attempts of other links that met captures that go say no more of them.
UPDATE attempt SET capture_id = NULL, detail = NULL WHERE capture_id = ANY (%(ids)s::bigint[])
