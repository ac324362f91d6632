-- count_unsearched
-- How many articles search does not find by what they say now.
SELECT count(*) FROM unsearched
