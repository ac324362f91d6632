"""Airflow: counts the Courier's articles of each day that a load has changed.

A DAG of yours, beside those of Mirrorwire: each of its runs is for one day. It asks the database by the connection
`mirrorwire_default`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from airflow.sdk import DAG, Asset, PartitionedAssetTimetable, get_current_context, task

DAYS = Asset(name="courier_days", uri="mirrorwire://courier/days")
LOADED = "SELECT loaded FROM mirrorwire.coverage_by_day WHERE source = %s AND day = %s"

with DAG(
    dag_id="count_articles",
    schedule=PartitionedAssetTimetable(assets=DAYS),
    start_date=datetime(2026, 1, 1, tzinfo=UTC),
    catchup=False,
    tags=["courier"],
):

    @task(inlets=[DAYS])
    def count() -> int:
        """Return how many articles the day of this run has by now; the key of its partition is SOURCE|DAY."""
        from mirrorwire.airflow.hook import MirrorwireHook

        source, day = get_current_context()["partition_key"].split("|")
        (loaded,) = MirrorwireHook().get_first(LOADED, (source, day))
        return int(loaded)

    count()
