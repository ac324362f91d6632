"""The pages of what was recorded: rejected and suspect pages, runs, and what people changed."""

from __future__ import annotations

from typing import get_args

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import VerdictKind
from mirrorwire.store import acts as stored_acts
from mirrorwire.store import pages
from mirrorwire.web.asked import Asked, Facts, NotThere

VERDICTS = tuple(verdict for verdict in get_args(VerdictKind) if verdict != "article")


def rejections(asked: Asked) -> Facts:
    """Return a page of rejected and suspect pages with their evidence, newest first."""
    verdict = asked.word("verdict")
    if verdict not in (None, *VERDICTS):
        raise WrongUse(f"verdict must be one of {', '.join(VERDICTS)}")
    source = asked.source()
    at, capture_id = asked.instant("before"), asked.number("before_id")
    before = (at, capture_id) if at and capture_id else None
    rows = pages.rejections(asked.conn, source, verdict, before=before)
    last = rows[-1] if len(rows) == pages.PAGE else None
    return {
        "now": asked.now,
        "asked": {"source": source, "verdict": verdict},
        "known_sources": asked.known_sources(),
        "verdicts": VERDICTS,
        "rejections": rows,
        "next": {"before": last["rejected_at"], "before_id": last["capture_id"]} if last else None,
    }


def runs(asked: Asked) -> Facts:
    """Return a page of runs, newest first."""
    source = asked.source()
    rows = pages.runs(asked.conn, source, before=asked.number("before") or pages.FIRST)
    return {
        "now": asked.now,
        "asked": {"source": source},
        "known_sources": asked.known_sources(),
        "runs": rows,
        "next": rows[-1]["run_id"] if len(rows) == pages.PAGE else None,
    }


def run(asked: Asked) -> Facts:
    """Return one run with its steps and what it read from each seed; raises `NotThere`."""
    run_id = asked.number("id")
    row = pages.run(asked.conn, run_id) if run_id else None
    if row is None:
        raise NotThere(f"there is no run {run_id}" if run_id else "the address of this page needs id=")
    asked.must_read(row["source"])
    return {"now": asked.now, "run": row}


def acts(asked: Asked) -> Facts:
    """Return a page of what people changed in these pages, newest first; `did` is the one that was just done."""
    source = asked.source()
    rows = stored_acts.listed(asked.conn, source, before=asked.number("before") or pages.FIRST)
    return {
        "now": asked.now,
        "asked": {"source": source},
        "did": asked.number("did"),
        "known_sources": asked.known_sources(),
        "acts": rows,
        "next": rows[-1]["act_id"] if len(rows) == pages.PAGE else None,
    }
