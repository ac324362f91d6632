"""Exchanges into WARC files: one writer a process, files of its own, whole records whatever happens to it."""

from __future__ import annotations

import os
import secrets
import threading
from contextlib import suppress
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import Self

from mirrorwire import __version__
from mirrorwire.archive import warc
from mirrorwire.archive.errors import ArchiveAway, ArchiveDamaged
from mirrorwire.archive.files import OpenFile, disk
from mirrorwire.archive.reader import read_capture, read_payload
from mirrorwire.archive.store import store_at
from mirrorwire.core.errors import MirrorwireError
from mirrorwire.core.exchange import Capture, Earlier, Exchange

SOFTWARE = f"Mirrorwire/{__version__}"
"""The writer's name in the record that a file begins with."""
ROLL_BYTES = 1_000_000_000
"""A file is closed once it is this long; the WARC guidelines' usual size."""


class ArchiveWriter:
    """Writes exchanges to WARC files of its own; threads may share it.

    A file is begun with the first exchange, never continued by another writer, and finished when it is `roll_bytes`
    long. An exchange reaches it in one write: a kill leaves at most one torn tail, which the next writer that opens the
    archive a minute later cuts off. `write` hands the bytes to the system, which keeps them whatever becomes of the
    process; `sync` waits for the disk. Rows come after `sync`, so a power cut costs none that is committed; it may cost
    exchanges whose rows were not, and leave their bytes torn or blank at the file's end.
    """

    def __init__(
        self, archive: str, *, spool: Path | None = None, software: str = SOFTWARE, roll_bytes: int = ROLL_BYTES
    ) -> None:
        """Open the archive, and mend what killed writers left: a folder, which is made if need be, or an object store.

        `spool` is the folder in which files for an object store wait. Raises `FolderUnusable` or `ArchiveAway`.
        """
        self._store = store_at(archive, spool)
        self._place = archive, spool
        self._software = software
        self._roll_bytes = roll_bytes
        self._file: OpenFile | None = None
        self._finished: list[Path] = []
        self._written = self._synced = 0
        self._lock = threading.Lock()
        self._syncing = threading.Lock()
        self._store.open()

    def write(self, exchange: Exchange, *, earlier: Earlier | None = None) -> Capture:
        """Store a response, its request, and the redirects that led to it; returns where the response lies.

        With `earlier`, a stored response with the same body, only its headers are stored, as a `revisit`; so is a 304.
        Where the earlier record turns out to be damaged, or its file away, the body is stored again: `payload` of the
        capture is `None`. Raises `FolderUnusable` when the disk refuses; nothing of the exchange is then kept.
        """
        payload = None
        if earlier is not None and exchange.status != HTTPStatus.NOT_MODIFIED:
            try:
                payload = read_payload(self._store, earlier.capture)
            except (ArchiveAway, ArchiveDamaged):
                earlier = None
        made = warc.records(exchange, earlier, payload)  # not under the lock: packing them is most of the work
        with self._lock, disk(self._store.folder):
            file = self._file
            if file is None or not file.is_as_left:
                file = self._begin()
            try:
                start = file.append(made.data)
            except OSError:
                with suppress(OSError):
                    self._end()  # nothing may follow what was torn
                raise
            self._written += 1
            rolled = file.size >= self._roll_bytes
            if rolled:
                self._end()
        if rolled:
            with suppress(MirrorwireError):  # closing tries again, and says so
                self._hand_over()
        return Capture(
            warc=file.name,
            offset=start + made.offset,
            length=made.length,
            digest=made.digest,
            payload=earlier.capture if earlier is not None and payload is not None else None,
        )

    def sync(self) -> None:
        """Wait until the disk holds all that was written; threads that wait at once share one wait.

        Raises `FolderUnusable`.
        """
        with self._lock:
            wanted = self._written
        with self._syncing, disk(self._store.folder):
            if self._synced >= wanted:
                return
            with self._lock:
                reached, fd = self._written, None if self._file is None else self._file.dup()
            if fd is not None:  # a finished file is on the disk
                try:
                    os.fsync(fd)
                finally:
                    os.close(fd)
            self._synced = reached

    def read(self, capture: Capture) -> Exchange:
        """Read a response back, as `read_capture` does."""
        archive, spool = self._place
        return read_capture(archive, capture, spool=spool)

    def holds(self, name: str) -> bool:
        """Tell whether the archive has a file of this name; raises `ArchiveAway`."""
        return self._store.holds(name)

    def close(self) -> None:
        """Finish the file, and have the store take what is finished; the writer may go on, with a new file.

        Raises `FolderUnusable` or `ArchiveAway`; files for a store that is away stay in the spool.
        """
        with self._lock, disk(self._store.folder):
            self._end()
        self._hand_over()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is None:
            self.close()
        else:
            with suppress(MirrorwireError):  # that which ends the work should be heard of
                self.close()

    def _begin(self) -> OpenFile:
        self._end()
        now = datetime.now(UTC)
        name = f"mirrorwire-{now:%Y%m%d%H%M%S}-{os.getpid()}-{secrets.token_hex(4)}.warc.gz"
        self._file = OpenFile(self._store.folder, name)
        try:
            self._file.append(warc.warcinfo(name, self._software))
        except OSError:
            with suppress(OSError):
                self._end()
            raise
        return self._file

    def _end(self) -> None:
        file, self._file = self._file, None
        path = None if file is None else file.finish()
        if path is not None:
            self._finished.append(path)

    def _hand_over(self) -> None:
        """Give finished files to the store."""
        while True:
            with self._lock:
                if not self._finished:
                    return
                path = self._finished.pop()
            try:
                self._store.keep(path)
            except MirrorwireError:
                with self._lock:
                    self._finished.append(path)
                raise
