"""Airflow: one DAG `ingest_<source>` for each source that has DAGs of its own, on the source's own schedule."""

from __future__ import annotations

from mirrorwire.airflow.dags import ingest_dag, sources_of_file

for source in sources_of_file("ingest_"):
    ingest_dag(source)
