"""A pass over a source, as `mirrorwire ingest` makes it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from mirrorwire.core.config import Settings
from mirrorwire.core.records import RunKind
from mirrorwire.pipeline import passes


def ingest(
    settings: Settings,
    source: str = "daily",
    *,
    kind: RunKind = "live",
    since: str | None = None,
    until: str | None = None,
    live: bool = False,
    revisit: bool = False,
) -> passes.PassResult:
    """Run a pass to its end and return what it did; `live` reads only the seeds that a poll reads."""
    return passes.run_pass(
        settings,
        source,
        kind=kind,
        since=since,
        until=until,
        all_seeds=not live,
        revisit=revisit,
    )


def tear_last_page(settings: Settings, rows: Callable[..., list[dict[str, Any]]]) -> None:
    """Cut a WARC file off within the record of the last page, as a full disk does."""
    (torn,) = rows("SELECT warc, warc_offset FROM capture WHERE link_id IS NOT NULL ORDER BY warc_offset DESC LIMIT 1")
    path = Path(settings.archive) / torn["warc"]
    path.write_bytes(path.read_bytes()[: torn["warc_offset"] + 40])
