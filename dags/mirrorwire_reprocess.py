"""Airflow: the DAG `reprocess`, which reads the archive again by today's code when somebody asks for it."""

from __future__ import annotations

from airflow.sdk import get_parsing_context

from mirrorwire.airflow.reprocess_dag import REPROCESS, reprocess_dag

if get_parsing_context().dag_id in (None, REPROCESS):
    reprocess_dag()
