-- Keeps what a seed document was when its links were put on the frontier.
INSERT INTO seed_document (host_id, url, read_by, read_at, etag, last_modified, lastmod, children, whole, polled, period_end,
                           first_day, last_day, links, skipped, whole_at, lies)
VALUES (%(host_id)s, %(url)s, %(read_by)s, %(read_at)s, %(etag)s, %(last_modified)s, %(lastmod)s, %(children)s, %(whole)s,
        %(polled)s, %(period_end)s, %(first_day)s, %(last_day)s, %(links)s, %(skipped)s, %(read_at)s, %(lies)s)
ON CONFLICT (host_id, url) DO UPDATE
SET read_by = excluded.read_by, read_at = excluded.read_at, etag = excluded.etag, last_modified = excluded.last_modified,
    lastmod = excluded.lastmod, children = excluded.children, whole = excluded.whole, polled = excluded.polled,
    period_end = excluded.period_end, first_day = excluded.first_day, last_day = excluded.last_day, links = excluded.links,
    skipped = excluded.skipped, whole_at = excluded.whole_at, lies = excluded.lies
WHERE seed_document.whole_at <= excluded.whole_at OR seed_document.whole_at > clock_timestamp() + interval '1 hour'
