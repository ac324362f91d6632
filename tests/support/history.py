"""A publisher's past: articles over many days, some of them empty, as sitemaps and listings hold them."""

from __future__ import annotations

import random
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mirrorwire.core.windows import days_between
from tests.support.publisher import Publisher, Reply, article

ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What one seed holds of a history, and the days that it must be said to cover."""

    seed: tuple[str, str]
    articles: frozenset[int]
    covered: frozenset[date]


class History:
    """Articles by id with their days: `a_day` to choose from for each day, always the same ones for the same days."""

    def __init__(self, publisher: Publisher, first: date, last: date, a_day: Sequence[int] = (0, 1, 1, 2)) -> None:
        self.publisher, self.first, self.last = publisher, first, last
        chance = random.Random(f"{first} {last}")
        days = [day for day in days_between(first, last) for _ in range(chance.choice(a_day))]
        self.articles = {1000 + n: day for n, day in enumerate(days)}
        for n in self.articles:
            publisher.routes[self.path(n)] = Reply(body=self.page(n))

    def path(self, n: int) -> str:
        return f"/Detail/{self.articles[n]:%Y/%m/%d}/{n}/story"

    def page(self, n: int) -> bytes:
        return article(n).replace("2026-11-20", f"{self.articles[n]}").encode()

    def keys(self, ids: Iterable[int] | None = None) -> set[str]:
        return {f"daily:{n}" for n in (self.articles if ids is None else ids)}

    def of(self, first: date, last: date) -> set[int]:
        return {n for n, day in self.articles.items() if first <= day <= last}

    def months(self) -> list[date]:
        return sorted({day.replace(day=1) for day in days_between(self.first, self.last)})

    def sitemaps(self, months: Iterable[date] | None = None, until: date = date.max) -> Held:
        """Monthly sitemaps under an index, up to a day; what the first and last month hold tells how far they reach."""
        held: set[int] = set()
        listed = sorted(month for month in months or self.months() if month <= until)
        for month in listed:
            ids = sorted(n for n, day in self.articles.items() if day.replace(day=1) == month and day <= until)
            held.update(ids)
            self.publisher.sitemap(month_path(month), *((self.path(n), None) for n in ids))
        self.publisher.sitemap("/sitemap.xml", *((month_path(month), None) for month in listed), index=True)
        first, last = (min(self.articles[n] for n in held), max(self.articles[n] for n in held))
        covered = {day for day in days_between(first, last) if day.replace(day=1) in listed}
        return Held(seed=("sitemap", "/sitemap.xml"), articles=frozenset(held), covered=frozenset(covered))

    def sections(self, pages: int, size: int = 15, extra: Sequence[str] = (), pinned: Sequence[str] = ()) -> Held:
        """A listing of so many pages, newest first. `extra` links stand on every page, `pinned` ones on the first."""
        newest = sorted(self.articles, reverse=True)
        for path in [path for path in self.publisher.routes if path.startswith("/Section/")]:
            del self.publisher.routes[path]
        held = newest[: pages * size]
        for page in range(1, pages + 1):
            shown = [self.path(n) for n in held[(page - 1) * size : page * size]]
            links = [*(pinned if page == 1 else ()), *shown, *extra]
            if shown:
                self.publisher.routes[f"/Section/101/{page}"] = Reply(body=listing(links))
        covered = days_between(self.articles[held[-1]], self.articles[held[0]])
        return Held(seed=("section", "/Section/101/{page}"), articles=frozenset(held), covered=frozenset(covered))


def month_path(month: date) -> str:
    return f"/SiteMap/{month:%Y-%m}/sitemap-news-{month:%Y-%m}.xml"


def listing(links: Iterable[str]) -> bytes:
    rows = "".join(f'<li><a href="{link}">A story</a></li>' for link in links)
    return f"<!DOCTYPE html><html><head><title>News</title></head><body><ul>{rows}</ul></body></html>".encode()
