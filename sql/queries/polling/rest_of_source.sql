-- For how many seconds all living hosts of a source have asked not to be asked; 0 where one of them may be.
SELECT coalesce(min(greatest(0, extract(epoch FROM believed(h.resting_until, %(longest_s)s) - clock_timestamp()))), 0)::float8
FROM host h WHERE h.source_key = %(source)s AND h.listed AND h.role <> 'archive'
