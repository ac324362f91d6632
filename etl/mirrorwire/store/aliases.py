"""Articles whose URLs redirect to another article for good: that one's aliases, as long as the evidence stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mirrorwire.core.records import Run, Source
from mirrorwire.core.urls import read_link
from mirrorwire.store import queries
from mirrorwire.store.db import Connection
from mirrorwire.store.frontier import host_ids, settle_link

MAX_UNLIKE, MAX_ALIKE = 3, 10
"""How many articles may lead to one target without a title like its own, and with one: beyond, it is where a host sends
whatever it does not have."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Redirection:
    """Where every host that was asked leads an article's URL for good: to another article of the source.

    `url` is that one's, `asked` what led there, by host URL. `alike`: whether its title is alike.
    """

    article_key: str
    url: str
    asked: dict[str, str]
    alike: bool


def is_alias(redirection: Redirection, others: int) -> bool:
    """Return whether a redirection makes an alias; `others` are the articles that lead to the same target likewise.

    One host alone may be broken, so that without a like title two must agree. Pure.
    """
    return others < MAX_ALIKE if redirection.alike else len(redirection.asked) > 1 and others < MAX_UNLIKE


def titles_of(conn: Connection, link_id: int) -> list[str]:
    """Return the titles that seeds and its own stored page give an article."""
    return [title for (title,) in queries.execute(conn, "aliases/titles_of_link", link_id=link_id)]


def note_redirection(
    conn: Connection, run: Run, source: Source, link_id: int, key: str, redirection: Redirection, now: datetime
) -> bool:
    """Note where an article's URL leads, and make it an alias if that is sure; return whether it is one.

    The target goes on the run's list where it is not stored. Where too many lead to one target, those that were taken
    for its aliases are no more. The caller opens the transaction and holds `lock_lists`.
    """
    ids = host_ids(conn, source)
    for host, url in sorted(redirection.asked.items()):
        queries.execute(
            conn,
            "aliases/note_redirection",
            link_id=link_id,
            host_id=ids[host],
            url=url,
            target_key=redirection.article_key,
            target_url=redirection.url,
            alike=redirection.alike,
            now=now,
        )
    same = {"target": redirection.article_key, "alike": redirection.alike}
    others: int = queries.value(conn, "aliases/count_redirected", link_id=link_id, **same)
    if not is_alias(redirection, others):
        if others >= (MAX_ALIKE if redirection.alike else MAX_UNLIKE):
            queries.execute(conn, "aliases/drop_alias_urls", **same)
            queries.execute(conn, "aliases/withdraw_aliases", **same)
        return False
    if queries.value(conn, "aliases/is_alias_of", target=redirection.article_key, key=key):
        return False  # each of the other: nobody knows which of them stands
    settle_link(
        conn, link_id, "gone", problem=f"redirects to {redirection.article_key}", alias_of=redirection.article_key
    )
    target = read_link(redirection.url, source)
    queries.execute(
        conn,
        "aliases/want_target",
        source=run.source,
        run_id=run.run_id,
        poll=run.is_poll,
        key=redirection.article_key,
        url=redirection.url,
        day=target.day if target else None,
        now=now,
    )
    return True


def stands_again(conn: Connection, link_id: int) -> None:
    """Forget where a URL led that leads there no more; the caller opens the transaction."""
    queries.execute(conn, "aliases/drop_own_alias_urls", link_id=link_id)
    queries.execute(conn, "aliases/drop_redirections", link_id=link_id)


def add_urls(conn: Connection, source: Source) -> int:
    """Add the URLs of aliases to the articles that they lead to, once those are there; return how many are new."""
    return queries.execute(conn, "aliases/add_alias_urls", source=source.key).rowcount
