"""Pages of other people's WARC files on their way into the archive: copied, read once, and kept with what they gave."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import fields as dataclass_fields
from dataclasses import replace
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
from mirrorwire.core.records import Extraction, Listing, Reading
from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.discover.warc_messages import Copy, Order
from mirrorwire.discover.warc_pool import Broken, ScanJob, ranges_of, run
from mirrorwire.fetch.keep_reading import keep_reading
from mirrorwire.store import captures, warcs
from mirrorwire.store.warcs import Needed, WarcRecord

log = logging.getLogger(__name__)

COPIED_AT_ONCE = 2000


class WarcCopier:
    """Copies what a window takes of files into the archive. `verdicts` counts the pages that were read as they came."""

    def __init__(self, context: SeedContext, needed: Needed, *, now: datetime) -> None:
        self._context, self._needed, self._now = context, needed, now
        self.verdicts: Counter[str] = Counter()

    def copy_records(self, file_id: int, file: OutsideFile, *, revisits: bool) -> str | None:
        """Copy a file's records that the window takes; return why some are left."""
        while records := warcs.wanted(
            self._context.conn, file_id, self._needed, revisits=revisits, size=COPIED_AT_ONCE
        ):
            by_place = {(record.member, record.number): record for record in records}
            try:
                jobs = list(self._copies(file, records))
            except (MirrorwireError, ValueError) as error:
                return str(error)
            taken = 0
            for member, message in run(jobs, 1):  # one after the other, so that versions are numbered alike each time
                if isinstance(message, Broken):
                    return message.reason
                if isinstance(message, Copy):
                    taken += 1
                    self._note_bug(message.bug, file)
                    self._take(file_id, by_place[member, message.mention.number], message)
            if not taken:
                return "none of its records is found again"
        return None

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

    def _take(self, file_id: int, record: WarcRecord, copy: Copy) -> None:
        """Store a copy of a record, or why there is none; the link is settled by an article alone."""
        context, exchange = self._context, copy.exchange
        if copy.missing and record.offset is not None:
            warcs.unplace(context.conn, file_id, record)  # to be looked for by its number
            return
        if exchange is not None and record.revisit:
            exchange = self._filled(exchange, record)
        if exchange is None:
            warcs.settle(context.conn, file_id, record, problem=copy.problem or "its payload cannot be read back")
            return
        reading = self._read(exchange, record)
        verdict = reading.extraction.verdict
        chosen, link_id = verdict.kind == "article", record.link_id
        with context.conn.transaction():
            capture_id = warcs.same_capture(
                context.conn, link_id, exchange.url, exchange.fetched_at, payload_digest(exchange.body)
            )
            if capture_id is None:
                if chosen:
                    warcs.settle_link(context.conn, link_id)
                capture_id = context.recorder.keep(exchange, link_id=link_id, chosen=chosen)
                if chosen:
                    captures.withdraw_unserved(context.conn, link_id)
                    self._keep(exchange, reading, capture_id, link_id)
                # In whichever order they come: what is chosen stays.
                elif capture_id is not None and not warcs.has_chosen(context.conn, link_id):
                    captures.store_rejection(context.conn, context.run, capture_id, link_id, verdict, self._now)
            warcs.settle(context.conn, file_id, record, capture_id=capture_id, verdict=verdict.kind)

    def _read(self, exchange: Exchange, record: WarcRecord) -> Reading:
        """What a page gives. One that our code raised on is only judged: the step `extract` reads it, and says so."""
        listing = Listing(title=record.listed_title) if record.listed_title else None
        reading = self._context.fetcher.read_page(exchange, listing)
        if bugs.in_verdict(reading.extraction.verdict) is None:
            return reading
        verdict = self._context.fetcher.verify(
            exchange.body,
            url=exchange.url,
            content_type=exchange.header("Content-Type"),
            source=self._context.source,
            listing=listing,
        )
        return replace(reading, extraction=Extraction(verdict=verdict))

    def _keep(self, exchange: Exchange, reading: Reading, capture_id: int | None, link_id: int) -> None:
        """Keep what a chosen page gave with its copy, unless it was only judged."""
        if capture_id is None or reading.extraction.article is None:
            return
        verdict = keep_reading(
            self._context.fetcher, exchange, reading, capture_id=capture_id, link_id=link_id, now=self._now
        )
        if verdict is not None:
            self.verdicts[verdict] += 1

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
