"""Articles placed and loaded in batches of which one must not hold up the rest: smaller batches find the bad one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from mirrorwire.core import bugs
from mirrorwire.core.bugs import Bug
from mirrorwire.core.records import Run
from mirrorwire.store import bugs as met_bugs
from mirrorwire.store import extractions, queries
from mirrorwire.store.db import Connection

Done = TypeVar("Done")
SHRINK = 10
"""How much smaller a batch becomes that failed: of 1,000 items a bad one is found in thirty to forty tries."""

Claimed = list[tuple[int, int]]
"""What a batch took: the capture and the extractor version of each extraction. Whoever claims writes it down."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Aside:
    """Takes extractions out of the way that a step of a run cannot work on."""

    conn: Connection
    run: Run
    step: str
    now: datetime

    def put(self, capture_id: int, extractor_version: int, bug: Bug) -> None:
        """Make an extraction `broken`, with the bug as evidence: no step takes it again until its page is read anew."""
        with self.conn.transaction():
            row = queries.execute(
                self.conn, "extractions/hold_extraction", capture_id=capture_id, extractor_version=extractor_version
            ).fetchone()
            if row is None:
                return  # taken down meanwhile
            link_id, url = row
            extractions.set_aside(self.conn, self.run, capture_id, extractor_version, link_id, bug.verdict, self.now)
            met_bugs.note(self.conn, self.run, self.step, [bug], item=url, link_id=link_id, now=self.now)


def in_batches(work: Callable[[int, Claimed], Done | None], aside: Aside, size: int) -> Iterator[Done]:
    """Yield what `work` makes of up to `size` extractions at a time, until that is nothing.

    `work` claims the next ones in an order of its own, in one transaction, and writes down which: after an error they
    are claimed again. A wall: one that raises alone is put aside. Errors that are no item's fly (see `core.bugs`).
    """
    at_once = size
    while True:
        claimed: Claimed = []
        try:
            done = work(at_once, claimed)
        except Exception as error:
            bug = bugs.taken(error)
            if not claimed:
                raise  # of no item
            if len(claimed) == 1:
                aside.put(*claimed[0], bug)
            at_once = max(1, min(at_once, len(claimed)) // SHRINK)
            continue
        if not done:
            return
        yield done
        at_once = min(size, at_once * SHRINK)
