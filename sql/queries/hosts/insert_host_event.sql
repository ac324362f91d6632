-- Notes a change of a host's state.
INSERT INTO host_event (host_id, run_id, state, reason) VALUES (%(host_id)s, %(run_id)s, %(state)s, %(reason)s)
