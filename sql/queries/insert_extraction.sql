-- Stores what a capture gave; done again, it gives the same row.
INSERT INTO extraction (capture_id, extractor_version, source_key, link_id, verdict, evidence, fields, body, published_at,
                        content_hash, extracted_at)
VALUES (%(capture_id)s, %(extractor_version)s, %(source)s, %(link_id)s, %(verdict)s, %(evidence)s, %(fields)s, %(body)s,
        %(published_at)s, %(content_hash)s, %(now)s)
ON CONFLICT (capture_id, extractor_version) DO NOTHING
