"""Stored pages read: captures that wait, out of the archive, through extraction, into the table of extractions."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from etl import bugs
from etl.archive import ArchiveAway, ArchiveDamaged, file_names, read_capture, shown, unreadable
from etl.bugs import Bug
from etl.dedupe import content_hash
from etl.load import away, boilerplate, captures, frontier, suggestions
from etl.load import bugs as met_bugs
from etl.load.boilerplate import Rules
from etl.load.captures import ClaimedCapture
from etl.load.db import Connection
from etl.records import Extraction, Run, Source, Verdict
from etl.workers import Job, Workers

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
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


def read_batch(desk: Desk, size: int, tick: Callable[[int], None], *, below: int) -> Counter[str]:
    """Read up to `size` captures whose extractor version is lower than `below`; return how many of each verdict.

    Where the source's rules change meanwhile, what is not stored by then is read again with the new ones. What lies in
    files that cannot be read is left as it is, and counted as `unreadable`. Raises `ArchiveAway` where none of the
    source's files is there, once nothing else is left to be read.
    """
    verdicts: Counter[str] = Counter()
    waiting, passed_over = _claimed(desk, size, below)
    if passed_over:
        verdicts["unreadable"] = passed_over
    while waiting:
        rules = boilerplate.reading_rules(desk.conn, desk.run.source)
        with closing(_extracted(desk, waiting, rules)) as extracted:  # the workers are free again, whatever comes
            for claimed, extraction in extracted:
                left_as_read = "left_as_read" in extraction.verdict.evidence
                stored = extraction.verdict if left_as_read else _store_or_reject(desk, claimed, extraction, rules)
                if stored is None:
                    break
                waiting = waiting[1:]
                verdicts["unreadable" if left_as_read else stored.kind] += 1
                tick(1)
    return verdicts


def _claimed(desk: Desk, size: int, below: int) -> tuple[list[ClaimedCapture], int]:
    """Up to `size` captures that can be read, and how many were passed over, since their files cannot."""
    _look_again(desk)
    passed_over = 0
    while claimed := captures.claim_captures(desk.conn, desk.run, size, below):
        names = sorted({name for each in claimed for name in _files_of(each)})
        problems = unreadable(desk.archive, names, desk.spool)
        for warc, problem in problems.items():
            log.warning("%s: cannot be read (%s): what lies in it is passed over", warc, problem)
            away.note(desk.conn, warc, problem, desk.now)
        readable = [each for each in claimed if problems.keys().isdisjoint(_files_of(each))]
        passed_over += len(claimed) - len(readable)
        if readable:
            return readable, passed_over
    if below and away.waiting(desk.conn, desk.run.source, below):
        _refuse_another_archive(desk)
    return [], passed_over


def _files_of(claimed: ClaimedCapture) -> tuple[str, ...]:
    names = (claimed.warc, claimed.payload_warc)
    return tuple(name for name in names if name is not None and Path(name).name == name)


def _look_again(desk: Desk) -> None:
    """Have what lies in files that are back read again."""
    names = away.to_look_for(desk.conn, desk.now)
    problems = unreadable(desk.archive, names, desk.spool) if names else {}
    for warc in names:
        if warc in problems:
            away.note(desk.conn, warc, problems[warc], desk.now)
        else:
            away.is_back(desk.conn, warc)


def _refuse_another_archive(desk: Desk) -> None:
    """Raise `ArchiveAway` where no file of earlier runs is there: it is the archive that is away, not a file."""
    earlier = away.files_of_source(desk.conn, desk.run.source, desk.run.run_id)
    needed = earlier or away.files_of_source(desk.conn, desk.run.source, None)
    if needed.isdisjoint(file_names(desk.archive, desk.spool)):
        reason = f"none of the {len(needed)} files of {desk.run.source} is there"
        raise ArchiveAway(shown(desk.archive), f"{reason}; is MIRRORWIRE_ARCHIVE the place that they were written to?")


def _extracted(
    desk: Desk, waiting: Sequence[ClaimedCapture], rules: Rules
) -> Generator[tuple[ClaimedCapture, Extraction], None, None]:
    """Yield what each capture gives, in order. The stored prune rules count, so that all workers read alike."""
    source = replace(desk.source, prune=rules.prune)
    jobs = (_job_or_bug(desk, claimed) for claimed in waiting)
    with closing(desk.workers.extract(jobs, source=source, boilerplate=rules.blocks)) as extractions:
        yield from zip(waiting, extractions, strict=True)


def _job_or_bug(desk: Desk, claimed: ClaimedCapture) -> Job | Verdict:
    """A wall: a record that our code cannot take out of the archive is this page's own."""
    try:
        return _job(desk, claimed)
    except Exception as error:
        return bugs.taken(error, claimed.url).verdict


def _job(desk: Desk, claimed: ClaimedCapture) -> Job | Verdict:
    """What a capture holds; what is damaged is to be fetched again, and what was read of it stands until then."""
    try:
        exchange = read_capture(desk.archive, claimed.capture, spool=desk.spool)
    except ArchiveDamaged as error:
        captures.mark_damaged(desk.conn, error.warc, error.offset)
        frontier.settle_link(desk.conn, claimed.link_id, "pending", tries=1, problem=str(error))
        was_read = captures.leave_as_read(desk.conn, claimed.capture_id)
        return Verdict(kind="broken", evidence={"archive": str(error), **({"left_as_read": True} if was_read else {})})
    return Job(
        body=exchange.body,
        url=claimed.url,
        content_type=claimed.content_type,
        fetched_at=claimed.fetched_at,
        accepted=claimed.accepted,
    )


def _store_or_reject(desk: Desk, claimed: ClaimedCapture, extraction: Extraction, rules: Rules) -> Verdict | None:
    """Store what a page gave, and return its verdict; `None` where the source's rules have changed meanwhile.

    A wall: what cannot be stored of one page is recorded as the bug that it is, and the page as `broken`.
    """
    bug = bugs.in_verdict(extraction.verdict)
    if bug is None:
        try:
            return extraction.verdict if _store(desk, claimed, extraction, rules) else None
        except Exception as error:
            bug = bugs.taken(error, claimed.url)
    _note(desk, claimed, bug)
    return bug.verdict if _store(desk, claimed, Extraction(verdict=bug.verdict), rules) else None


def _note(desk: Desk, claimed: ClaimedCapture, bug: Bug) -> None:
    met_bugs.note(desk.conn, desk.run, desk.step, [bug], item=claimed.url, link_id=claimed.link_id, now=desk.now)


def _store(desk: Desk, claimed: ClaimedCapture, extraction: Extraction, rules: Rules) -> bool:
    article = extraction.article
    for way, origin in extraction.strangers:
        suggestions.note(desk.conn, desk.run.source, origin, way, claimed.url)
    return captures.store_extraction(
        desk.conn,
        desk.run,
        claimed,
        extraction,
        extractor_version=desk.extractor_version,
        revision=rules.revision,
        content_hash=content_hash(article.title, article.text) if article else None,
        zone=desk.source.zone,
        now=desk.now,
    )
