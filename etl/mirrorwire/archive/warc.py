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
from urllib.parse import quote, urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from mirrorwire.archive.heads import headers_of, in_ascii, lines_of
from mirrorwire.core.exchange import Capture, Earlier, Exchange
from mirrorwire.http.codings import TooLarge, Undecodable, decoded

AS_SENT = ("gzip",)
"""Content codings in which a body is stored as it was sent; others are undone, since not every reader can: warcio 1.8
fails on a br-coded record beside Brotli 1.2."""
RENAMED = ("content-encoding", "transfer-encoding", "content-length")
"""Headers of the body on the wire. One that is not true of the stored body stands as `X-Crawler-…`, the way public
crawls keep them, and any reader replays the record. Chunked framing is never stored."""

_MAX_DECODED_BYTES = 100_000_000  # more than a fetch takes
_STORED_BYTES = 20_000
"""A coded body of this size is packed no further: it gets no smaller, and packing would be most of the work."""
_PROFILE = "http://netpreserve.org/warc/1.1/revisit/"
_UNFIT = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_GZIP = 31
"""zlib's word for gzip framing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Payload:
    """A response's body as its record holds it: `data` bears the content coding `coding`, if any; `digest` is its own.

    `body` is it without the coding.
    """

    body: bytes
    data: bytes
    coding: str | None
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """Gzip members to be written in one go, and where among them the answer's record lies, in bytes."""

    data: bytes
    offset: int
    length: int
    digest: str


def payload_digest(body: bytes) -> str:
    """Return what `WARC-Payload-Digest` is of a body: SHA-1 in base32, which public archives look payloads up by.

    A capture's digest is that of the decoded body, whichever coding it came in.
    """
    return f"sha1:{base64.b32encode(hashlib.sha1(body, usedforsecurity=False).digest()).decode()}"


def warcinfo(name: str, software: str) -> bytes:
    """Return the record that a file begins with, as a gzip member."""
    info = {"software": software, "format": "WARC File Format 1.1"}
    return _member(_builder().create_warcinfo_record(name, info))


def records(exchange: Exchange, earlier: Earlier | None = None, payload: Payload | None = None) -> Records:
    """Return the records of an exchange: each redirect's response and request, then the answer's own.

    With `earlier` the answer is a `revisit` of it, and no body is written: `server-not-modified` for a 304, else
    `identical-payload-digest`. `payload` is then how the earlier record holds the body; whoever calls knows that the
    bodies are the same.
    """
    before = [member for redirect in exchange.redirects for member in _pair(redirect, _payload_sent(redirect))]
    payload = payload or _payload_sent(exchange)
    answer, *request = _pair(exchange, payload, earlier)
    if earlier is not None:
        digest = earlier.capture.digest  # of a 304 too the body is the earlier one, which was not modified
    else:
        digest = payload.digest if payload.coding is None else payload_digest(exchange.body)
    return Records(
        data=b"".join([*before, answer, *request]), offset=sum(map(len, before)), length=len(answer), digest=digest
    )


def payload_of(data: bytes, capture: Capture) -> Payload:
    """Read what a response's record holds; raises `ValueError` when it is not whole, or not the one captured."""
    return _payload(_record(data, capture.length, "response"), capture)


def exchange_of(data: bytes, capture: Capture, payload: Payload | None = None) -> Exchange:
    """Read a capture's record; raises `ValueError` when it is not whole, or not the one captured.

    `payload` is that of a capture that is a revisit, read before.
    """
    record = _record(data, capture.length, "response" if payload is None else "revisit")
    if payload is None:
        payload = _payload(record, capture)
    else:
        _whole(record)
        if record.rec_headers.get_header("WARC-Payload-Digest") != payload.digest:
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
        headers=headers_of(record.http_headers.headers),
        body=payload.body,
        fetched_at=datetime.fromisoformat(str(record.rec_headers.get_header("WARC-Date"))),
        elapsed_s=0.0,
        sent=None if payload.coding is None else payload.data,
    )


def _payload_sent(exchange: Exchange) -> Payload:
    """How a response's body is stored."""
    body, sent = exchange.body, exchange.sent
    codings = [value.strip().lower() for name, value in exchange.headers if name.lower() == "content-encoding"]
    coding = ", ".join(codings)
    # A stream of several gzip members, or with something behind it, other readers do not read to its end: they stop
    # behind the first member, whose trailer holds its length (RFC 1952).
    if sent is None or coding not in AS_SENT or int.from_bytes(sent[-4:], "little") != len(body):
        return Payload(body=body, data=body, coding=None, digest=payload_digest(body))
    return Payload(body=body, data=sent, coding=coding, digest=payload_digest(sent))


def _payload(record: Any, capture: Capture) -> Payload:
    data = _whole(record)
    coding = record.http_headers.get_header("Content-Encoding")
    try:
        body = decoded(data, coding, _MAX_DECODED_BYTES)
    except (Undecodable, TooLarge) as error:
        raise ValueError(str(error)) from None
    if payload_digest(body) != capture.digest:
        raise ValueError("another response than the one captured")
    digest = str(record.rec_headers.get_header("WARC-Payload-Digest"))
    return Payload(body=body, data=data, coding=coding.strip().lower() if coding else None, digest=digest)


def _whole(record: Any) -> bytes:
    """A record's payload as it is stored, its digests checked."""
    data: bytes = record.raw_stream.read()
    if record.digest_checker.passed is False:
        raise ValueError("; ".join(record.digest_checker.problems))
    return data


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


def _pair(exchange: Exchange, payload: Payload, earlier: Earlier | None = None) -> Iterator[bytes]:
    """The members of a response, or a revisit, and of its request, if it was ours."""
    builder = _builder()
    url, date = _uri(exchange.url), _date(exchange.fetched_at)
    fields = {"WARC-Date": date}
    if exchange.address:
        fields["WARC-IP-Address"] = exchange.address
    if exchange.truncated:
        fields["WARC-Truncated"] = exchange.truncated
    data, headers = payload.data, _headers(exchange, payload)
    if earlier is not None:
        not_modified = exchange.status == HTTPStatus.NOT_MODIFIED
        fields |= {
            "WARC-Profile": _PROFILE + ("server-not-modified" if not_modified else "identical-payload-digest"),
            "WARC-Refers-To-Target-URI": _uri(earlier.url),
            "WARC-Refers-To-Date": _date(earlier.fetched_at),
        }
        data = b""
    if earlier is None or exchange.status != HTTPStatus.NOT_MODIFIED:
        fields["WARC-Payload-Digest"] = payload.digest
    answer = builder.create_warc_record(
        url,
        "response" if earlier is None else "revisit",
        payload=io.BytesIO(data),
        length=len(data),
        http_headers=StatusAndHeaders(_status(exchange), headers, protocol="HTTP/1.1"),
        warc_headers_dict=fields,
    )
    yield _member(answer, level=0 if payload.coding and len(data) > _STORED_BYTES else -1)
    if not exchange.request_headers:
        return  # a copy of what somebody else was sent
    parts = urlsplit(url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = [("Host", parts.netloc), *(pair for pair in exchange.request_headers if pair[0].lower() != "host")]
    yield _member(
        builder.create_warc_record(
            url,
            "request",
            http_headers=StatusAndHeaders(f"GET {in_ascii(target)} HTTP/1.1", lines_of(sent), is_http_request=True),
            warc_headers_dict={
                "WARC-Date": date,
                "WARC-Concurrent-To": answer.rec_headers.get_header("WARC-Record-ID"),
            },
        )
    )


def _builder() -> Any:
    return WARCWriter(io.BytesIO(), gzip=False, warc_version="1.1")


def _member(record: Any, *, level: int = -1) -> bytes:
    # Compressed in one call: the library does it 16 kB at a time, each a round for the interpreter's lock.
    plain = io.BytesIO()
    WARCWriter(plain, gzip=False, warc_version="1.1").write_record(record)
    return zlib.compress(plain.getbuffer(), level, wbits=_GZIP)


def _uri(url: str) -> str:
    # A line break would begin a header of the server's choosing.
    return _UNFIT.sub(lambda match: quote(match[0], errors="replace"), url)


def _date(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _status(exchange: Exchange) -> str:
    reason = re.sub(r"[^\x20-\x7e]+", " ", exchange.reason).strip()
    return f"{exchange.status} {reason}".strip()


def _headers(exchange: Exchange, payload: Payload) -> list[tuple[str, str]]:
    """A response's headers, which tell a reader how the stored body is to be read."""
    true = {"content-encoding": payload.coding, "content-length": str(len(payload.data))}
    kept: list[tuple[str, str]] = []
    for name, value in lines_of(exchange.headers):
        key = name.lower()
        if key not in RENAMED:
            kept.append((name, value))
        elif value.strip().lower() == true.get(key):
            kept.append((name, value))
            del true[key]
        else:
            kept.append((f"X-Crawler-{name}", value))
    return kept + [(name.title(), value) for name, value in true.items() if value is not None]


def _phrase(status: int) -> str:
    try:
        return HTTPStatus(status).phrase
    except ValueError:
        return ""
