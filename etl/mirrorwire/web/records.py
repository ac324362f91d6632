"""The pages of what was recorded: rejected and suspect pages, runs, and what people changed."""

from __future__ import annotations

from dataclasses import asdict
from typing import get_args

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import VerdictKind
from mirrorwire.store import acts as stored_acts
from mirrorwire.store import alarms as stored_alarms
from mirrorwire.store import pages
from mirrorwire.web.page_request import Facts, NotThere, PageRequest

VERDICTS = tuple(verdict for verdict in get_args(VerdictKind) if verdict != "article")

MOST_ALARMS = 500


def rejections(page_request: PageRequest) -> Facts:
    """Return a page of rejected and suspect pages with their evidence, newest first."""
    verdict = page_request.word("verdict")
    if verdict not in (None, *VERDICTS):
        raise WrongUse(f"verdict must be one of {', '.join(VERDICTS)}")
    source = page_request.source()
    at, capture_id = page_request.instant("before"), page_request.number("before_id")
    before = (at, capture_id) if at and capture_id else None
    rows = pages.rejections(page_request.conn, source, verdict, before=before)
    last = rows[-1] if len(rows) == pages.PAGE else None
    return {
        "now": page_request.now,
        "asked": {"source": source, "verdict": verdict},
        "known_sources": page_request.known_sources(),
        "verdicts": VERDICTS,
        "rejections": rows,
        "next": {"before": last["rejected_at"], "before_id": last["capture_id"]} if last else None,
    }


def runs(page_request: PageRequest) -> Facts:
    """Return a page of runs, newest first."""
    source = page_request.source()
    rows = pages.runs(page_request.conn, source, before=page_request.number("before") or pages.FIRST)
    return {
        "now": page_request.now,
        "asked": {"source": source},
        "known_sources": page_request.known_sources(),
        "runs": rows,
        "next": rows[-1]["run_id"] if len(rows) == pages.PAGE else None,
    }


def run(page_request: PageRequest) -> Facts:
    """Return one run with its steps and what it read from each seed; raises `NotThere`."""
    run_id = page_request.number("id")
    row = pages.run(page_request.conn, run_id) if run_id else None
    if row is None:
        raise NotThere(f"there is no run {run_id}" if run_id else "the address of this page needs id=")
    page_request.must_read(row["source"])
    return {"now": page_request.now, "run": row}


def alarms(page_request: PageRequest) -> Facts:
    """Return the alarms that are open, and with `all` those that are over; the newest first, at most `MOST_ALARMS`.

    Of one `source` alone where it is given; those of the machine stand among all sources'.
    """
    source, shows_all = page_request.source(), page_request.flag("all")
    rows = stored_alarms.list_alarms(page_request.conn, source=source, every=shows_all, limit=MOST_ALARMS)
    return {
        "now": page_request.now,
        "asked": {"source": source, "all": "yes" if shows_all else None},
        "known_sources": page_request.known_sources(),
        "alarms": [asdict(alarm) for alarm in rows],
    }


def acts(page_request: PageRequest) -> Facts:
    """Return a page of what people changed in these pages, newest first; `did` is the one that was just done."""
    source = page_request.source()
    rows = stored_acts.listed(page_request.conn, source, before=page_request.number("before") or pages.FIRST)
    return {
        "now": page_request.now,
        "asked": {"source": source},
        "did": page_request.number("did"),
        "known_sources": page_request.known_sources(),
        "acts": rows,
        "next": rows[-1]["act_id"] if len(rows) == pages.PAGE else None,
    }
