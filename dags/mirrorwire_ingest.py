"""Airflow: one DAG `ingest_<source>` for each source file, on the source's own schedule."""

from __future__ import annotations

from mirrorwire.airflow.dags import ingest_dag
from mirrorwire.core.config import Settings, source_files

for file in source_files(Settings.from_env()):
    if file.source is not None:
        ingest_dag(file.source)
