"""What a seed document holds beside links to articles, counted by reason, and the words that tell people. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urljoin, urlsplit

from mirrorwire.core.records import Source
from mirrorwire.core.urls import canonical_url, host_of, is_known, origin_of, would_be_article

MAX_ORIGINS = 20
"""So many other hosts are counted by name: a stranger's document may name any number."""
FEW_ORIGINS = 3
MAX_EXAMPLE_CHARS = 120


@dataclass(frozen=True, slots=True, kw_only=True)
class Elsewhere:
    """An origin that is no host of the source: how many entries lie there, how many of an article's shape, and one."""

    entries: int
    articles: int
    example: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """Entries of a seed that are no article's.

    `links` are those on hosts that the source does not list, `sitemaps` an index's there, by origin; `other_shape`
    counts links on the source's own hosts that no `article_url` matches, `unreadable` what is no URL. `example` is one
    of another shape, or else one that is unreadable.
    """

    links: Mapping[str, Elsewhere] = field(default_factory=dict)
    sitemaps: Mapping[str, Elsewhere] = field(default_factory=dict)
    other_shape: int = 0
    unreadable: int = 0
    example: str | None = None

    @property
    def total(self) -> int:
        """How many links were left out; sitemaps are none."""
        return sum(elsewhere.entries for elsewhere in self.links.values()) + self.other_shape + self.unreadable

    def __add__(self, other: Self) -> Skipped:
        return Skipped(
            links=_joined(self.links, other.links),
            sitemaps=_joined(self.sitemaps, other.sitemaps),
            other_shape=self.other_shape + other.other_shape,
            unreadable=self.unreadable + other.unreadable,
            example=(self if self.other_shape or not other.other_shape else other).example or other.example,
        )

    def __bool__(self) -> bool:
        return bool(self.total or self.sitemaps)

    def as_json(self) -> dict[str, Any]:
        """Return it as it is stored."""
        return {
            "links": {
                origin: [elsewhere.entries, elsewhere.articles, elsewhere.example]
                for origin, elsewhere in self.links.items()
            },
            "sitemaps": {
                origin: [elsewhere.entries, elsewhere.articles, elsewhere.example]
                for origin, elsewhere in self.sitemaps.items()
            },
            "other_shape": self.other_shape,
            "unreadable": self.unreadable,
            "example": self.example,
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Self:
        """Return what `as_json` gave; nothing for an empty object."""
        return cls(
            links=_of_json(stored.get("links", {})),
            sitemaps=_of_json(stored.get("sitemaps", {})),
            other_shape=stored.get("other_shape", 0),
            unreadable=stored.get("unreadable", 0),
            example=stored.get("example"),
        )


NOTHING_SKIPPED = Skipped()


class Tally:
    """Counts what one document holds beside links to articles."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._links: Counter[str] = Counter()
        self._articles: Counter[str] = Counter()
        self._sitemaps: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._other_shape = self._unreadable = 0
        self._odd: str | None = None
        self._unread: str | None = None

    @property
    def skipped(self) -> Skipped:
        """What was counted so far."""
        return Skipped(
            links=self._elsewhere(self._links),
            sitemaps=self._elsewhere(self._sitemaps),
            other_shape=self._other_shape,
            unreadable=self._unreadable,
            example=self._odd or self._unread,
        )

    def link(self, urls: Sequence[str], base: str) -> None:
        """Count an entry that none of these URLs, the likeliest first, makes an article's."""
        canonical = (canonical_url(stated, base) for stated in urls)
        readable = [url for url in canonical if url]
        if not readable:
            self._unreadable += 1
            self._unread = self._unread or (urls[0][:MAX_EXAMPLE_CHARS] if urls else None)
            return
        own = next((url for url in readable if host_of(url, self._source)), None)
        if own is not None or is_known(readable[0], self._source):
            self._other_shape += 1
            self._odd = self._odd or _path(own or readable[0])
            return
        if (origin := self._origin(self._links, readable[0])) is not None:
            self._articles[origin] += would_be_article(readable[0], self._source)

    def sitemap(self, url: str, base: str) -> None:
        """Count a sitemap that an index names, if it lies on no host of the source."""
        try:
            address = canonical_url(urljoin(base, url))
        except ValueError:
            return
        if address and not is_known(address, self._source):
            self._origin(self._sitemaps, address)

    def _origin(self, counts: Counter[str], url: str) -> str | None:
        origin = origin_of(url)
        if origin is None or (origin not in counts and len(counts) >= MAX_ORIGINS):
            origin = "others"
        counts[origin] += 1
        self._examples.setdefault(origin, url[:MAX_EXAMPLE_CHARS])
        return origin

    def _elsewhere(self, counts: Counter[str]) -> dict[str, Elsewhere]:
        return {
            origin: Elsewhere(entries=n, articles=self._articles[origin], example=self._examples[origin])
            for origin, n in counts.most_common()
        }


def why_none(skipped: Skipped) -> str:
    """Return in words why a document's links are no articles: "none of its 3 links is an article's: 2 lie on …"."""
    links = f"{skipped.total} link" + "s" * (skipped.total != 1)
    reasons = [_elsewhere_in_words(origin, elsewhere) for origin, elsewhere in _most(skipped.links)]
    if skipped.other_shape:
        match = "match" if skipped.other_shape != 1 else "matches"
        reasons.append(f"{skipped.other_shape} {match} no article_url, such as {skipped.example}")
    if skipped.unreadable:
        reasons.append(f"{skipped.unreadable} cannot be read as a URL")
    return f"none of its {links} is an article's: {'; '.join(reasons)}"


def sitemaps_elsewhere(skipped: Skipped) -> str | None:
    """Return in words which sitemaps of an index are not read, since they lie on other hosts; `None` for none."""
    if not skipped.sitemaps:
        return None
    places = [
        f"{elsewhere.entries} on {origin}, such as {elsewhere.example}"
        if origin == "others"
        else f"{elsewhere.entries} on {origin}, such as {_path(elsewhere.example)}"
        for origin, elsewhere in _most(skipped.sitemaps)
    ]
    n = sum(elsewhere.entries for elsewhere in skipped.sitemaps.values())
    if n == 1:
        return f"1 sitemap that it names lies on a host that the source does not list, and is not read: {places[0]}"
    return (
        f"{n} sitemaps that it names lie on hosts that the source does not list, and are not read: {'; '.join(places)}"
    )


def suggested(skipped: Skipped) -> Iterator[tuple[str, str]]:
    """Yield origins that may be hosts of the source, with an example: a sitemap's, or a link of its articles' shape."""
    for origin, elsewhere in (*_most(skipped.sitemaps), *_most(skipped.links)):
        if origin != "others" and (elsewhere.articles or origin in skipped.sitemaps):
            yield origin, elsewhere.example


def _elsewhere_in_words(origin: str, elsewhere: Elsewhere) -> str:
    lie = "lies" if elsewhere.entries == 1 else "lie"
    if origin == "others":
        return f"{elsewhere.entries} {lie} on other hosts, such as {elsewhere.example}"
    words = f"{elsewhere.entries} {lie} on {origin}, which is no host of the source"
    return words if elsewhere.articles else f"{words} (a redirector?), such as {_path(elsewhere.example)}"


def _most(elsewhere: Mapping[str, Elsewhere]) -> list[tuple[str, Elsewhere]]:
    return sorted(elsewhere.items(), key=lambda pair: -pair[1].entries)[:FEW_ORIGINS]


def _path(url: str) -> str:
    parts = urlsplit(url)
    return ((parts.path or "/") + (f"?{parts.query}" if parts.query else ""))[:MAX_EXAMPLE_CHARS]


def _joined(first: Mapping[str, Elsewhere], second: Mapping[str, Elsewhere]) -> dict[str, Elsewhere]:
    together = dict(first)
    for origin, elsewhere in second.items():
        known = together.get(origin)
        if known is None and len(together) >= MAX_ORIGINS:
            continue
        together[origin] = Elsewhere(
            entries=elsewhere.entries + (known.entries if known else 0),
            articles=elsewhere.articles + (known.articles if known else 0),
            example=known.example if known else elsewhere.example,
        )
    return together


def _of_json(stored: Mapping[str, Iterable[Any]]) -> dict[str, Elsewhere]:
    by_origin = {}
    for origin, (entries, articles, example) in stored.items():
        by_origin[origin] = Elsewhere(entries=entries, articles=articles, example=example)
    return by_origin
