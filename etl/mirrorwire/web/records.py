"""The pages of what was recorded: rejected and suspect pages, and runs."""

from __future__ import annotations

from typing import get_args

from mirrorwire.core.config import source_files
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import VerdictKind
from mirrorwire.store import pages
from mirrorwire.web.asked import Asked, Facts, NotThere

VERDICTS = tuple(verdict for verdict in get_args(VerdictKind) if verdict != "article")


def rejections(asked: Asked) -> Facts:
    """Return a page of rejected and suspect pages with their evidence, newest first."""
    verdict = asked.word("verdict")
    if verdict not in (None, *VERDICTS):
        raise WrongUse(f"verdict must be one of {', '.join(VERDICTS)}")
    at, capture_id = asked.instant("before"), asked.number("before_id")
    before = (at, capture_id) if at and capture_id else None
    rows = pages.rejections(asked.conn, asked.word("source"), verdict, before=before)
    last = rows[-1] if len(rows) == pages.PAGE else None
    return {
        "now": asked.now,
        "asked": {"source": asked.word("source"), "verdict": verdict},
        "known_sources": [file.key for file in source_files(asked.settings)],
        "verdicts": VERDICTS,
        "rejections": rows,
        "next": {"before": last["rejected_at"], "before_id": last["capture_id"]} if last else None,
    }


def runs(asked: Asked) -> Facts:
    """Return a page of runs, newest first."""
    rows = pages.runs(asked.conn, asked.word("source"), before=asked.number("before") or pages.FIRST)
    return {
        "now": asked.now,
        "asked": {"source": asked.word("source")},
        "known_sources": [file.key for file in source_files(asked.settings)],
        "runs": rows,
        "next": rows[-1]["run_id"] if len(rows) == pages.PAGE else None,
    }


def run(asked: Asked) -> Facts:
    """Return one run with its steps and what it read from each seed; raises `NotThere`."""
    run_id = asked.number("id")
    row = pages.run(asked.conn, run_id) if run_id else None
    if row is None:
        raise NotThere(f"there is no run {run_id}" if run_id else "the address of this page needs id=")
    return {"now": asked.now, "run": row}
