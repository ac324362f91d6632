-- Files in which a link's exchanges may lie: of its captures, and of the runs that asked for it.
SELECT warc FROM capture WHERE capture_id = ANY (%(ids)s::bigint[])
UNION
SELECT c.warc FROM capture c WHERE c.run_id IN (SELECT a.run_id FROM attempt a WHERE a.link_id = %(link_id)s)
