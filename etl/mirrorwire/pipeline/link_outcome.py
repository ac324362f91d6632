"""What becomes of a link once its hosts were asked: captured, gone, another's alias, to be tried again, or given up."""

from __future__ import annotations

import logging
import random
from dataclasses import replace
from datetime import datetime

from mirrorwire.core.bugs import Bug
from mirrorwire.core.records import Verdict
from mirrorwire.fetch.answers import Answer, Fetched
from mirrorwire.fetch.redirects import redirection
from mirrorwire.fetch.run_fetcher import RunFetcher
from mirrorwire.store import aliases, captures, frontier, revisits, warcs
from mirrorwire.store.db import Connection

log = logging.getLogger(__name__)

MAX_TRIES = 8
"""Fetches in a row that brought nothing, before a link is given up: a day, with the pauses between them."""
MIN_PAUSE_S = 5.0


def settle(fetcher: RunFetcher, link: frontier.ClaimedLink, fetched: Fetched, now: datetime) -> str:
    """Store what the hosts answered and end the work on the link; return what became of it.

    The caller opens the transaction.
    """
    conn, run, source = fetcher.conn, fetcher.run, fetcher.source
    led = any(answer.led_to for answer in fetched.answers)
    if led:
        frontier.lock_lists(conn, source.key)  # before any row of a link
    if not frontier.hold(conn, link.link_id):
        return "forgotten"  # taken down while the hosts were asked: what they said is not kept
    fetched = replace(fetched, answers=tuple(_without_forgotten(conn, answer) for answer in fetched.answers))
    moved = redirection(fetched, aliases.titles_of(conn, link.link_id)) if led else None
    rest_s = min([*fetched.rests.values(), *(() if fetched.answers else fetched.shut.values())], default=None)
    # A host that rests or is down was not asked, or will answer another time: that alone uses up no try.
    tries = link.tries + (rest_s is None)
    if tries >= MAX_TRIES:
        fetched = fetched.settled
    evidence: tuple[int, Verdict] | None = None
    for n, answer in enumerate(fetched.answers):
        chosen = n == fetched.chosen
        capture_id = fetcher.store(answer, link_id=link.link_id, chosen=chosen)
        if capture_id and answer.verdict and answer.verdict.kind != "article" and not chosen:
            evidence = evidence or (capture_id, answer.verdict)
    if moved and aliases.note_redirection(conn, run, source, link.link_id, link.article_key, moved, now):
        revisits.schedule_look(conn, link.link_id)
        return "aliases"
    gone = fetched.gone and not fetched.shut
    if fetched.chosen is not None or (not gone and _is_in_a_file(conn, link, fetched)):
        captures.withdraw_unserved(conn, link.link_id)
        aliases.stands_again(conn, link.link_id)
        frontier.settle_link(conn, link.link_id, "captured")
        revisits.schedule_look(conn, link.link_id)
        return "revisited" if link.is_look else "captured"
    if gone:
        aliases.stands_again(conn, link.link_id)
        frontier.settle_link(conn, link.link_id, "gone", problem="404 or 410 on every host")
        revisits.schedule_look(conn, link.link_id)
        return "gone"
    if evidence:
        captures.store_rejection(conn, run, evidence[0], link.link_id, evidence[1], now)
    if link.is_look:  # what is stored stays as it is
        pause_s = None if tries >= MAX_TRIES else _pause_s(fetched, tries, rest_s)
        revisits.put_off_look(conn, link.link_id, tries=tries if pause_s else 0, pause_s=pause_s)
        return "put_off"
    said = {answer.attempt.outcome for answer in fetched.answers}
    never = bool(said) and said <= {"gone", "disallowed"} and not (fetched.rests or fetched.shut)
    state = "failed" if never or tries >= MAX_TRIES else "pending"
    problem = captures.clean(fetched.problem)
    frontier.settle_link(
        conn, link.link_id, state, tries=tries, pause_s=_pause_s(fetched, tries, rest_s), problem=problem
    )
    log.warning("%s: no host served it (try %s of %s): %s", link.url, tries, MAX_TRIES, problem)
    return "failed" if state == "failed" else "postponed"


def put_aside(fetcher: RunFetcher, link: frontier.ClaimedLink, bug: Bug, now: datetime) -> str:
    """End the work on a link on which our code raised: a try that failed, as any other; return what became of it.

    The caller opens the transaction.
    """
    if not frontier.hold(fetcher.conn, link.link_id):
        return "forgotten"
    fetcher.note_bugs([bug], item=link.url, link_id=link.link_id)
    tries = link.tries + 1
    pause_s = None if tries >= MAX_TRIES else retry_pause_s(tries, random.random())
    if link.is_look:
        revisits.put_off_look(fetcher.conn, link.link_id, tries=tries if pause_s else 0, pause_s=pause_s)
        return "put_off"
    state = "pending" if pause_s else "failed"
    frontier.settle_link(
        fetcher.conn, link.link_id, state, tries=tries, pause_s=pause_s, problem=captures.clean(str(bug))
    )
    return "postponed" if pause_s else "failed"


def _is_in_a_file(conn: Connection, link: frontier.ClaimedLink, fetched: Fetched) -> bool:
    """Whether a WARC file has what stood there: where no host serves the page that is it, whatever is wrong with it."""
    return not link.is_look and not fetched.rests and warcs.take_copy(conn, link.link_id)


def _without_forgotten(conn: Connection, answer: Answer) -> Answer:
    """What a host answered, without all that another article would tell of itself that was taken down."""
    if answer.led_to is None or not frontier.is_forgotten(conn, answer.led_to.article_key):
        return answer
    attempt = replace(answer.attempt, detail="redirected to another article, which was taken down")
    return Answer(attempt)


def _pause_s(fetched: Fetched, tries: int, rest_s: float | None) -> float:
    """The seconds before a link is tried again: until a host's rest is over, and longer where another really failed."""
    jitter = random.random()
    if rest_s is None:
        return max(retry_pause_s(tries, jitter), fetched.retry_after_s or 0.0)
    failed = any(answer.attempt.host not in fetched.rests for answer in fetched.answers)
    return max(rest_s + jitter, MIN_PAUSE_S, retry_pause_s(tries + 1, jitter) if failed else 0.0)


def retry_pause_s(tries: int, jitter: float) -> float:
    """Return the seconds before a link is tried again: a minute, growing fourfold to six hours, and some jitter."""
    return min(6 * 3600.0, 60.0 * 4.0 ** (tries - 1)) * (1 + jitter / 2)
