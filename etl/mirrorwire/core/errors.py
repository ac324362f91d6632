"""Typed failures. Arguments are the facts, so that each pickles and one line states what and where."""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from mirrorwire.core.humanize import counted

_ADDRESS = re.compile(r"https?://|[\w-]+\.[\w.-]+", re.I)
"""How a site's address begins, with a scheme or without; keys have no point."""


class MirrorwireError(Exception):
    """Base of every failure that is expected; `str()` is the one line that people read."""


class Transient(MirrorwireError):
    """May pass when tried again: a host, the database, a disk that was away."""


class Permanent(MirrorwireError):
    """Will not pass by trying again: someone must change something."""


class WrongUse(Permanent):
    """The caller's words do not fit: a window, an option, a name. Exit code 2."""


class SourceFileError(Permanent):
    """A source file is broken."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(place, problem)
        self.place, self.problem = place, problem

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


class UnknownSource(WrongUse):
    """No source file has that key."""

    def __init__(self, key: str, known: tuple[str, ...]) -> None:
        super().__init__(key, known)
        self.key, self.known = key, known

    def __str__(self) -> str:
        name = self.key.removesuffix(".toml")
        if _ADDRESS.match(name):
            address = self.key if self.key.isprintable() and " " not in self.key else "URL"
            return f"{self.key!r} is an address, not a source's key: mirrorwire sources new {address} drafts a source"
        keys = {key.lower(): key for key in self.known}
        near = get_close_matches(name.lower(), keys, 1)
        if near:
            return f"no source {self.key!r}; did you mean {keys[near[0]]!r}? mirrorwire sources lists all"
        return f"no source {self.key!r}; known: {', '.join(self.known) or 'none'}"


class DatabaseUnavailable(Transient):
    """The database cannot be reached."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where, self.reason = where, reason

    def __str__(self) -> str:
        return f"database {self.where} cannot be reached: {self.reason}"


class DatabaseBusy(Transient):
    """Another session holds for too long what this one waits for; `holders` names it, as far as it is known."""

    def __init__(self, where: str, waited_s: float, holders: str) -> None:
        super().__init__(where, waited_s, holders)
        self.where, self.waited_s, self.holders = where, waited_s, holders

    def __str__(self) -> str:
        held_by = f", held by {self.holders}" if self.holders else ""
        return (
            f"database {self.where}: waited {self.waited_s:.0f} s for a lock{held_by}. Wait for that session or end it"
            " (SELECT pg_terminate_backend(pid)), then run this again"
        )


class DatabaseUnfit(Permanent):
    """The database is there and cannot be used."""

    def __init__(self, where: str, reason: str) -> None:
        super().__init__(where, reason)
        self.where, self.reason = where, reason

    def __str__(self) -> str:
        return f"database {self.where}: {self.reason}"


class DatabaseInUse(Transient):
    """The embedded server is not stopped under a running Airflow."""

    def __init__(self, sessions: int) -> None:
        super().__init__(sessions)
        self.sessions = sessions

    def __str__(self) -> str:
        sessions = counted(self.sessions, "session")
        return f"an Airflow uses the server ({sessions}): make down ends both, --force stops it anyway"


class NoLocalAirflow(Transient):
    """No Airflow of `make up` runs in a data folder."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder)
        self.folder = folder

    def __str__(self) -> str:
        return f"no Airflow runs in {self.folder}: make up starts one there (or set MIRRORWIRE_HOME to its data folder)"


class FolderUnusable(Permanent):
    """A folder that must be written cannot be."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"


class MigrationChanged(Permanent):
    """A migration that was applied has been edited since, or is not known here at all."""

    def __init__(self, name: str, is_known: bool) -> None:
        super().__init__(name, is_known)
        self.name, self.is_known = name, is_known

    def __str__(self) -> str:
        if not self.is_known:
            return f"the database is newer than this version: it has sql/migrations/{self.name}"
        return f"sql/migrations/{self.name} differs from what was applied; add a new migration instead"


class FetchFailed(Transient):
    """No whole response came from a host. `kind` is an attempt's outcome.

    `exchanges` are the redirects that led there, and what came of the response, if anything did.
    """

    def __init__(self, url: str, kind: str, reason: str) -> None:
        super().__init__(url, kind, reason)
        self.url, self.kind, self.reason = url, kind, reason
        self.exchanges: tuple[Any, ...] = ()

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


class SeedUnreadable(Permanent):
    """A seed document is not what it should be. `found` counts the links read before the damage."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url, self.reason = url, reason

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


class RunFailed(Permanent):
    """A run whose outcome cannot be trusted."""

    def __init__(self, run: str, reasons: tuple[str, ...]) -> None:
        super().__init__(run, reasons)
        self.run, self.reasons = run, reasons

    def __str__(self) -> str:
        return f"{self.run}: {'; '.join(self.reasons)}"


class WorkersUnavailable(Transient):
    """The child processes that read pages cannot be started, or do not live to read one."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    def __str__(self) -> str:
        return f"no child process to read pages in: {self.reason}"
