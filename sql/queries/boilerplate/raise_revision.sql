-- Says that what is left out of a source's texts has changed.
UPDATE source SET boilerplate_revision = boilerplate_revision + 1 WHERE source_key = %(source)s
