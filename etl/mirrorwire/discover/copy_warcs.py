"""Pages of other people's WARC files on their way into the archive: copied, read once, and kept with what they gave."""

from __future__ import annotations

import logging
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from dataclasses import fields as dataclass_fields
from datetime import datetime
from functools import partial
from itertools import groupby

from mirrorwire.archive import ArchiveAway, ArchiveDamaged, payload_digest
from mirrorwire.archive.mentions import Mention
from mirrorwire.archive.outside import OutsideFile, Part, blocks, parts_of
from mirrorwire.core import bugs
from mirrorwire.core.bugs import Bug
from mirrorwire.core.errors import MirrorwireError
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Extraction, Listing, Reading, Verdict, VerdictKind
from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.discover.warc_messages import Copy, Order
from mirrorwire.discover.warc_pool import Broken, ScanJob, ranges_of, run
from mirrorwire.fetch.keep_reading import keep_reading
from mirrorwire.fetch.run_fetcher import job_of
from mirrorwire.store import captures, frontier, warcs
from mirrorwire.store.warcs import Needed, WarcRecord
from mirrorwire.workers import Job, Workers

log = logging.getLogger(__name__)

COPIED_AT_ONCE = 2000
STORED_AT_ONCE, STORED_BYTES = 50, 8_000_000
"""So many pages, or bytes of them, are stored in one transaction: what a kill may cost."""
_NO_PAGE = Verdict(kind="broken")
"""Stands for a record of which there is nothing to read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CopiedRecord:
    """A record on its way: what it holds, or the `problem` for which there is nothing; `missing`: it lies elsewhere."""

    record: WarcRecord
    exchange: Exchange | None
    problem: str | None = None
    missing: bool = False

    @property
    def job(self) -> Job | Verdict:
        """What the workers are to read of it."""
        if self.exchange is None:
            return _NO_PAGE
        return job_of(self.exchange, _listing(self.record))


class WarcCopier:
    """Copies what a window takes of files into the archive. `verdicts` counts the pages that were read as they came."""

    def __init__(self, context: SeedContext, needed: Needed, *, now: datetime) -> None:
        self._context, self._needed, self._now = context, needed, now
        self.verdicts: Counter[str] = Counter()

    def copy_records(self, file_id: int, file: OutsideFile, *, revisits: bool) -> str | None:
        """Copy a file's records that the window takes; return why some are left.

        One child process takes them out of the file, the workers' read them, and this one stores them: each as the one
        before has something for it, and none far ahead of the next. Killed, it goes on behind what was stored last.
        """
        while records := warcs.wanted(
            self._context.conn, file_id, self._needed, revisits=revisits, size=COPIED_AT_ONCE
        ):
            try:
                jobs = list(self._copies(file, records))
            except (MirrorwireError, ValueError) as error:
                return str(error)
            problems: list[str] = []
            stored = 0
            with (
                closing(self._copied(file, jobs, records, problems)) as copies,
                closing(self._read(copies)) as readings,
            ):
                for batch in _batches(readings):
                    self._store(file_id, batch)
                    stored += len(batch)
            if problems:
                return problems[0]
            if not stored:
                return "none of its records is found again"
        return None

    def _copied(
        self, file: OutsideFile, jobs: Sequence[ScanJob[str]], records: Sequence[WarcRecord], problems: list[str]
    ) -> Generator[CopiedRecord, None, None]:
        """Yield what the records hold, in their order; why a file cannot be read on goes to `problems`."""
        by_place = {(record.member, record.number): record for record in records}
        # In one process, one after the other, so that versions are numbered alike each time.
        with closing(run(jobs, 1)) as messages:
            for member, message in messages:
                if isinstance(message, Broken):
                    problems.append(message.reason)
                    return
                if isinstance(message, Copy):
                    self._note_bug(message.bug, file)
                    yield self._copied_record(by_place[member, message.mention.number], message)

    def _copied_record(self, record: WarcRecord, copy: Copy) -> CopiedRecord:
        exchange, missing = copy.exchange, copy.missing and record.offset is not None
        if exchange is not None and record.revisit:
            exchange = self._filled(exchange, record)
        if exchange is None:
            problem = copy.problem or "its payload cannot be read back"
            return CopiedRecord(record=record, exchange=None, problem=problem, missing=missing)
        return CopiedRecord(record=record, exchange=exchange)

    def _read(self, copies: Iterator[CopiedRecord]) -> Generator[tuple[CopiedRecord, Reading], None, None]:
        """Yield records with what their pages give, read in all of the workers' processes."""
        waiting: deque[CopiedRecord] = deque()

        def jobs() -> Iterator[Job | Verdict]:
            for copy in copies:
                waiting.append(copy)
                yield copy.job

        with (
            closing(self._context.fetcher.read_pages(jobs())) as readings,
            Workers(1) as spare,  # for the few that are judged while the others are at work; it starts with the first
        ):
            for reading in readings:
                copy = waiting.popleft()
                yield copy, self._judged(copy, reading, spare)

    def _judged(self, copy: CopiedRecord, reading: Reading, workers: Workers) -> Reading:
        """What a page gives. One that our code raised on is only judged: the step `extract` reads it, and says so."""
        exchange = copy.exchange
        if exchange is None or bugs.in_verdict(reading.extraction.verdict) is None:
            return reading
        verdict = workers.verify(
            exchange.body,
            url=exchange.url,
            content_type=exchange.header("Content-Type"),
            source=self._context.source,
            listing=_listing(copy.record),
        )
        return replace(reading, extraction=Extraction(verdict=verdict))

    def _store(self, file_id: int, batch: Sequence[tuple[CopiedRecord, Reading]]) -> None:
        """Store copies in one transaction. What is stored before one that raises is kept."""
        context, kept = self._context, Counter[str]()
        failure: Exception | None = None
        with context.recorder.together():
            frontier.lock_lists(context.conn, context.run.source)  # before any row of the links
            for copy, reading in batch:
                try:
                    with context.conn.transaction():
                        kept.update(self._take(file_id, copy, reading))
                except Exception as error:
                    failure = error
                    break
        self.verdicts += kept
        if failure is not None:
            raise failure

    def _copies(self, file: OutsideFile, records: Sequence[WarcRecord]) -> Iterator[ScanJob[str]]:
        order = Order(source=self._context.source, now=self._now)
        for member, group in groupby(records, lambda record: record.member):
            of_member = list(group)
            placed = tuple(_mention(record) for record in of_member if record.offset is not None)
            if placed:
                ranges = ranges_of(placed)
                placed_order = replace(order, wanted=placed, ranges=ranges)
                yield ScanJob(key=member, order=placed_order, blocks=partial(blocks, file, Part(), ranges))
            unplaced = tuple(_mention(record) for record in of_member if record.offset is None)
            if unplaced:
                part = next(part for part in parts_of(file) if part.member == member)
                yield ScanJob(key=member, order=replace(order, wanted=unplaced), blocks=partial(blocks, file, part))

    def _take(self, file_id: int, copy: CopiedRecord, reading: Reading) -> tuple[VerdictKind, ...]:
        """Store a copy of a record, or why there is none; the link is settled by an article alone.

        Returns the verdict of a page whose extraction is kept.
        """
        context, record, exchange = self._context, copy.record, copy.exchange
        if not frontier.hold(context.conn, record.link_id):
            return ()  # taken down while the file was read
        if copy.missing:
            warcs.unplace(context.conn, file_id, record)  # to be looked for by its number
            return ()
        if exchange is None:
            warcs.settle(context.conn, file_id, record, problem=copy.problem)
            return ()
        verdict, link_id = reading.extraction.verdict, record.link_id
        chosen = verdict.kind == "article"
        kept: tuple[VerdictKind, ...] = ()
        capture_id = warcs.same_capture(
            context.conn, link_id, exchange.url, exchange.fetched_at, payload_digest(exchange.body)
        )
        if capture_id is None:
            if chosen:
                warcs.settle_link(context.conn, link_id)
            capture_id = context.recorder.keep(exchange, link_id=link_id, chosen=chosen)
            if chosen:
                captures.withdraw_unserved(context.conn, link_id)
                kept = self._keep(exchange, reading, capture_id, link_id)
            # In whichever order they come: what is chosen stays.
            elif capture_id is not None and not warcs.has_chosen(context.conn, link_id):
                captures.store_rejection(context.conn, context.run, capture_id, link_id, verdict, self._now)
        warcs.settle(context.conn, file_id, record, capture_id=capture_id, verdict=verdict.kind)
        return kept

    def _keep(
        self, exchange: Exchange, reading: Reading, capture_id: int | None, link_id: int
    ) -> tuple[VerdictKind, ...]:
        """Keep what a chosen page gave with its copy, unless it was only judged."""
        if capture_id is None or reading.extraction.article is None:
            return ()
        verdict = keep_reading(
            self._context.fetcher, exchange, reading, capture_id=capture_id, link_id=link_id, now=self._now
        )
        return () if verdict is None else (verdict,)

    def _filled(self, exchange: Exchange, record: WarcRecord) -> Exchange | None:
        """A revisit with the body that it repeats, and its headers where it states none."""
        capture = warcs.payload(self._context.conn, self._context.run.source, record.digest or "", record.url)
        if capture is None:
            return None
        try:
            earlier = self._context.recorder.read(capture)
        except (ArchiveAway, ArchiveDamaged) as error:
            log.warning("%s: %s", record.url, error)
            return None
        return replace(exchange, body=earlier.body, headers=exchange.headers or earlier.headers)

    def _note_bug(self, bug: Bug | None, file: OutsideFile) -> None:
        if bug is not None:
            named = replace(bug, item=f"{file.url}: {bug.item}")
            self._context.recorder.note_bugs([named], item=file.url)


def _mention(record: WarcRecord) -> Mention:
    names = [field.name for field in dataclass_fields(Mention) if field.name != "problem"]
    return Mention(**{name: getattr(record, name) for name in names})


def _listing(record: WarcRecord) -> Listing | None:
    return Listing(title=record.listed_title) if record.listed_title else None


def _batches(
    readings: Iterator[tuple[CopiedRecord, Reading]],
) -> Iterator[list[tuple[CopiedRecord, Reading]]]:
    """Yield what is to be stored at once, as soon as there is enough of it."""
    batch: list[tuple[CopiedRecord, Reading]] = []
    size = 0
    for copy, reading in readings:
        batch.append((copy, reading))
        size += len(copy.exchange.body) if copy.exchange else 0
        if len(batch) >= STORED_AT_ONCE or size >= STORED_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
