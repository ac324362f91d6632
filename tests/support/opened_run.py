"""A run of a source that is open, for tests of what is written in one."""

from __future__ import annotations

from datetime import datetime

from mirrorwire.core.records import Run, Source
from mirrorwire.store import ledger
from mirrorwire.store.db import Connection


def opened_run(conn: Connection, source: Source, now: datetime, name: str = "desk") -> Run:
    """Open a live run without a window, which asks every seed; return it."""
    run_id = ledger.open_run(
        conn,
        source,
        kind="live",
        external_id=name,
        window=None,
        interval=None,
        all_seeds=True,
        sweep=False,
        revisit=False,
        now=now,
    )
    return ledger.find_run(conn, run_id)
