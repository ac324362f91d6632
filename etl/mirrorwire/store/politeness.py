"""What all workers and machines know of a host: when it may be asked next, whether it rests, its robots.txt."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from mirrorwire.core.errors import Transient
from mirrorwire.store import locks, queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection

MAX_REST_S = 3600.0
"""A host that asks for more is asked again after this: what it means for one page, or by mistake, is not for all."""
LONG_REST_S = 120.0
"""A longer rest that one URL asks for is believed of its host once another URL asks for one as well."""
MIN_REST_S = 1.0
FIRST_PAUSE_S, MAX_PAUSE_S = 30.0, 3600.0
"""How long a host rests that does not say for how long: doubled with each refusal in a row."""

LONGEST_PAUSE_S = 2 * MAX_REST_S
"""No turn, rest or probe lies further ahead than this; one that does was written by a clock that was wrong."""

ROBOTS_GOOD_FOR_S = 86_400.0 + LONGEST_PAUSE_S
"""No robots.txt is good for longer."""


class HostResting(Transient):
    """A host asked to be left alone for so many seconds yet, or more workers wait for it than we care to wait."""

    def __init__(self, host: str, rest_s: float, reason: str = "asked to be left alone") -> None:
        super().__init__(host, rest_s, reason)
        self.host, self.rest_s, self.reason = host, rest_s, reason

    def __str__(self) -> str:
        return f"{self.host} {self.reason}, for {self.rest_s:.0f} s yet"


def rest_of_source(conn: Connection, source: str) -> float:
    """Return for how many seconds every living host of a source has asked not to be asked; 0 where one has not."""
    return float(queries.value(conn, "polling/rest_of_source", source=source, longest_s=LONGEST_PAUSE_S))


def wait_for_host(conn: Connection, host_id: int, host: str, delay_s: float, *, patience_s: float) -> int:
    """Wait for the host's turn, over all workers and machines, and take it: the request must go out now.

    Two requests are `delay_s` apart, or the Crawl-delay where that is longer, counted from when the one before really
    went out; who waits longer goes first. Returns the refusals in a row that the host is known for. Raises
    `HostResting` at once for a host that rests, also where it begins to while we wait, and for a queue of over
    `patience_s` seconds. Not within a transaction: it would hold the host's row.
    """
    place = {"host_id": host_id, "delay_s": delay_s, "longest_s": LONGEST_PAUSE_S}
    queued, deadline = False, time.monotonic() + patience_s + delay_s
    while True:
        taken = queries.execute(conn, "hosts/take_request", queued=queued, **place).fetchone()
        if taken:
            return int(taken[0])
        if queued:
            times = queries.execute(conn, "hosts/host_is_free_in", **place).fetchone()
        else:
            times = queries.execute(conn, "hosts/queue_for_host", patience_s=patience_s, **place).fetchone()
        if times is None:
            raise LookupError(f"no host {host_id}")
        wait_s, rest_s = times
        if rest_s > 0:
            raise HostResting(host, rest_s)
        if wait_s > patience_s or time.monotonic() > deadline:
            raise HostResting(host, max(wait_s, MIN_REST_S), "is waited for by too many")
        queued = True
        time.sleep(max(wait_s, 0.001))


def free_in(conn: Connection, host_id: int, delay_s: float) -> tuple[float, float]:
    """Return in how many seconds a host's delay since its last request is over, and its rest; takes no turn."""
    times = queries.execute(
        conn, "hosts/host_is_free_in", host_id=host_id, delay_s=delay_s, longest_s=LONGEST_PAUSE_S
    ).fetchone()
    return (float(times[0]), float(times[1])) if times else (0.0, 0.0)


def note_refusal(conn: Connection, host_id: int, url: str, status: int, asked_s: float | None) -> float | None:
    """Have all workers leave a host alone that answered 429 or 503; return for how many seconds, `None` for none.

    `asked_s` is its Retry-After. Without one the pause grows with the refusals in a row; the first 503 may be one
    page's alone and costs no pause, nor does a long Retry-After until another URL of the host is refused too.
    """
    with conn.transaction():
        counted = queries.rows(conn, "hosts/count_refusal", host_id=host_id, url=url, longest_s=LONGEST_PAUSE_S)
        refusals, others = (counted[0]["refusals"], counted[0]["others"]) if counted else (1, False)
        rest_s = rest_after_s(status, asked_s, refusals, others=others)
        return (
            float(queries.value(conn, "hosts/rest_host", host_id=host_id, rest_s=rest_s, longest_s=LONGEST_PAUSE_S))
            if rest_s
            else None
        )


def rest_after_s(status: int, asked_s: float | None, refusals: int, *, others: bool) -> float:
    """Return for how many seconds a host rests that answered 429 or 503 for the so-manieth time in a row, 0 for none.

    `others`: one of those in a row was another URL's. `asked_s` and the first 503 are as in `note_refusal`.
    """
    if asked_s is not None:
        return min(max(asked_s, MIN_REST_S), MAX_REST_S) if others or asked_s <= LONG_REST_S else 0.0
    return pause_s(refusals if status == 429 else refusals - 1)


def pause_s(refusals: int) -> float:
    """Return for how many seconds a host rests after so many refusals in a row without a Retry-After."""
    return min(FIRST_PAUSE_S * 2.0 ** min(refusals - 1, 20), MAX_PAUSE_S) if refusals > 0 else 0.0


def forget_refusals(conn: Connection, host_id: int) -> None:
    """Note that a host answered something else than 429 and 503."""
    queries.execute(conn, "hosts/forget_refusals", host_id=host_id)


def crawl_delay_s(conn: Connection, source: str) -> float:
    """Return the longest Crawl-delay, in seconds, that a source's hosts ask for; 0 without one."""
    return float(queries.value(conn, "hosts/crawl_delay", source=source) or 0.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsFile:
    """What an origin's robots.txt came to, good for `good_for_s` seconds.

    `rules` is its text, `None` where it has none; `outcome` and `reason` tell why the host is shut, if it is.
    """

    good_for_s: float
    rules: str | None = None
    outcome: str | None = None
    reason: str | None = None
    crawl_delay_s: float | None = None


def known_robots(conn: Connection, host_id: int, origin: str) -> RobotsFile | None:
    """Return what some worker found an origin's robots.txt to be, while that is good."""
    files = queries.records(
        conn, RobotsFile, "hosts/known_robots", host_id=host_id, origin=origin, longest_s=ROBOTS_GOOD_FOR_S
    )
    return files[0] if files else None


def forget_failed_robots(conn: Connection, host_id: int, origin: str) -> None:
    """Forget that an origin did not answer when it was asked for its robots.txt."""
    queries.execute(conn, "hosts/forget_failed_robots", host_id=host_id, origin=origin)


def keep_robots(conn: Connection, host_id: int, origin: str, robots: RobotsFile) -> None:
    """Keep for all workers what an origin's robots.txt came to."""
    queries.execute(
        conn,
        "hosts/keep_robots",
        host_id=host_id,
        origin=origin,
        good_for_s=robots.good_for_s,
        rules=clean(robots.rules),
        outcome=robots.outcome,
        reason=clean(robots.reason),
        crawl_delay_s=robots.crawl_delay_s,
    )


@contextmanager
def asking_for_robots(conn: Connection, host_id: int, origin: str) -> Iterator[None]:
    """Be the only worker that asks an origin for its robots.txt; others wait here, and find it kept."""
    with locks.held(conn, f"robots:{host_id} {origin}"):
        yield
