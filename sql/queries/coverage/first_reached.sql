-- The first day that a seed has reached; without any, the first that a link names.
SELECT coalesce((SELECT min(lower(days)) FROM reach WHERE source = %(source)s),
                (SELECT min(day) FROM link WHERE source_key = %(source)s))
