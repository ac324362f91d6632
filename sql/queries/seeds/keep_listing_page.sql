-- Keeps which days stood on a page of a listing.
INSERT INTO listing_page (source_key, seed, page, first_day, last_day, read_at)
VALUES (%(source)s, %(seed)s, %(page)s, %(first_day)s, %(last_day)s, %(read_at)s)
ON CONFLICT (source_key, seed, page) DO UPDATE
SET first_day = excluded.first_day, last_day = excluded.last_day, read_at = excluded.read_at
WHERE listing_page.read_at <= excluded.read_at
