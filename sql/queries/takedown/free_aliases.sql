-- Links that led to an article that goes lead nowhere, and are not looked at again.
WITH led AS (DELETE FROM redirection WHERE target_key = %(key)s)
UPDATE link SET alias_of = NULL, revisit_at = NULL, last_problem = NULL WHERE alias_of = %(key)s
