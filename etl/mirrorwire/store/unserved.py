"""Links that no host has served: listed, counted, and tried again when a person asks for it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Source
from mirrorwire.core.urls import read_link
from mirrorwire.store import queries
from mirrorwire.store.db import Connection


def list_unserved(conn: Connection, source: Source, *, untried: bool = False) -> list[dict[str, Any]]:
    """Return the links that no host has served, given up (`failed`) or waiting (`pending`): why, and until when.

    With `untried` also those that wait for their first try. Columns:
    `article_key, url, day, state, tries, next_try_at, last_problem, retry_asked`.
    """
    return queries.rows(conn, "frontier/list_unserved", source=source.key, untried=untried)


def count_untried(conn: Connection, source: Source) -> int:
    """Return how many links wait for their first try."""
    return int(queries.value(conn, "frontier/count_untried", source=source.key))


def retry(conn: Connection, source: Source, words: Sequence[str] = ()) -> list[str]:
    """Have the source's next run, of whatever kind, try links again: all that were given up, or those asked for.

    `words` are article keys or URLs, of links that wait, were given up or are gone. Returns the keys of the links, in
    order. Raises `WrongUse`, with nothing changed, for one that is on no list or whose page is stored.
    """
    named = {word: word if word.startswith(f"{source.key}:") else _key_of(word, source) for word in words}
    keys = sorted({key for key in named.values() if key})
    with conn.transaction():
        states = dict(queries.execute(conn, "frontier/links_of_keys", source=source.key, keys=keys).fetchall())
        if unknown := [word for word, key in named.items() if key not in states]:
            raise WrongUse(f"no link of {source.key} is {', '.join(unknown)}")
        if stored := [word for word, key in named.items() if states[str(key)] == "captured"]:
            raise WrongUse(f"{', '.join(stored)}: served already, --revisit fetches it again")
        retried = queries.execute(conn, "frontier/retry_links", source=source.key, keys=keys if words else None)
        return sorted(key for (key,) in retried)


def _key_of(url: str, source: Source) -> str | None:
    link = read_link(url, source)
    return link.article_key if link else None
