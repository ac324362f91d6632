"""Airflow: no DAG; the import error of this file lists the source files that are broken, and where.

A DAG file that raises registers nothing, so the files that make the DAGs leave a broken source out, and this
one speaks for it.
"""

from __future__ import annotations

from mirrorwire.core.config import Settings, source_files
from mirrorwire.core.errors import SourceFileError

broken = [found.error for found in source_files(Settings.from_env()) if found.error]
if broken:
    raise SourceFileError("source files that have no DAG", "\n".join(["", *broken]))
