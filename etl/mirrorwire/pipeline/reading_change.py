"""What a stored page gives otherwise when it is read again. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from mirrorwire.core.records import Article, Extraction
from mirrorwire.dedupe import content_hash
from mirrorwire.store.clean import clean
from mirrorwire.store.extractions import article_fields, instant_of
from mirrorwire.store.reprocess import StoredPage


def changed_fields(page: StoredPage, extraction: Extraction, zone: ZoneInfo) -> tuple[str, ...]:
    """Return the names of what a page gives otherwise than what is stored of it; none where it gives the same.

    The names are `verdict`, `doubts`, `text`, `blocks` (paragraphs, by which boilerplate is learned) and those of the
    article's fields. Evidence that names other facts for the same verdict is no change.
    """
    before, after, article = page.stored_verdict, extraction.verdict, extraction.article
    if before is None or before.kind != after.kind:
        return ("verdict",)
    if article is None:
        return ()
    names = []
    if before.doubts != after.doubts:
        names.append("doubts")
    names += _fields(page.fields or {}, article_fields(article))
    if page.published_at != instant_of(article.published_at, zone) and "published_at" not in names:
        names.append("published_at")
    if _is_another_text(page, article):
        names.append("text")
    if list(page.blocks or ()) != list(extraction.blocks):
        names.append("blocks")
    return tuple(names)


def _fields(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[str]:
    """The fields that differ. One that an older extractor did not know counts as `None`, or as empty."""
    names = []
    for name, value in after.items():
        stored = before.get(name)
        is_same = stored == value or (not stored and not value and name not in before)
        if not is_same:
            names.append(name)
    return names


def _is_another_text(page: StoredPage, article: Article) -> bool:
    """Whether the text differs; letters that a content hash passes over count as long as no version holds the text."""
    if page.body is not None:
        return page.body != clean(article.text)
    title = (page.fields or {}).get("title") or ""
    return page.content_hash != content_hash(title, article.text)
