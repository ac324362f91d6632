"""Airflow: one DAG `backfill_<source>` for each source that has DAGs of its own: its past."""

from __future__ import annotations

from mirrorwire.airflow.dags import backfill_dag, sources_of_file

for source in sources_of_file("backfill_"):
    backfill_dag(source)
