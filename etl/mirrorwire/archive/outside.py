"""WARC and WACZ files of others, in a folder or an object store: which there are, and their bytes by range.

A WACZ (https://specs.webrecorder.net/wacz/1.1.1/) is a zip of WARC files. A listing (`warc.paths.gz`, as Common Crawl
publishes one a month) names files by paths.
"""

from __future__ import annotations

import os
import posixpath
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, BinaryIO, cast
from urllib.parse import unquote, urlsplit

from mirrorwire.archive import remote
from mirrorwire.core.errors import FolderUnusable
from mirrorwire.core.warc_places import refusal

SUFFIXES = (".warc", ".warc.gz", ".wacz")
LISTINGS = (".paths", ".paths.gz")
MAX_LISTING_BYTES = 50_000_000
MAX_ZIP_READ = 50_000_000
"""A zip's directory is read in one go: one that claims to be larger is none of a WACZ."""
BLOCK_BYTES = 1 << 20
REMOTE_BLOCK_BYTES = 8 << 20
"""What an object store is asked for at once, each a request."""
NO_FILE = "is no file, but a folder, a pipe, a socket or a device: it is not opened"
_LOCAL_HEADER = 30
_WILD = re.compile(r"[*?\[]")


@dataclass(frozen=True, slots=True, kw_only=True)
class OutsideFile:
    """A file: `url` names it without secrets, `stamp` changes with its content, `size` is in bytes.

    `problem` tells why one that bears a WARC file's name is never opened.
    """

    url: str
    size: int
    stamp: str
    path: str
    local: bool
    problem: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A WARC file as it lies in a file: all of it, or a zip's member at `start`.

    `packed`: the zip has it compressed, so it can only be read from its beginning, and `start` means nothing.
    """

    member: str = ""
    start: int = 0
    length: int = 0
    packed: bool = False


def outside_files(url: str) -> list[OutsideFile]:
    """Return the WARC and WACZ files that a location names: one, a folder's, a glob's, or a listing's, by name.

    Raises `FolderUnusable` where there are none, it names no such place, or it may not be read, `ArchiveAway` where
    the store does not answer.
    """
    scheme, _, rest = url.partition("://") if "://" in url else ("file", "", url)
    if (reason := refusal(url)) is not None:
        raise FolderUnusable(remote.shown(url), reason)
    if scheme != "file":
        remote.refuse_password(url)
        files = _remote_files(url, f"{scheme}://")
    else:
        # In a file URL % means what it means in URLs, and wildcards stay as they are.
        path = unquote(urlsplit(url.replace("?", "%3F").replace("#", "%23")).path) if rest != url else url
        if not path.startswith("/"):
            raise FolderUnusable(
                url, "is no absolute path: /folder, /folder/*.warc.gz, file:///folder or s3://bucket/…"
            )
        files = _local_files(path)
    if not files:
        raise FolderUnusable(_plain(url), "nothing there is a .warc, .warc.gz or .wacz file")
    return sorted(files, key=lambda file: file.url)


def parts_of(file: OutsideFile) -> list[Part]:
    """Return the WARC files in a file; raises `ValueError` for a WACZ that is none, or holds none that can be read."""
    if file.problem is not None:
        raise ValueError(file.problem)
    if not file.url.endswith(".wacz"):
        return [Part(length=file.size)]
    try:
        with closing(_opened(file)) as raw, zipfile.ZipFile(cast(BinaryIO, _Wary(raw))) as zipped:
            parts = [_part(raw, info) for info in zipped.infolist() if _is_warc(info.filename)]
    except (zipfile.BadZipFile, struct.error, NotImplementedError, RuntimeError, EOFError, ValueError) as error:
        raise ValueError(f"no readable WACZ: {error}") from None
    if not parts:
        raise ValueError("a WACZ without archive/*.warc.gz")
    return parts


def blocks(file: OutsideFile, part: Part, ranges: Sequence[tuple[int, int]] | None = None) -> Iterator[bytes]:
    """Yield a part's bytes, or those of ranges of the file (start, length) one behind the other, in blocks.

    Raises `FolderUnusable` or `ArchiveAway` when the file cannot be read, `ValueError` when a zip's member is damaged.
    """
    if part.packed:
        yield from _unpacked(file, part)
        return
    for start, length in ranges if ranges is not None else [(part.start, part.length)]:
        yield from _local_blocks(file, start, length) if file.local else _remote_blocks(file, start, length)


def _local_files(path: str) -> list[OutsideFile]:
    try:
        if _WILD.search(path) and not Path(path).exists():
            # Not by `glob`, whose ** goes round and round through links of folders into themselves.
            return [_local(str(file)) for file in Path("/").glob(path.lstrip("/")) if _is_named(str(file))]
        if Path(path).is_dir():
            within = (posixpath.join(folder, name) for folder, _, names in os.walk(path) for name in names)
            return [_local(name) for name in within if _is_named(name)]
        if path.endswith(LISTINGS):
            listing = _text(_local(path))
            return [_local(name) for name in _listed(listing, PurePosixPath(path).parent)]
        file = _local(path)
        if file.problem is not None:
            raise FolderUnusable(path, file.problem)
        return [file]
    except OSError as error:
        raise FolderUnusable(str(error.filename or path), error.strerror or str(error)) from None


def _local(path: str) -> OutsideFile:
    try:
        status = Path(path).stat()
    except OSError as error:
        return OutsideFile(url=path, size=0, stamp="", path=path, local=True, problem=error.strerror or str(error))
    problem = None if stat.S_ISREG(status.st_mode) else NO_FILE
    stamp = str(status.st_mtime_ns)
    return OutsideFile(url=path, size=status.st_size, stamp=stamp, path=path, local=True, problem=problem)


def _open_local(path: str) -> BinaryIO:
    """Open a regular file: reading a pipe might never end, and opening one waits for who writes it."""
    file = open(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb")  # noqa: PTH123, SIM115
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(0, NO_FILE, path)
    return file


def _remote_files(url: str, scheme: str) -> list[OutsideFile]:
    with remote.typed(_plain(url)):
        files, root = remote.files_at(url)
        if _WILD.search(root):
            infos = [info for path, info in files.glob(root, detail=True).items() if _is_named(path)]
        elif root.endswith(SUFFIXES):
            infos = [files.info(root)]
        elif root.endswith(LISTINGS):
            listing = _text(_remote(files.info(root), scheme))
            infos = [files.info(path) for path in _listed(listing, PurePosixPath(root).parent)]
        else:
            infos = [info for path, info in files.find(root, detail=True).items() if _is_named(path)]
            if not infos:
                files.info(root)  # says whether it is the bucket that is missing
        return [_remote(info, scheme) for info in infos if info["type"] == "file"]


def _remote(info: dict[str, Any], scheme: str) -> OutsideFile:
    stamp = next((info[key] for key in ("ETag", "etag", "LastModified", "mtime", "created") if info.get(key)), "")
    path = str(info["name"])
    return OutsideFile(url=scheme + path, size=int(info["size"]), stamp=str(stamp), path=path, local=False)


def _listed(text: str, folder: PurePosixPath) -> list[str]:
    """The paths that a listing in this folder names.

    They count from the folder above, or from that one above it from which a path leads back into the folder, as
    Common Crawl's do. Nothing outside is named by a listing: it is a stranger's.
    """
    paths = []
    for line in filter(None, map(str.strip, text.splitlines())):
        path = PurePosixPath(line)
        if path.is_absolute() or ".." in path.parts or "://" in line or not _is_named(line):
            raise FolderUnusable(str(folder), f"its listing names {line[:200]!r}, no WARC file below it")
        steps, above = path.parent.parts, folder.parts
        base = above[: len(above) - len(steps)] if steps and above[-len(steps) :] == steps else above
        paths.append(str(PurePosixPath(*base, path)))
    return paths


def _text(listing: OutsideFile) -> str:
    if listing.problem is not None:
        raise FolderUnusable(listing.url, listing.problem)
    if listing.size > MAX_LISTING_BYTES:
        raise FolderUnusable(listing.url, f"a listing of over {MAX_LISTING_BYTES} bytes")
    data = b"".join(blocks(listing, Part(length=listing.size)))
    try:
        if listing.url.endswith(".gz"):
            data = zlib.decompressobj(31).decompress(data, MAX_LISTING_BYTES)
        return data.decode()
    except (zlib.error, UnicodeDecodeError) as error:
        raise FolderUnusable(listing.url, f"no listing: {error}") from None


def _local_blocks(file: OutsideFile, start: int, length: int) -> Iterator[bytes]:
    try:
        with _open_local(file.path) as raw:
            raw.seek(start)
            while length > 0 and (block := raw.read(min(BLOCK_BYTES, length))):
                length -= len(block)
                yield block
    except OSError as error:
        raise FolderUnusable(file.url, error.strerror or str(error)) from None


def _remote_blocks(file: OutsideFile, start: int, length: int) -> Iterator[bytes]:
    files, _ = remote.files_at(file.url)
    for at in range(start, start + length, REMOTE_BLOCK_BYTES):
        with remote.typed(file.url):
            yield bytes(files.cat_file(file.path, start=at, end=min(at + REMOTE_BLOCK_BYTES, start + length)))


def _opened(file: OutsideFile) -> BinaryIO:
    try:
        if file.local:
            return _open_local(file.path)
    except OSError as error:
        raise FolderUnusable(file.url, error.strerror or str(error)) from None
    with remote.typed(file.url):
        files, _ = remote.files_at(file.url)
        return cast(BinaryIO, files.open(file.path, "rb", block_size=BLOCK_BYTES))


class _Wary:
    """A file of which nobody reads too much at once."""

    def __init__(self, raw: BinaryIO) -> None:
        self._raw = raw

    def read(self, size: int = -1) -> bytes:
        data = self._raw.read(MAX_ZIP_READ + 1 if size < 0 else min(size, MAX_ZIP_READ + 1))
        if len(data) > MAX_ZIP_READ:
            raise zipfile.BadZipFile("its directory is too large")
        return data

    def __getattr__(self, name: str) -> Any:
        return getattr(self._raw, name)


def _part(raw: BinaryIO, info: zipfile.ZipInfo) -> Part:
    if info.flag_bits & 1:
        raise ValueError(f"{info.filename} is encrypted")
    if info.compress_type != zipfile.ZIP_STORED:
        return Part(member=info.filename, length=info.file_size, packed=True)
    raw.seek(info.header_offset)
    names, extra = struct.unpack("<HH", raw.read(_LOCAL_HEADER)[26:30])
    start = info.header_offset + _LOCAL_HEADER + names + extra
    return Part(member=info.filename, start=start, length=info.file_size)


def _unpacked(file: OutsideFile, part: Part) -> Iterator[bytes]:
    try:
        with (
            closing(_opened(file)) as raw,
            zipfile.ZipFile(cast(BinaryIO, _Wary(raw))) as zipped,
            zipped.open(part.member) as member,
        ):
            while block := member.read(BLOCK_BYTES):
                yield block
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise ValueError(f"{part.member}: {error}") from None


def _is_warc(name: str) -> bool:
    return name.startswith("archive/") and name.endswith((".warc", ".warc.gz"))


def _is_named(path: str) -> bool:
    return path.endswith(SUFFIXES)


def _plain(url: str) -> str:
    return re.sub(r"//[^/]*@", "//", url)
