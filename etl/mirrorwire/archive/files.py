"""WARC files while they are written, and what a killed writer left of one.

A file is called `<name>.open` until it is finished, the way Heritrix marks them, and its writer holds a lock on it. So
only files that may be torn are ever looked at, and a finished one is never touched.
"""

from __future__ import annotations

import fcntl
import logging
import os
import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from mirrorwire.core.errors import FolderUnusable

log = logging.getLogger(__name__)

OPEN = ".open"
IDLE_S = 60.0
"""How long a file must not have been written to before another than its writer touches it. A lock alone may not tell:
over a shared disk, that of a writer on another machine may not be seen."""
_CHUNK = 1 << 20


class OpenFile:
    """A WARC file that is being written. Its methods raise `OSError`; the caller sees to it that one calls at a time.

    `size` is its length in bytes after the last append that went well.
    """

    def __init__(self, folder: Path, name: str) -> None:
        """Begin a file."""
        self.name = name
        self.size = 0
        self._folder = folder
        self._path = folder / (name + OPEN)
        self._fd = os.open(self._path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)  # as the database's are
        lock(self._fd)
        sync_folder(folder)

    @property
    def is_as_left(self) -> bool:
        """Whether nobody has cut or grown the file since the last append."""
        return os.fstat(self._fd).st_size == self.size

    def append(self, data: bytes) -> int:
        """Write to the end; returns where the data begins. What a failed append left is cut at once, if it can be."""
        offset, unwritten = self.size, memoryview(data)
        try:
            while unwritten:
                unwritten = unwritten[os.write(self._fd, unwritten) :]
        except BaseException:
            with suppress(OSError):
                os.ftruncate(self._fd, offset)
            raise
        self.size += len(data)
        return offset

    def dup(self) -> int:
        """Return a descriptor of its own for the file, which outlives `finish`."""
        return os.dup(self._fd)

    def finish(self) -> Path | None:
        """Have the disk hold the file, give it its name and let it go; returns its path. An empty one is removed."""
        path = self._folder / self.name
        try:
            if self.size == 0:
                self._path.unlink()
                return None
            os.fsync(self._fd)
            with suppress(FileNotFoundError):  # taken for a dead writer's, by a machine that does not see our lock
                self._path.rename(path)
        finally:
            os.close(self._fd)
        return path


@contextmanager
def disk(folder: Path) -> Iterator[None]:
    """Raise what the disk refuses as `FolderUnusable`."""
    try:
        yield
    except OSError as error:
        raise FolderUnusable(str(folder), error.strerror or str(error)) from None


def lock(fd: int, *, wait: bool = False) -> bool:
    """Take the lock of an open file; returns whether it was there to be taken. It ends with the descriptor."""
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:  # held by another, or a disk that knows no locks
        return False
    return True


def sync_folder(folder: Path) -> None:
    """Have the disk hold the folder's list of names."""
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def recover(folder: Path) -> None:
    """Cut and finish what dead writers left in a folder: files that nobody holds, or has written to for `IDLE_S`."""
    for path in sorted(folder.glob(f"*{OPEN}")):
        with suppress(FileNotFoundError):  # finished meanwhile
            try:
                _recover(path)
            except OSError as error:
                log.warning("%s: left by a killed writer and not to be cut: %s", path, error.strerror or error)


def _recover(path: Path) -> None:
    with path.open("r+b", buffering=0) as file:
        if not lock(file.fileno()):
            return
        now = path.stat()  # by its name: another may have finished it before we held the lock
        if time.time() - now.st_mtime < IDLE_S:
            return
        whole, problem = whole_bytes(file)
        if whole == 0 and problem is None:
            path.unlink()
            return
        if problem is not None:
            # Not what a kill leaves: good records may follow, so nothing is thrown away.
            log.error("%s: damaged after byte %s: %s", path, whole, problem)
        elif whole < now.st_size:
            log.warning("%s: cut %s bytes of a torn record", path, now.st_size - whole)
            file.truncate(whole)
        os.fsync(file.fileno())
        path.rename(path.with_name(path.name.removesuffix(OPEN)))


def whole_bytes(file: BinaryIO) -> tuple[int, str | None]:
    """Return how many bytes the whole gzip members from here on take, and what is wrong behind them.

    `None` is wrong where the last one merely breaks off.
    """
    read = end = 0
    inflater = zlib.decompressobj(31)
    try:
        while chunk := file.read(_CHUNK):
            read += len(chunk)
            while True:
                plain = inflater.decompress(chunk, _CHUNK)  # a page may inflate a thousandfold
                if inflater.eof:
                    chunk = inflater.unused_data
                    end = read - len(chunk)
                    inflater = zlib.decompressobj(31)
                else:
                    chunk = inflater.unconsumed_tail
                if not chunk and len(plain) < _CHUNK:
                    break
    except zlib.error as error:
        return end, str(error)
    return end, None
