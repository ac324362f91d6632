"""A pass that reads the archive of a source again by today's code, and loads what changes."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import get_args

from mirrorwire.core.config import Settings
from mirrorwire.core.records import VerdictKind
from mirrorwire.pipeline import steps
from mirrorwire.pipeline.passes import PassResult, ended, judged, readable, utc_now
from mirrorwire.pipeline.step_work import Progress, failure_kept, unseen
from mirrorwire.store import db, queries
from mirrorwire.workers import Workers

COUNTS = (
    "pages changed beyond_limits unreadable".split()
    + list(get_args(VerdictKind))
    + "inserted mended unchanged indexed".split()
)
"""What a pass counts: pages, those that give something else, pages by their verdict, articles by what loading did."""


def stored_sources(settings: Settings) -> list[str]:
    """Return the keys of the sources of which any page is stored."""
    with db.connect(readable(settings)) as conn:
        return [key for (key,) in queries.execute(conn, "reprocess/stored_sources")]


def reprocess_pass(
    settings: Settings,
    source_key: str,
    *,
    since: str | None = None,
    until: str | None = None,
    older_than: int | None = None,
    progress: Progress = unseen,
    external_id: str | None = None,
    now: Callable[[], datetime] = utc_now,
) -> PassResult:
    """Read a source's stored pages again and load what they give otherwise; see `reprocess` of the steps.

    Nothing is fetched, and no version is made: what was loaded is written anew. Raises as `run_pass` does.
    """
    run_id = steps.open_run(
        settings,
        source_key,
        kind="reprocess",
        external_id=external_id or f"cli:{uuid.uuid4()}",
        since=since,
        until=until,
        now=now(),
    )
    counts: dict[str, int] = {}
    with ended(settings, run_id), Workers(settings.processes) as workers:
        with failure_kept(), progress("read again", None) as tick:
            counts |= steps.reprocess(settings, run_id, older_than=older_than, now=now(), tick=tick, workers=workers)
        loaded = steps.learn_dedupe_load(settings, run_id, clock=now, progress=progress, workers=workers)
    result = judged(settings, run_id, counts | loaded.counts)
    return replace(result, counts={name: result.counts.get(name, 0) for name in COUNTS})
