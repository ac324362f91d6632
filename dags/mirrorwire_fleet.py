"""Airflow: the DAGs `fleet`, `sweep` and `backfill` of the sources without DAGs of their own, if there are such."""

from __future__ import annotations

from mirrorwire.airflow.fleet_dags import make_dags

make_dags()
