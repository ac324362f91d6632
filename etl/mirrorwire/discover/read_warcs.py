"""The WARC seed: files of others are scanned once for a source's pages, and what a window takes of them is copied.

A scan notes where the pages lie (`warc_record`), so that a later window reads nothing but its own. A copy is a capture
like any other: the record lies in our archive too, and the file may go.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from types import TracebackType
from typing import Self

from mirrorwire.archive.mentions import Mention
from mirrorwire.archive.outside import OutsideFile, Part, blocks, outside_files, parts_of
from mirrorwire.core.bugs import Bug
from mirrorwire.core.errors import MirrorwireError
from mirrorwire.core.records import Link, Seed
from mirrorwire.core.windows import first_and_last_day
from mirrorwire.discover.copy_warcs import WarcCopier
from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.discover.warc_index import FiledPage, pages_of
from mirrorwire.discover.warc_messages import End, Mentions, Order
from mirrorwire.discover.warc_pool import Broken, ScanJob, run
from mirrorwire.store import warcs
from mirrorwire.store.warcs import Needed

log = logging.getLogger(__name__)

MARGIN = timedelta(days=1)
"""A page may be captured before it says that it is published, by so much: clocks, and zones that are assumed."""
MAX_TOLD = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLinks:
    """What a file shows a window: links, its first and last day's among them; and what is wrong with it.

    `read`: it is known to its end, now or from before (`unchanged`).
    """

    links: tuple[Link, ...] = ()
    read: bool = True
    unchanged: bool = False
    problem: str | None = None


@dataclass(slots=True)
class _Scan:
    """A file while it is scanned."""

    file: OutsideFile
    file_id: int
    parts: int
    records: int = 0
    damaged: int = 0
    damage: list[str] = field(default_factory=list)
    broken: str | None = None


class WarcSeed:
    """A WARC seed as one run reads it: `shown` first, `copied` once the links are listed. A context manager."""

    def __init__(self, context: SeedContext, seed: Seed, *, read_by: str, now: datetime) -> None:
        """`read_by` digests the rules by which pages of the source are recognized."""
        self._context, self._seed, self._read_by, self._now = context, seed, read_by, now
        self._index = context.recorder.warc_index()
        self._files: list[tuple[int, OutsideFile]] = []
        self._old: set[int] = set()
        self._held = ExitStack()
        window = context.run.window
        self._needed = Needed()
        if window is not None:
            first, last = first_and_last_day(window, context.source.zone)
            self._needed = Needed(first=first, last=last, since=window.start - MARGIN)
        self._copier = WarcCopier(context, self._needed, now=now)

    def __enter__(self) -> Self:
        self._held.enter_context(self._index.alone())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    @property
    def verdicts(self) -> Counter[str]:
        """How many pages were read as they were copied, by what they are."""
        return self._copier.verdicts

    def shown(self) -> Iterator[FileLinks]:
        """Yield what each file shows, those scanned before first. Raises as `outside_files` does."""
        context = self._context
        files = outside_files(self._seed.url or "")
        known = warcs.known(
            context.conn,
            context.run.source,
            [(file.url, file.size, file.stamp) for file in files],
            read_by=self._read_by,
        )
        for file in files:
            scanned = known.get(file.url)
            if scanned is None:
                continue
            self._files.append((scanned.file_id, file))
            self._old.add(scanned.file_id)
            pages = pages_of(context.conn, scanned.file_id, self._needed, untaken=context.run.window is None)
            yield FileLinks(links=self._links(pages), unchanged=True, problem=_named(file, scanned.damage))
        yield from self._scanned([file for file in files if file.url not in known])

    def copied(self) -> tuple[list[str], list[str]]:
        """Copy what the window takes into the archive; return what went wrong, and what is only worth a note."""
        if not self._context.recorder.stores:
            return [], []
        problems: list[str] = []
        for revisits in (False, True):
            for file_id, file in sorted(self._files, key=_url_of):
                problem = self._copier.copy_records(file_id, file, revisits=revisits)
                problems += [f"{file.url}: {problem}"] if problem else []
        notes: list[str] = []
        # Without a window, notes on a file that an earlier run has made are not made again.
        scanned = [file_id for file_id, _ in self._files if self._context.run.window or file_id not in self._old]
        for reason, number in warcs.leftovers(self._context.conn, scanned, self._needed):
            if reason is None:
                notes.append(f"{number} revisits left: no file holds their payload")
            else:
                problems.append(f"{number} records skipped: {reason}")
        return problems, notes

    def _scanned(self, files: Sequence[OutsideFile]) -> Iterator[FileLinks]:
        """Scan files, several at once, noting the pages that they hold as they come."""
        unreadable: list[FileLinks] = []
        for (scan, part), message in run(self._scans(files, unreadable), self._context.processes):
            if isinstance(message, Mentions):
                self._note(scan, part, message.mentions)
                continue
            if isinstance(message, Broken):
                scan.broken = message.reason
            elif isinstance(message, End):
                scan.records += message.records
                scan.damaged += message.damaged
                scan.damage += [f"byte {damage.offset}: {damage.reason}" for damage in message.damage]
                self._note_bugs(message.bugs, scan.file)
            scan.parts -= 1
            if scan.parts == 0:
                yield self._ended(scan)
            yield from unreadable
            unreadable.clear()
        yield from unreadable

    def _scans(
        self, files: Sequence[OutsideFile], unreadable: list[FileLinks]
    ) -> Iterator[ScanJob[tuple[_Scan, Part]]]:
        context = self._context
        for file in files:
            try:
                parts = parts_of(file)
            except (MirrorwireError, ValueError) as error:
                unreadable.append(FileLinks(read=False, problem=_named(file, str(error))))
                continue
            scan = _Scan(file, self._index.begin(file, self._read_by), len(parts))
            for part in parts:
                order = Order(source=context.source, now=self._now, start=part.start, length=part.length)
                yield ScanJob(key=(scan, part), order=order, blocks=partial(blocks, file, part))

    def _note(self, scan: _Scan, part: Part, mentions: Sequence[Mention]) -> None:
        if part.packed:
            mentions = [replace(mention, offset=None, length=None) for mention in mentions]
        self._index.note(scan.file_id, part.member, mentions)

    def _ended(self, scan: _Scan) -> FileLinks:
        damage = None
        if scan.damaged:
            more = f" and {scan.damaged - MAX_TOLD} more" if scan.damaged > MAX_TOLD else ""
            damage = f"damaged at {', '.join(scan.damage[:MAX_TOLD])}{more}"
        log.info("%s: %s records%s", scan.file.url, scan.records, f", {damage}" if damage else "")
        nothing = scan.records == 0
        if scan.broken is None:
            self._index.finish(scan.file_id, records=scan.records, damage=damage, now=self._now)
        self._files.append((scan.file_id, scan.file))
        links = self._links(self._index.pages(scan.file_id, self._needed))
        read = scan.broken is None and not nothing
        return FileLinks(links=links, read=read, problem=_named(scan.file, scan.broken or damage))

    def _note_bugs(self, met: Sequence[Bug], file: OutsideFile) -> None:
        named = [replace(bug, item=f"{file.url}: {bug.item}") for bug in met]
        self._context.recorder.note_bugs(named, item=file.url)

    def _links(self, pages: Iterable[FiledPage]) -> tuple[Link, ...]:
        return tuple(self._link(page) for page in pages)

    def _link(self, page: FiledPage) -> Link:
        # What names no day belongs to any window that began before it was captured.
        lastmod = (page.captured_at + MARGIN).isoformat() if page.captured_at else None
        return Link(article_key=page.article_key, url=page.url, seed=self._seed.name, day=page.day, lastmod=lastmod)


def _url_of(known: tuple[int, OutsideFile]) -> str:
    return known[1].url


def _named(file: OutsideFile, problem: str | None) -> str | None:
    if problem is None:
        return None
    return problem if problem.startswith(file.url) else f"{file.url}: {problem}"
