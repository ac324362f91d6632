-- Which columns of our tables public has not, or has with another type; those that the takeover adds do not count.
SELECT c.relname || '.' || a.attname
FROM pg_class c
JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0
WHERE c.relnamespace = 'mirrorwire'::regnamespace AND c.relkind = 'r'
  AND (c.relname, a.attname) NOT IN (('capture', 'read_again'), ('article', 'current_verdict'), ('article_version', 'verdict'),
                                     ('article_version', 'doubts'), ('signature', 'suspect'))
  AND NOT EXISTS (
      SELECT FROM pg_class o JOIN pg_attribute b ON b.attrelid = o.oid
      WHERE o.relnamespace = 'public'::regnamespace AND o.relkind = 'r' AND o.relname = c.relname
        AND b.attname = a.attname AND b.atttypid = a.atttypid)
ORDER BY 1
