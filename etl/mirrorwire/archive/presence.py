"""Which files of the archive can be read."""

from __future__ import annotations

import time
from collections.abc import Iterable
from pathlib import Path

from mirrorwire.archive.errors import ArchiveAway
from mirrorwire.archive.store import store_at

MAX_ASKING_S = 15.0
"""What may be spent on files that do not come: a store that is down takes seconds to say so of each."""


def unreadable(archive: str, names: Iterable[str], spool: Path | None) -> dict[str, str]:
    """Return which of these files cannot be read, and why. A byte of each is asked for.

    Once `MAX_ASKING_S` have gone into files that cannot, those not yet asked for count among them.
    """
    store = store_at(archive, spool)
    problems: dict[str, str] = {}
    spent_s, last = 0.0, ""
    for name in names:
        if spent_s > MAX_ASKING_S:
            problems[name] = last
            continue
        began = time.monotonic()
        try:
            store.read(name, 0, 1)
        except ArchiveAway as error:
            problems[name] = last = error.reason.partition("; ")[0]  # without what is asked of the archive as a whole
            spent_s += time.monotonic() - began
    return problems


def is_cut_short(archive: str, name: str, reach: int, spool: Path | None) -> bool:
    """Return whether a file ends before byte `reach`, up to which captures lie in it; raises `ArchiveAway`."""
    return store_at(archive, spool).read(name, reach - 1, 1) == b""


def file_names(archive: str, spool: Path | None) -> set[str]:
    """Return the names of all files of the archive, none where there is no such folder; raises `ArchiveAway`."""
    return store_at(archive, spool).names()
