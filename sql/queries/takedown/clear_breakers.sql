-- Hosts forget that they failed at an article's URL.
UPDATE breaker SET failed_url = NULL WHERE failed_url = ANY (%(urls)s::text[])
