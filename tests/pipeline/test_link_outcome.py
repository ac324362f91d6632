"""What becomes of a link after a try, decided from the hosts' answers alone: no database, no host."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import get_args

import pytest

from mirrorwire.core.bugs import Bug, bug_of
from mirrorwire.core.exchange import Attempt, Exchange, Outcome
from mirrorwire.core.records import Verdict, VerdictKind
from mirrorwire.fetch.answers import Answer, Fetched
from mirrorwire.pipeline.link_outcome import (
    MAX_TRIES,
    MIN_PAUSE_S,
    End,
    LinkOutcome,
    counted,
    outcome,
    outcome_of_bug,
    retry_pause_s,
)

PRIMARY, MIRROR = "https://news.example", "https://mirror.example"
NOW = datetime(2026, 9, 23, 12, tzinfo=UTC)
STATUS = {"ok": 200, "not_it": 200, "gone": 404, "not_modified": 304, "http_error": 503}


def answer(
    host: str = PRIMARY, said: Outcome = "ok", verdict: VerdictKind | None = None, *, retry_after_s: int | None = None
) -> Answer:
    """What a host answered; of hosts that are down, or not to be asked, there is no exchange."""
    attempt = Attempt(host=host, url=f"{host}/1", started_at=NOW, elapsed_s=0.1, outcome=said)
    if said not in STATUS:
        return Answer(attempt)
    exchange = Exchange(
        url=f"{host}/1",
        host=host,
        status=STATUS[said],
        reason="",
        request_headers=(),
        headers=() if retry_after_s is None else (("Retry-After", str(retry_after_s)),),
        body=b"",
        fetched_at=NOW,
        elapsed_s=0.1,
    )
    return Answer(attempt, exchange, Verdict(kind=verdict, evidence={}) if verdict else None)


def becomes(
    fetched: Fetched, *, tries: int = 0, is_look: bool = False, is_alias: bool = False, is_copied: bool = False
) -> LinkOutcome:
    """The outcome for a link of so many tries before, without jitter."""
    attempt = counted(tries, fetched, is_look=is_look)
    return outcome(attempt, is_alias=is_alias, is_copied=is_copied, jitter=0.0)


def bug() -> Bug:
    return bug_of(RuntimeError("broke"), f"{PRIMARY}/1")


SERVED = Fetched(answers=(answer(MIRROR, "not_it", "seizure"), answer(verdict="article")), chosen=1)
GONE = Fetched(answers=(answer(said="gone"), answer(MIRROR, "gone")))
DOWN = Fetched(answers=(answer(said="unreachable"), answer(MIRROR, "timeout")))
NOTICE = Fetched(answers=(answer(said="unreachable"), answer(MIRROR, "not_it", "seizure")))
RESTING = Fetched(answers=(), rests={PRIMARY: 40.0, MIRROR: 90.0})

ENDS: dict[End, LinkOutcome] = {
    "captured": becomes(SERVED),
    "revisited": becomes(SERVED, is_look=True),
    "gone": becomes(GONE),
    "aliases": becomes(GONE, is_alias=True),
    "put_off": becomes(DOWN, is_look=True),
    "postponed": becomes(DOWN),
    "failed": becomes(DOWN, tries=MAX_TRIES - 1),
}


@pytest.mark.parametrize("end", get_args(End))
def test_a_link_can_come_to_each_end(end: End) -> None:
    assert ENDS[end].end == end


def test_a_served_page_ends_the_work_and_dates_the_next_look() -> None:
    for end in ("captured", "revisited"):
        assert ENDS[end] == LinkOutcome(end=end, state="captured", served=True, stands=True, look="scheduled")


def test_a_page_of_a_warc_file_counts_where_no_host_serves_one() -> None:
    assert becomes(DOWN, is_copied=True) == ENDS["captured"]
    assert counted(0, DOWN, is_look=False).may_be_in_a_file


@pytest.mark.parametrize("fetched", [SERVED, GONE, RESTING], ids=["served", "gone", "resting"])
def test_no_file_is_asked_where_a_host_serves_the_page_or_may_yet_or_all_say_it_is_gone(fetched: Fetched) -> None:
    assert not counted(0, fetched, is_look=False).may_be_in_a_file


def test_a_look_takes_nothing_out_of_a_file() -> None:
    assert not counted(0, DOWN, is_look=True).may_be_in_a_file


def test_a_page_that_every_host_calls_gone_is_gone_and_looked_at_again() -> None:
    problem = "404 or 410 on every host"
    assert ENDS["gone"] == LinkOutcome(end="gone", state="gone", problem=problem, stands=True, look="scheduled")
    assert becomes(GONE, is_look=True) == ENDS["gone"]


def test_it_is_not_gone_while_a_host_is_shut_or_rests_that_may_know_better() -> None:
    assert becomes(Fetched(answers=GONE.answers, shut={"https://third.example": 30.0})).end == "postponed"
    assert becomes(Fetched(answers=GONE.answers, rests={"https://third.example": 30.0})).end == "postponed"


def test_an_alias_is_settled_by_its_redirection_and_looked_at_again() -> None:
    assert ENDS["aliases"] == LinkOutcome(end="aliases", look="scheduled")


def test_what_brought_nothing_is_tried_again_after_a_pause_that_grows() -> None:
    pauses = [becomes(DOWN, tries=tries).pause_s for tries in range(3)]
    assert pauses == [60.0, 240.0, 960.0]
    assert (ENDS["postponed"].state, ENDS["postponed"].tries) == ("pending", 1)
    assert ENDS["postponed"].problem == f"{PRIMARY}: unreachable; {MIRROR}: timeout"


def test_jitter_makes_a_pause_longer_by_half_at_most() -> None:
    assert retry_pause_s(1, 1.0) == 90.0
    assert retry_pause_s(20, 0.0) == 6 * 3600.0


def test_a_pause_is_no_shorter_than_a_host_asks_for() -> None:
    busy = Fetched(answers=(answer(said="http_error", retry_after_s=500),))
    assert becomes(busy).pause_s == 500.0


def test_hosts_that_rest_use_up_no_try_and_are_waited_for() -> None:
    resting = becomes(RESTING, tries=3)
    assert (resting.end, resting.tries, resting.pause_s) == ("postponed", 3, 40.0)
    shut = becomes(Fetched(answers=(), shut={PRIMARY: 2.0}), tries=3)
    assert (shut.tries, shut.pause_s) == (3, MIN_PAUSE_S)


def test_where_another_host_really_failed_the_pause_is_that_of_the_next_try() -> None:
    fetched = Fetched(answers=(answer(said="unreachable"),), rests={MIRROR: 40.0})
    assert becomes(fetched, tries=1).pause_s == 240.0


def test_a_page_that_no_host_may_or_will_ever_serve_fails_at_once() -> None:
    refused = Fetched(answers=(answer(said="disallowed"), answer(MIRROR, "gone")))
    assert (becomes(refused).end, becomes(refused).state) == ("failed", "failed")
    later = Fetched(answers=refused.answers, shut={"https://third.example": 30.0})
    assert becomes(later).end == "postponed"


def test_the_last_try_takes_the_second_best_of_what_there_is() -> None:
    suspect = Fetched(answers=(answer(verdict="suspect"),), second_best=0, shut={MIRROR: 30.0})
    assert becomes(suspect).end == "postponed"
    assert becomes(suspect, tries=MAX_TRIES - 1).end == "captured"


def test_the_first_page_that_is_no_article_is_the_evidence_of_a_rejection() -> None:
    assert becomes(NOTICE).evidence == 1
    assert becomes(NOTICE, is_look=True).evidence == 1
    assert ENDS["captured"].evidence is None
    assert ENDS["postponed"].evidence is None


def test_a_look_that_brought_nothing_leaves_what_is_stored_and_is_made_again() -> None:
    put_off = becomes(DOWN, tries=1, is_look=True)
    assert (put_off.state, put_off.look, put_off.tries, put_off.pause_s) == (None, "put_off", 2, 240.0)
    last = becomes(DOWN, tries=MAX_TRIES - 1, is_look=True)
    assert (last.end, last.tries, last.pause_s) == ("put_off", 0, None)


def test_a_bug_is_a_try_that_failed() -> None:
    first = outcome_of_bug(0, bug(), is_look=False, jitter=0.0)
    assert (first.end, first.state, first.tries, first.pause_s) == ("postponed", "pending", 1, 60.0)
    assert first.problem == str(bug())
    last = outcome_of_bug(MAX_TRIES - 1, bug(), is_look=False, jitter=0.0)
    assert (last.end, last.state, last.pause_s) == ("failed", "failed", None)
    look = outcome_of_bug(MAX_TRIES - 1, bug(), is_look=True, jitter=0.0)
    assert (look.end, look.state, look.tries, look.pause_s) == ("put_off", None, 0, None)
