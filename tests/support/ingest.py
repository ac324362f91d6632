"""A pass over a source, as `mirrorwire ingest` makes it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext

from mirrorwire.core.config import Settings
from mirrorwire.core.records import RunKind
from mirrorwire.pipeline import passes


def quietly(what: str, total: int | None) -> nullcontext[Callable[[int], None]]:
    """Progress that nobody sees."""
    return nullcontext(lambda n: None)


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
        progress=quietly,
    )
