-- Learns from months, counted from scratch: blocks that stand on enough of a month's articles, and on enough of all.
INSERT INTO boilerplate_month (source_key, month, block, articles, of_articles)
SELECT source_key, month, block, articles, of_articles FROM block_counts
WHERE source_key = %(source)s AND month = ANY (%(months)s::date[])
  AND articles >= %(min_articles)s AND articles >= %(min_share)s::float8 * of_articles
