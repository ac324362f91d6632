-- Notes a file of the archive that cannot be read.
INSERT INTO away_file (warc, problem, noted_at, looked_at) VALUES (%(warc)s, %(problem)s, %(now)s, %(now)s)
ON CONFLICT (warc) DO UPDATE SET problem = EXCLUDED.problem, looked_at = greatest(away_file.looked_at, EXCLUDED.looked_at)
