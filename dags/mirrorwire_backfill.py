"""Airflow: one DAG `backfill_<source>` a source file: days of the past, and each night yesterday again."""

from __future__ import annotations

from mirrorwire.airflow.dags import backfill_dag
from mirrorwire.core.config import Settings, source_files

for file in source_files(Settings.from_env()):
    if file.source is not None:
        backfill_dag(file.source)
