"""How what a host answers changes its circuit breaker. Pure.

Closed, a host is asked. Three failures in a row, of no single page, open it, or the same stand-in under two paths, or a
notice on its front page: then it is not asked (unless it is the only one left, and its front page is served: see
`health`). A probe that it answers makes it half-open: it is asked in its place,
and what it serves closes it, while a failure opens it for longer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from mirrorwire.core.exchange import Breaker
from mirrorwire.core.records import BLOCK_PAGES, VerdictKind
from mirrorwire.fetch.answers import Answer, Fetched

MAX_FAILURES = 3
FIRST_PAUSE_S, MAX_PAUSE_S = 30.0, 900.0
"""How long an open one waits for its probe: doubled each time."""
NOTICES: frozenset[VerdictKind] = frozenset({"seizure", "parking", "challenge"})
"""What a host shows under every path once it shows it at all."""
_DEAD = frozenset({"unreachable", "timeout", "refused", "http_error", "too_large"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """What an answer says of its host: that it serves, or, with a reason, that it fails.

    `url` is where an answer failed, which may be that page's own trouble; `None` where none came. `body` is the digest
    of what stood there in place of a page; `notice` says that this was one of `NOTICES`.
    """

    host: str
    reason: str | None = None
    url: str | None = None
    body: str | None = None
    notice: bool = False


def signs(fetched: Fetched) -> Iterator[Sign]:
    """Yield what the answers to one question say of their hosts; most that is no success says nothing.

    That a page is gone, thin, or a suspect says something of the page, and a feed that is cut off of the feed. It is
    the host's failure where another host then serves the article.
    """
    for answer in fetched.answers:
        if answer.bug is not None:
            continue  # that we raised says nothing of the host
        attempt, exchange = answer.attempt, answer.exchange
        elsewhere = fetched.answer is not None and answer is not fetched.answer
        if attempt.outcome in ("ok", "not_modified"):
            if exchange is None or exchange.host == attempt.host:  # else it is the redirect's target that serves
                yield Sign(host=attempt.host)
        elif attempt.outcome in _DEAD:
            if not _asks_for_rest(answer, fetched.rests):
                url = attempt.url if attempt.outcome in ("http_error", "too_large") else None
                yield Sign(host=attempt.host, reason=attempt.detail or attempt.outcome, url=url)
        elif attempt.outcome == "not_it" and not answer.flaw:
            kind = answer.verdict.kind if answer.verdict else None
            if elsewhere or kind in BLOCK_PAGES:
                # A site's shell may stand in for feeds that it has no more, while its pages are served.
                body = sha256(exchange.body).hexdigest()[:32] if exchange is not None and kind else None
                reason = attempt.detail or kind
                yield Sign(host=attempt.host, reason=reason, body=body, url=attempt.url, notice=kind in NOTICES)


def after(breaker: Breaker, sign: Sign) -> Breaker:
    """Return what a sign makes of a host's breaker."""
    if sign.reason is None:
        if breaker == Breaker(state="closed", since=breaker.since, reason=breaker.reason, ruling=breaker.ruling):
            return breaker
        reason = breaker.reason if breaker.state == "closed" else "serves again"
        return Breaker(since=breaker.since, reason=reason, ruling=breaker.ruling)
    again = sign.body is not None and sign.body == breaker.stand_in and sign.url != breaker.failed_url
    if breaker.state == "closed" and sign.url is not None and sign.url == breaker.failed_url:
        return breaker  # one page that fails again and again is no host that does
    failed = replace(breaker, failures=breaker.failures + 1, stand_in=sign.body, failed_url=sign.url)
    if breaker.state == "open" or breaker.ruling is not None:
        return failed  # asked before it opened, or because a person set it so
    if breaker.state == "half-open" or failed.failures >= MAX_FAILURES or again:
        return opened(failed, f"the same under every path: {sign.reason}" if again else sign.reason)
    return failed


def opened(breaker: Breaker, reason: str) -> Breaker:
    """Return an open breaker, to be probed after a pause that grows."""
    pause_s = min(MAX_PAUSE_S, FIRST_PAUSE_S * 2.0 ** min(breaker.opened, 10))
    return replace(breaker, state="open", reason=reason, opened=breaker.opened + 1, probe_in_s=pause_s)


def probed(breaker: Breaker, problem: str | None) -> Breaker:
    """Return what a probe makes of a breaker: half-open where there was no problem."""
    if problem is not None:
        return opened(breaker, problem) if breaker.state == "open" else breaker
    return replace(breaker, state="half-open", reason="answers its probe", failures=0) if breaker.shut else breaker


def _asks_for_rest(answer: Answer, rests: Mapping[str, float]) -> bool:
    """Whether it is a refusal after which the host is left alone: it lives."""
    return answer.exchange is not None and answer.exchange.status in (429, 503) and answer.exchange.host in rests
