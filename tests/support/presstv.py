"""Press TV's sites in their shape on loopback: two hosts, monthly sitemaps, paged sections, and Wayback's index."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests.support.archive_server import WebArchive
from tests.support.bundled import on_loopback
from tests.support.history import listing, month_path
from tests.support.publisher import Publisher, Reply, article

ORIGINS = ("https://www.presstv.ir", "https://www.presstv.co.uk")
SITEMAP_MONTHS = (date(2014, 12, 1), date(2023, 11, 1))
ROWS_A_PAGE, ITEMS = 15, 100
"""Of a section's page, and of the feed."""
TAIL = """<p>Press TV’s website can also be accessed at the following alternate addresses:</p>
<p>www.presstv.co.uk</p><p>SHARE THIS ARTICLE</p><p>Press TV News Roku</p>"""


@dataclass
class PressTV:
    """What stands on its hosts, and what an archive holds of it. Articles are published by number, day and path."""

    primary: Publisher
    mirror: Publisher
    archive: WebArchive
    sections: dict[str, list[str]] = field(default_factory=dict)
    listed: dict[str, date] = field(default_factory=dict)  # paths in sitemaps

    @property
    def hosts(self) -> tuple[Publisher, Publisher]:
        return self.primary, self.mirror

    def write_source(self, folder: Path) -> Path:
        origins = dict(zip(ORIGINS, (self.primary.url, self.mirror.url), strict=True))
        return on_loopback(folder, "presstv", origins, self.archive.url)

    def publish(self, n: int, day: date, *, section: str | None = None, in_sitemap: bool = False) -> str:
        """Serve an article on both hosts, in a section's listing and the sitemap of its month; returns its path."""
        path = dated_path(n, day)
        for host in self.hosts:
            host.routes[path] = Reply(body=page(n, day))
        if section is not None:
            for number in {section, section[:3]}:  # the section above it lists it too
                self.sections.setdefault(number, []).append(path)
        if in_sitemap:
            self.listed[path] = day
        return path

    def take_off(self, path: str) -> None:
        """Serve an article no more; listings and sitemaps go on to name it."""
        for host in self.hosts:
            del host.routes[path]

    def capture(self, path: str, n: int, day: date, *, after: timedelta = timedelta(days=1)) -> None:
        """Have the archive hold a page, as the primary served it so long after its day."""
        at = datetime(day.year, day.month, day.day, 12, 30, 5, tzinfo=UTC) + after
        self.archive.keep(self.primary.url + path, at, page(n, day))

    def open(self) -> None:
        """Serve the feed, sitemaps and listings of all that was published."""
        months = _months(*SITEMAP_MONTHS)
        for host in self.hosts:
            host.sitemap("/sitemap.xml", *((month_path(month), None) for month in months), index=True)
            for month in months:
                paths = [path for path, day in self.listed.items() if day.replace(day=1) == month]
                host.sitemap(month_path(month), *((path, None) for path in paths))
            host.routes["/rss.xml"] = Reply(body=self._feed())
            for number, paths in self.sections.items():
                newest = sorted(paths, reverse=True)
                for start in range(0, len(newest), ROWS_A_PAGE):
                    reply = Reply(body=listing(newest[start : start + ROWS_A_PAGE]))
                    host.routes[f"/Section/{number}/{start // ROWS_A_PAGE + 1}"] = reply

    def _feed(self) -> bytes:
        """The newest of all sections: an item has neither time nor guid, and the primary's URL on each host."""
        listed: set[str] = set()
        for paths in self.sections.values():
            listed.update(paths)
        newest = sorted(listed, reverse=True)[:ITEMS]
        items = "".join(f"<item><title>A story</title><link>{self.primary.url}{path}</link></item>" for path in newest)
        return f'<?xml version="1.0"?><rss version="2.0"><channel>{items}</channel></rss>'.encode()


def dated_path(n: int, day: date) -> str:
    return f"/Detail/{day:%Y/%m/%d}/{n}/-Story,-number-{n}-of-%E2%80%98{day:%Y}%E2%80%99"


def undated_path(n: int) -> str:
    """The shape until about 2013."""
    return f"/detail/{n}.html"


def page(n: int, day: date) -> bytes:
    """An article's page: no zone is stated, the month stands first in the markup, and a tail follows the body."""
    body = article(n).partition("</h1>")[2].partition("</article>")[0]
    shown = f"{day:%A}, {day.day} {day:%B} {day:%Y} 8:20 AM"
    return f"""<!DOCTYPE html><html lang="en"><head><meta charset="utf-8"><title>Story number {n}</title>
<meta property="og:type" content="article"><meta property="og:title" content="Story number {n}">
<meta name='DC.Date.Created' content='{day.month}/{day.day}/{day.year} 8:20:13 AM'></head>
<body><div class="body-content details-page">
<div class="news-section-container"><a href="/Section/101">News</a> / <a href="/Section/10101">Politics</a></div>
<h1 class="news-title-container">Story number {n}</h1>
<div>Last Update: <time class="news-modifydate-container" datetime="{shown}">{shown}</time></div>
<div class="row"><div class="col-md-9">{body}{TAIL}</div></div></div></body></html>""".encode()


def _months(first: date, last: date) -> list[date]:
    months = [first]
    while months[-1] < last:
        months.append((months[-1] + timedelta(days=31)).replace(day=1))
    return months
