"""The records that other programs get: frozen, times aware and in UTC."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mirrorwire.core.records import Article, Precision, VerdictKind
from mirrorwire.dedupe.revision import Change, Piece


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredArticle:
    """An article as it is stored: its current version. The fields are the columns of an export, in their order."""

    article_key: str
    """`courier:300104`: the source's key and the publisher's id. No host name enters it."""
    canonical_url: str
    """The page's own canonical URL where it names this article, else the link's."""
    urls: tuple[str, ...]
    """All URLs under which it was served or is known, the first seen first."""
    source: str
    """The source's key."""
    title: str
    """Without the site's name."""
    lead: str | None
    """The standfirst, where the page shows one."""
    text: str
    """The lead and the body without the title, paragraphs apart by a newline."""
    authors: tuple[str, ...]
    """People, or an agency that is named as the author, in the page's order."""
    published_at: datetime | None
    """As the page states it; a day alone is its 00:00 in the source's zone."""
    published_at_assumed: bool
    """Whether the zone, or the day itself, was taken from elsewhere than the page."""
    section: str | None
    """As a path: `News / World`."""
    tags: tuple[str, ...]
    """Topics as the page names them, in its order."""
    language: str | None
    """BCP 47."""
    image: str | None
    """The URL of its lead image."""
    version: int
    """The number of the version that is shown, the one captured last."""
    cluster_id: str | None
    """Its group of near duplicates, named by the article in it that was published first."""
    served_by: str
    """The host that served this version."""
    first_seen_at: datetime
    """When the oldest of its captures was fetched."""
    fetched_at: datetime
    """When the capture of this version was fetched."""
    gone_at: datetime | None
    """When every host answered 404 or 410; `None` while it stands."""
    published_precision: Precision | None
    """How exactly the page names the time."""
    modified_at: datetime | None
    """When the publisher last changed it, as the page states it."""
    paywalled: bool | None
    """What the page states of itself; `None` where it states nothing."""
    corrections: tuple[str, ...]
    """Correction notes, as they stand on the page."""
    last_seen_at: datetime
    """When a host last served it, changed or not."""
    alias_of: str | None
    """The key of the article to which the publisher's site redirects this one."""
    verdict: VerdictKind
    """`article`, or `suspect` where no host has served a page that surely is the article."""
    doubts: tuple[str, ...]
    """What speaks against the page or a field of it, in short words; of a suspect the reason first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """One version of an article, and who served it."""

    version: int
    fetched_at: datetime
    served_by: str
    url: str
    title: str
    text: str
    corrections: tuple[str, ...]
    verdict: VerdictKind
    is_current: bool
    """Whether it is the version that articles are shown with: the one captured last."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """Two versions of an article beside each other; of an article with one version, `before` and `change` are `None`.

    `distance_bits` is the distance of the texts' SimHashes, 0 to 64. `pieces` are the title and the paragraphs in
    reading order, those that stayed as they were included; the `words` of each are runs that are the same, added or
    removed.
    """

    article_key: str
    before: Version | None
    after: Version
    change: Change | None = None
    distance_bits: int | None = None
    pieces: tuple[Piece, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Articles that say nearly the same. `head` is the key of the one that was published first."""

    head: str
    size: int
    sources: tuple[str, ...]
    title: str | None
    """The head's; `None` where only its link is known."""
    titles: tuple[str, ...]
    """Ten different ones at most."""
    first_published_at: datetime | None
    last_published_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """What a page is, and its article where the verdict is `article` or `suspect`."""

    url: str
    verdict: VerdictKind
    evidence: Mapping[str, Any] = field(default_factory=dict)
    """Why the verdict is what it is."""
    article: Article | None = None
    fetched_at: datetime | None = None
    """When it was captured, where that is known."""
