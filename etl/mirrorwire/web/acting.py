"""What users may change, by the functions that the commands call: each act is noted with who and when.

What is done in one transaction is noted in it, so that neither stands without the other. A takedown takes many: it is
noted before and after, and one that was killed stands as not ended until it is done again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from mirrorwire import takedown
from mirrorwire.core.config import find_source
from mirrorwire.core.errors import MirrorwireError, WrongUse
from mirrorwire.core.exchange import HostRuling
from mirrorwire.core.humanize import counted
from mirrorwire.core.records import Source
from mirrorwire.store import acts, breakers, extractions, frontier, pages, unserved
from mirrorwire.web.page_request import NotThere, PageRequest

RULINGS: dict[str, HostRuling | None] = {"up": "up", "down": "down", "auto": None}
MEANINGS = {
    "up": "is asked whatever happens",
    "down": "is not asked any more",
    "auto": "is asked or left out by how it answers",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What was noted of a change: its number, and the key of the source that it concerns."""

    act_id: int
    source: str


def accept(page_request: PageRequest) -> Act:
    """Take the rejected page `id` for an article after all."""
    capture_id = page_request.number("id")
    owner = pages.owner_of_rejection(page_request.conn, capture_id) if capture_id else None
    if capture_id is None or owner is None:
        raise NotThere("no rejected page has this id; the page of rejections lists them")
    page_request.must_act(owner)
    with page_request.conn.transaction():
        act_id = acts.begin(page_request.conn, "accept", owner, str(capture_id), done_by=page_request.user.name)
        newly_accepted = extractions.accept(page_request.conn, [capture_id], owner)
        outcome = "accepted: the next run reads and loads it" if newly_accepted else "was accepted before"
        acts.end(page_request.conn, act_id, outcome=outcome)
    return Act(act_id=act_id, source=owner)


def host(page_request: PageRequest) -> Act:
    """Have the `host` of `source` asked whatever happens, not at all, or by its breaker again."""
    publisher = _stated_source(page_request)
    url, state = page_request.needed("host"), page_request.needed("state")
    if state not in RULINGS:
        raise WrongUse(f"state must be one of {', '.join(RULINGS)}")
    ids = frontier.host_ids(page_request.conn, publisher)
    with page_request.conn.transaction():
        act_id = acts.begin(page_request.conn, "host", publisher.key, f"{url} {state}", done_by=page_request.user.name)
        listed = breakers.rule(page_request.conn, publisher, ids, url, RULINGS[state])
        acts.end(page_request.conn, act_id, outcome=f"{listed} {MEANINGS[state]}")
    return Act(act_id=act_id, source=publisher.key)


def retry(page_request: PageRequest) -> Act:
    """Have the next run of `source` try the link `link` again, or all that were given up."""
    publisher = _stated_source(page_request)
    link = page_request.word("link")
    with page_request.conn.transaction():
        keys = unserved.retry(page_request.conn, publisher, [link] if link else [])
        subject = keys[0] if link and keys else counted(len(keys), "link")
        act_id = acts.begin(page_request.conn, "retry", publisher.key, subject, done_by=page_request.user.name)
        acts.end(page_request.conn, act_id, outcome=f"the next run tries {counted(len(keys), 'link')} again")
    return Act(act_id=act_id, source=publisher.key)


def forget(page_request: PageRequest) -> Act:
    """Take the article `key` down, if `confirm` repeats it.

    Where it fails half way, what is left to do is done by the same again: the error says how.
    """
    owner, key = takedown.named(page_request.settings, page_request.needed("key"), None)
    page_request.must_act(owner)
    if page_request.word("confirm") != key:
        raise WrongUse(f"nothing was removed: type the key of the article, {key}, to say that it is meant")
    publisher = find_source(page_request.settings, owner)
    frontier.keep_source(page_request.conn, publisher)
    act_id = acts.begin(page_request.conn, "forget", owner, key, done_by=page_request.user.name)
    try:
        removed = takedown.forget(
            page_request.conn, page_request.settings, publisher, key, reason=page_request.word("reason")
        )
    except MirrorwireError as error:
        acts.end(page_request.conn, act_id, problem=f"{error}; mirrorwire forget {key} --yes goes on with it")
        raise
    acts.end(page_request.conn, act_id, outcome=_removed(removed))
    return Act(act_id=act_id, source=owner)


ACTS: dict[str, Callable[[PageRequest], Act]] = {"accept": accept, "host": host, "forget": forget, "retry": retry}
"""What forms ask for, by address."""


def _stated_source(page_request: PageRequest) -> Source:
    """The source that a form names, stored as its file states it."""
    key = page_request.needed("source")
    page_request.must_act(key)
    publisher = find_source(page_request.settings, key)
    frontier.keep_source(page_request.conn, publisher)
    return publisher


def _removed(row: takedown.Row) -> str:
    if row["state"] == "forgotten already":
        return "was taken down before"
    versions, records = counted(row["versions"], "version"), counted(row["records"], "record")
    return f"taken down with {versions}; {records} of the archive overwritten; it is never read again"
