-- Makes a cluster that its head's key names.
INSERT INTO cluster (cluster_id) VALUES (%(cluster_id)s) ON CONFLICT DO NOTHING
