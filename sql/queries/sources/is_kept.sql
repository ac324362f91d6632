-- Whether all that the source file states of a source and its hosts is kept already.
SELECT EXISTS (SELECT FROM source s
               WHERE s.source_key = %(key)s AND s.name = %(name)s AND s.language IS NOT DISTINCT FROM %(language)s
                 AND s.timezone = %(timezone)s AND s.prune = %(prune)s::text[]
                 AND s.revisits = coalesce(%(revisits)s::interval[], s.revisits))
   AND (SELECT count(*) FROM host h WHERE h.source_key = %(key)s AND h.listed) = cardinality(%(urls)s::text[])
   AND (SELECT count(*) FROM host h JOIN unnest(%(urls)s::text[], %(roles)s::text[]) AS t (url, role) USING (url, role)
        WHERE h.source_key = %(key)s AND h.listed) = cardinality(%(urls)s::text[])
