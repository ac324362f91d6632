"""What fails a run, and what is only said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from mirrorwire.core.records import Interval, Run
from mirrorwire.pipeline.checks import STEPS, verdict_on
from mirrorwire.store.ledger import DayFacts, HostEvent, PollFacts, RunFacts, StepFacts

LIVE = Run(
    run_id=1,
    source="courier",
    kind="live",
    external_id="x",
    window=None,
    all_seeds=False,
    sweep=False,
    revisit=False,
)
DAY = Interval(start=datetime(2026, 11, 10, tzinfo=UTC), end=datetime(2026, 11, 11, tzinfo=UTC))
BACKFILL = replace(LIVE, kind="backfill", window=DAY, all_seeds=True)
GOOD = RunFacts(page_attempts=20, page_answers=20, captured=20, rejected=1, versions=19, pending=0, failed=0)
DONE = [StepFacts(step=name, batch=0, finished=True, counts={}, error=None) for name in STEPS]
READ = PollFacts(
    seed="/rss.xml", outcome="read", links=20, known=5, gap=False, first_day=None, last_day=None, detail=None
)
USUAL = [DayFacts(days_ago=n, links=100, watched=True) for n in range(8)]


def judged(
    run: Run = LIVE,
    facts: RunFacts = GOOD,
    steps: list[StepFacts] = DONE,
    polls: tuple[PollFacts, ...] = (READ,),
    days: list[DayFacts] = USUAL,
    events: Sequence[HostEvent] = (),
) -> tuple[list[str], list[str]]:
    zone = ZoneInfo("UTC")
    return verdict_on(run, facts, steps=steps, polls=polls, days=days, events=events, zone=zone, max_rejected=0.5)


def test_a_good_run_has_nothing_said_of_it() -> None:
    assert judged() == ([], [])


def test_stored_pages_that_are_read_again_and_rejected_fail_the_run_too() -> None:
    def steps(**counts: int) -> list[StepFacts]:
        return [replace(each, counts=counts) if each.step == "extract" else each for each in DONE]

    none = replace(GOOD, captured=0, rejected=0)
    assert judged(facts=none, steps=steps(article=5, broken=5)) == ([], [])
    failures, _ = judged(facts=none, steps=steps(article=3, broken=61, suspect=1))
    assert failures == ["61 of 65 stored pages were read as no article (over 50%): mirrorwire rejections"]


def test_rejections_above_the_setting_fail_the_run_and_below_do_not() -> None:
    assert judged(facts=replace(GOOD, rejected=10)) == ([], [])
    failures, _ = judged(facts=replace(GOOD, rejected=11))
    assert failures == ["11 of 20 pages were rejected (over 50%): mirrorwire rejections"]


def test_many_suspects_are_told_of_and_fail_nothing() -> None:
    none = replace(GOOD, captured=0, rejected=0)
    read = [replace(each, counts={"suspect": 20}) if each.step == "extract" else each for each in DONE]
    assert judged(facts=none, steps=read) == ([], [])
    assert judged(facts=replace(GOOD, versions=20, suspect=10)) == ([], [])
    failures, warnings = judged(facts=replace(GOOD, versions=20, suspect=11))
    assert failures == []
    assert warnings == ["11 of 20 versions are suspect (over 50%): mirrorwire rejections courier --verdict suspect"]


def test_a_share_of_a_few_pages_says_nothing() -> None:
    assert judged(facts=replace(GOOD, captured=4, rejected=4)) == ([], [])


def test_hosts_that_answer_no_page_are_down() -> None:
    failures, _ = judged(facts=replace(GOOD, page_answers=0))
    assert failures == ["all hosts are down: 20 requests for pages, none answered with a page"]
    few = replace(GOOD, page_attempts=2, page_answers=0, captured=0, rejected=0, versions=0)
    assert judged(facts=few) == ([], []), "two pages that fail while a host serves the feed are no hosts' fault"
    shut = HostEvent(url="https://a.example", state="open", reason="500 Internal Server Error")
    assert judged(facts=few, events=[shut])[0] == [
        "all hosts are down: 2 requests for pages, none answered with a page"
    ], "and a host that is not asked any more is down"


def test_a_step_that_died_or_never_ran_fails_the_run() -> None:
    died = [*DONE[:-2], replace(DONE[-2], finished=False, error="KeyError: 'x'")]
    assert judged(steps=died) == (["dedupe: KeyError: 'x'", "never ran: load"], [])


def test_a_drop_in_volume_is_said_once_the_usual_is_known() -> None:
    drop = [replace(USUAL[0], links=39), *USUAL[1:]]
    assert judged(days=drop) == ([], ["drop in volume: 39 new links in the last 24 hours, 100 on a usual day"])
    assert judged(days=[replace(USUAL[0], links=40), *USUAL[1:]]) == ([], [])
    young = [drop[0], *(replace(day, watched=day.days_ago < 3) for day in drop[1:])]
    assert judged(days=young) == ([], [])
    assert judged(
        run=BACKFILL, days=drop, polls=(replace(READ, first_day=date(2026, 11, 1), last_day=date(2026, 12, 1)),)
    ) == (
        [],
        [],
    )


def test_a_feed_gap_and_a_seed_that_failed_beside_a_good_one_are_said() -> None:
    lost = replace(READ, seed="/sitemap.xml", outcome="failed", detail="http://a: 500")
    failures, warnings = judged(polls=(replace(READ, gap=True, known=0), lost))
    assert failures == []
    assert warnings == [
        "feed gap: /rss.xml shares no item with what it showed before; items may be lost",
        "/sitemap.xml: http://a: 500",
    ]


def test_seeds_that_all_failed_fail_the_run_and_are_named_once() -> None:
    lost = replace(READ, outcome="failed", detail="http://a: 500")
    assert judged(polls=(lost,)) == (["no usable seed (/rss.xml: http://a: 500)"], [])


def test_a_window_that_no_seed_reaches_fails_a_backfill_and_is_said_of_a_sweep() -> None:
    short = replace(READ, outcome="not_covered", links=0, detail="nothing it holds reaches the window")
    failures, _ = judged(run=BACKFILL, polls=(short,))
    assert failures == ["not covered: no seed reaches this window (/rss.xml: nothing it holds reaches the window)"]
    failures, warnings = judged(run=replace(BACKFILL, sweep=True), polls=(short,))
    assert (failures, warnings) == ([], ["not covered: 2026-11-10 (no seed reaches so far)"])


def test_a_day_between_those_that_seeds_reach_is_not_covered() -> None:
    days = [date(2026, 11, n) for n in range(10, 15)]
    wide = replace(BACKFILL, window=Interval(start=DAY.start, end=datetime(2026, 11, 15, tzinfo=UTC)))
    apart = replace(READ, first_day=days[0], last_day=days[4], reached=[[days[0], days[1]], [days[4], days[4]]])
    assert judged(run=wide, polls=(apart,))[1] == ["not covered: 2026-11-12, 2026-11-13 (no seed reaches so far)"]
    other = replace(READ, first_day=days[2], last_day=days[3])
    assert judged(run=wide, polls=(apart, other))[1] == []


def test_pages_left_over_are_said() -> None:
    _, warnings = judged(facts=replace(GOOD, pending=3, failed=2))
    assert [warning[:7] for warning in warnings] == ["3 links", "2 links"]


def test_a_source_that_never_gave_an_article_is_warned_of_in_every_run() -> None:
    empty = replace(GOOD, captured=0, rejected=0, versions=0, ever_loaded=False, ever_rejected=40)
    failures, warnings = judged(facts=empty)
    assert failures == []
    assert warnings == [
        "no article yet: every page that courier ever gave was rejected (40 pages): mirrorwire rejections courier"
    ]
    assert judged(facts=replace(empty, ever_rejected=0)) == ([], [])


def test_a_step_that_a_person_stopped_was_interrupted() -> None:
    stopped = [replace(each, finished=False, error="interrupted") if each.step == "fetch" else each for each in DONE]
    assert judged(steps=stopped)[0] == ["fetch: interrupted; run again, it goes on from there"]


def test_one_is_told_as_one_and_what_is_left_comes_with_its_command() -> None:
    _, warnings = judged(facts=replace(GOOD, pending=1, failed=1))
    assert warnings == [
        "1 link is still to be fetched: put off, or more than one run takes; see mirrorwire links courier",
        "1 link was given up; see mirrorwire links courier",
    ]
    _, warnings = judged(facts=replace(GOOD, pending=7))
    assert warnings[0].startswith("7 links are still to be fetched: ")
