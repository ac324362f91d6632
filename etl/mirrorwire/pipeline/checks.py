"""Whether a run can be trusted: what fails it, and what people should hear of although it does not. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median
from typing import get_args
from zoneinfo import ZoneInfo

from mirrorwire.core.humanize import counted, span
from mirrorwire.core.records import Run, VerdictKind
from mirrorwire.core.windows import days as days_of
from mirrorwire.pipeline.standstill import Standstill
from mirrorwire.store.bugs import MetBug
from mirrorwire.store.ledger import INTERRUPTED, BlockPages, DayFacts, HostEvent, PollFacts, RunFacts, StepFacts
from mirrorwire.store.lost_files import AwayFile

STEPS = ("discover", "fetch", "extract", "learn", "dedupe", "load")
STEPS_OF_REPROCESSING = ("extract", "learn", "dedupe", "load")
_VERDICTS = get_args(VerdictKind)
FEW_BUGS = 3
"""On more items than these, what is raised at one place fails the run, after all else is loaded."""
FEW_PAGES = 5
"""Under so many pages, a share of rejected ones says nothing."""
MANY_DAYS = 10
FEW_DAYS, FEW_LINKS, LOW_SHARE = 3, 10, 0.4
"""A drop in volume: under `LOW_SHARE` of the median of at least `FEW_DAYS` days with `FEW_LINKS` links or more."""
KILLED = "ended without an error, so it was killed (out of memory, or by hand); run again, it goes on from there"
"""How a step ended whose process died: nothing was left to note an error."""


def verdict_on(
    run: Run,
    facts: RunFacts,
    *,
    steps: Sequence[StepFacts],
    polls: Sequence[PollFacts],
    days: Sequence[DayFacts],
    events: Sequence[HostEvent] = (),
    block_pages: Sequence[BlockPages] = (),
    bugs: Sequence[MetBug] = (),
    away: Sequence[AwayFile] = (),
    standstills: Sequence[Standstill] = (),
    zone: ZoneInfo,
    max_rejected: float,
) -> tuple[list[str], list[str]]:
    """Return the reasons why a run failed, and the warnings."""
    unusable = _seeds(run, polls)
    failures = [
        *_steps(run, steps),
        *unusable,
        *_pages(facts, steps, polls, events, max_rejected),
        *_many_bugs(run, bugs),
    ]
    seeds = [] if unusable else [*_gaps(polls), *_damage(polls), *_uncovered(run, polls, zone)]
    hosts = [*_hosts(events), *_block_pages(block_pages, events)]
    seeds += _stale(run, standstills)
    left = [*_many_suspects(run, facts, max_rejected), *_left_over(run, facts), *_few_bugs(run, bugs), *_away(away)]
    return failures, [*_nothing_ever(run, facts), *hosts, *seeds, *_volume(run, days), *left]


def _hosts(events: Sequence[HostEvent]) -> list[str]:
    """The last change of each host's state, where it opened on the way."""
    last = {event.url: event for event in events}
    opened = {event.url: event for event in events if event.state == "open"}
    return [
        f"{url}: not asked any more ({event.reason})"
        if last[url].state == "open"
        else f"{url}: was down ({event.reason})"
        for url, event in opened.items()
    ]


def _block_pages(block_pages: Sequence[BlockPages], events: Sequence[HostEvent]) -> list[str]:
    """What hosts that stayed up showed in place of pages."""
    opened = {event.url for event in events if event.state == "open"}
    by_host: dict[str, list[BlockPages]] = {}
    for shown in block_pages:
        if shown.url not in opened:
            by_host.setdefault(shown.url, []).append(shown)
    return [
        f"{url}: showed something else for {counted(sum(shown.pages for shown in some), 'page')} "
        f"that another host served ({', '.join(f'{shown.verdict} {shown.pages}' for shown in some)})"
        for url, some in by_host.items()
    ]


def _steps(run: Run, steps: Sequence[StepFacts]) -> list[str]:
    is_idle = any(step.step == "discover" and step.counts.get("idle") for step in steps)
    wanted = STEPS_OF_REPROCESSING if run.kind == "reprocess" else STEPS
    missing = [name for name in wanted if all(step.step != name for step in steps)]
    died: dict[str, list[str]] = {}
    for step in steps:
        if not step.finished:
            died.setdefault(_end(step.error), []).append(f"{step.step}{f' {step.batch}' if step.batch else ''}")
    return [f"{', '.join(names)}: {end}" for end, names in died.items()] + (
        [f"never ran: {', '.join(missing)}"] if missing and not is_idle else []
    )


def _end(error: str | None) -> str:
    """How a step ended that did not finish."""
    if error == INTERRUPTED:
        return f"{INTERRUPTED}; run again, it goes on from there"
    return error or KILLED


def _nothing_ever(run: Run, facts: RunFacts) -> list[str]:
    """A source whose every page was rejected, also in a run that fetched none of them."""
    if facts.ever_loaded or not facts.ever_rejected:
        return []
    pages = counted(facts.ever_rejected, "page")
    return [
        f"no article yet: every page that {run.source} ever gave was rejected ({pages}): "
        f"mirrorwire rejections {run.source}"
    ]


def _many_suspects(run: Run, facts: RunFacts, max_rejected: float) -> list[str]:
    """What is loaded and doubted: of many pages alike, as after a new design, somebody should look at one."""
    if facts.versions < FEW_PAGES or facts.suspect <= facts.versions * max_rejected:
        return []
    return [
        f"{facts.suspect} of {facts.versions} versions are suspect (over {max_rejected:.0%}): "
        f"mirrorwire rejections {run.source} --verdict suspect"
    ]


def _were(n: int) -> str:
    return "was" if n == 1 else "were"


def _seeds(run: Run, polls: Sequence[PollFacts]) -> list[str]:
    if not polls or any(poll.outcome in ("read", "unchanged", "damaged") for poll in polls):
        return []
    reasons = "; ".join(f"{poll.seed}: {poll.detail or poll.outcome}" for poll in polls)
    if all(poll.outcome == "not_covered" for poll in polls):
        return [] if run.sweep else [f"not covered: no seed reaches this window ({reasons})"]
    return [f"no usable seed ({reasons})"]


def _pages(
    facts: RunFacts,
    steps: Sequence[StepFacts],
    polls: Sequence[PollFacts],
    events: Sequence[HostEvent],
    max_rejected: float,
) -> list[str]:
    failures = []
    # A few pages that fail while a host serves the seeds and stays up are those pages' own: they wait, and are listed.
    seeds_are_served = any(poll.outcome in ("read", "unchanged") for poll in polls)
    few = facts.page_attempts < FEW_PAGES and seeds_are_served and all(event.state != "open" for event in events)
    if facts.page_attempts and not facts.page_answers and not few:
        failures.append(
            f"all hosts are down: {counted(facts.page_attempts, 'request')} for pages, none answered with a page"
        )
    if facts.captured >= FEW_PAGES and facts.rejected > facts.captured * max_rejected:
        failures.append(
            f"{facts.rejected} of {facts.captured} pages were rejected (over {max_rejected:.0%}): mirrorwire rejections"
        )
        return failures
    # Pages that earlier runs fetched and this one read again, by other rules or another extractor.
    read = [sum(step.counts.get(kind, 0) for step in steps if step.step == "extract") for kind in _VERDICTS]
    rejected = sum(read) - read[_VERDICTS.index("article")] - read[_VERDICTS.index("suspect")]
    if sum(read) >= FEW_PAGES and rejected > sum(read) * max_rejected:
        failures.append(
            f"{rejected} of {sum(read)} stored pages were read as no article (over {max_rejected:.0%}): "
            "mirrorwire rejections"
        )
    return failures


def _gaps(polls: Sequence[PollFacts]) -> list[str]:
    return [
        f"feed gap: {poll.seed} shares no item with what it showed before; items may be lost"
        for poll in polls
        if poll.gap
    ]


def _damage(polls: Sequence[PollFacts]) -> list[str]:
    """Seeds that no host served whole, and those that a host before the one which did showed as something else."""
    return [f"{poll.seed}: {poll.detail}" for poll in polls if poll.detail and poll.outcome != "not_covered"]


def _uncovered(run: Run, polls: Sequence[PollFacts], zone: ZoneInfo) -> list[str]:
    """The days of a window that lie outside the days which any seed reaches: nothing there is not nothing published."""
    shown = [span for poll in polls for span in poll.spans]
    if run.window is None or run.kind == "reprocess" or any(poll.links and not poll.spans for poll in polls):
        return []
    missing = [day for day in days_of(run.window, zone) if not any(first <= day <= last for first, last in shown)]
    if not missing:
        return []
    named = ", ".join(map(str, missing[:MANY_DAYS])) + (
        f" and {len(missing) - MANY_DAYS} more" if missing[MANY_DAYS:] else ""
    )
    return [f"not covered: {named} (no seed reaches so far)"]


def _stale(run: Run, standstills: Sequence[Standstill]) -> list[str]:
    """Feeds that answer and show nothing new: what serves them may have stopped."""
    if not run.is_poll:
        return []
    return [
        f"{standstill.seed}: nothing new since {standstill.since:%Y-%m-%d %H:%M} UTC, usually every "
        f"{span(standstill.usual)}; it answers, and may be stale"
        for standstill in standstills
    ]


def _volume(run: Run, days: Sequence[DayFacts]) -> list[str]:
    before = [day.links for day in days if day.days_ago > 0 and day.watched]
    if run.kind != "live" or len(before) < FEW_DAYS or not days:
        return []
    usual, today = median(before), days[0].links
    if usual >= FEW_LINKS and today < usual * LOW_SHARE:
        return [f"drop in volume: {today} new links in the last 24 hours, {usual:.0f} on a usual day"]
    return []


def _many_bugs(run: Run, bugs: Sequence[MetBug]) -> list[str]:
    """A bug that meets item after item is no odd item's, and must not stay unheard. What it left is loaded by now."""
    return [_told(run, bug) for bug in bugs if bug.items > FEW_BUGS]


def _few_bugs(run: Run, bugs: Sequence[MetBug]) -> list[str]:
    return [_told(run, bug) for bug in bugs if bug.items <= FEW_BUGS]


def _told(run: Run, bug: MetBug) -> str:
    items = f"{bug.items} items, {bug.item} among them" if bug.items > 1 else bug.item
    where = f"mirrorwire bugs {run.source} has the traceback"
    return f"a bug of ours met {items}: {bug.error}, at {bug.place}: {where}"


def _left_over(run: Run, facts: RunFacts) -> list[str]:
    warnings = []
    if facts.pending:
        verb = "is" if facts.pending == 1 else "are"
        warnings.append(
            f"{counted(facts.pending, 'link')} {verb} still to be fetched: put off, or more than one run takes; "
            f"see mirrorwire links {run.source}"
        )
    if facts.failed:
        warnings.append(
            f"{counted(facts.failed, 'link')} {_were(facts.failed)} given up; see mirrorwire links {run.source}"
        )
    return warnings


def _away(away: Sequence[AwayFile]) -> list[str]:
    """Files of the archive that cannot be read, and what waits for them."""
    return [
        f"the archive's file {file.warc} cannot be read ({file.problem}): {file.pages} stored pages wait for it; "
        "mirrorwire archive check lists all such files"
        for file in away
    ]
