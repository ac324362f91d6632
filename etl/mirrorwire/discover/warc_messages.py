"""What a parent and its children that read WARC files say to each other, pickled over a socket pair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from mirrorwire.archive.mentions import Mention
from mirrorwire.archive.scan import Damage
from mirrorwire.core.bugs import Bug
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """Parent to child: what to look for in the blocks that follow, up to an empty one.

    Without `wanted`, mentions of the source's pages. With it, these records: the blocks are the file's `ranges`
    (start, length), one behind the other, or a whole WARC file of which records are known by their number.
    """

    source: Source
    now: datetime
    start: int = 0
    length: int = 0
    wanted: tuple[Mention, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mentions:
    """Child to parent: pages of the source, in their order."""

    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Child to parent: what a wanted record holds, or why it cannot be had; `missing`: it is not where it should be.

    `bug` is what it made our code raise.
    """

    mention: Mention
    exchange: Exchange | None = None
    problem: str | None = None
    missing: bool = False
    bug: Bug | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """Child to parent: all blocks are read. `damage` tells up to ten places, of `damaged`.

    `bugs` are what up to ten records made our code raise; these count among the damaged.
    """

    records: int = 0
    damaged: int = 0
    damage: tuple[Damage, ...] = ()
    bugs: tuple[Bug, ...] = ()


Message = Mentions | Copy | End
