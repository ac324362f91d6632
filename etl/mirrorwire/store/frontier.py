"""The frontier: sources, hosts, and the links that seeds showed; who fetches which, and how that ended."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from mirrorwire.core.records import Link, Run, Source
from mirrorwire.core.windows import first_and_last_day
from mirrorwire.store import queries
from mirrorwire.store.db import Connection

LEASE_S = 900.0
"""How long a worker keeps its rows; those of one whose session is dead are free at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedLink:
    """A link that a worker has leased. `tries` counts fetches in a row that brought nothing, `title` is a feed's.

    `is_look` tells that its page is stored, and looked at again.
    """

    link_id: int
    article_key: str
    url: str
    is_look: bool
    tries: int
    title: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownLink:
    """A link that a seed has shown before, how it stands, and what a sitemap stated as its last change."""

    link_id: int
    article_key: str
    url: str
    day: date | None
    state: str
    lastmod: str | None

    def as_link(self, seed: str) -> Link:
        """The link as the seed showed it."""
        return Link(article_key=self.article_key, url=self.url, seed=seed, day=self.day, lastmod=self.lastmod)


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """What listing a seed's links changed: `known` are those it had shown before, `fresh` new on the frontier."""

    links: int = 0
    known: int = 0
    fresh: int = 0
    polled_before: bool = False

    @property
    def gap(self) -> bool:
        """No overlap with what the seed showed before: items in between may be lost."""
        return self.polled_before and self.links > 0 and self.known == 0


def keep_source(conn: Connection, source: Source) -> None:
    """Store what the source file states of a source and its hosts; other prune rules have every page read again."""
    urls = [host.url for host in source.hosts]
    roles = [host.role for host in source.hosts]
    steps = source.revisits
    if queries.value(
        conn,
        "sources/is_kept",
        key=source.key,
        name=source.name,
        language=source.language,
        timezone=source.timezone,
        prune=list(source.prune),
        revisits=None if steps is None else list(steps),
        urls=urls,
        roles=roles,
    ):
        return
    with conn.transaction():
        changed = queries.execute(
            conn,
            "sources/upsert_source",
            key=source.key,
            name=source.name,
            language=source.language,
            timezone=source.timezone,
            prune=list(source.prune),
        ).fetchone()
        if changed:
            queries.execute(conn, "boilerplate/raise_revision", source=source.key)
            queries.execute(conn, "captures/mark_all_read", source=source.key)
        queries.execute(conn, "sources/upsert_hosts", key=source.key, urls=urls, roles=roles)
        queries.execute(conn, "sources/unlist_hosts", key=source.key, urls=urls)
        if steps is not None and queries.value(conn, "sources/keep_schedule", source=source.key, revisits=list(steps)):
            queries.execute(conn, "revisits/reschedule_looks", source=source.key)


def host_ids(conn: Connection, source: Source) -> dict[str, int]:
    """Return the ids of a source's hosts by URL."""
    return dict(queries.execute(conn, "sources/host_ids", key=source.key).fetchall())


def list_links(
    conn: Connection,
    run: Run,
    seed: str,
    links: Sequence[Link],
    now: datetime,
    *,
    wanted: Collection[str] | None = None,
    named: tuple[date, date] | None = None,
) -> Listing:
    """Put a seed's links on the frontier and on this run's list; the caller opens the transaction.

    Only the article keys `wanted` come on the list, where they are given. `named` are the first and last day that the
    document names which shows them: they stand for the day of a link that has none.
    """
    links = sorted(links, key=lambda link: link.article_key)
    keys = [link.article_key for link in links]
    lock_lists(conn, run.source)
    known, polled_before = queries.execute(
        conn, "frontier/known_of_seed", seed=seed, source=run.source, keys=keys
    ).fetchone() or (0, False)
    fresh = queries.value(
        conn,
        "frontier/insert_links",
        source=run.source,
        run_id=run.run_id,
        now=now,
        keys=keys,
        urls=[link.url for link in links],
        days=[link.day for link in links],
    )
    hints = {
        "keys": keys,
        "titles": [link.title for link in links],
        "slugs": [link.slug for link in links],
        "lastmods": [link.lastmod for link in links],
    }
    is_wanted = [wanted is None or key in wanted for key in keys]
    queries.execute(
        conn,
        "frontier/want_links",
        run_id=run.run_id,
        poll=run.is_poll,
        seed=seed,
        revisit=run.revisit,
        wanted=is_wanted,
        **hints,
    )
    first, last = named or (None, None)
    queries.execute(conn, "frontier/upsert_hints", seed=seed, now=now, first_day=first, last_day=last, **hints)
    return Listing(links=len(links), known=known, fresh=fresh, polled_before=polled_before)


def has_shown(conn: Connection, source: str, seed: str) -> bool:
    """Return whether a seed has ever shown a link."""
    _, shown = queries.execute(conn, "frontier/known_of_seed", seed=seed, source=source, keys=[]).fetchone() or (
        0,
        False,
    )
    return bool(shown)


def listed_before(conn: Connection, run: Run, zone: ZoneInfo, seed: str) -> list[KnownLink]:
    """Return the links that a seed has ever shown of the days of a run's window, and those of unknown days."""
    if run.window is None:
        return []
    first, last = first_and_last_day(run.window, zone)
    return queries.records(
        conn, KnownLink, "frontier/listed_before", source=run.source, seed=seed, first_day=first, last_day=last
    )


def want_known(conn: Connection, run: Run, link_ids: Sequence[int]) -> None:
    """Put links of the frontier on a window's list, as far as they are not stored."""
    with conn.transaction():
        lock_lists(conn, run.source)
        queries.execute(conn, "frontier/want_known", run_id=run.run_id, link_ids=list(link_ids))


def learned_days(conn: Connection, keys: Sequence[str]) -> dict[str, date]:
    """Return by article key when articles were published whose URLs name no day, as far as they are stored."""
    return dict(queries.execute(conn, "frontier/learned_days", keys=list(keys)).fetchall())


def want_stored(conn: Connection, run: Run) -> int:
    """Put every stored link of a revisit's window on its list, also those that no seed shows any more; their number."""
    window = run.window
    parameters = {"since": window.start if window else None, "until": window.end if window else None}
    with conn.transaction():
        lock_lists(conn, run.source)
        stored = queries.execute(
            conn, "frontier/want_stored", source=run.source, run_id=run.run_id, poll=run.is_poll, **parameters
        )
        return stored.rowcount


def lock_lists(conn: Connection, source: str) -> None:
    """Have nobody else list the source's links, or take one down, until the transaction ends; before any row of one."""
    queries.execute(conn, "frontier/lock_lists", source=source)


def count_wanted(conn: Connection, run: Run, extractor_version: int) -> tuple[int, int]:
    """Return how many links the run may fetch now, and how many captures wait for this extractor."""
    counts = queries.execute(
        conn,
        "frontier/count_wanted",
        source=run.source,
        run_id=run.run_id,
        poll=run.is_poll,
        extractor_version=extractor_version,
    ).fetchone()
    return (counts[0], counts[1]) if counts else (0, 0)


def claim_links(conn: Connection, run: Run, size: int) -> list[ClaimedLink]:
    """Lease up to `size` links to this connection, newest first; those that are only looked at again come last."""
    links = queries.records(
        conn,
        ClaimedLink,
        "frontier/claim_links",
        source=run.source,
        run_id=run.run_id,
        poll=run.is_poll,
        size=size,
        lease_s=LEASE_S,
    )
    return sorted(links, key=lambda link: link.is_look)


def count_open(conn: Connection, run_id: int) -> tuple[int, int]:
    """Return how many links on a run's list another worker, that lives, is fetching, and how many may be leased now."""
    held, free = queries.execute(conn, "frontier/count_open", run_id=run_id).fetchone() or (0, 0)
    return int(held), int(free)


def renew_lease(conn: Connection, link: ClaimedLink) -> bool:
    """Keep a link for as long again; return whether it was still ours."""
    return queries.execute(conn, "frontier/renew_lease", link_id=link.link_id, lease_s=LEASE_S).rowcount > 0


def settle_link(
    conn: Connection,
    link_id: int,
    state: str,
    *,
    tries: int = 0,
    pause_s: float | None = None,
    problem: str | None = None,
    alias_of: str | None = None,
) -> None:
    """End the work on a link: its state, when to try again, and which article it leads to if not to its own."""
    queries.execute(
        conn,
        "frontier/settle_link",
        link_id=link_id,
        state=state,
        tries=tries,
        pause_s=pause_s,
        problem=problem,
        alias_of=alias_of,
    )
    if state in ("captured", "gone"):
        queries.execute(conn, "frontier/unwant_link", link_id=link_id)


def hold(conn: Connection, link_id: int) -> bool:
    """Keep a link from being taken down until the transaction ends; return whether it is still there."""
    return queries.value(conn, "frontier/hold_link", link_id=link_id) is not None


def is_forgotten(conn: Connection, article_key: str) -> bool:
    """Return whether an article was taken down; if not, it is not until the transaction ends."""
    queries.execute(conn, "takedown/hold_article", key=article_key)
    return bool(queries.value(conn, "takedown/is_forgotten", key=article_key))


def titled_like(conn: Connection, source: Source, url: str, title: str) -> str | None:
    """Return the key of another article of the source that a feed lists under this title."""
    row = queries.execute(conn, "frontier/title_is_anothers", source=source.key, url=url, title=title).fetchone()
    return str(row[0]) if row else None


def give_back(conn: Connection, links: Sequence[ClaimedLink]) -> None:
    """End this session's lease of links that it did not get to; they stay as they are."""
    queries.execute(conn, "frontier/give_back_links", link_ids=[link.link_id for link in links])
