"""Faults of hosts with two hundred articles, each with what it may cost: the second table of docs/faults.md."""

from __future__ import annotations

import itertools
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from tests.newsroom import notices
from tests.support.publisher import Publisher, Reply, Route, feed

ARTICLES, STALE = 200, 100
"""All that there are, and those of them that a mirror which is a day behind has: the older ones."""
FEW = 4
"""The most requests that a host sees which is left out after three failures."""
MOST_S = 60.0
"""What a fault may cost, with timeouts of 5, 10 and 20 s."""
BEGIN, END = "\n## Two hundred articles\n", "\n"
HEAD = f"""{BEGIN}
The same with {ARTICLES} articles, timeouts of 5, 10 and 20 s and no delay, in one process: written by
`pytest tests/fetch/test_many_articles.py --write-docs`. All articles that a host has are loaded, each
once, in version 1 and under its own title; **over** is what the fault cost beside the healthy run of the same
measurement, **waited** what of that went by in requests that failed, at most {MOST_S:g} s. Where it takes several
runs, the pauses between them are skipped, since a schedule decides on those.

| fault | loaded | runs | s | over | waited | requests: primary | mirror | for articles: primary | mirror | warnings |
|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|
"""

Spoiler = Callable[[Reply], Reply]
SEIZED = Reply(body=notices.SEIZURE.encode())
DEAD = Reply(raw=b"")
"""Hangs up without an answer."""


class Turns:
    """A fault that comes and goes by the number of the request."""

    def __init__(self, instead: Reply, when: Callable[[int], bool]) -> None:
        self._count, self._instead, self._when = itertools.count(), instead, when

    def __call__(self, well: Reply) -> Reply:
        return self._instead if self._when(next(self._count)) else well


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault. `primary` and `mirror` make what spoils an answer, `most_…` bound the requests.

    With `mended` a second run follows, in which these hosts are well again. `stale` says that the mirror is a day
    behind, `seed` what the source has, and `mixed` that every tenth page of the primary is another article's.
    """

    name: str
    most_primary: int
    most_mirror: int = ARTICLES + 1
    primary: Callable[[], Spoiler] | None = None
    mirror: Callable[[], Spoiler] | None = None
    mended: tuple[str, ...] = ()
    first: int = ARTICLES  # loaded by the first run
    seed: str = "sitemap"
    stale: bool = False
    mixed: bool = False
    warned: str = ""


def hangs(well: Reply) -> Reply:
    """Accepts, and never answers."""
    time.sleep(25)
    return well


FAULTS = (
    Fault(name="nothing", most_primary=ARTICLES + 1, most_mirror=0),
    Fault(name="hangs up without an answer", primary=lambda: lambda well: DEAD, most_primary=FEW),
    Fault(name="never answers", primary=lambda: hangs, most_primary=3),
    Fault(
        name="drips a byte a second",
        primary=lambda: lambda well: Reply(status=well.status, body=well.body, drip_s=1.0),
        most_primary=3,
    ),
    Fault(name="seized on every path", primary=lambda: lambda well: SEIZED, most_primary=2, warned="seizure"),
    Fault(
        name="seized in the middle of the run",
        primary=lambda: Turns(SEIZED, lambda n: n > ARTICLES // 2),
        most_primary=ARTICLES // 2 + 4,
        warned="seizure on its front page",
    ),
    Fault(
        name="flapping: 500 for two requests of every five",
        primary=lambda: Turns(Reply(status=500), lambda n: n % 5 > 2),
        most_primary=ARTICLES + 1,
    ),
    Fault(
        name="flapping: 500 for four requests of every eight",
        primary=lambda: Turns(Reply(status=500), lambda n: n % 8 > 3),
        most_primary=ARTICLES + 1,
    ),
    Fault(
        name="another article's page for every tenth",
        most_primary=ARTICLES + 1,
        most_mirror=ARTICLES // 10,
        mixed=True,
        warned="showed something else for 19 pages that another host served (suspect 19)",
    ),
    Fault(
        name="the feed's links are the dead primary's, repeated and without dates",
        primary=lambda: lambda well: DEAD,
        most_primary=FEW,
        seed="feed",
    ),
    Fault(name="mirror stale by a day", stale=True, most_primary=ARTICLES + 1, most_mirror=0),
    Fault(
        name="mirror stale by a day, primary seized before, then given back",
        primary=lambda: lambda well: SEIZED,
        stale=True,
        first=STALE,
        mended=("primary",),
        most_primary=ARTICLES + 6,
    ),
    Fault(
        name="mirror stale by a day, primary seized once its sitemap was read, then given back",
        primary=lambda: Turns(SEIZED, lambda n: n > 0),
        stale=True,
        first=STALE,
        mended=("primary",),
        most_primary=ARTICLES + 6,
        warned="still to be fetched",
    ),
    Fault(
        name="both hosts down in the middle of the run, then the mirror returns",
        primary=lambda: Turns(DEAD, lambda n: n > 50),
        mirror=lambda: Turns(Reply(status=500), lambda n: n > 30),
        mended=("mirror",),
        first=50 + 31,
        most_primary=60,
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What came of a fault. `loaded` by run; `asked` are paths by role, robots.txt apart; `waited_s` for failures."""

    fault: Fault
    loaded: tuple[int, ...]
    elapsed_s: float
    waited_s: float
    asked: Mapping[str, list[str]]
    warnings: tuple[tuple[str, ...], ...]
    healthy_s: float = field(default=0.0)

    def pages(self, role: str) -> list[str]:
        """The articles asked for."""
        return [path for path in self.asked[role] if path.startswith("/Detail/")]

    def line(self, named: Mapping[str, str]) -> str:
        """The row as Markdown; `named` are words for addresses."""
        said = "; ".join(self.warnings[-1]) or "nothing"
        for address, name in named.items():
            said = said.replace(address, name)
        cells = (
            self.fault.name,
            " then ".join(map(str, self.loaded)),
            str(len(self.loaded)),
            f"{self.elapsed_s:.1f}",
            f"{self.elapsed_s - self.healthy_s:+.1f}",
            f"{self.waited_s:.1f}",
            *(str(len(self.asked[role])) for role in ("primary", "mirror")),
            *(str(len(self.pages(role))) for role in ("primary", "mirror")),
            said if len(said) <= 160 else f"{said[:160]}…",
        )
        return f"| {' | '.join(cell.replace('|', chr(0xA6)) for cell in cells)} |\n"


def table(rows: Iterable[str]) -> str:
    """The document's second part."""
    return HEAD + "".join(rows)


def publish(fault: Fault, daily: Publisher, mirror: Publisher) -> None:
    """Have both hosts serve what they have, with what is wrong with them."""
    publish_well(fault, daily, mirror, daily)
    publish_well(fault, daily, mirror, mirror)
    if fault.mixed:
        for n in range(10, ARTICLES, 10):
            other = daily.routes[f"/Detail/2026/11/20/{n + 1}/story"]
            assert isinstance(other, Reply)
            named = f'<link rel="canonical" href="{daily.url}/Detail/2026/11/20/{n + 1}/story"></head>'
            body = other.body.replace(b"</head>", named.encode())
            daily.routes[f"/Detail/2026/11/20/{n}/story"] = Reply(body=body)
    for host, made in ((daily, fault.primary), (mirror, fault.mirror)):
        if made is not None:
            _spoil(host, made())


def publish_well(fault: Fault, daily: Publisher, mirror: Publisher, *which: Publisher) -> None:
    """Have these hosts serve what they have, with nothing wrong."""
    for host in which:
        host.routes.clear()
        host.routes["/robots.txt"] = Reply(status=404)
        host.routes["/"] = Reply(body=b"<html><title>The Daily</title><body><h1>The Daily</h1></body></html>")
        numbers = range(1, (STALE if fault.stale and host is mirror else ARTICLES) + 1)
        pages = [host.page(n) for n in numbers]
        host.sitemap("/map.xml", *((page, None) for page in pages))
        disordered = [*numbers[1::2], *numbers[::2], *numbers[:9]]
        host.routes["/rss.xml"] = Reply(body=feed(*disordered, home=daily.url))


def _spoil(host: Publisher, spoiled: Spoiler) -> None:
    """Answer all paths but robots.txt otherwise; the function is called for each request."""

    def instead(well: Route) -> Route:
        return lambda: spoiled(well if isinstance(well, Reply) else well())

    for path, route in list(host.routes.items()):
        if path != "/robots.txt":
            host.routes[path] = instead(route)
