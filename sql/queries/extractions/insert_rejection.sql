-- Records a page that is no article, or a suspect one.
INSERT INTO rejection AS r (capture_id, source_key, link_id, verdict, evidence, rejected_at)
VALUES (%(capture_id)s, %(source)s, %(link_id)s, %(verdict)s, %(evidence)s, %(now)s)
ON CONFLICT (capture_id) DO UPDATE SET verdict = excluded.verdict, evidence = excluded.evidence
WHERE (r.verdict, r.evidence) IS DISTINCT FROM (excluded.verdict, excluded.evidence)
