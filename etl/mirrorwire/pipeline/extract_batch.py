"""Stored pages read: captures that wait, out of the archive, through extraction, into the table of extractions."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from mirrorwire.archive import ArchiveAway, ArchiveDamaged, file_names, read_capture, shown, unreadable
from mirrorwire.core import bugs
from mirrorwire.core.bugs import Bug
from mirrorwire.core.records import Extraction, Listing, Run, Source, Verdict
from mirrorwire.store import boilerplate, captures, extractions, frontier, lost_files
from mirrorwire.store import bugs as met_bugs
from mirrorwire.store.boilerplate import Rules
from mirrorwire.store.db import Connection
from mirrorwire.store.extractions import ClaimedCapture
from mirrorwire.store.keep_extraction import keep_extraction
from mirrorwire.workers import Job, Workers

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class ExtractionContext:
    """What pages are read with, for whom, and in which `step` of the run."""

    conn: Connection
    workers: Workers
    run: Run
    source: Source
    archive: str
    spool: Path
    extractor_version: int
    step: str
    now: datetime


def read_batch(
    context: ExtractionContext, size: int, tick: Callable[[int], None], *, only_learned: bool = False
) -> Counter[str]:
    """Read up to `size` captures that this extractor has not read; return how many of each verdict.

    `only_learned`: those alone that are read again for the boilerplate that a run has learned.

    Where the source's rules change meanwhile, what is not stored by then is read again with the new ones. What lies in
    files that cannot be read is left as it is, and counted as `unreadable`. Raises `ArchiveAway` where none of the
    source's files is there, once nothing else is left to be read.
    """
    verdicts: Counter[str] = Counter()
    waiting, passed_over = _claimed(context, size, only_learned)
    if passed_over:
        verdicts["unreadable"] = passed_over
    while waiting:
        rules = boilerplate.reading_rules(context.conn, context.run.source)
        with closing(_extracted(context, waiting, rules)) as extracted:  # the workers are free again, whatever comes
            for claimed, extraction in extracted:
                left_as_read = "left_as_read" in extraction.verdict.evidence
                stored = extraction.verdict if left_as_read else _store_or_reject(context, claimed, extraction, rules)
                if stored is None:
                    break
                waiting = waiting[1:]
                verdicts["unreadable" if left_as_read else stored.kind] += 1
                tick(1)
    return verdicts


def _claimed(context: ExtractionContext, size: int, only_learned: bool) -> tuple[list[ClaimedCapture], int]:
    """Up to `size` captures that can be read, and how many were passed over, since their files cannot."""
    _look_again(context)
    passed_over = 0
    while claimed := _claim(context, size, only_learned):
        names = sorted({name for capture in claimed for name in _files_of(capture)})
        problems = unreadable(context.archive, names, context.spool)
        for warc, problem in problems.items():
            log.warning("%s: cannot be read (%s): what lies in it is passed over", warc, problem)
            lost_files.note(context.conn, warc, problem, context.now)
        readable = [capture for capture in claimed if problems.keys().isdisjoint(_files_of(capture))]
        passed_over += len(claimed) - len(readable)
        if readable:
            return readable, passed_over
    if not only_learned and lost_files.waiting(context.conn, context.run.source, context.extractor_version):
        _refuse_another_archive(context)
    return [], passed_over


def _claim(context: ExtractionContext, size: int, only_learned: bool) -> list[ClaimedCapture]:
    if only_learned:
        return extractions.claim_learned(context.conn, context.run, size)
    return extractions.claim_captures(context.conn, context.run, size, context.extractor_version)


def _files_of(claimed: ClaimedCapture) -> tuple[str, ...]:
    names = (claimed.warc, claimed.payload_warc)
    return tuple(name for name in names if name is not None and Path(name).name == name)


def _look_again(context: ExtractionContext) -> None:
    """Have what lies in files that are back read again."""
    names = lost_files.to_look_for(context.conn, context.now)
    problems = unreadable(context.archive, names, context.spool) if names else {}
    for warc in names:
        if warc in problems:
            lost_files.note(context.conn, warc, problems[warc], context.now)
        else:
            lost_files.is_back(context.conn, warc)


def _refuse_another_archive(context: ExtractionContext) -> None:
    """Raise `ArchiveAway` where no file of earlier runs is there: it is the archive that is away, not a file."""
    earlier = lost_files.files_of_source(context.conn, context.run.source, context.run.run_id)
    needed = earlier or lost_files.files_of_source(context.conn, context.run.source, None)
    if needed.isdisjoint(file_names(context.archive, context.spool)):
        reason = f"none of the {len(needed)} files of {context.run.source} is there"
        raise ArchiveAway(
            shown(context.archive), f"{reason}; is MIRRORWIRE_ARCHIVE the place that they were written to?"
        )


def _extracted(
    context: ExtractionContext, waiting: Sequence[ClaimedCapture], rules: Rules
) -> Generator[tuple[ClaimedCapture, Extraction], None, None]:
    """Yield what each capture gives, in order. The stored prune rules count, so that all workers read alike."""
    source = replace(context.source, prune=rules.prune)
    jobs = (_job_or_bug(context, claimed) for claimed in waiting)
    with closing(context.workers.extract(jobs, source=source, boilerplate=rules.blocks)) as extractions:
        yield from zip(waiting, extractions, strict=True)


def _job_or_bug(context: ExtractionContext, claimed: ClaimedCapture) -> Job | Verdict:
    """A wall: a record that our code cannot take out of the archive is this page's own."""
    try:
        return _job(context, claimed)
    except Exception as error:
        return bugs.taken(error, claimed.url).verdict


def _job(context: ExtractionContext, claimed: ClaimedCapture) -> Job | Verdict:
    """What a capture holds; what is damaged is to be fetched again, and what was read of it stands until then."""
    try:
        exchange = read_capture(context.archive, claimed.capture, spool=context.spool)
    except ArchiveDamaged as error:
        captures.mark_damaged(context.conn, error.warc, error.offset)
        frontier.settle_link(context.conn, claimed.link_id, "pending", tries=1, problem=str(error))
        was_read = captures.leave_as_read(context.conn, claimed.capture_id)
        return Verdict(kind="broken", evidence={"archive": str(error), **({"left_as_read": True} if was_read else {})})
    return job_of(claimed, exchange.body)


def job_of(claimed: ClaimedCapture, body: bytes) -> Job:
    """Return a stored page as the workers take it."""
    return Job(
        body=body,
        url=claimed.url,
        content_type=claimed.content_type,
        fetched_at=claimed.fetched_at,
        accepted=claimed.accepted,
        listing=None if claimed.listed_title is None else Listing(title=claimed.listed_title),
    )


def _store_or_reject(
    context: ExtractionContext, claimed: ClaimedCapture, extraction: Extraction, rules: Rules
) -> Verdict | None:
    """Store what a page gave, and return its verdict; `None` where the source's rules have changed meanwhile.

    A wall: what cannot be stored of one page is recorded as the bug that it is, and the page as `broken`.
    """
    bug = bugs.in_verdict(extraction.verdict)
    if bug is None:
        try:
            return extraction.verdict if _store(context, claimed, extraction, rules) else None
        except Exception as error:
            bug = bugs.taken(error, claimed.url)
    _note(context, claimed, bug)
    return bug.verdict if _store(context, claimed, Extraction(verdict=bug.verdict), rules) else None


def _note(context: ExtractionContext, claimed: ClaimedCapture, bug: Bug) -> None:
    met_bugs.note(
        context.conn, context.run, context.step, [bug], item=claimed.url, link_id=claimed.link_id, now=context.now
    )


def _store(context: ExtractionContext, claimed: ClaimedCapture, extraction: Extraction, rules: Rules) -> bool:
    return keep_extraction(
        context.conn,
        context.run,
        context.source,
        claimed,
        extraction,
        extractor_version=context.extractor_version,
        revision=rules.revision,
        now=context.now,
    )
