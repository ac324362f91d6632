"""A database of before the schema `mirrorwire`, whose tables stand in `public`: recognized, taken over, or refused.

Nothing was released before that schema, so one state is known: the one that migration 0044 left. What others have in
`public` is not touched.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import psycopg

from mirrorwire.core.config import SQL
from mirrorwire.core.errors import DatabaseUnfit
from mirrorwire.store import queries
from mirrorwire.store.db import Connection, shown

LAST = "0044_what_views_tell.sql"
"""The migration that a database must stand at."""
_DIGESTS = SQL / "takeover" / "0044.sha256"
_SCRIPT = SQL / "takeover" / "0044.sql"
_LAST_FILE = "0011_views.sql"
"""The last file of sql/migrations that describes what migration 0044 left: later ones are applied as ever."""
_MADE_ANEW = ("0010_functions.sql", "0011_views.sql")
_ELSE = "or name another database in MIRRORWIRE_DATABASE_URL"


@dataclass(frozen=True, slots=True, kw_only=True)
class Public:
    """What stands in the schema `public` under our names.

    `digests`: the migrations that our log there names, with the digest of each file. `noted`: files of ours that yoyo's
    log names. `relations`: tables and views.
    """

    digests: Mapping[str, str]
    noted: frozenset[str]
    relations: tuple[str, ...]


def look(conn: Connection) -> Public:
    """Return what stands in `public` under our names; reads only."""
    logs = queries.rows(conn, "migrations/public_logs")[0]
    digests = queries.execute(conn, "migrations/public_digests").fetchall() if logs["has_digests"] else []
    noted = queries.execute(conn, "migrations/public_noted").fetchall() if logs["has_yoyo"] else []
    relations = queries.execute(conn, "migrations/public_relations", names=list(_names())).fetchall()
    return Public(
        digests=dict(digests),
        noted=frozenset(name for (name,) in noted if name in _known_digests()),
        relations=tuple(name for (name,) in relations),
    )


def is_needed(conn: Connection) -> bool:
    """Return whether `public` holds what migration 0044 left; raises `DatabaseUnfit` for anything else of our names."""
    public = look(conn)
    problem = _problem(public)
    if problem:
        raise DatabaseUnfit(shown(conn.url), f"{problem}, {_ELSE}")
    return bool(public.digests)


def take_over(conn: Connection, folder: Path) -> list[str]:
    """Bring what stands in `public` into our schema, as the files of `folder` make it; return the names of those files.

    The caller opens the transaction and has made the schema. Raises `DatabaseUnfit` where it cannot be done.
    """
    paths = [path for path in sorted(folder.glob("*.sql")) if path.name <= _LAST_FILE]
    try:
        differences = _differences(conn, paths)
        if differences:
            raise DatabaseUnfit(
                shown(conn.url),
                f"its log names migration {LAST}, but public.{differences[0]} is not what that made: "
                f"restore a backup, {_ELSE}",
            )
        _move(conn, paths)
    except psycopg.OperationalError:
        raise
    except psycopg.Error as error:
        reason = (str(error).strip().splitlines() or ["no reason given"])[0]
        raise DatabaseUnfit(
            shown(conn.url),
            f"its tables cannot be moved from the schema public into mirrorwire ({reason}); nothing was changed",
        ) from error
    return [path.name for path in paths]


def _problem(public: Public) -> str | None:
    """Return what is wrong with `public` and what to do; `None` where nothing is."""
    if public.digests or public.noted:
        return _problem_of_log(public)
    if public.relations:
        names = ", ".join(public.relations)
        return f"its schema public has tables or views under our names, and no log of ours ({names}): rename them"
    return None


def _problem_of_log(public: Public) -> str | None:
    known = _known_digests()
    later = public.digests.keys() - known.keys()
    if later:
        return (
            f"its tables in the schema public have migration {max(later)}, which this version does not know: "
            "install the version that made it"
        )
    edited = [name for name, digest in public.digests.items() if digest != known[name]]
    if edited:
        return (
            f"its tables in the schema public have another migration {min(edited)} than this version knows: "
            "restore a backup"
        )
    if public.noted - public.digests.keys():
        return (
            "an older version was stopped while it migrated its tables in the schema public: "
            "first run mirrorwire db migrate of that version"
        )
    if public.digests.keys() != known.keys():
        return (
            f"its tables in the schema public stand at migration {max(public.digests)}, and this version takes over "
            f"from {LAST} alone: first run mirrorwire db migrate of the last version that kept them there"
        )
    return None


def _differences(conn: Connection, paths: Sequence[Path]) -> list[str]:
    """Return the columns (table.column) of a fresh schema that the tables in `public` do not have."""
    with conn.transaction(force_rollback=True):
        for path in paths:
            conn.execute(path.read_bytes())
        return [column for (column,) in queries.execute(conn, "migrations/public_differences")]


def _move(conn: Connection, paths: Sequence[Path]) -> None:
    conn.execute(_SCRIPT.read_bytes())
    for path in paths:
        text = path.read_text(encoding="utf-8")
        if path.name in _MADE_ANEW:
            conn.execute(text.encode())
            continue
        comments = [line for line in text.splitlines() if line.startswith("COMMENT ON ")]
        conn.execute("\n".join(comments).encode())
    queries.execute(conn, "migrations/note_migrations", ids=[path.stem for path in paths])


@cache
def _known_digests() -> Mapping[str, str]:
    """Return the files of the migrations up to 0044 with their digests, from what `sha256sum` printed of them."""
    digests = {}
    for line in _DIGESTS.read_text(encoding="utf-8").splitlines():
        digest, name = line.split()
        digests[name] = digest
    return digests


@cache
def _names() -> tuple[str, ...]:
    """Return the names of all tables and views that are taken over."""
    script = _SCRIPT.read_text(encoding="utf-8")
    return tuple(re.findall(r"^ALTER (?:TABLE|VIEW) public\.(\w+) SET SCHEMA", script, re.MULTILINE))
