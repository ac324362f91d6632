"""Scheduled looks at stored pages: whether they were edited, corrected or removed since.

A page is looked at again so long after it was first served as its source's schedule says. When the next look is due
stands on its link, and is moved only in the transaction that ends one: a look that was killed is still due.
"""

from __future__ import annotations

from mirrorwire.core.records import Run
from mirrorwire.store import queries
from mirrorwire.store.db import Connection
from mirrorwire.store.frontier import lock_lists

MOST_LOOKS = 500
"""The most looks that one poll puts on its list: after a long pause the others wait for the next one."""


def want_looks(conn: Connection, run: Run, most: int = MOST_LOOKS) -> int:
    """Put the pages that are due on a poll's list, those that became due last first; return their number."""
    if not queries.value(conn, "revisits/has_looks", source=run.source):
        return 0
    with conn.transaction():
        lock_lists(conn, run.source)
        queries.execute(conn, "revisits/mend_looks", source=run.source)
        queries.execute(conn, "revisits/drop_old_looks", source=run.source)
        return queries.execute(conn, "revisits/want_looks", source=run.source, run_id=run.run_id, most=most).rowcount


def schedule_look(conn: Connection, link_id: int) -> None:
    """Date the next look at a page that was just served, or answered as gone; the caller opens the transaction."""
    queries.execute(conn, "revisits/schedule_look", link_id=link_id)


def put_off_look(conn: Connection, link_id: int, *, tries: int, pause_s: float | None) -> None:
    """End a look that brought nothing: made again after a pause, or, with `None`, left to the schedule's next step."""
    queries.execute(conn, "revisits/put_off_look", link_id=link_id, tries=tries, pause_s=pause_s)
    if pause_s is None:
        queries.execute(conn, "frontier/unwant_link", link_id=link_id)
