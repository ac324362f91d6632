"""Records taken out of the archive: overwritten where they lie, so that every other offset stays what it was."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO

from mirrorwire.archive.errors import ArchiveAway
from mirrorwire.archive.files import OPEN, disk, lock
from mirrorwire.archive.members import Member, blank_member, members
from mirrorwire.archive.store import ObjectStore, Store, store_at

PATIENCE_S = 30.0
"""How long a file that is being written is waited for."""
_BEGUN = re.compile(r"mirrorwire-(\d{14})-")
_EARLIER, _LATER = timedelta(minutes=2), timedelta(minutes=30)
"""A writer begins a file with the first exchange that it stores, and ends it with its step: pages take a quarter of an
hour at most."""
_HOPS = (301, 302, 303, 307, 308)
Place = tuple[int, int]
"""Offset and length, in bytes of the compressed file."""


class ArchiveBusy(ArchiveAway):
    """A file of the archive is being written to, and cannot be changed until that has ended."""


def records_of(
    archive: str,
    spool: Path | None,
    name: str,
    *,
    known: Collection[int],
    others: Collection[int],
    is_its: Callable[[str], bool],
) -> list[Place]:
    """Return where the records of one article lie in a file.

    Those are the `known` ones, all whose target URL `is_its`, their requests, and the redirects that led to them.
    `others` are the offsets of what must stay. Raises `ArchiveAway`, as `ArchiveBusy` where the file is being written.
    """
    with _changed(store_at(archive, spool), name, write=False) as file:
        file_members = list(members(file))
    mine = {
        n
        for n, member in enumerate(file_members)
        if member.offset in known or is_its(member.fields.get("warc-target-uri", "").strip("<>"))
    }
    for n in sorted(mine):
        mine.update(_beside(file_members, n, others))
    records = [file_members[n] for n in sorted(mine)]
    return [(record.offset, record.length) for record in records if record.offset not in others]


def files_of(archive: str, spool: Path | None, moments: Collection[datetime]) -> set[str]:
    """Return the files in which what was written at these moments may lie, by when their names say that they begin."""
    names = store_at(archive, spool).names() if moments else ()
    name_matches = [match for name in names if (match := _BEGUN.match(name))]
    begun = [(datetime.strptime(match[1], "%Y%m%d%H%M%S").replace(tzinfo=UTC), match.string) for match in name_matches]
    return {name for at, name in begun for moment in moments if at - _EARLIER <= moment <= at + _LATER}


def blank(archive: str, spool: Path | None, name: str, places: Sequence[Place], *, date: datetime) -> None:
    """Overwrite records with ones of the same length that say that they were removed, and wait for the disk or store.

    Killed and done again with the same places, it ends the same. Raises as `records_of`.
    """
    if not places:
        return
    with _changed(store_at(archive, spool), name, write=True) as file:
        for offset, length in places:
            file.seek(offset)
            file.write(blank_member(length, name=name, offset=offset, date=date))
        file.flush()
        os.fsync(file.fileno())


def _beside(file_members: Sequence[Member], n: int, others: Collection[int]) -> Iterator[int]:
    """A response's request behind it, and before it the redirects that led to it, each with its request."""
    if n + 1 < len(file_members) and _asked_for(file_members[n + 1], file_members[n]):
        yield n + 1
    if file_members[n].kind not in ("response", "revisit"):
        return
    while n >= 2 and _asked_for(file_members[n - 1], file_members[n - 2]):
        hop = file_members[n - 2]
        if hop.kind != "response" or hop.status not in _HOPS or hop.offset in others:
            return
        yield from (n - 2, n - 1)
        n -= 2


def _asked_for(request: Member, response: Member) -> bool:
    concurrent = request.fields.get("warc-concurrent-to")
    return request.kind == "request" and concurrent == response.fields.get("warc-record-id", "")


@contextmanager
def _changed(store: Store, name: str, *, write: bool) -> Iterator[BinaryIO]:
    """A file of the archive, with nobody else at it."""
    if Path(name).name != name:
        raise ArchiveAway(store.place, f"{name!r} names no file of the archive")
    with disk(store.folder):
        held_file = _held(store.folder, name)
        if held_file is not None:
            with held_file as file:
                yield file
            return
    if not isinstance(store, ObjectStore):
        raise ArchiveAway(f"{store.place}/{name}", "no such file; is MIRRORWIRE_ARCHIVE the place it was written to?")
    with store.copy_of(name, write=write) as file:
        yield file


def _held(folder: Path, name: str) -> BinaryIO | None:
    """A file of a folder, opened for changing and locked; `None` where there is none."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        for path in (folder / name, folder / (name + OPEN), folder / name):
            try:
                file = path.open("r+b", buffering=0)
            except FileNotFoundError:
                continue
            if lock(file.fileno()) and path.exists() and os.fstat(file.fileno()).st_ino == path.stat().st_ino:
                return file
            file.close()
            break
        else:
            return None
        if time.monotonic() > deadline:
            raise ArchiveBusy(f"{folder}/{name}", "is being written to: do it again when that fetch has ended")
        time.sleep(0.1)
