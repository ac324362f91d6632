"""What becomes of a link once its hosts were asked: captured, gone, another's alias, to be tried again, or given up."""

from __future__ import annotations

import logging
import random
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from mirrorwire.core.bugs import Bug
from mirrorwire.fetch.answers import Answer, Fetched
from mirrorwire.fetch.keep_reading import keep_reading
from mirrorwire.fetch.redirects import redirection
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.store import aliases, captures, frontier, revisits, warcs
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection

log = logging.getLogger(__name__)

MAX_TRIES = 8
"""Fetches in a row that brought nothing, before a link is given up: a day, with the pauses between them."""
MIN_PAUSE_S = 5.0
End = Literal["captured", "revisited", "gone", "aliases", "put_off", "postponed", "failed"]
"""What a run counts a link as."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkTry:
    """One try at a link: what the hosts answered, and the `tries` in a row that brought nothing, this one among them.

    `rest_s` is set where no host was to be had: the seconds until the first may be asked. `is_look`: the page is
    stored, and was looked at again.
    """

    fetched: Fetched
    tries: int
    rest_s: float | None
    is_look: bool

    @property
    def is_last(self) -> bool:
        """Whether no other try follows one that brought nothing."""
        return self.tries >= MAX_TRIES

    @property
    def is_gone(self) -> bool:
        """Whether every host answered so, and no host is down that may still have the page."""
        return self.fetched.gone and not self.fetched.shut

    @property
    def may_be_in_a_file(self) -> bool:
        """Whether a page of a WARC file is to be taken, if there is one: no host serves the page that is it."""
        wanted = self.fetched.chosen is None and not self.is_gone
        return wanted and not self.is_look and not self.fetched.rests


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkOutcome:
    """What becomes of a link, and what is to be written of it.

    `state` is `None` where it stays as it is: an alias is settled with its redirection, and what a look found nothing
    better than stays. `evidence` is the index of the answer whose page is recorded as a rejection. `served`: the
    article's page is there, so what was no article before counts no more; `stands`: its URL leads to no other article.
    `look`: its next look is `scheduled` anew, or this one `put_off`.
    """

    end: End
    state: Literal["captured", "gone", "pending", "failed"] | None = None
    tries: int = 0
    pause_s: float | None = None
    problem: str | None = None
    evidence: int | None = None
    served: bool = False
    stands: bool = False
    look: Literal["scheduled", "put_off"] | None = None


def counted(tries: int, fetched: Fetched, *, is_look: bool) -> LinkTry:
    """Return a try at a link that had so many before. What the last try may take is what is left to be had at all."""
    rests = list(fetched.rests.values())
    if not fetched.answers:
        rests += fetched.shut.values()
    rest_s = min(rests, default=None)
    # A host that rests or is down was not asked, or will answer another time: that alone uses up no try.
    tries += rest_s is None
    attempt = LinkTry(fetched=fetched, tries=tries, rest_s=rest_s, is_look=is_look)
    return replace(attempt, fetched=fetched.settled) if attempt.is_last else attempt


def outcome(attempt: LinkTry, *, is_alias: bool, is_copied: bool, jitter: float) -> LinkOutcome:
    """Return what becomes of a link after a try.

    `is_alias`: its URL leads to another article for good. `is_copied`: a page of a WARC file was taken for it.
    `jitter`, from 0 to 1, spreads the next tries.
    """
    fetched = attempt.fetched
    if is_alias:
        return LinkOutcome(end="aliases", look="scheduled")
    if fetched.chosen is not None or is_copied:
        end: End = "revisited" if attempt.is_look else "captured"
        return LinkOutcome(end=end, state="captured", served=True, stands=True, look="scheduled")
    if attempt.is_gone:
        problem = "404 or 410 on every host"
        return LinkOutcome(end="gone", state="gone", problem=problem, stands=True, look="scheduled")
    evidence = _evidence(fetched)
    if attempt.is_look:
        pause_s = None if attempt.is_last else _pause_s(attempt, jitter)
        return replace(_put_off(attempt.tries, pause_s), evidence=evidence)
    given_up = attempt.is_last or _is_never_served(fetched)
    return LinkOutcome(
        end="failed" if given_up else "postponed",
        state="failed" if given_up else "pending",
        tries=attempt.tries,
        pause_s=_pause_s(attempt, jitter),
        problem=fetched.problem,
        evidence=evidence,
    )


def outcome_of_bug(tries: int, bug: Bug, *, is_look: bool, jitter: float) -> LinkOutcome:
    """Return what becomes of a link on which our code raised: a try that failed, as any other."""
    tries += 1
    pause_s = None if tries >= MAX_TRIES else retry_pause_s(tries, jitter)
    if is_look:
        return _put_off(tries, pause_s)
    if pause_s is None:
        return LinkOutcome(end="failed", state="failed", tries=tries, problem=str(bug))
    return LinkOutcome(end="postponed", state="pending", tries=tries, pause_s=pause_s, problem=str(bug))


def retry_pause_s(tries: int, jitter: float) -> float:
    """Return the seconds before a link is tried again: a minute, growing fourfold to six hours, and some jitter."""
    return min(6 * 3600.0, 60.0 * 4.0 ** (tries - 1)) * (1 + jitter / 2)


def _put_off(tries: int, pause_s: float | None) -> LinkOutcome:
    """A look that brought nothing: what is stored stays as it is. After the last one its tries begin anew."""
    return LinkOutcome(end="put_off", look="put_off", tries=0 if pause_s is None else tries, pause_s=pause_s)


def _evidence(fetched: Fetched) -> int | None:
    """Which answer holds a page that is no article, and that says best why there is none: the first."""
    for n, answer in enumerate(fetched.answers):
        stored = answer.exchange is not None and answer.exchange.status != 304
        if stored and n != fetched.chosen and answer.verdict and answer.verdict.kind != "article":
            return n
    return None


def _is_never_served(fetched: Fetched) -> bool:
    """Whether no host will ever serve the page: each was asked, and answered that it is gone or refused."""
    outcomes = {answer.attempt.outcome for answer in fetched.answers}
    refused = bool(outcomes) and outcomes <= {"gone", "disallowed"}
    return refused and not fetched.rests and not fetched.shut


def _pause_s(attempt: LinkTry, jitter: float) -> float:
    """The seconds before a link is tried again: until a host's rest is over, and longer where another really failed."""
    fetched, tries = attempt.fetched, attempt.tries
    if attempt.rest_s is None:
        return max(retry_pause_s(tries, jitter), fetched.retry_after_s or 0.0)
    pause_s = max(attempt.rest_s + jitter, MIN_PAUSE_S)
    if any(answer.attempt.host not in fetched.rests for answer in fetched.answers):
        pause_s = max(pause_s, retry_pause_s(tries + 1, jitter))
    return pause_s


def settle(fetcher: RunFetcher, link: frontier.ClaimedLink, fetched: Fetched, now: datetime) -> tuple[str, ...]:
    """Store what the hosts answered and end the work on the link.

    Returns what became of it, and behind that the verdict on its page, where what that gave is kept. The caller opens
    the transaction.
    """
    conn, run, source = fetcher.conn, fetcher.run, fetcher.source
    led = any(answer.led_to for answer in fetched.answers)
    if led:
        frontier.lock_lists(conn, source.key)  # before any row of a link
    if not frontier.hold(conn, link.link_id):
        return ("forgotten",)  # taken down while the hosts were asked: their answers are not kept
    answers = tuple(_without_forgotten(conn, answer) for answer in fetched.answers)
    fetched = replace(fetched, answers=answers)
    moved = redirection(fetched, aliases.titles_of(conn, link.link_id)) if led else None
    attempt = counted(link.tries, fetched, is_look=link.is_look)
    capture_ids = []
    for n, answer in enumerate(attempt.fetched.answers):
        capture_ids.append(fetcher.recorder.store(answer, link_id=link.link_id, chosen=n == attempt.fetched.chosen))
    is_alias = moved is not None and aliases.note_redirection(
        conn, run, source, link.link_id, link.article_key, moved, now
    )
    is_copied = not is_alias and attempt.may_be_in_a_file and warcs.take_copy(conn, link.link_id)
    becomes = outcome(attempt, is_alias=is_alias, is_copied=is_copied, jitter=random.random())
    if becomes.evidence is not None:
        capture_id, verdict = capture_ids[becomes.evidence], attempt.fetched.answers[becomes.evidence].verdict
        if capture_id is not None and verdict is not None:
            captures.store_rejection(conn, run, capture_id, link.link_id, verdict, now)
    _write(conn, link, becomes)
    if becomes.end in ("failed", "postponed"):
        problem = clean(becomes.problem)
        log.warning("%s: no host served it (try %s of %s): %s", link.url, becomes.tries, MAX_TRIES, problem)
    chosen = attempt.fetched.chosen
    capture_id = capture_ids[chosen] if chosen is not None else None
    if chosen is None or capture_id is None:
        return (becomes.end,)
    answer = attempt.fetched.answers[chosen]
    if answer.exchange is None or answer.reading is None:
        return (becomes.end,)
    kept = keep_reading(fetcher, answer.exchange, answer.reading, capture_id=capture_id, link_id=link.link_id, now=now)
    return (becomes.end, kept) if kept else (becomes.end,)


def put_aside(fetcher: RunFetcher, link: frontier.ClaimedLink, bug: Bug, now: datetime) -> str:
    """End the work on a link on which our code raised; return what became of it. The caller opens the transaction."""
    if not frontier.hold(fetcher.conn, link.link_id):
        return "forgotten"
    fetcher.recorder.note_bugs([bug], item=link.url, link_id=link.link_id)
    becomes = outcome_of_bug(link.tries, bug, is_look=link.is_look, jitter=random.random())
    _write(fetcher.conn, link, becomes)
    return becomes.end


def _write(conn: Connection, link: frontier.ClaimedLink, becomes: LinkOutcome) -> None:
    if becomes.served:
        captures.withdraw_unserved(conn, link.link_id)
    if becomes.stands:
        aliases.stands_again(conn, link.link_id)
    if becomes.state is not None:
        frontier.settle_link(
            conn,
            link.link_id,
            becomes.state,
            tries=becomes.tries,
            pause_s=becomes.pause_s,
            problem=clean(becomes.problem),
        )
    if becomes.look == "scheduled":
        revisits.schedule_look(conn, link.link_id)
    elif becomes.look == "put_off":
        revisits.put_off_look(conn, link.link_id, tries=becomes.tries, pause_s=becomes.pause_s)


def _without_forgotten(conn: Connection, answer: Answer) -> Answer:
    """What a host answered, without what it shows of other articles that were taken down."""
    if answer.led_to is None or not frontier.is_forgotten(conn, answer.led_to.article_key):
        return answer
    attempt = replace(answer.attempt, detail="redirected to another article, which was taken down")
    return Answer(attempt)
