"""Airflow: no DAG; the import error of this file lists the source files that are broken, and where.

A DAG file that raises registers nothing, so the files that make the DAGs leave a broken source out, and this
one speaks for it.
"""

from __future__ import annotations

from airflow.sdk import get_parsing_context

from mirrorwire.core.config import Settings, source_files
from mirrorwire.core.errors import SourceFileError

is_whole_parse = get_parsing_context().dag_id is None  # else a task asks for a DAG, and there is none here
broken = [file.error for file in source_files(Settings.from_env()) if file.error] if is_whole_parse else []
if broken:
    raise SourceFileError("source files that have no DAG", "\n".join(["", *broken]))
