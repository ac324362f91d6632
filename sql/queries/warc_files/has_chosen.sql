-- Whether a link has a page that was taken for its article.
SELECT EXISTS (SELECT FROM capture WHERE link_id = %(link_id)s AND chosen)
