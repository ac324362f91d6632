"""What came of asking hosts for one document: the answer of each, and the one that counts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import NamedTuple

from mirrorwire.core.bugs import Bug
from mirrorwire.core.exchange import Attempt, Exchange, Outcome
from mirrorwire.core.records import Reading, Verdict
from mirrorwire.http.client import retry_after_s


@dataclass(frozen=True, slots=True, kw_only=True)
class LedTo:
    """Another article than asked for, to which a host redirects: for good where every hop says so.

    `titles` are those that the page bears; empty where it is no article.
    """

    article_key: str
    url: str
    for_good: bool
    titles: tuple[str, ...]


class Answer(NamedTuple):
    """What came of asking one host: no exchange where none answered, a verdict on pages with status 200, and on
    what stands in their place.

    `moved_to` is the origin that it redirects to for good, and that nobody follows: it is no host of the source.
    `others` are responses beside it: redirects that led to none, and what came of one that broke off.
    `flaw` says what is wrong with a seed that is one: cut off, say, or without an item. `bug` is what our code raised
    on the way, in place of any response. `reading` is all that a page gave, where it was read whole and may count.
    """

    attempt: Attempt
    exchange: Exchange | None = None
    verdict: Verdict | None = None
    moved_to: str | None = None
    others: tuple[Exchange, ...] = ()
    flaw: str | None = None
    led_to: LedTo | None = None
    bug: Bug | None = None
    reading: Reading | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The answers of every host asked, in order, and the index of the one that counts, if any does.

    `second_best` is the one that counts if no other host will ever serve the page. `rests` are the hosts, by URL, that
    want to be left alone, asked or not, and for how many seconds yet; `shut` those that were not asked, since their
    breakers are open, and the seconds until they are probed. `spent` are archives that have no
    usable copy.
    """

    answers: tuple[Answer, ...]
    chosen: int | None = None
    second_best: int | None = None
    rests: Mapping[str, float] = field(default_factory=dict)
    shut: Mapping[str, float] = field(default_factory=dict)
    spent: frozenset[str] = frozenset()

    @property
    def answer(self) -> Answer | None:
        """The answer that counts."""
        return None if self.chosen is None else self.answers[self.chosen]

    @property
    def gone(self) -> bool:
        """Whether every host that is up answered that the document is gone (404 or 410)."""
        outcomes = {attempt.outcome for attempt, *_ in self.answers if attempt.host not in self.spent}
        return outcomes == {"gone"} and not self.rests

    @property
    def settled(self) -> Fetched:
        """The same, were the hosts that are shut never to come back."""
        chosen = self.second_best if self.chosen is None and not self.rests else self.chosen
        return replace(self, chosen=chosen, shut={})

    @property
    def problem(self) -> str:
        """What each host answered, for people."""
        words = [f"{attempt.host}: {attempt.detail or attempt.outcome}" for attempt, *_ in self.answers]
        answered_hosts = {answer.attempt.host for answer in self.answers}
        words += [
            f"{host}: is left alone for {rest_s:.0f} s"
            for host, rest_s in self.rests.items()
            if host not in answered_hosts
        ]
        words += [f"{host}: is down, probed in {probe_s:.0f} s" for host, probe_s in self.shut.items()]
        return "; ".join(words) or "no host to ask"

    @property
    def retry_after_s(self) -> float | None:
        """The shortest time, in seconds, that a host asked to be left alone for, `None` if none did."""
        waits_s = [retry_after_s(answer.exchange) for answer in self.answers if answer.exchange is not None]
        return min((seconds for seconds in waits_s if seconds is not None), default=None)


def ended(answer: Answer, outcome: Outcome, detail: str) -> Answer:
    """Return an answer that came to another end than its status says."""
    whole = f"{answer.attempt.detail}; {detail}" if answer.attempt.detail else detail
    return answer._replace(attempt=replace(answer.attempt, outcome=outcome, detail=whole))
