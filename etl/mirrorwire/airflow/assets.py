"""The assets of a source, what their URIs may be, and what they are called in lineage.

`mirrorwire://<source>/articles` has an event a load. `mirrorwire://<source>/days` has one a day that a load changed,
its partition `<source>|<day>`. They are two, since Airflow starts no DAG that waits for a whole asset by an event of a
partition.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import SplitResult, urlsplit

from airflow.sdk import Asset, AssetAlias

if TYPE_CHECKING:
    from airflow.providers.common.compat.openlineage.facet import Dataset

log = logging.getLogger(__name__)
PATHS = ("/articles", "/days")
MAX_DAYS = 1000
"""So many days have events of their own after one load; each may start a run of each DAG that waits for days."""


ANY_ARTICLES = AssetAlias(name="mirrorwire_articles", group="mirrorwire")
"""Stands for the assets of whatever sources a task turns out to load."""


def articles_asset(source_key: str) -> Asset:
    """The asset `mirrorwire://<source>/articles`: an event a load, `extra` counts the rows that changed."""
    return Asset(name=f"{source_key}_articles", uri=f"mirrorwire://{source_key}/articles", group="mirrorwire")


def days_asset(source_key: str) -> Asset:
    """The asset `mirrorwire://<source>/days`: an event, with its partition, for each day that a load changed."""
    return Asset(name=f"{source_key}_days", uri=f"mirrorwire://{source_key}/days", group="mirrorwire")


def partition_key(source_key: str, day: date) -> str:
    """Return the partition of a day, in the source's zone: `courier|2026-11-22`."""
    return f"{source_key}|{day}"


def announce(events: Any, source_key: str, *, run: int, counts: Mapping[str, int], days: Sequence[date]) -> None:
    """Fill the outlet events of a load: `counts` by `LoadResult`'s names, `days` that it changed, oldest first.

    Of more than `MAX_DAYS` days only the latest are announced; the log says so.
    """
    changed = {name: counts.get(name, 0) for name in ("inserted", "revised")}
    events[articles_asset(source_key)].extra = {**changed, "run": run}
    if len(days) > MAX_DAYS:
        log.warning(
            "run %s changed %s days: those before %s start no DAG that waits for days", run, len(days), days[-MAX_DAYS]
        )
    of_days = events[days_asset(source_key)]
    of_days.extra = {"run": run}
    of_days.add_partitions([partition_key(source_key, day) for day in days[-MAX_DAYS:]])


def announce_by_alias(events: Any, source_key: str, counts: Mapping[str, int]) -> None:
    """Add an event of a source's articles to those of `ANY_ARTICLES`, if a load changed any."""
    changed: dict[str, Any] = {name: counts.get(name, 0) for name in ("inserted", "revised")}
    if any(changed.values()):
        events[ANY_ARTICLES].add(articles_asset(source_key), extra=changed)


def sanitize_uri(parts: SplitResult) -> SplitResult:
    """Return an asset's URI; raises `ValueError` for one that no load updates, so that a slip does not wait for ever.

    Airflow calls it for each asset of the scheme `mirrorwire`, ours and those in DAGs of others.
    """
    is_key = re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", parts.netloc)
    if is_key is None or parts.path not in PATHS or parts.query:
        raise ValueError(
            f"{parts.geturl()} is no asset: they are called mirrorwire://SOURCE/articles and mirrorwire://SOURCE/days,"
            " SOURCE the key of a source file"
        )
    return parts


def convert_asset_to_openlineage(asset: Asset, lineage_context: Any) -> Dataset:
    """Return an asset as OpenLineage names it: namespace `mirrorwire://<source>`, name `articles` or `days`."""
    from airflow.providers.common.compat.openlineage.facet import Dataset

    parts = urlsplit(asset.uri)
    return Dataset(namespace=f"{parts.scheme}://{parts.netloc}", name=parts.path.lstrip("/"))
