"""One record of a stranger's WARC file: whether it is a page of the source, and the exchange that it holds."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from ipaddress import ip_address

from fastwarc.warc import WarcRecord, WarcRecordType

from mirrorwire.archive.http_message import (
    MAX_BODY_BYTES,
    MAX_HEADER_BYTES,
    decoded_body,
    is_page,
    read_message,
    unchunked,
)
from mirrorwire.archive.scan import StreamRecord
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Source
from mirrorwire.core.urls import MAX_URL_CHARS, canonical_url, host_of, origin_of, read_link, site_of
from mirrorwire.http.codings import TooLarge

FIRST_YEAR = 1990
_TYPES = {"response": WarcRecordType.response, "revisit": WarcRecordType.revisit}
_ALGORITHMS = {"sha1": hashlib.sha1, "sha256": hashlib.sha256, "sha512": hashlib.sha512, "md5": hashlib.md5}


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A record of a page of the source, as a scan notes it.

    `number` counts the records of its WARC file from 0. `offset` and `length` are bytes of the file, `None` where the
    record cannot be read by itself. `url` is its target, `link_url` the article's canonical one. `digest` is its
    payload's, as it states it; a `revisit` repeats another's. `problem` tells why the record is not worth reading.
    """

    number: int
    offset: int | None
    length: int | None
    record_id: str | None
    url: str
    article_key: str
    link_url: str
    day: date | None
    host: str
    captured_at: datetime | None
    revisit: bool = False
    digest: str | None = None
    problem: str | None = None


class Pages:
    """Tells records of a source's pages from all others; quickly, since nearly all are others."""

    def __init__(self, source: Source, now: datetime) -> None:
        # What an archive host shows is no page of its own.
        self._source, self._latest = source, now + timedelta(days=1)
        sites = [site_of(canonical_url(host.url) or host.url) or "" for host in source.hosts if host.role != "archive"]
        self._names = [*sites, *filter(None, map(_in_its_script, sites))]

    def mention(self, stream_record: StreamRecord) -> Mention | None:
        """Return a mention of a record whose target is an article of the source, served as HTML with status 200."""
        record = stream_record.record
        kind = _kind(record)
        if kind not in _TYPES.values():
            return None
        url = (record.headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")
        lowered = url.lower()
        if not any(name in lowered for name in self._names):
            return None
        host, link = host_of(url, self._source), read_link(url, self._source)
        if link is None or host is None or host.role == "archive":
            return None
        revisit = kind == WarcRecordType.revisit
        problem = _problem(record, self._latest, revisit=revisit)
        if problem is None:
            message = read_message(_read(record, MAX_HEADER_BYTES))
            if message.status is None and not revisit:
                problem = "no HTTP response"
            elif not is_page(message):
                return None
        return Mention(
            number=stream_record.number,
            offset=stream_record.offset if stream_record.begins else None,
            length=None,
            record_id=_short(record.headers.get("WARC-Record-ID")),
            url=url if _is_plain(url) else canonical_url(url) or link.url,
            article_key=link.article_key,
            link_url=link.url,
            day=link.day,
            host=host.url,
            captured_at=_date(record),
            revisit=revisit,
            digest=_short(record.headers.get("WARC-Payload-Digest")),
            problem=problem,
        )


def page_of_anybody(stream_record: StreamRecord, now: datetime) -> Mention | None:
    """Return a mention of a record that may hold a page of whichever publisher: a response to an http or https URL."""
    record = stream_record.record
    url = (record.headers.get("WARC-Target-URI") or "").strip().removeprefix("<").removesuffix(">")
    origin = origin_of(url)
    if _kind(record) != WarcRecordType.response or origin is None:
        return None
    return Mention(
        number=stream_record.number,
        offset=None,
        length=None,
        record_id=_short(record.headers.get("WARC-Record-ID")),
        url=url,
        article_key=url,
        link_url=url,
        day=None,
        host=origin,
        captured_at=_date(record),
        digest=_short(record.headers.get("WARC-Payload-Digest")),
        problem=_problem(record, now + timedelta(days=1), revisit=False),
    )


def _kind(record: WarcRecord) -> WarcRecordType:
    if record.record_type != WarcRecordType.unknown:  # FastWARC knows types in lower case
        return record.record_type
    return _TYPES.get((record.headers.get("WARC-Type") or "").strip().lower(), record.record_type)


def _problem(record: WarcRecord, latest: datetime, *, revisit: bool) -> str | None:
    captured_at = _date(record)
    if captured_at is None or not captured_at.year >= FIRST_YEAR or captured_at > latest:
        return f"no date of a capture: {_short(record.headers.get('WARC-Date'))}"
    # A revisit holds no body, and says so by "length" (WARC 1.1, 6.7.2): none of what it repeats is missing.
    if (reason := record.headers.get("WARC-Truncated")) and not revisit:
        return f"truncated ({_short(reason)})"
    if record.content_length > MAX_BODY_BYTES + MAX_HEADER_BYTES:
        return f"over {MAX_BODY_BYTES} bytes"
    return None


def exchange_of(record: WarcRecord, mention: Mention) -> Exchange:
    """Return the exchange that a response record holds, or a revisit's without its body.

    Raises `ValueError` that says, for people, what is wrong with the record.
    """
    message = read_message(_block(record))
    stored, headers = message.body, message.headers
    if len(stored) > MAX_BODY_BYTES:
        raise ValueError(f"over {MAX_BODY_BYTES} bytes")
    if message.status is None and not mention.revisit:
        raise ValueError("no HTTP response")
    plain = unchunked(stored, headers)
    try:
        body = decoded_body(plain, headers)
    except TooLarge as error:
        raise ValueError(str(error)) from None
    if not mention.revisit and not any(_matches(mention.digest, data) for data in (stored, plain, body)):
        raise ValueError("its payload digest is another")
    return Exchange(
        url=mention.url,
        host=mention.host,
        status=message.status or 200,
        reason=message.reason,
        request_headers=(),
        headers=headers,
        body=body,
        fetched_at=mention.captured_at or datetime.now(UTC),
        elapsed_s=0.0,
        sent=None if body is plain else plain,
        address=_address(record.headers.get("WARC-IP-Address")),
    )


def _block(record: WarcRecord) -> bytes:
    """A record's block, whole, and such as its digest says; its beginning where it is longer than any page's."""
    stated = record.content_length
    wrong = _is_checkable(record.headers.get("WARC-Block-Digest")) and not record.verify_block_digest()
    if record.content_length < stated:  # now that its digest is taken
        raise ValueError("it ends early")
    longest = MAX_HEADER_BYTES + MAX_BODY_BYTES + 1
    block = _read(record, longest)
    if len(block) < min(stated, longest):
        raise ValueError("it ends early")
    if wrong:
        raise ValueError("its block digest is another")
    return block


def _read(record: WarcRecord, size: int) -> bytes:
    """Up to `size` bytes of what a record holds."""
    parts: list[bytes] = []
    while size > 0 and (part := record.reader.read(size)):
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _address(text: str | None) -> str | None:
    try:
        return str(ip_address(text.strip())) if text else None
    except ValueError:
        return None


def _is_plain(url: str) -> bool:
    return url.isascii() and url.isprintable() and " " not in url and len(url) <= MAX_URL_CHARS


def _date(record: WarcRecord) -> datetime | None:
    try:
        stated_at = datetime.fromisoformat((record.headers.get("WARC-Date") or "").strip())
        return (stated_at if stated_at.tzinfo else stated_at.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _is_checkable(digest: str | None) -> bool:
    return (digest or "").partition(":")[0].strip().lower() in ("sha1", "sha256", "md5")


def _matches(digest: str | None, data: bytes) -> bool:
    """Whether a digest such as sha1:BASE32 is of these bytes; also where nobody can tell."""
    name, _, value = (digest or "").strip().partition(":")
    algorithm = _ALGORITHMS.get(name.lower())
    if algorithm is None:
        return True
    computed = algorithm(data, usedforsecurity=False).digest()
    try:
        return value.lower() == computed.hex() or base64.b32decode(value.upper()) == computed
    except (binascii.Error, ValueError):
        return False


def _in_its_script(site: str) -> str | None:
    try:
        shown = site.encode("ascii").decode("idna")
    except UnicodeError:
        return None
    return shown if shown != site else None


def _short(text: str | None) -> str | None:
    return text.strip()[:200] if text else None
