-- Records one exchange with one host.
INSERT INTO attempt (run_id, link_id, host_id, url, started_at, elapsed_s, outcome, status, body_bytes, verdict, detail, capture_id)
VALUES (%(run_id)s, %(link_id)s, %(host_id)s, %(url)s, %(started_at)s, %(elapsed_s)s, %(outcome)s, %(status)s, %(body_bytes)s,
        %(verdict)s, %(detail)s, %(capture_id)s)
