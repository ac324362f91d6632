"""Airflow: the DAGs `fleet` and `backfill` of the sources that have none of their own, if there are such sources."""

from __future__ import annotations

from mirrorwire.airflow.fleet_dags import BACKFILL, FLEET, fleet_backfill_dag, fleet_dag, is_wanted

if is_wanted(FLEET):
    fleet_dag()
if is_wanted(BACKFILL):
    fleet_backfill_dag()
