"""What a parent and its children say to each other, pickled over a socket pair."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from mirrorwire.core.bugs import Bug
from mirrorwire.core.records import Extraction, Listing, Source, Verdict

Task = Literal["extract", "verify"]
OUT_OF_MEMORY = 71
"""The exit code of a child whose page took more memory than it may. None of Python's own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One page. `listing` is what a feed or a news sitemap says of it.

    `accepted`: a person ruled that it is an article, whatever the verdict was.
    """

    body: bytes
    url: str
    content_type: str | None = None
    fetched_at: datetime | None = None
    accepted: bool = False
    listing: Listing | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """Parent to child: pages to be worked on in order. Each is answered by itself, a `Begun` goes before the first."""

    task: Task
    jobs: tuple[Job, ...]
    source: Source | None
    boilerplate: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class Ready:
    """Child to parent, once: everything is imported, the limits hold, chunks may come."""


@dataclass(frozen=True, slots=True)
class Begun:
    """Child to parent: a chunk has arrived and its first page is being worked on."""


Found = Extraction | Verdict | Bug
"""What comes of a page; a verdict alone where only that was asked for, or where the page took its child along.
A bug where extraction raised, which it never should."""
