-- Notes that a file does not come back; the first time counts.
INSERT INTO away_file (warc, problem, noted_at, looked_at, written_off_at)
VALUES (%(warc)s, %(problem)s, %(now)s, %(now)s, %(now)s)
ON CONFLICT (warc) DO UPDATE SET written_off_at = coalesce(away_file.written_off_at, EXCLUDED.written_off_at)
