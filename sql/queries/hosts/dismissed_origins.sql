-- The origins that people do not want to hear of.
SELECT origin FROM dismissed_origin WHERE source_key = %(source)s
