-- Keeps when a source's pages are looked at again; no row where that is as before.
UPDATE source SET revisits = %(revisits)s::interval[]
WHERE source_key = %(source)s AND revisits <> %(revisits)s::interval[]
RETURNING source_key
