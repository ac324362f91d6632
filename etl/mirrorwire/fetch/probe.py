"""Whether a host is alive: its front page asked for, and judged as pages are."""

from __future__ import annotations

from dataclasses import dataclass

from mirrorwire.core.records import BLOCK_PAGES, Host, VerdictKind
from mirrorwire.core.urls import on_host
from mirrorwire.fetch.answers import Answer, ended
from mirrorwire.fetch.breaker import NOTICES
from mirrorwire.fetch.challenges import called_by_name
from mirrorwire.fetch.host_request import HostRequest
from mirrorwire.fetch.page import Verify


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """What came of a probe; `problem` is `None` for a host that answers as a publisher's does, `answer` if it rests."""

    problem: str | None
    answer: Answer | None = None
    kind: VerdictKind | None = None

    @property
    def notice(self) -> bool:
        """Whether its front page is a notice."""
        return self.kind in NOTICES


def probe(host: Host, host_request: HostRequest, verify: Verify) -> Probe:
    """Ask a host for its front page; what was kept of its robots.txt, if that was a failure, is asked for again.

    A front page that is not there (404), or that robots.txt keeps for others, is no problem: the host answers.
    """
    url = on_host("/", host)
    host_request.robots.forget_failure(url)
    answer = next(host_request.answers(url, [host]), None)
    if answer is None:
        return Probe(problem="wants to be left alone")
    answer = called_by_name(answer, verify, host_request.source)
    attempt, exchange = answer.attempt, answer.exchange
    if attempt.outcome in ("gone", "disallowed"):
        return Probe(problem=None, answer=answer)
    if exchange is None or attempt.outcome != "ok":
        kind = answer.verdict.kind if answer.verdict else None
        return Probe(problem=attempt.detail or attempt.outcome, answer=answer, kind=kind)
    if exchange.host != host.url:
        return Probe(problem=f"redirects to {exchange.host}", answer=answer)
    verdict = verify(
        exchange.body, url=exchange.url, content_type=exchange.header("Content-Type"), source=host_request.source
    )
    answer = answer._replace(verdict=verdict)
    if verdict.kind not in BLOCK_PAGES:
        return Probe(problem=None, answer=answer, kind=verdict.kind)
    problem = f"{verdict.kind} on its front page"
    return Probe(problem=problem, answer=ended(answer, "not_it", problem), kind=verdict.kind)
