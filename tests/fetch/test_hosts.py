"""Which hosts are asked in which order, and what their answers make of their breakers."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from mirrorwire.core.exchange import Attempt, Breaker, Exchange, Outcome
from mirrorwire.core.records import Host, Verdict, VerdictKind
from mirrorwire.fetch.answers import Answer, Fetched
from mirrorwire.fetch.breaker import MAX_PAUSE_S, Sign, after, opened, probed, signs
from mirrorwire.fetch.host_order import order, shut

NOW = datetime(2026, 11, 20, tzinfo=UTC)
PRIMARY, MIRROR = "https://a.example", "https://b.example"
SERVES, FAILS = Sign(host=PRIMARY), Sign(host=PRIMARY, reason="timeout")


def test_hosts_are_asked_by_role_and_those_that_are_open_not_at_all() -> None:
    archive, second, first, other = (
        Host(url="https://archive.example", role="archive"),
        Host(url="https://b.example", role="mirror"),
        Host(url="https://a.example"),
        Host(url="https://c.example", role="mirror"),
    )
    hosts = (archive, second, first, other)
    assert order(hosts, {}) == [first, second, other, archive]
    down = Breaker(state="open", probe_in_s=7.0)
    assert order(hosts, {first.url: down}) == [second, other, archive]
    assert shut(hosts, {first.url: down, archive.url: down}) == {first.url: 7.0}
    for asked in (Breaker(failures=2), Breaker(state="half-open"), replace(down, ruling="up")):
        assert order(hosts, {first.url: asked}) == [first, second, other, archive]
    ruled = {first.url: Breaker(ruling="down")}
    assert order(hosts, ruled) == [second, other, archive]
    assert shut(hosts, ruled) == {}, "it is not waited for"


def run(breaker: Breaker, *said: Sign) -> Breaker:
    for sign in said:
        breaker = after(breaker, sign)
    return breaker


def test_three_failures_in_a_row_open_and_a_success_between_does_not() -> None:
    assert run(Breaker(), FAILS, FAILS).state == "closed"
    assert run(Breaker(), FAILS, FAILS, SERVES, FAILS, FAILS).state == "closed"
    found = run(Breaker(), FAILS, FAILS, FAILS)
    assert (found.state, found.reason, found.probe_in_s) == ("open", "timeout", 30.0)


def test_one_page_that_fails_again_and_again_opens_no_host() -> None:
    page = Sign(host=PRIMARY, reason="500", url=f"{PRIMARY}/1")
    assert run(Breaker(), *[page] * 9).state == "closed"
    assert run(Breaker(), *[replace(page, url=f"{PRIMARY}/{n}") for n in range(3)]).state == "open"


def test_the_same_stand_in_under_two_paths_opens_and_under_one_does_not() -> None:
    one, two = (Sign(host=PRIMARY, reason="seizure", body="d", url=f"{PRIMARY}/{n}") for n in (1, 2))
    assert run(Breaker(), one, one).state == "closed"
    assert run(Breaker(), one, replace(two, body="e")).state == "closed"
    assert run(Breaker(), one, two).state == "open"


def test_a_probe_puts_a_host_on_trial_and_only_what_it_serves_closes_it() -> None:
    down = run(Breaker(), FAILS, FAILS, FAILS)
    trial = probed(down, None)
    assert (trial.state, trial.shut) == ("half-open", False)
    assert after(trial, FAILS).state == "open"
    closed = after(trial, SERVES)
    assert (closed.state, closed.failures, closed.opened) == ("closed", 0, 0)
    assert probed(Breaker(), "timeout") == Breaker(), "one that is asked anyway is judged by what it serves"


def test_the_pause_grows_until_the_host_serves_again() -> None:
    found, pauses = Breaker(), []
    for _ in range(8):
        found = opened(found, "timeout")
        pauses.append(found.probe_in_s)
    assert pauses[:5] == [30.0, 60.0, 120.0, 240.0, 480.0] and pauses[-1] == MAX_PAUSE_S
    assert opened(after(probed(found, None), SERVES), "timeout").probe_in_s == 30.0


@pytest.mark.parametrize("ruling", ["up", "down"])
def test_what_a_person_said_stands_whatever_comes(ruling: str) -> None:
    said = Breaker(ruling=ruling)  # type: ignore[arg-type]
    found = run(said, *[FAILS] * 5)
    assert (found.state, found.shut) == ("closed", ruling == "down")
    assert after(found, SERVES).ruling == ruling


def answer(
    host: str, outcome: Outcome, kind: VerdictKind | None = None, *, status: int = 200, by: str | None = None
) -> Answer:
    url = f"{host}/1"
    exchange = Exchange(
        url=url,
        host=by or host,
        status=status,
        reason="",
        request_headers=(),
        headers=(),
        body=b"body",
        fetched_at=NOW,
        elapsed_s=0.1,
    )
    attempt = Attempt(host=host, url=url, started_at=NOW, elapsed_s=0.1, outcome=outcome)
    return Answer(attempt, exchange, Verdict(kind=kind, evidence={}) if kind else None)


def said(*answers: Answer, chosen: int | None = None, rests: Iterable[str] = ()) -> list[tuple[str, bool]]:
    fetched = Fetched(answers=answers, chosen=chosen, rests=dict.fromkeys(rests, 7.0))
    return [(sign.host, sign.reason is None) for sign in signs(fetched)]


def test_what_speaks_of_the_page_is_no_failure_of_its_host() -> None:
    for outcome in ("gone", "disallowed"):
        assert said(answer(PRIMARY, outcome)) == []
    assert said(answer(PRIMARY, "not_it", "thin")) == []
    assert said(answer(PRIMARY, "http_error", status=429), rests=[PRIMARY]) == [], "it lives, and was put to rest"
    assert said(answer(PRIMARY, "ok", "article", by=MIRROR), chosen=0) == [], "its redirect's target serves"


def test_what_stands_in_for_a_page_is_a_failure_of_its_host_where_another_serves_it() -> None:
    served = answer(MIRROR, "ok", "article")
    kinds: tuple[VerdictKind, ...] = ("thin", "index", "not_found", "broken")
    for kind in kinds:
        assert said(answer(PRIMARY, "not_it", kind), served, chosen=1) == [(PRIMARY, False), (MIRROR, True)]
    notices: tuple[VerdictKind, ...] = ("seizure", "parking", "challenge", "consent", "login")
    for kind in notices:
        assert said(answer(PRIMARY, "not_it", kind)) == [(PRIMARY, False)]
