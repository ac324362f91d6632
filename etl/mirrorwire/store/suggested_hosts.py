"""Names that may be a publisher's new home: kept a path, shown to people, never followed."""

from __future__ import annotations

from urllib.parse import urlsplit

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import NamedBy, Source
from mirrorwire.core.urls import origin_of
from mirrorwire.store import queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection

MAX_ORIGINS, MAX_PATHS = 50, 1000
"""Of a source, and of an origin: a hostile page may name anybody."""


def note(conn: Connection, source: str, origin: str, way: NamedBy, url: str) -> None:
    """Note that what a URL gave names an origin; the same path counts once."""
    path = clean(urlsplit(url).path[:1000] or "/")
    queries.execute(
        conn,
        "hosts/note_suggestion",
        source=source,
        origin=origin,
        way=way,
        path=path,
        url=clean(url[:2000]),
        most=MAX_ORIGINS,
        most_paths=MAX_PATHS,
    )


def dismissed(conn: Connection, source: str) -> frozenset[str]:
    """Return the origins that are not to be suggested for a source."""
    return frozenset(row["origin"] for row in queries.rows(conn, "hosts/dismissed_origins", source=source))


def dismiss(conn: Connection, source: Source, text: str) -> str:
    """Have an origin suggested no more and return it as it is known; raises `WrongUse` for what is none."""
    origin = origin_of(text)
    if origin is None:
        raise WrongUse(
            f"{text!r} is no origin such as https://news.example, as mirrorwire status {source.key} names it"
        )
    queries.execute(conn, "hosts/dismiss_origin", source=source.key, origin=origin)
    return origin
