-- Takes the batch's articles for this transaction, in key order.
SELECT article_id FROM article
WHERE article_key IN (SELECT article_key FROM incoming)
ORDER BY article_key
FOR UPDATE
