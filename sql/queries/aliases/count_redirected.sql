-- How many other articles lead to a target, with a title like its own or without.
SELECT count(DISTINCT link_id) FROM redirection
WHERE target_key = %(target)s AND alike = %(alike)s AND link_id <> %(link_id)s
