"""Every page that WARC files hold, whoever wrote them and whichever publisher it is of."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mirrorwire.archive.http_message import is_html_page
from mirrorwire.archive.mentions import exchange_of as exchange_of_record
from mirrorwire.archive.mentions import page_of_anybody
from mirrorwire.archive.outside import OutsideFile, Part, blocks, parts_of
from mirrorwire.archive.scan import Damage, Stream, StreamRecord, scan
from mirrorwire.core.exchange import Exchange


@dataclass(frozen=True, slots=True, kw_only=True)
class WarcPage:
    """A page as it was captured, or a `problem`: what of a file cannot be read, in words, and without an exchange.

    `url` is the record's target; of damage between records, the file's.
    """

    url: str
    captured_at: datetime | None = None
    exchange: Exchange | None = None
    problem: str | None = None


def html_pages(file: OutsideFile, *, now: datetime) -> Iterator[WarcPage]:
    """Yield the pages of a WARC or WACZ file in its order: HTML that was served with status 200.

    Damage is yielded where it lies, and what follows it is read; no file makes this raise but one that is away
    (`FolderUnusable`, `ArchiveAway`). Revisits are passed over: they hold no body. `now` disbelieves later captures.
    """
    try:
        for part in parts_of(file):
            yield from _pages_of_part(file, part, now)
    except ValueError as error:
        yield WarcPage(url=file.url, problem=str(error))


def _pages_of_part(file: OutsideFile, part: Part, now: datetime) -> Iterator[WarcPage]:
    bytes_left = blocks(file, part)
    for record in scan(Stream(lambda: next(bytes_left, b""))):
        if isinstance(record, Damage):
            yield WarcPage(url=file.url, problem=f"byte {part.start + record.offset}: {record.reason}")
            continue
        page = _page(record, now)
        if page is not None:
            yield page


def _page(record: StreamRecord, now: datetime) -> WarcPage | None:
    mention = page_of_anybody(record, now)
    if mention is None:
        return None
    if mention.problem is not None:
        return WarcPage(url=mention.url, captured_at=mention.captured_at, problem=mention.problem)
    try:
        exchange = exchange_of_record(record.record, mention)
    except (ValueError, OSError) as error:
        return WarcPage(url=mention.url, captured_at=mention.captured_at, problem=str(error)[:200])
    if not is_html_page(exchange.status, exchange.header("content-type")):
        return None
    return WarcPage(url=mention.url, captured_at=mention.captured_at, exchange=exchange)
