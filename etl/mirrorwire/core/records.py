"""The records that flow through the pipeline: frozen, keyword-only, times aware unless stated otherwise.

Those of HTTP and of how hosts fare are in `core.exchange`, those of duplicates in `core.placement`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

Role = Literal["primary", "mirror", "archive"]
Relation = Literal["same-path", "same-id", "separate-edition"]
TlsUse = Literal["verified", "unverified"]
SeedKind = Literal["feed", "sitemap", "section", "webarchive", "warc"]
VerdictKind = Literal[
    "article", "suspect", "seizure", "parking", "challenge", "consent", "login", "not_found", "index", "thin", "broken"
]
BLOCK_PAGES: frozenset[VerdictKind] = frozenset({"seizure", "parking", "challenge", "consent", "login"})
"""What a host shows in place of its pages: the host's failure, not the page's."""
Precision = Literal["second", "minute", "day"]
NamedBy = Literal["redirect", "canonical", "address", "seed"]
RunKind = Literal["live", "backfill", "reprocess"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A half-open stretch of time: `end` is not in it."""

    start: datetime
    end: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Host:
    """An origin that serves a source's pages: scheme, name and port, without a path.

    `tls` is `unverified` where the source file says that its certificate is known to be broken. On a `same-path` host a
    page has the primary's path; on a `same-id` one an article stands at `article_path`, a template of the groups of
    `article_url` (`/news/{id}`), and its own links are read by the host's `article_url`. A `separate-edition` is no
    mirror and is not asked.
    """

    url: str
    role: Role = "primary"
    tls: TlsUse = "verified"
    relation: Relation = "same-path"
    article_path: str | None = None
    article_url: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexPrefix:
    """What the paths of articles begin with, by which a web archive's index is asked for them.

    `{year}` and `{month}` (of two digits) in it are those of an article's day. It was in use from `since` to before
    `until`; without one, from the beginning, or to this day. `host` is the only one that it is asked for of, `None`
    all that have the primary's paths.
    """

    path: str
    host: str | None = None
    since: date | None = None
    until: date | None = None

    @property
    def is_dated(self) -> bool:
        """Whether it names the time of an article."""
        return "{year}" in self.path


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """Where links come from: a `path` on the source's hosts, or a `url` elsewhere (web archive, WARC files).

    Of a web archive's index only what begins with one of `prefixes` is asked for; without any, all of each host.
    """

    kind: SeedKind
    path: str | None = None
    url: str | None = None
    prefixes: tuple[IndexPrefix, ...] = ()

    @property
    def name(self) -> str:
        """The seed as people write it: its path or URL."""
        return self.path or self.url or self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class PollLimits:
    """The shortest and the longest time between two polls of a feed that has no fixed schedule."""

    min: timedelta = timedelta(minutes=5)
    max: timedelta = timedelta(hours=12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One publisher, as its source file states it. `editions` are hosts of its that serve something else.

    `revisits`: how long after it was first served a page is fetched again; `None` where the file does not state it.
    `since`: the day on which it began, if stated. `schedule`: a fixed cron; `None` where its feeds are polled as they
    bring news, within `poll`. `dag`: whether it has its own DAGs; `None` where the number of sources decides.
    """

    key: str
    name: str
    language: str | None
    timezone: str
    article_url: tuple[str, ...]
    hosts: tuple[Host, ...]
    seeds: tuple[Seed, ...]
    schedule: str | None = None
    delay_s: float = 1.0
    allow_private: bool = False
    prune: tuple[str, ...] = ()
    editions: tuple[Host, ...] = ()
    revisits: tuple[timedelta, ...] | None = None
    since: date | None = None
    dag: bool | None = None
    poll: PollLimits = PollLimits()

    @property
    def cron(self) -> str:
        """When its own DAG reads what is new: as stated, else each half hour, where it asks the feeds that are due."""
        return self.schedule or "*/30 * * * *"

    @property
    def polled_seeds(self) -> tuple[Seed, ...]:
        """The seeds that show what is new: the feeds, or whatever there is, an archive's index last."""
        feeds = tuple(seed for seed in self.seeds if seed.kind == "feed")
        current = tuple(seed for seed in self.seeds if seed.kind != "webarchive")
        return feeds or current or self.seeds

    @property
    def zone(self) -> ZoneInfo:
        """The zone taken where a page states none, and in which a date means 00:00."""
        return ZoneInfo(self.timezone)

    @property
    def primary(self) -> Host:
        """The host whose URLs are canonical: the first primary, or the first host."""
        return next((host for host in self.hosts if host.role == "primary"), self.hosts[0])


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One row of the frontier, as a seed shows it. `url` is canonical; `day` is the day that the URL names."""

    article_key: str
    url: str
    seed: str
    day: date | None = None
    title: str | None = None
    slug: str | None = None
    lastmod: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """That a feed or a news sitemap lists a page as an article: what is known of it before it is read.

    `title` is what it is called there. Plain sitemaps, sections and archives give none, and list other pages too.
    """

    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a page is: an article, or what it was instead, with the evidence."""

    kind: VerdictKind
    evidence: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_article(self) -> bool:
        """Whether the page carries fields: an article, or one that is suspect."""
        return self.kind in ("article", "suspect")

    @property
    def doubts(self) -> list[str]:
        """What speaks against the page or a field of it, in short words; of a suspect the reason first."""
        noted = [str(doubt) for doubt in self.evidence.get("doubts") or ()]
        reason = self.evidence.get("reason")
        return [str(reason), *noted] if self.kind == "suspect" and reason else noted


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """An article's lead image."""

    url: str
    caption: str | None = None
    credit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """An article's normalized fields. This is the one list of them, and the order of their columns.

    What is stored, exported and shown as JSON follows from it: `mirrorwire.core.article_fields`.
    """

    title: str
    """Without the site's name."""
    lead: str | None = None
    """The standfirst, where the page shows one."""
    text: str
    """The lead and the body without the title, paragraphs apart by a newline."""
    authors: tuple[str, ...] = ()
    """People, or an agency that is named as the author, in the page's order."""
    published_at: datetime | date | None = None
    """Aware; naive where no zone is known; a date where the page names only the day."""
    published_at_assumed: bool = False
    """Whether the zone, or the day itself, was taken from elsewhere than the page."""
    published_precision: Precision | None = None
    """How exactly the page names the time."""
    section: str | None = None
    """As a path: `News / World`."""
    tags: tuple[str, ...] = ()
    """Topics as the page names them, in its order."""
    language: str | None = None
    """BCP 47."""
    canonical_url: str | None = None
    """The page's own canonical URL."""
    modified_at: datetime | date | None = None
    """When the publisher last changed it, as the page states it."""
    image: Image | None = None
    """The lead image."""
    paywalled: bool | None = None
    """What the page states of itself; `None` where it states nothing."""
    corrections: tuple[str, ...] = ()
    """Correction notes, as they stand on the page."""
    origins: Mapping[str, str] = field(default_factory=dict)
    """Where each field came from (`json-ld`, `meta`, `page`, `url`, …), by the field's name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """What one page gave: a verdict, and the article where the verdict carries one.

    `blocks` names every paragraph of the text as it was before learned boilerplate was dropped, by its hash.
    `unknown_origins` are origins unknown to the source that the page gives for its publisher's, each with how.
    """

    verdict: Verdict
    article: Article | None = None
    blocks: tuple[int, ...] = ()
    unknown_origins: tuple[tuple[NamedBy, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """An extraction, and the `revision` of the source's rules (boilerplate, prune) that the page was read with."""

    extraction: Extraction
    revision: int


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadResult:
    """How many rows a load changed; those `mended` were read otherwise than before, and are no publisher's revision."""

    inserted: int = 0
    revised: int = 0
    mended: int = 0
    unchanged: int = 0

    @property
    def changed(self) -> int:
        """Articles that are new or have a new version."""
        return self.inserted + self.revised


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One pass over a source. `window` filters by publication; `None` takes all that the seeds list.

    `all_seeds` is false for a poll, which asks only the seeds that show what is new; `sweep` is the nightly pass over a
    day that was read live; `revisit` fetches stored articles again; `due_only` asks those seeds whose next poll is due.
    """

    run_id: int
    source: str
    kind: RunKind
    external_id: str
    window: Interval | None
    all_seeds: bool
    sweep: bool
    revisit: bool
    due_only: bool = False

    @property
    def is_poll(self) -> bool:
        """Whether it also takes what earlier polls left: a window takes only what it lists itself."""
        return self.kind == "live" and self.window is None
