"""Stored pages read again by today's code, link by link, whatever was read of them before. Nothing is written."""

from __future__ import annotations

from collections import deque
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Literal

from mirrorwire.archive import ArchiveAway, ArchiveDamaged, read_capture, unreadable
from mirrorwire.core import bugs
from mirrorwire.core.records import Extraction, Source, Verdict
from mirrorwire.pipeline.extract_batch import job_of
from mirrorwire.pipeline.reading_change import changed_fields
from mirrorwire.store import reprocess
from mirrorwire.store.boilerplate import Rules
from mirrorwire.store.db import Connection
from mirrorwire.store.reprocess import Reprocessing, StoredPage
from mirrorwire.workers import Job, Workers

LINKS_AT_ONCE = 10_000
"""Links that are looked up at a time: their numbers alone."""
PAGES_OF_LINKS = 100
"""Links whose pages are looked up at a time, with what is stored of them."""
UNREADABLE = "archive"
"""In the evidence of a page that the archive does not give back: why."""

End = Literal["changed", "same", "unreadable", "bugs", "beyond_limits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadingContext:
    """What stored pages are read again with."""

    conn: Connection
    workers: Workers
    source: Source
    archive: str
    spool: Path
    asked: Reprocessing


@dataclass(frozen=True, slots=True, kw_only=True)
class PageReading:
    """A stored page and what it gives now. `changed` names the fields that it gives otherwise."""

    page: StoredPage
    extraction: Extraction
    changed: tuple[str, ...]

    @property
    def end(self) -> End:
        """What became of reading it. `beyond_limits`: it could not be read within its limits, as it could be before."""
        verdict = self.extraction.verdict
        if UNREADABLE in verdict.evidence:
            return "unreadable"
        if bugs.in_verdict(verdict) is not None:
            return "bugs"
        if verdict.kind == "broken" and self.page.verdict not in (None, "broken"):
            return "beyond_limits"
        return "changed" if self.changed else "same"


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReading:
    """All stored pages of a link, read again."""

    link_id: int
    pages: tuple[PageReading, ...]

    @property
    def is_whole(self) -> bool:
        """Whether each of its pages could be read. Versions of which some are read anew would look like edits."""
        return all(reading.end in ("changed", "same") for reading in self.pages)


def links_read(context: ReadingContext, rules: Rules, *, after: int) -> Generator[LinkReading, None, None]:
    """Yield the links that are asked for behind the link `after`, in the order of their numbers, read by `rules`.

    Pages are read ahead in all of the workers' processes, over the borders of links.
    """
    waiting: deque[StoredPage] = deque()
    source = replace(context.source, prune=rules.prune)
    jobs = _jobs(context, waiting, after)
    with closing(context.workers.extract(jobs, source=source, boilerplate=rules.blocks)) as extractions:
        readings = (_reading(waiting.popleft(), extraction, context.source) for extraction in extractions)
        for link_id, pages in groupby(readings, attrgetter("page.link_id")):
            yield LinkReading(link_id=link_id, pages=tuple(pages))


def _reading(page: StoredPage, extraction: Extraction, source: Source) -> PageReading:
    return PageReading(page=page, extraction=extraction, changed=changed_fields(page, extraction, source.zone))


def _jobs(context: ReadingContext, waiting: deque[StoredPage], after: int) -> Iterator[Job | Verdict]:
    """Yield the pages as the archive has them; each waits in `waiting` for what it gives."""
    while links := reprocess.links_to_read(context.conn, context.asked, after=after, size=LINKS_AT_ONCE):
        for start in range(0, len(links), PAGES_OF_LINKS):
            pages = reprocess.stored_pages(context.conn, links[start : start + PAGES_OF_LINKS])
            problems = unreadable(context.archive, sorted(_files_of(pages)), context.spool)
            for page in pages:
                waiting.append(page)
                yield _job(context, page, problems)
        after = links[-1]


def _files_of(pages: Sequence[StoredPage]) -> set[str]:
    names = set()
    for page in pages:
        if not page.away:
            names |= {page.warc, page.payload_warc or page.warc}
    return names


def _job(context: ReadingContext, page: StoredPage, problems: Mapping[str, str]) -> Job | Verdict:
    """A page as it lies in the archive, or why it cannot be had. A wall: what our code raises is the page's own."""
    problem = problems.get(page.warc) or problems.get(page.payload_warc or "")
    if page.away or problem:
        return Verdict(kind="broken", evidence={UNREADABLE: problem or "its file is away"})
    try:
        exchange = read_capture(context.archive, page.capture, spool=context.spool)
    except (ArchiveAway, ArchiveDamaged) as error:
        return Verdict(kind="broken", evidence={UNREADABLE: str(error)})
    except Exception as error:
        return bugs.taken(error, page.url).verdict
    return job_of(page, exchange.body)
