"""Exchanges to WARC 1.1 records and back. The only user of the WARC library.

Of the specification (https://iipc.github.io/warc-specifications/): `response` and `request` (6.3, 6.4), and `revisit`
(6.7) in both profiles, for a payload that is stored already and for a 304.
"""

from __future__ import annotations

import base64
import hashlib
import io
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from etl.records import Capture, Earlier, Exchange

RENAMED = ("content-encoding", "transfer-encoding", "content-length")
"""Headers that spoke of the body on the wire. The stored one is decoded: they stand as `X-Crawler-…`, the way
public crawls keep them, and any reader replays the record."""

_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_GZIP = 31
"""zlib's word for gzip framing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Gzip members to be written in one go, and where among them the answer's record lies, in bytes."""

    data: bytes
    offset: int
    length: int
    digest: str


def payload_digest(body: bytes) -> str:
    """Return a body's `WARC-Payload-Digest`: SHA-1 in base32, which public archives look payloads up by."""
    return f"sha1:{base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()}"


def warcinfo(name: str, software: str) -> bytes:
    """Return the record that a file begins with, as a gzip member."""
    info = {"software": software, "format": "WARC File Format 1.1"}
    return _member(_builder().create_warcinfo_record(name, info))


def records(exchange: Exchange, earlier: Earlier | None = None) -> Records:
    """Return the records of an exchange: each redirect's response and request, then the answer's own.

    With `earlier` the answer is a `revisit` of it, and no body is written: `server-not-modified` for a 304, else
    `identical-payload-digest`; whoever calls knows that the payloads are the same.
    """
    before = [member for redirect in exchange.redirects for member in _pair(redirect, payload_digest(redirect.body))]
    # Of a 304 too the payload is the earlier one, which was not modified.
    digest = payload_digest(exchange.body) if earlier is None else earlier.capture.digest
    answer, request = _pair(exchange, digest, earlier)
    return Records(
        data=b"".join([*before, answer, request]), offset=sum(map(len, before)), length=len(answer), digest=digest
    )


def exchange_of(data: bytes, capture: Capture, payload: bytes | None = None) -> Exchange:
    """Read a capture's record; raises `ValueError` when it is not whole, or not the one captured.

    `payload` is the body of a capture that is a revisit, read before.
    """
    record = _record(data, capture.length, "response" if payload is None else "revisit")
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
        body=body if payload is None else payload,
        fetched_at=datetime.fromisoformat(str(record.rec_headers.get_header("WARC-Date"))),
        elapsed_s=0.0,
    )


def _record(data: bytes, length: int, kind: str) -> Any:
    if len(data) < length:
        raise ValueError(f"the file ends {length - len(data)} bytes early")
    inflater = zlib.decompressobj(_GZIP)
    try:
        plain = inflater.decompress(data)
        if not inflater.eof or inflater.unused_data:
            raise ValueError("not one whole gzip member")
        record = next(iter(ArchiveIterator(io.BytesIO(plain), check_digests=True)), None)
    except (zlib.error, EOFError, ArchiveLoadFailed) as error:
        raise ValueError(str(error) or type(error).__name__) from None
    if record is None or record.rec_type != kind or record.http_headers is None:
        raise ValueError(f"no {kind} record")
    return record


def _pair(exchange: Exchange, digest: str, earlier: Earlier | None = None) -> Iterator[bytes]:
    """The members of a response, or a revisit, and of its request."""
    builder = _builder()
    url, date = _uri(exchange.url), _date(exchange.fetched_at)
    fields = {"WARC-Date": date, "WARC-Payload-Digest": digest}
    if earlier is not None:
        not_modified = exchange.status == HTTPStatus.NOT_MODIFIED
        fields |= {
            "WARC-Profile": _PROFILE + ("server-not-modified" if not_modified else "identical-payload-digest"),
            "WARC-Refers-To-Target-URI": _uri(earlier.url),
            "WARC-Refers-To-Date": _date(earlier.fetched_at),
        }
    answer = builder.create_warc_record(
        url,
        "response" if earlier is None else "revisit",
        payload=io.BytesIO(exchange.body if earlier is None else b""),
        length=len(exchange.body) if earlier is None else 0,
        http_headers=StatusAndHeaders(_status(exchange), _stored(exchange), protocol="HTTP/1.1"),
        warc_headers_dict=fields,
    )
    yield _member(answer)
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = [pair for pair in _lines(exchange.request_headers) if pair[0].lower() != "host"]
    yield _member(
        builder.create_warc_record(
            url,
            "request",
            http_headers=StatusAndHeaders(
                f"GET {target} HTTP/1.1", [("Host", parts.netloc), *sent], is_http_request=True
            ),
            warc_headers_dict={
                "WARC-Date": date,
                "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
            },
        )
    )


def _builder() -> Any:
    return WARCWriter(io.BytesIO(), gzip=False, warc_version="1.1")


def _member(record: Any) -> bytes:
    # Compressed in one call: the library does it 16 kB at a time, each a round for the interpreter's lock.
    plain = io.BytesIO()
    WARCWriter(plain, gzip=False, warc_version="1.1").write_record(record)
    return zlib.compress(plain.getbuffer(), wbits=_GZIP)


def _uri(url: str) -> str:
    return re.sub(r"\s+", "%20", url)


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


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


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
