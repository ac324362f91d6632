-- Clears what was learned from months that are counted again.
DELETE FROM boilerplate_month WHERE source_key = %(source)s AND month = ANY (%(months)s::date[])
