-- How many messages wait for each channel, since when, and why the first of them does.
SELECT d.channel, count(*) AS waiting, min(m.made_at) AS since,
       (array_agg(d.problem ORDER BY d.delivery_id))[1] AS problem
FROM delivery d JOIN message m USING (message_id)
WHERE d.state = 'waiting'
GROUP BY d.channel
ORDER BY d.channel
