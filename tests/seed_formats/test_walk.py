"""Where a walk through a listing begins and ends, whatever is pinned, repeated, moved or left out. Pure."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mirrorwire.core.records import Link
from mirrorwire.core.windows import midnight
from mirrorwire.seed_formats.document import ChildSitemap, SeedDocument
from mirrorwire.seed_formats.reach import SitemapDays, is_finished, joined, main_days, period_end, reach_of_sitemaps
from mirrorwire.seed_formats.walk import MAX_PAGES, Walk
from tests.core.test_windows import LONDON

NEWEST = date(2025, 12, 31)
Days = dict[str, date | None]
Pages = Callable[[int], Days]


def before(days: int) -> date:
    return NEWEST - timedelta(days=days)


def listing(days: list[date], size: int = 10, *, extra: Days | None = None, pinned: Days | None = None) -> Pages:
    """Pages of a listing, newest first, with `extra` links on each and `pinned` ones on the first."""
    ordered = [(f"{n}", day) for n, day in enumerate(sorted(days, reverse=True))]

    def page(number: int) -> Days:
        shown = ordered[(number - 1) * size : number * size]
        return {**(pinned or {} if number == 1 else {}), **dict(shown), **(extra or {})} if shown else {}

    return page


def walked(pages: Pages, first: date, last: date, start: int = 1) -> tuple[Walk, list[int], set[str]]:
    """Walk for a window; returns the pages read, and the window's articles that they showed."""
    walk, read = Walk((first, last), start), list[int]()
    for number in walk:
        read.append(number)
        walk.note(number, pages(number))
    found = {key for shown in walk.pages.values() for key, day in shown.items() if day and first <= day <= last}
    return walk, read, found


def all_of(pages: Pages, first: date, last: date) -> set[str]:
    found: set[str] = set()
    number = 1
    while shown := pages(number):
        found |= {key for key, day in shown.items() if day and first <= day <= last}
        number += 1
    return found


TWO_A_DAY = [before(n // 2) for n in range(2000)]


def test_a_deep_window_is_jumped_to_and_the_walk_ends_behind_it() -> None:
    pages = listing(TWO_A_DAY)  # two hundred pages of five days
    walk, read, found = walked(pages, before(700), before(700))
    assert found == all_of(pages, before(700), before(700))
    assert len(read) <= 14, read
    assert walk.reached and walk.reached[0] <= before(700) <= walk.reached[1]


def test_a_page_that_was_right_once_spares_the_way_there() -> None:
    pages = listing(TWO_A_DAY)
    _, read, found = walked(pages, before(700), before(700), start=139)
    assert found == all_of(pages, before(700), before(700))
    assert len(read) <= 5 and 1 not in read, read


@pytest.mark.parametrize("start", [145, 190, 400, 9999])
def test_a_start_behind_the_window_is_noticed(start: int) -> None:
    pages = listing(TWO_A_DAY)
    _, _, found = walked(pages, before(700), before(700), start=start)
    assert found == all_of(pages, before(700), before(700))


def test_a_start_at_the_last_page_is_not_taken_for_newer_than_it_is_by_what_stands_on_every_page() -> None:
    pages = listing(TWO_A_DAY[:193], extra={"x1": before(10), "x2": before(20), "x3": before(15)})
    _, _, found = walked(pages, before(60), before(50), start=20)
    assert all_of(pages, before(60), before(50)) <= found


def test_pinned_old_articles_on_the_first_page_end_no_walk() -> None:
    pinned: Days = {f"old{n}": before(3000 + 50 * n) for n in range(15)}
    pages = listing(TWO_A_DAY, pinned=pinned)
    _, read, found = walked(pages, before(30), before(28))
    assert found == all_of(pages, before(30), before(28))
    assert len(read) <= 12


def test_recommended_new_articles_on_every_page_neither_stop_the_walk_nor_keep_it_going() -> None:
    extra: Days = {f"new{n}": NEWEST for n in range(12)}  # more than the page's own
    pages = listing(TWO_A_DAY, extra=extra)
    for start in (1, 100, 139, 160):
        _, read, found = walked(pages, before(700), before(699), start=start)
        assert found == all_of(pages, before(700), before(699))
        assert len(read) < 30, (start, read)


def test_a_page_of_nothing_but_repeats_does_not_end_the_walk() -> None:
    pages = listing(TWO_A_DAY[:200])

    def shifted(number: int) -> Days:  # a page's worth of new articles came after the third was read
        return pages(number if number <= 3 else number - 1)

    _, _, found = walked(shifted, before(40), before(35))
    assert found == all_of(pages, before(40), before(35))


@pytest.mark.parametrize("beyond", ["nothing", "first", "last"])
def test_a_listing_that_ends_before_the_window_is_said_to_end(beyond: str) -> None:
    pages = listing(TWO_A_DAY[:200])  # twenty pages, a hundred days

    def clamped(number: int) -> Days:
        return pages(number) or {"nothing": {}, "first": pages(1), "last": pages(20)}[beyond]

    walk, read, _ = walked(clamped, before(500), before(499))
    assert len(read) < 45
    assert walk.reached and walk.reached[0] > before(499)
    _, read, found = walked(clamped, before(99), before(98))
    assert found == all_of(pages, before(99), before(98))


def test_of_a_walk_that_broke_off_the_last_day_is_not_said_to_be_reached() -> None:
    pages = listing([before(n // 4) for n in range(200)])
    walk = Walk((before(40), before(0)))
    for number in walk:
        if number == 4:
            walk.broken = True
            break
        walk.note(number, pages(number))
    assert walk.reached == (before(6), before(0)), "of the 8th day before two articles are on page 4"


def test_a_listing_whose_urls_name_no_day_is_walked_to_its_end() -> None:
    def pages(number: int) -> Days:
        return {f"{number}-{n}": None for n in range(10)} if number <= 12 else {}

    walk, read, _ = walked(pages, before(50), before(49))
    assert read == list(range(1, 14))
    assert walk.reached is None


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 10_000), st.integers(1, 30), st.integers(0, 300), st.integers(1, 40), st.integers(1, 80))
def test_no_article_of_a_window_is_missed(seed: int, size: int, back: int, wide: int, start: int) -> None:
    chance = random.Random(seed)
    days = [before(n) for n in range(330) for _ in range(chance.choice((0, 1, 1, 2, 5)))]
    extra: Days = {f"x{n}": before(chance.randrange(900)) for n in range(chance.choice((0, 3, 20)))}
    pinned: Days = {f"p{n}": before(chance.randrange(900)) for n in range(chance.choice((0, 5)))}
    pages = listing(days, size, extra=extra, pinned=pinned)
    first, last = before(back + wide), before(back)
    walk, read, found = walked(pages, first, last, start)
    own = {key for key in all_of(pages, first, last) if key.isdigit()}
    assert own <= found or (walk.capped and len(read) == MAX_PAGES)


@pytest.mark.parametrize(
    ("days", "main"),
    [
        ([3, 2, 1, 0], (3, 0)),
        ([4000, 2, 1, 0], (2, 0)),
        ([90, 60, 30, 0], (90, 0)),
        ([700, 700, 700, 0, 699], (700, 699)),
        ([5], (5, 5)),
    ],
)
def test_the_days_of_a_page_are_those_of_most_of_its_articles(days: list[int], main: tuple[int, int]) -> None:
    assert main_days(before(n) for n in days) == (before(main[0]), before(main[1]))
    assert main_days([None]) is None


# Sitemaps


def document(*days: date | None, lastmod: str | None = None, damage: str | None = None) -> SeedDocument:
    links = tuple(
        Link(article_key=f"s:{n}", url=f"https://s.example/{n}", seed="/", day=day, lastmod=lastmod)
        for n, day in enumerate(days)
    )
    return SeedDocument(links=links, damage=damage)


NOVEMBER = "/SiteMap/2025-11/sitemap-news-2025-11.xml"


def test_a_sitemap_has_a_period_if_what_it_holds_belongs_there() -> None:
    inside, later = date(2025, 11, 3), date(2025, 12, 24)
    assert period_end(document(inside), NOVEMBER, LONDON) == date(2025, 11, 30)
    assert period_end(document(date(2025, 12, 1)), NOVEMBER, LONDON) == date(2025, 11, 30), "another zone's midnight"
    assert period_end(document(inside, later), NOVEMBER, LONDON) is None, "a month in the name of one that goes on"
    assert period_end(document(inside), "/sitemap.xml", LONDON) is None
    assert period_end(document(inside, damage="cut off"), NOVEMBER, LONDON) is None
    assert period_end(SeedDocument(links=(), children=(ChildSitemap(url="/a.xml"),)), NOVEMBER, LONDON) is None
    assert period_end(document(None, lastmod="2025-11-20"), NOVEMBER, LONDON) == date(2025, 11, 30)
    assert period_end(document(None, lastmod="2026-03-20"), NOVEMBER, LONDON) is None


def test_a_period_is_over_some_days_after_its_last_one() -> None:
    end = date(2025, 11, 30)
    assert not is_finished(end, midnight(date(2025, 12, 3), LONDON), LONDON)
    assert is_finished(end, midnight(date(2025, 12, 9), LONDON), LONDON)
    assert not is_finished(None, midnight(date(2025, 12, 9), LONDON), LONDON)


def test_a_month_reaches_all_its_days_and_the_first_and_last_of_an_index_those_of_their_links() -> None:
    def month(number: int) -> tuple[date, date]:
        return date(2025, number, 1), date(2025, number, 28)

    named = [month(1), month(2), month(4), month(5)]
    days = [(date(2025, n, 10), date(2025, n, 20)) for n in (1, 2, 4, 5)]
    shown = [SitemapDays(named=name, days=day) for name, day in zip(named, days, strict=True)]
    assert reach_of_sitemaps(shown, named, None) == (
        (date(2025, 1, 10), date(2025, 1, 28)),
        (date(2025, 2, 1), date(2025, 2, 28)),
        (date(2025, 4, 1), date(2025, 4, 28)),
        (date(2025, 5, 1), date(2025, 5, 20)),
    )


def test_of_what_a_window_cuts_out_only_the_window_is_reached() -> None:
    days = (date(2025, 11, 2), date(2025, 11, 29))
    window = (date(2025, 11, 10), date(2025, 11, 12))
    assert reach_of_sitemaps([SitemapDays(named=None, days=days, listed=False)], [], window) == (window,)
    assert reach_of_sitemaps([SitemapDays(named=None, days=days, listed=True)], [], window) == (days,)
    outside = (date(2025, 12, 10), date(2025, 12, 12))
    assert reach_of_sitemaps([SitemapDays(named=None, days=days, listed=False)], [], outside) == ()


def test_spans_that_touch_are_one() -> None:
    first, second = (before(9), before(8)), (before(7), before(5))
    assert joined([second, first]) == ((before(9), before(5)),)
    assert joined([(before(3), before(2)), (before(9), before(8))]) == ((before(9), before(8)), (before(3), before(2)))
