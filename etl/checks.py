"""Whether a run can be trusted: what fails it, and what people should hear of although it does not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from etl.load.ledger import DayFacts, PollFacts, RunFacts, StepFacts
from etl.records import Run

STEPS = ("discover", "fetch", "extract", "dedupe", "load")
FEW_PAGES = 5
"""Under so many pages, a share of rejected ones says nothing."""
FEW_DAYS, FEW_LINKS, LOW_SHARE = 3, 10, 0.4
"""A drop in volume: under `LOW_SHARE` of the median of at least `FEW_DAYS` days with `FEW_LINKS` links or more."""


def verdict_on(
    run: Run,
    facts: RunFacts,
    *,
    steps: Sequence[StepFacts],
    polls: Sequence[PollFacts],
    days: Sequence[DayFacts],
    max_rejected: float,
) -> tuple[list[str], list[str]]:
    """Return the reasons why a run failed, and the warnings."""
    failures = [*_steps(steps), *_seeds(run, polls), *_pages(facts, max_rejected)]
    warnings = [*_gaps(polls), *_damage(run, polls), *_volume(run, days), *_left_over(facts)]
    return failures, warnings


def _steps(steps: Sequence[StepFacts]) -> list[str]:
    missing = [name for name in STEPS if all(step.step != name for step in steps)]
    died = [
        f"{step.step}{f' {step.batch}' if step.batch else ''}: {step.error or 'died without a word'}"
        for step in steps
        if not step.finished
    ]
    return died + ([f"never ran: {', '.join(missing)}"] if missing else [])


def _seeds(run: Run, polls: Sequence[PollFacts]) -> list[str]:
    if not polls or any(poll.outcome in ("read", "unchanged", "damaged") for poll in polls):
        return []
    said = "; ".join(f"{poll.seed}: {poll.detail or poll.outcome}" for poll in polls)
    if all(poll.outcome == "not_covered" for poll in polls):
        return [] if run.sweep else [f"not covered: no seed reaches this window ({said})"]
    return [f"no usable seed ({said})"]


def _pages(facts: RunFacts, max_rejected: float) -> list[str]:
    found = []
    if facts.page_attempts and not facts.page_answers:
        found.append(f"all hosts are down: {facts.page_attempts} requests for pages, none answered with a page")
    if facts.captured >= FEW_PAGES and facts.rejected > facts.captured * max_rejected:
        found.append(
            f"{facts.rejected} of {facts.captured} pages were rejected (over {max_rejected:.0%}): mirrorwire rejections"
        )
    return found


def _gaps(polls: Sequence[PollFacts]) -> list[str]:
    return [
        f"feed gap: {poll.seed} shares no item with what it showed before; items may be lost"
        for poll in polls
        if poll.gap
    ]


def _damage(run: Run, polls: Sequence[PollFacts]) -> list[str]:
    said = [f"{poll.seed}: {poll.detail}" for poll in polls if poll.outcome in ("failed", "damaged")]
    uncovered = polls and run.sweep and all(poll.outcome == "not_covered" for poll in polls)
    return said + (["not covered: no seed reaches this window"] if uncovered else [])


def _volume(run: Run, days: Sequence[DayFacts]) -> list[str]:
    before = [day.links for day in days if day.days_ago > 0 and day.watched]
    if run.kind != "live" or len(before) < FEW_DAYS or not days:
        return []
    usual, today = median(before), days[0].links
    if usual >= FEW_LINKS and today < usual * LOW_SHARE:
        return [f"drop in volume: {today} new links in the last 24 hours, {usual:.0f} on a usual day"]
    return []


def _left_over(facts: RunFacts) -> list[str]:
    found = []
    if facts.pending:
        found.append(f"{facts.pending} links are still to be fetched: put off, or more than one run takes")
    if facts.failed:
        found.append(f"{facts.failed} links were given up; see mirrorwire status")
    return found
