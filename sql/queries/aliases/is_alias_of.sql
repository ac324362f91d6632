-- Whether a target is itself an alias of the article.
SELECT EXISTS (SELECT FROM link WHERE article_key = %(target)s AND alias_of = %(key)s)
