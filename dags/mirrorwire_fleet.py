"""Airflow: the DAGs `fleet`, `sweep` and `backfill` of the sources without DAGs of their own, if there are such."""

from __future__ import annotations

from mirrorwire.airflow.fleet_dags import BACKFILL, FLEET, SWEEP, fleet_backfill_dag, fleet_dag, is_wanted, sweep_dag

if is_wanted(FLEET):
    fleet_dag()
if is_wanted(SWEEP):
    sweep_dag()
if is_wanted(BACKFILL):
    fleet_backfill_dag()
