-- What is still to be overwritten or searched for an article that was taken down.
SELECT warc, warc_offset, warc_length FROM takedown WHERE article_key = %(key)s ORDER BY warc, warc_offset
