"""Seeds that answer and hold no link to an article: reported, with the likely cause and the hosts that they name."""

from __future__ import annotations

from dataclasses import replace

from mirrorwire.discover.seed_context import SeedContext
from mirrorwire.discover.seed_progress import SeedReading
from mirrorwire.seed_formats.skipped import Skipped, sitemaps_elsewhere, suggested, why_none


def tell_silence(context: SeedContext, reading: SeedReading) -> None:
    """Note in the reading why a seed that was read gave no link, and which of an index's sitemaps are not read.

    Hosts that it names and that the source does not list are suggested. A seed that never had a link is no usable one.
    """
    skipped = _without_dismissed(context, reading.skipped)
    elsewhere = sitemaps_elsewhere(skipped)
    if elsewhere:
        reading.notes += (elsewhere,)
    silent = bool(reading.documents) and not reading.shown and not _is_partial(context, reading)
    if silent:
        only_elsewhere = bool(skipped.sitemaps) and not reading.sitemaps
        without = bool(skipped.total or only_elsewhere or reading.seed.kind == "section")
        reading.barren = without and not context.stored.has_shown(reading.seed.name)
        if reading.seed.kind == "sitemap" and skipped.total:
            reading.problems += (why_none(skipped),)
    for origin, example in suggested(skipped if silent else replace(skipped, links={})):
        context.recorder.suggest(origin, example)


def _is_partial(context: SeedContext, reading: SeedReading) -> bool:
    """Whether a window, or a failure, has left out sitemaps that may hold the articles."""
    if reading.seed.kind != "sitemap":
        return False
    return bool(reading.problems) or (context.run.window is not None and reading.sitemaps > 0)


def _without_dismissed(context: SeedContext, skipped: Skipped) -> Skipped:
    """Leave out the sitemaps on origins that a person does not want to hear of."""
    if not skipped.sitemaps:
        return skipped
    dismissed = context.stored.dismissed_origins()
    sitemaps = {origin: entries for origin, entries in skipped.sitemaps.items() if origin not in dismissed}
    return replace(skipped, sitemaps=sitemaps)
