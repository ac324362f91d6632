"""A list of publishers as people keep it: an address a line, a table with a header, or OPML. What each line names."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Self
from urllib.parse import urljoin

from mirrorwire.core.urls import MAX_URL_CHARS, canonical_url
from mirrorwire.core.visible import visible
from mirrorwire.source_tools.files import KEY

HTTPS = "https://"
"""What is put before an address that is given without a scheme."""
MAX_SHOWN_CHARS = 200
_BARE = re.compile(r"(?:localhost|[\w-]+(?:\.[\w-]+)+)(?::\d{1,5})?(?:[/?#].*)?")
_FEED_BEFORE = re.compile(r"feed:(?://)?(?=https?://)", re.I)
_FEED_SCHEME = re.compile(r"feed(?=://)", re.I)


class WrongLine(ValueError):
    """A line of a list that names no publisher; says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedPublisher:
    """A publisher as one line of a list names it; lines are counted from 1. All addresses are canonical URLs.

    `url` is a page of its site, or a feed; `feeds` are addresses that the list says are feeds. `is_guessed`: the list
    names a feed alone, and `url` is the front page of its host. `key` and `name` are the list's own, if it has any.
    """

    line: int
    url: str
    feeds: tuple[str, ...] = ()
    is_guessed: bool = False
    name: str | None = None
    key: str | None = None

    @classmethod
    def of(
        cls, line: int, *, url: str | None, feed: str | None, name: str | None = None, key: str | None = None
    ) -> Self:
        """Return what a line names by these texts; raises `WrongLine` where it names nothing that can be asked."""
        page = address_of(url) if url else None
        feed_url = address_of(_with_http(feed)) if feed else None
        for text, address in ((url, page), (feed, feed_url)):
            if text and address is None:
                raise WrongLine(f"{shown(text)}: not an http or https URL")
        if key and not KEY.fullmatch(key):
            raise WrongLine(f"{shown(key)}: no key: a small letter, then small letters, digits, - and _, up to 40")
        front = urljoin(feed_url, "/") if feed_url else None
        if page is None and front is None:
            raise WrongLine("no address")
        return cls(
            line=line,
            url=page or front or "",
            feeds=(feed_url,) if feed_url else (),
            is_guessed=page is None,
            name=shown(name or "") or None,
            key=key or None,
        )

    def with_feeds_of(self, other: Self) -> Self:
        """Return the same publisher with the feeds of another line too."""
        return replace(self, feeds=tuple(dict.fromkeys((*self.feeds, *other.feeds))))

    @property
    def identity(self) -> str:
        """What a repeated request is recognized by."""
        return " ".join((self.url, *self.feeds))


@dataclass(frozen=True, slots=True, kw_only=True)
class LineProblem:
    """A line of a list that cannot be used, and why; `text` is what stands there."""

    line: int
    text: str
    problem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublisherList:
    """What a list holds, in its order."""

    publishers: tuple[ListedPublisher, ...]
    problems: tuple[LineProblem, ...] = ()


def is_bare(text: str) -> bool:
    """Tell whether an address is given without a scheme, as `www.example.org/news`."""
    return _BARE.fullmatch(text.strip()) is not None


def address_of(text: str) -> str | None:
    """Return the canonical URL of an address as people write it (without a scheme: https), `None` for what is none."""
    address = text.strip()
    if len(address) > MAX_URL_CHARS or any(character.isspace() for character in address):
        return None
    return canonical_url(HTTPS + address if is_bare(address) else address)


def _with_http(feed: str) -> str:
    """A feed's address without the scheme `feed:`, which some programs put before it or in place of http."""
    return _FEED_SCHEME.sub("http", _FEED_BEFORE.sub("", feed.strip(), count=1), count=1)


def shown(text: str) -> str:
    """Return a text of a list as it can be shown in one line."""
    return visible(" ".join(text[:MAX_SHOWN_CHARS].split()))
