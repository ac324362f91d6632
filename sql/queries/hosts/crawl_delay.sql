-- The longest Crawl-delay that a source's listed hosts ask for, in seconds.
SELECT max(c.delay_s) FROM crawl_delay c JOIN host h USING (host_id) WHERE h.source_key = %(source)s AND h.listed
