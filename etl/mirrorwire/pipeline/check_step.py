"""The step check: a run is judged from the ledger, and ended."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.errors import RunFailed
from mirrorwire.core.windows import as_asked_for
from mirrorwire.extract import EXTRACTOR_VERSION
from mirrorwire.pipeline.checks import verdict_on
from mirrorwire.pipeline.standstill import feeds_of, standstills
from mirrorwire.pipeline.step_work import connection
from mirrorwire.store import bugs as met_bugs
from mirrorwire.store import ledger, lost_files
from mirrorwire.store.bugs import MetBug
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection
from mirrorwire.store.ledger import RunFacts, StepFacts
from mirrorwire.store.lost_files import AwayFile

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What a run that has ended amounted to, and what it was judged by. `asked_for` names the run to people."""

    asked_for: str
    facts: RunFacts
    steps: Sequence[StepFacts]
    bugs: Sequence[MetBug]
    away: Sequence[AwayFile]
    failures: tuple[str, ...]
    warnings: tuple[str, ...]


def judge(settings: Settings, run_id: int, conn: Connection | None = None) -> Judgement:
    """Judge a run from the ledger alone and end it; logs the warnings."""
    with connection(settings, conn) as own:
        run = ledger.find_run(own, run_id)
        facts = ledger.run_facts(own, run_id)
        steps = ledger.run_steps(own, run_id)
        bugs = met_bugs.of_run(own, run_id)
        away = lost_files.waiting(own, run.source, EXTRACTOR_VERSION)
        source = find_source(settings, run.source)
        failures, warnings = verdict_on(
            run,
            facts,
            steps=steps,
            polls=ledger.run_polls(own, run_id),
            days=ledger.links_per_day(own, run.source),
            events=ledger.run_host_events(own, run_id),
            block_pages=ledger.run_block_pages(own, run_id) if facts.page_attempts else (),
            bugs=bugs,
            away=away,
            standstills=list(standstills(ledger.news_of_seeds(own, run.source), feeds_of(source))),
            zone=source.zone,
            max_rejected=settings.max_rejected,
        )
        ledger.finish_run(own, run_id, failures=failures, warnings=warnings)
    for warning in warnings:
        log.warning("run %s: %s", run_id, warning)
    days_asked_for = f", {run.kind} {as_asked_for(run.window, source.zone)}" if run.window else ""
    return Judgement(
        asked_for=f"run {run_id} of {run.source}{days_asked_for}",
        facts=facts,
        steps=steps,
        bugs=bugs,
        away=away,
        failures=tuple(failures),
        warnings=tuple(warning for warning in map(clean, warnings) if warning),
    )


def check(settings: Settings, run_id: int, *, now: datetime) -> dict[str, int]:
    """Judge a run from the ledger alone and end it; raises `RunFailed` with the reasons, logs the warnings."""
    judgement = judge(settings, run_id)
    if judgement.failures:
        raise RunFailed(judgement.asked_for, judgement.failures)
    facts = judgement.facts
    return {
        "captured": facts.captured,
        "rejected": facts.rejected,
        "versions": facts.versions,
        "suspect": facts.suspect,
        "pending": facts.pending,
        "failed": facts.failed,
        "warnings": len(judgement.warnings),
    }
