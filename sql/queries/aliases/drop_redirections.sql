-- Forgets where an article's URL led.
DELETE FROM redirection WHERE link_id = %(link_id)s
