-- clean_pending
-- Puts what was indexed at once into its place in the index of words: each search would read the list of what is not.
SELECT gin_clean_pending_list('mirrorwire.article_search_by_word')
