"""The circuit breakers of hosts, shared by all workers and machines, and the events of their changes."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import asdict, replace

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.exchange import Breaker, HostRuling
from mirrorwire.core.records import Source
from mirrorwire.core.urls import host_of
from mirrorwire.store import queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection
from mirrorwire.store.politeness import LONGEST_PAUSE_S

log = logging.getLogger(__name__)

PROBE_LEASE_S = 60.0
"""How long a probe belongs to the worker that took it."""
URGENT_GAP_S = 5.0
"""Where no host is left to ask, each is probed as often as this, whatever its pause."""


def known_breakers(conn: Connection, source: Source) -> dict[str, Breaker]:
    """Return the breakers of a source's listed hosts, by URL; one that was never asked has none."""
    rows = queries.rows(conn, "hosts/known_breakers", source=source.key, longest_s=LONGEST_PAUSE_S)
    return {row.pop("url"): Breaker(**row) for row in rows}


def failing(conn: Connection, source: Source) -> list[str]:
    """Return the URLs of a source's hosts that did not serve when last asked."""
    return [url for url, known in known_breakers(conn, source).items() if known.failures or known.state != "closed"]


def change(
    conn: Connection, run_id: int | None, host_id: int, host: str, becomes: Callable[[Breaker], Breaker]
) -> Breaker:
    """Have a host's breaker become what the function makes of it, alone; return it. A new state is an event.

    The function leaves `probe_in_s` at 0 where the next probe stays as it is. Not within a transaction: it would hold
    the breaker.
    """
    with conn.transaction():
        queries.execute(conn, "hosts/make_breaker", host_id=host_id)
        before = Breaker(**queries.rows(conn, "hosts/lock_breaker", host_id=host_id)[0])
        after = becomes(before)
        if after == before:
            return before
        after = replace(after, reason=clean(after.reason), failed_url=clean(after.failed_url))
        kept = asdict(after) | {"probe_in_s": after.probe_in_s or None}
        del kept["since"]
        queries.execute(conn, "hosts/keep_breaker", host_id=host_id, **kept)
        changed = after.state != before.state
        if changed:
            queries.execute(
                conn, "hosts/insert_host_event", host_id=host_id, run_id=run_id, state=after.state, reason=after.reason
            )
    if changed:
        log.warning("%s: %s (%s)", host, after.state, after.reason)
    return after


def is_clean(conn: Connection, host_id: int) -> bool:
    """Whether a host has done nothing lately but serve."""
    return queries.execute(conn, "hosts/breaker_is_unclean", host_id=host_id).fetchone() is None


def claim_probe(conn: Connection, host_id: int, *, urgent: bool) -> bool:
    """Take the probe of a host that is open, if it is due, or long enough ago where it is urgent."""
    lease = {"lease_s": PROBE_LEASE_S, "min_gap_s": URGENT_GAP_S, "longest_s": LONGEST_PAUSE_S}
    return bool(queries.execute(conn, "hosts/claim_probe", host_id=host_id, urgent=urgent, **lease).fetchone())


def rule(conn: Connection, source: Source, ids: dict[str, int], host: str, ruling: HostRuling | None) -> str:
    """Have a host asked whatever happens (`up`), not at all (`down`), or by its breaker again; return its URL.

    Raises `WrongUse` for a host that the source does not list.
    """
    listed = host_of(host if "://" in host else f"https://{host}", source)
    if listed is None:
        hosts = ", ".join(own.url for own in source.hosts)
        raise WrongUse(f"{host} is no host of {source.key}, which has {hosts}")
    with conn.transaction():
        host_id = ids[listed.url]
        queries.execute(conn, "hosts/make_breaker", host_id=host_id)
        queries.execute(conn, "hosts/rule_host", host_id=host_id, ruling=ruling)
        queries.execute(
            conn, "hosts/insert_host_event", host_id=host_id, run_id=None, state=ruling or "auto", reason="set by hand"
        )
    return listed.url
