-- Where the captures of a file lie that stay.
SELECT c.warc_offset FROM capture c
WHERE c.warc = %(warc)s
  AND NOT EXISTS (SELECT FROM takedown t WHERE t.article_key = %(key)s AND t.warc = c.warc AND t.warc_offset = c.warc_offset)
