"""The step check: a run is judged from the ledger, and ended."""

from __future__ import annotations

import logging
from datetime import datetime

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import RunFailed
from mirrorwire.core.windows import as_asked_for
from mirrorwire.extract import EXTRACTOR_VERSION
from mirrorwire.pipeline.checks import verdict_on
from mirrorwire.pipeline.standstill import feeds_of, standstills
from mirrorwire.store import bugs as met_bugs
from mirrorwire.store import (
    db,
    ledger,
    lost_files,
)

log = logging.getLogger(__name__)


def check(settings: Settings, run_id: int, *, now: datetime) -> dict[str, int]:
    """Judge a run from the ledger alone and end it; raises `RunFailed` with the reasons, logs the warnings."""
    with db.connect(db.database_url(settings)) as conn:
        run = ledger.find_run(conn, run_id)
        facts = ledger.run_facts(conn, run_id)
        source = find_source(settings, run.source)
        failures, warnings = verdict_on(
            run,
            facts,
            steps=ledger.run_steps(conn, run_id),
            polls=ledger.run_polls(conn, run_id),
            days=ledger.links_per_day(conn, run.source),
            events=ledger.run_host_events(conn, run_id),
            block_pages=ledger.run_block_pages(conn, run_id),
            bugs=met_bugs.of_run(conn, run_id),
            away=lost_files.waiting(conn, run.source, EXTRACTOR_VERSION),
            standstills=list(standstills(ledger.news_of_seeds(conn, run.source), feeds_of(source))),
            zone=source.zone,
            max_rejected=settings.max_rejected,
        )
        ledger.finish_run(conn, run_id, failures=failures, warnings=warnings)
    for warning in warnings:
        log.warning("run %s: %s", run_id, warning)
    if failures:
        days_asked_for = f", {run.kind} {as_asked_for(run.window, source.zone)}" if run.window else ""
        raise RunFailed(f"run {run_id} of {run.source}{days_asked_for}", tuple(failures))
    return {
        "captured": facts.captured,
        "rejected": facts.rejected,
        "versions": facts.versions,
        "suspect": facts.suspect,
        "pending": facts.pending,
        "failed": facts.failed,
        "warnings": len(warnings),
    }
