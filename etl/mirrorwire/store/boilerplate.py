"""Boilerplate learned from a source's own pages: counted over what is stored, overruled by people, shared by workers.

What is learned follows from the stored captures alone, in whatever order they came: months are counted from scratch,
over the blocks as they stood before any were dropped.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from mirrorwire.core.errors import WrongUse
from mirrorwire.extract.boilerplate import block_of
from mirrorwire.store import queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection

MIN_ARTICLES = 5
"""On fewer articles of different content, a shared paragraph is as likely the background of one running story."""
MIN_SHARE = 0.3
"""Of a month's articles. A tail or a promotion stands on most, a story's background on those of its topic only."""
MIN_CANDIDATE = 3
"""From so many articles of a month on, a block is shown as one that might be dropped."""

Reason = Literal["learned", "ruled"]
"""Why captures are read again (`capture.read_again`): learned, by the run that learned it; ruled, by the next run."""

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What a source's pages are read with. `revision` changes with them."""

    revision: int
    prune: tuple[str, ...]
    blocks: frozenset[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """What learning changed: blocks left out from now on, blocks that are not any more, articles to read again."""

    dropped: int = 0
    restored: int = 0
    marked: int = 0


def reading_rules(conn: Connection, source: str) -> Rules:
    """Return what a stored source's pages are read with, as of one moment."""
    rules = rules_if_stored(conn, source)
    if rules is None:
        raise LookupError(f"no source {source}")
    return rules


def rules_if_stored(conn: Connection, source: str) -> Rules | None:
    """Return what a source's pages are read with; `None` where no run has stored the source yet."""
    rows = queries.rows(conn, "boilerplate/reading_rules", source=source)
    if not rows:
        return None
    return Rules(revision=rows[0]["revision"], prune=tuple(rows[0]["prune"]), blocks=frozenset(rows[0]["blocks"]))


def learn(conn: Connection, source: str) -> Learned:
    """Count the months that have changed, and mark the pages that are read otherwise for it; one transaction."""
    with conn.transaction():
        before = _locked(conn, source)
        months = [month for (month,) in queries.execute(conn, "boilerplate/take_recounts", source=source)]
        if not months:
            return Learned()
        return _recounted(conn, source, before, months, "learned")


def recount(conn: Connection, source: str, months: Sequence[date]) -> Learned:
    """Count months again from which pages were removed; the next run reads what is read otherwise for it.

    The caller opens the transaction and holds the source's learned set (`lock_revision`).
    """
    return _recounted(conn, source, _locked(conn, source), months, "ruled") if months else Learned()


def _recounted(
    conn: Connection, source: str, before: frozenset[int], months: Sequence[date], reason: Reason
) -> Learned:
    conn.execute("SET LOCAL work_mem = '64MB'")  # a month of 10,000 articles has 300,000 blocks to count
    queries.execute(conn, "boilerplate/forget_months", source=source, months=list(months))
    rule = {"min_articles": MIN_ARTICLES, "min_share": MIN_SHARE}
    queries.execute(conn, "boilerplate/learn_months", source=source, months=list(months), **rule)
    fresh = [block for (block,) in queries.execute(conn, "boilerplate/note_learned", source=source)]
    queries.execute(conn, "boilerplate/note_unlearned", source=source)
    queries.execute(conn, "boilerplate/drop_unlearned", source=source)
    _keep_texts(conn, source, fresh, min(months))
    return _apply(conn, source, before, reason)


def overrule(
    conn: Connection, source: str, *, keep: Sequence[int] = (), drop: Sequence[int] = (), forget: Sequence[int] = ()
) -> Learned:
    """Record what a person says of blocks; `forget` takes it back. Return what changes with the next run.

    Raises `WrongUse`, with nothing changed, for a block that no stored page holds, or that is named twice.
    """
    named = [*keep, *drop, *forget]
    with conn.transaction():
        before = _locked(conn, source)
        for block in named:
            if named.count(block) > 1:
                raise WrongUse(f"block {shown(block)} is named twice")
            if not queries.value(conn, "boilerplate/block_is_known", source=source, block=block):
                raise WrongUse(f"no block {shown(block)} at {source}: see mirrorwire boilerplate {source} --all")
        for ruled, blocks in (("keep", keep), ("drop", drop)):
            for block in blocks:
                queries.execute(conn, "boilerplate/rule_block", source=source, block=block, ruled=ruled)
        for block in forget:
            queries.execute(conn, "boilerplate/unrule_block", source=source, block=block)
            queries.execute(conn, "boilerplate/drop_ruling", source=source, block=block)
        _keep_texts(conn, source, named)
        return _apply(conn, source, before, "ruled")


def listed(conn: Connection, source: str, *, candidates: bool = False) -> list[Row]:
    """Return the blocks that are learned or ruled on, and those that might be dropped too if they are asked for."""
    rows = queries.rows(conn, "boilerplate/list_boilerplate", source=source)
    if candidates:
        more = queries.rows(conn, "boilerplate/list_candidates", source=source, min_articles=MIN_CANDIDATE)
        since = min((row["first_month"] for row in more), default=None)
        texts = _texts(conn, source, [row["block"] for row in more], since)
        rows += [{**row, "text": texts.get(row["block"])} for row in more]
    return [_shown(row) for row in rows]


def shown(block: int) -> str:
    """Return a block's name as people see it: 16 hexadecimal digits."""
    return f"{block & 0xFFFF_FFFF_FFFF_FFFF:016x}"


def named(name: str) -> int:
    """Return the block of that name; raises `WrongUse` for what is none."""
    with suppress(ValueError):
        if len(name) == 16:
            return int.from_bytes(bytes.fromhex(name), "big", signed=True)
    raise WrongUse(f"{name!r} is no block: it has 16 hexadecimal digits, as mirrorwire boilerplate lists it")


def _shown(row: Row) -> Row:
    first, last = row["first_month"], row["last_month"]
    months = None if first is None else f"{first:%Y-%m}" if first == last else f"{first:%Y-%m} to {last:%Y-%m}"
    return {
        "block": shown(row["block"]),
        "state": row["state"],
        "articles": row["articles"],
        "share": row["share"],
        "months": months,
        "text": row["text"],
    }


def _locked(conn: Connection, source: str) -> frozenset[int]:
    queries.execute(conn, "boilerplate/lock_revision", source=source)
    rules = queries.rows(conn, "boilerplate/reading_rules", source=source)
    return frozenset(rules[0]["blocks"]) if rules else frozenset()


def _apply(conn: Connection, source: str, before: frozenset[int], reason: Reason) -> Learned:
    after = reading_rules(conn, source).blocks
    changed = sorted(before ^ after)
    if not changed:
        return Learned()
    queries.execute(conn, "boilerplate/raise_revision", source=source)
    marked = queries.execute(
        conn, "boilerplate/mark_block_holders", source=source, blocks=changed, reason=reason
    ).fetchall()
    return Learned(dropped=len(after - before), restored=len(before - after), marked=len(set(marked)))


def _keep_texts(conn: Connection, source: str, blocks: Sequence[int], since: date | None = None) -> None:
    """Keep a paragraph of each block that is listed anew, of pages since a month: no text will have it any more."""
    silent = [
        block
        for (block,) in queries.execute(conn, "boilerplate/blocks_without_text", source=source, blocks=list(blocks))
    ]
    for block, text in _texts(conn, source, silent, since).items():
        queries.execute(conn, "boilerplate/keep_block_text", source=source, block=block, text=clean(text))


def _texts(conn: Connection, source: str, blocks: Iterable[int], since: date | None) -> dict[int, str]:
    wanted = list(blocks)
    if not wanted:
        return {}
    texts = {}
    for block, text in queries.execute(
        conn, "boilerplate/texts_with_blocks", source=source, blocks=wanted, since=since
    ):
        line = next((line for line in text.split("\n") if block_of(line) == block), None)
        if line is not None:
            texts[block] = line
    return texts
