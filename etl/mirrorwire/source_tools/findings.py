"""What is found of a site, and what is known of a page that could not be read."""

from __future__ import annotations

from dataclasses import dataclass, field

from mirrorwire.core.errors import Permanent
from mirrorwire.core.records import SeedKind
from mirrorwire.seed_formats.front import Front
from mirrorwire.seed_formats.shapes import Shapes

EMPTY_PAGES = "the page shows next to nothing until its scripts have run, which nobody runs here: articles may be empty"
EMPTY = Front(
    url="", name=None, language=None, feeds=(), feed_links=(), links=(), elsewhere={}, offset=None, is_empty=False
)
"""What is known of a page that could not be read."""


class NothingToDraft(Permanent):
    """A page from which no source file can be drafted."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url, self.reason = url, reason

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


class FeedInstead(NothingToDraft):
    """A feed stands where a page was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSeed:
    """A seed document that was read: its path on the host, and how many links it holds."""

    kind: SeedKind
    path: str
    links: int
    note: str = ""


@dataclass(slots=True, kw_only=True)
class Draft:
    """What was found of a site. `elsewhere` are other origins, each with how it was named; nobody asked them.

    `feed_hosts` are other origins that serve a feed which people gave.
    `problems` are what was named and could not be read, `notes` what people should know besides.
    """

    url: str
    host: str
    front: Front
    seeds: list[FoundSeed] = field(default_factory=list)
    shapes: Shapes | None = None
    offset: str | None = None
    crawl_delay_s: float | None = None
    elsewhere: dict[str, str] = field(default_factory=dict)
    feed_hosts: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
