-- Whether a host's breaker holds anything that a success would take back.
SELECT true FROM breaker
WHERE host_id = %(host_id)s AND (state <> 'closed' OR failures > 0 OR opened > 0 OR stand_in IS NOT NULL)
