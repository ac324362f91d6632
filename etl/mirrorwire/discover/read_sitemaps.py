"""Sitemaps and their indexes: each is asked for only if it can have changed, and only those that a window needs."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from mirrorwire.core.windows import first_and_last_day
from mirrorwire.discover.document_decision import MAX_SITEMAPS, DocumentRequest, shown_before
from mirrorwire.discover.read_document import DocumentResult, copies_of, fetch_document
from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.discover.seed_progress import SeedReading, note_reach
from mirrorwire.fetch.rechecks import Rechecks
from mirrorwire.seed_formats.document import ChildSitemap
from mirrorwire.seed_formats.reach import SitemapDays, is_finished, is_settled, reach_of_sitemaps
from mirrorwire.seed_formats.sitemap import read_sitemap
from mirrorwire.seed_formats.window import children_for, latest_instant, named_days
from mirrorwire.store.validators import SeedCopy


def read_sitemaps(context: SeedContext, reading: SeedReading, now: datetime) -> None:
    """Read a sitemap, and those that it names; what cannot have changed since it was read is not asked for.

    Of what was read before, by whatever run, a window takes its links from the frontier.
    """
    window, zone = context.run.window, context.source.zone
    waiting, seen = [ChildSitemap(url=reading.seed.path or "/")], {reading.seed.path or "/"}
    shown: list[SitemapDays] = []
    named: set[tuple[date, date]] = set()
    rechecks = Rechecks()
    while waiting:
        if len(seen) > MAX_SITEMAPS:
            reading.problems += (f"stopped after {MAX_SITEMAPS} sitemaps",)
            break
        sitemap = waiting.pop(0)
        result = _read_sitemap(context, reading, sitemap, now, rechecks)
        if result.shown and not result.children:
            shown.append(result.shown)
        for child in result.children:
            days = named_days(child.url)
            if days:
                named.add(days)
        children = [child for child in children_for(window, result.children, zone) if child.url not in seen]
        waiting += children
        seen.update(child.url for child in children)
    bounds = first_and_last_day(window, zone) if window else None
    note_reach(reading, reach_of_sitemaps(shown, named, bounds), context)
    if window is not None and reading.unchanged:
        known = context.stored.listed_before(reading.seed.name)
        context.recorder.want_known(reading.seed.name, known)
        reading.links = reading.known = max(len(known), reading.links)
        reading.reached = reading.reached or bool(known)


def _read_sitemap(
    context: SeedContext, reading: SeedReading, sitemap: ChildSitemap, now: datetime, rechecks: Rechecks
) -> DocumentResult:
    zone = context.source.zone
    copies = copies_of(context, reading.seed, sitemap.url)
    done = _spared(copies, sitemap.lastmod, zone)
    # An index may say for ever that a sitemap is as it was. Windows of the past are no time to doubt it.
    doubted = done is not None and context.run.window is None and not is_finished(done.period_end, done.read_at, zone)
    whole_now = rechecks.whole > 0
    if done is not None and doubted and rechecks.take(done, now):
        return fetch_document(context, reading, _request(sitemap, copies, whole_now=whole_now), now)
    if done is None:
        days = named_days(sitemap.url)
        past = (days and is_finished(days[1], now, zone)) or is_settled(sitemap.lastmod, now, zone)
        # Runs of one backfill come at once, and need the same month: the first one reads it for all.
        shared = past and context.run.window is not None
        with context.recorder.reading_alone(sitemap.url) if shared else nullcontext():
            copies = copies_of(context, reading.seed, sitemap.url) if shared else copies
            done = _spared(copies, sitemap.lastmod, zone)
            if done is None:
                return fetch_document(context, reading, _request(sitemap, copies), now)
    reading.documents += 1
    reading.unchanged += 1
    reading.note_held(done)
    return DocumentResult(copy=done, shown=shown_before(sitemap.url, done))


def _request(sitemap: ChildSitemap, copies: dict[str, SeedCopy], *, whole_now: bool = True) -> DocumentRequest:
    return DocumentRequest(
        path=sitemap.url, read=read_sitemap, known=copies, lastmod=sitemap.lastmod, whole_now=whole_now
    )


def _spared(copies: dict[str, SeedCopy], lastmod: str | None, zone: ZoneInfo) -> SeedCopy | None:
    """Return what a sitemap was, if it need not be asked for again."""
    spared = [copy for copy in copies.values() if _is_read(copy, lastmod, zone)]
    return max(spared, key=lambda copy: copy.read_at, default=None)


def _is_read(copy: SeedCopy, lastmod: str | None, zone: ZoneInfo) -> bool:
    """Whether a sitemap was read after its last change, as the index above it states that, or after its period.

    An index is never: what it names can change without it. A date alone means any time of its day.
    """
    if copy.children:
        return False
    if is_finished(copy.period_end, copy.read_at, zone):
        latest = latest_instant(lastmod, zone) if lastmod else None
        return lastmod in (None, copy.lastmod) or (latest is not None and latest < copy.read_at)
    if lastmod is None or copy.lastmod != lastmod:
        return False
    try:
        whole_day = len(lastmod) <= 10
        changed_at = datetime.fromisoformat(lastmod)
        changed_at = changed_at if changed_at.tzinfo else changed_at.replace(tzinfo=zone)
        return changed_at.astimezone(UTC) + timedelta(days=whole_day) < copy.read_at
    except (ValueError, OverflowError):
        return False
