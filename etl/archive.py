"""WARC files: exchanges written once, read back by offset and length. The only user of the WARC library."""

from __future__ import annotations

import io
import os
import re
import secrets
import tempfile
import threading
import zlib
from datetime import UTC, datetime
from http import HTTPStatus
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from urllib.parse import unquote, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from etl.errors import FolderUnusable, Permanent, Transient
from etl.records import Capture, Exchange

ROLL_BYTES = 1_000_000_000
"""A file is closed once it is this long; the WARC guidelines' usual size."""

RENAMED = ("content-encoding", "transfer-encoding", "content-length")
"""Headers that spoke of the body on the wire. The stored one is decoded: they stand as `X-Crawler-…`, the way
public crawls keep them, and any reader replays the record."""

_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


class ArchiveDamaged(Permanent):
    """A WARC record cannot be read: it is missing, torn, or not what was written."""

    def __init__(self, path: str, offset: int, reason: str) -> None:
        super().__init__(path, offset, reason)
        self.path, self.offset, self.reason = path, offset, reason

    def __str__(self) -> str:
        return f"{self.path} at byte {self.offset}: {self.reason}"


class ArchiveAway(Transient):
    """A file of the archive cannot be read: it is elsewhere, or its disk is away."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}; is MIRRORWIRE_ARCHIVE the folder that it was written to?"


class ArchiveWriter:
    """Writes exchanges to WARC files of its own in one folder; threads may share it.

    A file is begun with the first exchange, never continued by another writer, and closed when it is
    `roll_bytes` long. An exchange reaches the file in one write, so a kill leaves at most one torn tail.
    """

    def __init__(self, archive: str, *, software: str = "Mirrorwire", roll_bytes: int = ROLL_BYTES) -> None:
        """Open the folder, making it if need be; raises `FolderUnusable`."""
        self._folder = _folder(archive)
        self._software = software
        self._roll_bytes = roll_bytes
        self._file: BinaryIO | None = None
        self._lock = threading.Lock()
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self._folder):
                pass  # asking for the rights instead says nothing to root, nor of a read-only disk
        except OSError as error:
            raise FolderUnusable(str(self._folder), error.strerror or str(error)) from None

    def write(self, exchange: Exchange) -> Capture:
        """Store a response and its request; returns where the response lies, once the system holds its bytes.

        Raises `FolderUnusable` when the disk refuses; nothing of the exchange is then kept.
        """
        with self._lock:
            try:
                file = self._file or self._begin()
                offset = file.tell()
                data, length, digest = _records(exchange)
                file.write(data)
                file.flush()
                name = Path(file.name).name
                if file.tell() >= self._roll_bytes:
                    self._end()
            except OSError as error:
                self._abandon()
                raise FolderUnusable(str(self._folder), error.strerror or str(error)) from None
        return Capture(warc=name, offset=offset, length=length, digest=digest)

    def close(self) -> None:
        """Close the file; the writer may go on, with a new one."""
        with self._lock:
            self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _begin(self) -> BinaryIO:
        now = datetime.now(UTC)
        name = f"mirrorwire-{now:%Y%m%d%H%M%S}-{os.getpid()}-{secrets.token_hex(4)}.warc.gz"
        file = (self._folder / name).open("xb")
        self._file = file
        buffer = io.BytesIO()
        writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
        info = {"software": self._software, "format": "WARC File Format 1.1"}
        writer.write_record(writer.create_warcinfo_record(name, info))
        file.write(buffer.getvalue())
        return file

    def _end(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()

    def _abandon(self) -> None:
        # What a failed write left is a torn tail: nothing may follow it.
        try:
            self._end()
        except OSError:
            self._file = None


def read_capture(archive: str, capture: Capture) -> Exchange:
    """Read one response back; raises `ArchiveDamaged` when it is not whole, `ArchiveAway` when its file cannot be read.

    Headers are the stored ones (see `RENAMED`); `host` is the URL's origin. The request lies in a record of
    its own: `request_headers` is empty, `elapsed_s` is 0.
    """
    path = _folder(archive) / capture.warc
    if Path(capture.warc).name != capture.warc:
        raise ArchiveDamaged(str(path), capture.offset, "names no file of the archive")
    try:
        with path.open("rb") as file:
            file.seek(capture.offset)
            data = file.read(capture.length)
    except OSError as error:
        raise ArchiveAway(str(path), error.strerror or str(error)) from None
    try:
        return _exchange(data, capture)
    except (ValueError, zlib.error, EOFError, ArchiveLoadFailed) as error:
        raise ArchiveDamaged(str(path), capture.offset, str(error) or type(error).__name__) from None


def _folder(archive: str) -> Path:
    if archive.startswith("file://"):
        return Path(unquote(urlsplit(archive).path))
    if "://" in archive:
        raise FolderUnusable(archive, "object stores come later; name a folder")
    return Path(archive)


def _records(exchange: Exchange) -> tuple[bytes, int, str]:
    """Response and request as gzip members, the first one's length in bytes, and the payload's digest."""
    buffer = io.BytesIO()
    writer = WARCWriter(buffer, gzip=True, warc_version="1.1")
    url = re.sub(r"\s+", "%20", exchange.url)
    date = exchange.fetched_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    response = writer.create_warc_record(
        url,
        "response",
        payload=io.BytesIO(exchange.body),
        length=len(exchange.body),
        http_headers=StatusAndHeaders(_status(exchange), _stored(exchange), protocol="HTTP/1.1"),
        warc_headers_dict={"WARC-Date": date},
    )
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = [pair for pair in _lines(exchange.request_headers) if pair[0].lower() != "host"]
    request = writer.create_warc_record(
        url,
        "request",
        http_headers=StatusAndHeaders(f"GET {target} HTTP/1.1", [("Host", parts.netloc), *sent], is_http_request=True),
        warc_headers_dict={
            "WARC-Date": date,
            "WARC-Concurrent-To": response.rec_headers.get_header("WARC-Record-ID"),
        },
    )
    writer.write_record(response)
    length = buffer.tell()
    writer.write_record(request)
    return buffer.getvalue(), length, str(response.rec_headers.get_header("WARC-Payload-Digest"))


def _status(exchange: Exchange) -> str:
    reason = re.sub(r"[^\x20-\x7e]+", " ", exchange.reason).strip()
    return f"{exchange.status} {reason}".strip()


def _stored(exchange: Exchange) -> list[tuple[str, str]]:
    kept = [
        (f"X-Crawler-{name}" if name.lower() in RENAMED else name, value) for name, value in _lines(exchange.headers)
    ]
    return [*kept, ("Content-Length", str(len(exchange.body)))]


def _lines(headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
    # A line break in a value would begin a header of the server's choosing.
    return [(name, re.sub(r"[\r\n\0]+", " ", value)) for name, value in headers if _TOKEN.fullmatch(name)]


def _exchange(data: bytes, capture: Capture) -> Exchange:
    if len(data) < capture.length:
        raise ValueError(f"the file ends {capture.length - len(data)} bytes early")
    inflater = zlib.decompressobj(31)
    plain = inflater.decompress(data)
    if not inflater.eof or inflater.unused_data:
        raise ValueError("not one whole gzip member")
    record = next(iter(ArchiveIterator(io.BytesIO(plain), check_digests=True)), None)
    if record is None or record.rec_type != "response" or record.http_headers is None:
        raise ValueError("no response record")
    body = record.content_stream().read()
    if record.digest_checker.passed is False:
        raise ValueError("; ".join(record.digest_checker.problems))
    if record.rec_headers.get_header("WARC-Payload-Digest") != capture.digest:
        raise ValueError("another response than the one captured")
    url = str(record.rec_headers.get_header("WARC-Target-URI"))
    status, _, reason = str(record.http_headers.statusline).partition(" ")
    parts = urlsplit(url)
    return Exchange(
        url=url,
        host=f"{parts.scheme}://{parts.netloc}",
        status=int(status),
        reason=reason or _phrase(int(status)),
        request_headers=(),
        headers=tuple((str(name), str(value)) for name, value in record.http_headers.headers),
        body=body,
        fetched_at=datetime.fromisoformat(str(record.rec_headers.get_header("WARC-Date"))),
        elapsed_s=0.0,
    )


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
