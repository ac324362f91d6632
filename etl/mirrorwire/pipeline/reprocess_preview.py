"""What reading the archive of a source again would change: how many articles, which fields, and samples of it."""

from __future__ import annotations

from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from mirrorwire.core.config import Settings, find_source
from mirrorwire.core.windows import past_window
from mirrorwire.dedupe.revision import Content, Piece, difference
from mirrorwire.pipeline.passes import readable
from mirrorwire.pipeline.read_again import LinkReading, PageReading, ReadingContext, links_read
from mirrorwire.pipeline.step_work import Tick, silent
from mirrorwire.store import boilerplate, db, reprocess
from mirrorwire.store.db import Connection
from mirrorwire.store.extractions import article_fields
from mirrorwire.store.reprocess import Reprocessing
from mirrorwire.workers import Workers


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field of one page before and after, as JSON has its value."""

    name: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What would change of one page: its fields, and the title and paragraphs that differ."""

    article_key: str
    url: str
    fields: tuple[FieldChange, ...]
    pieces: tuple[Piece, ...]


@dataclass(slots=True, kw_only=True)
class Preview:
    """What a reprocessing would change. `articles` are links with a page that changes, `fields` how many pages' each.

    Links with a page that is `unreadable`, `beyond_limits` or met one of our `bugs` stay as they are.
    """

    pages: int = 0
    changed: int = 0
    articles: int = 0
    unreadable: int = 0
    beyond_limits: int = 0
    bugs: int = 0
    fields: Counter[str] = field(default_factory=Counter)
    samples: list[Sample] = field(default_factory=list)


def preview(
    settings: Settings,
    source_key: str,
    *,
    since: str | None = None,
    until: str | None = None,
    older_than: int | None = None,
    samples: int = 0,
    tick: Tick = silent,
) -> Preview:
    """Return what `reprocess_pass` would change, with up to so many samples; nothing is written.

    Pages are read by the source file as it is now. What boilerplate would be learned of them is not foreseen.
    """
    source = find_source(settings, source_key)
    window = past_window(since, until, source.zone, datetime.now(UTC), began=source.since)
    shown = Preview()
    with db.connect(readable(settings)) as conn, Workers(settings.processes) as workers:
        rules = boilerplate.rules_if_stored(conn, source.key)
        if rules is None:
            return shown
        context = ReadingContext(
            conn=conn,
            workers=workers,
            source=source,
            archive=settings.archive,
            spool=settings.spool,
            asked=Reprocessing(source=source.key, window=window, older_than=older_than),
        )
        with closing(links_read(context, replace(rules, prune=source.prune), after=0)) as links:
            for link in links:
                _count(shown, link)
                if len(shown.samples) < samples:
                    shown.samples += _samples(conn, link)[: samples - len(shown.samples)]
                tick(len(link.pages))
    return shown


def _count(shown: Preview, link: LinkReading) -> None:
    changed = 0
    for reading in link.pages:
        shown.pages += 1
        if reading.end == "unreadable":
            shown.unreadable += 1
        elif reading.end == "bugs":
            shown.bugs += 1
        elif reading.end == "beyond_limits":
            shown.beyond_limits += 1
        elif reading.end == "changed" and link.is_whole:
            changed += 1
            shown.fields.update(reading.changed)
    shown.changed += changed
    shown.articles += changed > 0


def _samples(conn: Connection, link: LinkReading) -> list[Sample]:
    """What would change of a link's pages."""
    if not link.is_whole:
        return []
    return [_sample(conn, reading) for reading in link.pages if reading.end == "changed"]


def _sample(conn: Connection, reading: PageReading) -> Sample:
    page, article = reading.page, reading.extraction.article
    after = article_fields(article) if article else {}
    changes = []
    for name in reading.changed:
        if name == "verdict":
            changes.append(FieldChange(name=name, before=page.verdict, after=reading.extraction.verdict.kind))
        elif name == "doubts":
            doubts = page.stored_verdict.doubts if page.stored_verdict else []
            changes.append(FieldChange(name=name, before=doubts, after=reading.extraction.verdict.doubts))
        elif name in after and name != "title":
            changes.append(FieldChange(name=name, before=(page.fields or {}).get(name), after=after[name]))
    pieces: tuple[Piece, ...] = ()
    stored = reprocess.stored_text(conn, page.capture_id)
    if article is not None and stored is not None and not {"title", "text"}.isdisjoint(reading.changed):
        title, text = stored
        pieces = difference(Content(title=title, text=text), Content(title=article.title, text=article.text))
    return Sample(article_key=page.article_key, url=page.url, fields=tuple(changes), pieces=pieces)
