-- Captures whose body lay in a record that goes are told where it lies now.
UPDATE capture SET payload_id = %(payload_id)s
WHERE payload_id = %(old_id)s AND capture_id = ANY (%(ids)s::bigint[]) AND capture_id <> %(payload_id)s
