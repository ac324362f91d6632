-- The last page of a listing that showed what is newer than a day.
SELECT max(page) FROM listing_page WHERE source_key = %(source)s AND seed = %(seed)s AND last_day > %(day)s
