"""What every step of a run needs: a connection, its run and source, and its place in the ledger."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass

import psycopg

from mirrorwire.core.bugs import is_of_item, is_strict
from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import DatabaseUnavailable, MirrorwireError, WrongUse
from mirrorwire.core.records import Run, Source
from mirrorwire.store import (
    db,
    ledger,
    migrate,
)
from mirrorwire.store.db import Connection

log = logging.getLogger(__name__)

Tick = Callable[[int], None]
"""Is called with how many items were done."""
Progress = Callable[[str, int | None], AbstractContextManager[Tick]]
"""Opens a progress display: what is worked on, and how many items there are, `None` where nobody knows."""


def silent(n: int) -> None:
    """Show nothing of the items that were done."""


def unseen(label: str, total: int | None) -> AbstractContextManager[Tick]:
    """Return a progress display that shows nothing."""
    return nullcontext(silent)


@dataclass(frozen=True, slots=True)
class StepWork:
    """What a step works with, and what it counts."""

    conn: Connection
    source: Source
    run: Run
    counts: dict[str, int]

    def add(self, **counts: int) -> None:
        """Count more."""
        for name, n in counts.items():
            self.counts[name] = self.counts.get(name, 0) + n


@contextmanager
def step_work(
    settings: Settings, run_id: int, name: str, batch: int = 0, conn: Connection | None = None
) -> Iterator[StepWork]:
    """Note a step in the ledger, and yield what it works with: over `conn`, or over a connection of its own."""
    with connection(settings, conn) as own, ledger.step(own, run_id, name, batch) as counts:
        run = ledger.find_run(own, run_id)
        db.name_session(own, f"{name} {batch or ''} {run.source}".replace("  ", " "))
        yield StepWork(own, find_source(settings, run.source), run, counts)
        log.info("run %s, %s %s: %s", run_id, name, batch or "", counts)


@contextmanager
def failure_kept(errors: list[Exception] | None = None) -> Iterator[None]:
    """Let the next step begin after one that failed: the error is logged and added to `errors`.

    The ledger has it too, and `check` judges it. Raises it all the same where no step could go on (the database is
    away, the call is wrong), and a bug in strict mode.
    """
    try:
        yield
    except (WrongUse, DatabaseUnavailable, psycopg.OperationalError):
        raise
    except Exception as error:
        if is_strict() and is_of_item(error):
            raise
        log.warning("a step failed, the next one goes on: %s", error, exc_info=not isinstance(error, MirrorwireError))
        if errors is not None:
            errors.append(error)


def connection(settings: Settings, conn: Connection | None) -> AbstractContextManager[Connection]:
    """Return `conn`, which stays open, or a connection of one's own to a database that is migrated."""
    return nullcontext(conn) if conn is not None else db.connect(db.database_url(settings))


def prepare(settings: Settings) -> str:
    """Return the URL of a database that is up and migrated."""
    url = db.database_url(settings)
    migrate.migrate(url)
    return url
