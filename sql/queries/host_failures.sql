-- How many failures in a row each listed host has had, and when the last one was.
SELECT url, failures_in_a_row, last_failure_at FROM host_lately WHERE source = %(key)s
