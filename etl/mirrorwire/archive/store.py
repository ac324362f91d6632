"""Where WARC files lie: a folder, or an object store through fsspec, with a spool folder before it."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, BinaryIO, Protocol
from urllib.parse import quote, unquote, urlsplit

from mirrorwire.archive import remote
from mirrorwire.archive.errors import ArchiveAway
from mirrorwire.archive.files import OPEN, disk, lock, recover
from mirrorwire.archive.remote import shown
from mirrorwire.core.errors import FolderUnusable
from mirrorwire.core.warc_places import refusal

_WHERE = "is MIRRORWIRE_ARCHIVE the place that it was written to?"


class Store(Protocol):
    """Where files lie: `place`, as messages call it. `folder` is where they are written."""

    place: str
    folder: Path

    def open(self) -> None:
        """Make ready for writing; raises `FolderUnusable` or `ArchiveAway`."""

    def keep(self, path: Path) -> None:
        """Take a finished file over; raises `FolderUnusable` or `ArchiveAway`, and then has it still to be taken."""

    def holds(self, name: str) -> bool:
        """Tell whether a file can be read here."""

    def names(self) -> set[str]:
        """Return the names of all files that can be read here, finished or not; raises `ArchiveAway`."""

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Return so many bytes of a file, or what there is of them; raises `ArchiveAway`."""


def store_at(archive: str, spool: Path | None) -> Store:
    """Return the store that a setting names; raises `FolderUnusable` for one that nothing can be kept in."""
    if (reason := refusal(archive)) is not None:
        raise FolderUnusable(shown(archive), reason)
    if archive.startswith("file://"):
        return Folder(Path(unquote(urlsplit(archive).path)))
    if "://" not in archive:
        return Folder(Path(archive))
    remote.refuse_password(archive)
    if spool is None:
        raise FolderUnusable(archive, "an object store needs a spool folder; name a folder")
    return ObjectStore(archive, spool)


class Folder:
    """A folder of WARC files, written in place."""

    def __init__(self, folder: Path) -> None:
        self.place, self.folder = str(folder), folder

    def open(self) -> None:
        """Make the folder if need be, for us alone, and mend what killed writers left in it.

        One that is there keeps its rights: somebody may have given them.
        """
        with disk(self.folder):
            self.folder.mkdir(0o700, parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                pass  # asking for the rights instead says nothing to root, nor of a read-only disk
            recover(self.folder)

    def keep(self, path: Path) -> None:
        """It lies where it belongs."""

    def holds(self, name: str) -> bool:
        """Tell whether there is such a file, finished or not."""
        return (self.folder / name).exists() or (self.folder / (name + OPEN)).exists()

    def names(self) -> set[str]:
        """Return the names of all files, finished or not."""
        return {path.name.removesuffix(OPEN) for path in self.folder.glob("*.warc.gz*") if path.suffix != ".copy"}

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Return so many bytes of a file, or what there is of them."""
        try:
            data = self.find(name, offset, length)
        except OSError as error:
            raise ArchiveAway(str(self.folder / name), f"{error.strerror or error}; {_WHERE}") from None
        if data is None:
            raise ArchiveAway(str(self.folder / name), f"{os.strerror(errno.ENOENT)}; {_WHERE}")
        return data

    def find(self, name: str, offset: int, length: int) -> bytes | None:
        """As `read`, `None` where there is no such file; raises `OSError`."""
        for suffix in ("", OPEN, ""):  # it may be finished between two looks
            with suppress(FileNotFoundError):
                return _bytes(self.folder / (name + suffix), offset, length)
        return None


def _bytes(path: Path, offset: int, length: int) -> bytes:
    with path.open("rb") as file:
        file.seek(offset)
        return file.read(length)


class ObjectStore:
    """A bucket, or a prefix in it. What is written lies in a spool folder until it is finished and uploaded whole.

    A file is removed from there only once the store has it, so one that a kill or an outage left is uploaded by the
    next writer of this machine; until then only this machine can read it.
    """

    def __init__(self, archive: str, spool: Path) -> None:
        self.place = shown(archive).rstrip("/")
        self._url = archive.rstrip("/")
        self._spool = Folder(spool / quote(self._url, safe=""))  # one a location: files never go to another
        self.folder = self._spool.folder
        self._known: set[str] = set()

    def open(self) -> None:
        """Make the spool ready, ask for the bucket, and upload what killed writers left."""
        self._spool.open()
        with remote.typed(self.place):
            files, root = self._files()
            files.info(root.split("/", 1)[0])
        for path in sorted(self.folder.glob("*.warc.gz")):
            self._upload(path, wait=False)

    def keep(self, path: Path) -> None:
        """Upload a finished file and remove it from the spool."""
        self._upload(path, wait=True)

    def holds(self, name: str) -> bool:
        """Tell whether the spool or the store has such a file."""
        if name in self._known or self._spool.holds(name):
            return True
        with remote.typed(self.place):
            files, root = self._files()
            if files.exists(f"{root}/{name}"):
                self._known.add(name)
        return name in self._known

    def names(self) -> set[str]:
        """Return the names of all files, of the store and in the spool."""
        with remote.typed(self.place):
            files, root = self._files()
            paths = files.ls(root, detail=False) if files.exists(root) else []
        return self._spool.names() | {str(path).rsplit("/", 1)[-1] for path in paths}

    def read(self, name: str, offset: int, length: int) -> bytes:
        """Return so many bytes of a file, asking the store for no more than these."""
        try:
            data = self._spool.find(name, offset, length)
            return self._range(name, offset, length) if data is None else data
        except (OSError, FolderUnusable, ArchiveAway) as error:
            reason = str(error) if isinstance(error, OSError) else error.reason
            raise ArchiveAway(f"{self.place}/{name}", f"{reason}; {_WHERE}") from None

    @contextmanager
    def copy_of(self, name: str, *, write: bool) -> Iterator[BinaryIO]:
        """A copy of an object to be read, or changed: it takes the object's place, whole, once the caller is done."""
        copy = self.folder / f"{name}.copy"  # no name that a writer would upload
        try:
            with remote.typed(self.place):
                files, root = self._files()
                self.folder.mkdir(0o700, parents=True, exist_ok=True)
                copy.touch(0o600)
                try:
                    files.get_file(f"{root}/{name}", str(copy))
                except FileNotFoundError:
                    raise ArchiveAway(f"{self.place}/{name}", f"{os.strerror(errno.ENOENT)}; {_WHERE}") from None
            with copy.open("r+b") as file:
                yield file
            if write:
                with remote.typed(self.place):
                    files.put_file(str(copy), f"{root}/{name}")
                    if files.size(f"{root}/{name}") != copy.stat().st_size:
                        raise ArchiveAway(f"{self.place}/{name}", "the store holds other bytes than it was sent")
        finally:
            copy.unlink(missing_ok=True)

    def _range(self, name: str, offset: int, length: int) -> bytes:
        with remote.typed(self.place):
            files, root = self._files()
            try:
                return bytes(files.cat_file(f"{root}/{name}", start=offset, end=offset + length))
            except OSError as error:
                if error.errno == errno.EINVAL and "range" in str(error).lower():
                    return b""  # the object ends before
                raise

    def _upload(self, path: Path, *, wait: bool) -> None:
        """Upload under the file's lock: of several that find it, one does."""
        with disk(self.folder), suppress(FileNotFoundError), path.open("rb") as file:
            if not lock(file.fileno(), wait=wait) and not wait:
                return
            size = path.stat().st_size  # not there where another had the lock, and has seen to it
            with remote.typed(self.place):
                files, root = self._files()
                files.put_file(str(path), f"{root}/{path.name}")
                if files.size(f"{root}/{path.name}") != size:
                    raise ArchiveAway(f"{self.place}/{path.name}", "the store holds fewer bytes than it was sent")
            path.unlink()

    def _files(self) -> tuple[Any, str]:
        """The store as a file system, and the path of the archive in it."""
        return remote.files_at(self._url)
