"""Which pages of a listing to read for a window, page by page, by the days that those read so far show. Pure.

A listing shows its newest articles first, and they only ever move to later pages. Pinned, repeated and recommended
articles stand on many pages: what stands on one page alone shows where that page lies.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Iterator, Mapping
from datetime import date

from mirrorwire.seed_formats.reach import ONE_DAY, Span, main_days

MAX_PAGES = 500
"""Read in one walk."""
MAX_JUMPS = 24
FEW_PAGES = 3
"""So many are read one after the other rather than jumped over."""
Days = Mapping[str, date | None]
"""The articles of a page by key, with their days."""


class Walk:
    """Iterate over the numbers of the pages to read, noting each before the next; ends when the window is passed.

    `window` are its first and last day, `None` walks through all pages. `start` is a page that showed days after the
    window once: it is verified, and left for an earlier one if it no longer does. Pages between are jumped over where
    the window is far. A walk ends after two pages in a row that lie before the window or show nothing new, so that one
    page of pinned articles, or of what new ones pushed there meanwhile, does not end it.
    """

    def __init__(self, window: Span | None, start: int = 1) -> None:
        self.window = window
        self.pages: dict[int, Days] = {}
        self.broken = False  # a page could not be read
        self.capped = False
        self.walked: list[int] = []
        self._start = start if window else 1
        self._passed = False
        self._stands_on: Counter[str] = Counter()

    def note(self, page: int, days: Days) -> None:
        """Take what a page shows; nothing where there is no such page any more."""
        self.pages[page] = days
        self._stands_on.update(days.keys())

    def __iter__(self) -> Iterator[int]:
        first = 1
        if self.window:
            begin = yield from self._begin()
            first = yield from self._nearer(begin, self.window[1])
        yield from self._back_from(first)

    def position(self, page: int) -> Span | None:
        """Where a page lies: the days of the articles that stand on it alone; `None` where none has a day."""
        days = self.pages.get(page, {})
        return main_days(self._own(page)) or main_days(days.values())

    @property
    def reached(self) -> Span | None:
        """The days that the pages walked through one after the other enclose."""
        positions = map(self.position, self.walked)
        spans = [span for span in positions if span]
        if not spans:
            return None
        oldest, newest = min(first for first, _ in spans), max(last for _, last in spans)
        if self.window and self._passed:
            oldest = min(oldest, self.window[0])
        elif self.broken or self.capped:
            oldest += ONE_DAY  # the rest of that day stands on pages that were not read
        return (oldest, newest) if oldest <= newest else None

    def _own(self, page: int) -> list[date]:
        shown = self.pages.get(page, {}).items()
        return [day for key, day in shown if day and self._stands_on[key] == 1]

    def _read(self, page: int) -> Generator[int, None, None]:
        if page not in self.pages and not self.capped:
            self.capped = len(self.pages) >= MAX_PAGES
            if not self.capped:
                yield page

    def _begin(self) -> Generator[int, None, int]:
        """Find a page before which nothing of the window can stand."""
        page = self._start
        while page > 1:
            yield from self._read(page)
            if self.pages.get(page):
                yield from self._read(page + 1)  # what stands on both shows no order
                if not self.pages.get(page + 1):
                    yield from self._read(page - 1)
                if self._is_before(page):
                    return page
            page //= 2
        return 1

    def _nearer(self, page: int, last: date) -> Generator[int, None, int]:
        """Jump towards the window while it is far, as far as the days between pages read suggest."""
        yield from self._read(page)
        origin, beyond = page, 0
        for _ in range(MAX_JUMPS):
            page_days, origin_days = self.position(page), self.position(origin)
            if page_days is None or origin_days is None or page_days[0] <= last:
                break
            if page > origin:
                days_a_page = (origin_days[1] - page_days[1]).days / (page - origin)
            else:
                days_a_page = (page_days[1] - page_days[0]).days + 1
            target = page + int(0.8 * (page_days[0] - last).days / max(days_a_page, 0.05))
            target = min(target, (page + beyond) // 2) if beyond else target
            if target <= page + FEW_PAGES:
                break
            yield from self._read(target)
            # A later page that shows newer days is none: some sites show the first one for any that is not there.
            days = self.position(target)
            if self._is_before(target) and days and days[1] <= page_days[1]:
                page = target
            else:
                beyond = target
        return page

    def _is_before(self, page: int) -> bool:
        """Whether a page holds what is newer than the window, so that what lies before it is too."""
        own = main_days(self._own(page))
        return own is not None and self.window is not None and own[1] > self.window[1]

    def _back_from(self, page: int) -> Iterator[int]:
        seen: set[str] = set()
        passed = stale = 0
        while passed < 2 and stale < (2 if self.window else 1):
            yield from self._read(page)
            shown = self.pages.get(page)
            if not shown:
                return
            self.walked.append(page)
            stale = 0 if shown.keys() - seen else stale + 1
            seen |= shown.keys()
            span = self.position(page)
            passed = passed + 1 if self.window and span and span[1] < self.window[0] else 0
            self._passed = passed > 0
            page += 1
