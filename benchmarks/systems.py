"""The systems that the extraction benchmark compares: each takes a page and gives what the scorer reads."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from mirrorwire.core.records import Extraction
from mirrorwire.extract import extract_page

OURS, BASELINE = "mirrorwire", "trafilatura"

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class GoldPage:
    """One real page and its gold answers."""

    id: str
    url: str
    body: bytes
    fetched_at: datetime | None
    gold: Row


def mirrorwire(page: GoldPage) -> Row:
    """This pipeline, in this process, without a source file: no zone, no rules, nothing learned."""
    return as_row(extract_page(page.body, url=page.url, content_type=None, source=None, fetched_at=page.fetched_at))


def as_row(extraction: Extraction) -> Row:
    """Return what an extraction gave, as the scorer reads it."""
    article = extraction.article
    if article is None:
        return {"verdict": extraction.verdict.kind}
    return {
        "verdict": extraction.verdict.kind,
        "title": article.title,
        "text": article.text,
        "authors": list(article.authors),
        "published_at": article.published_at.isoformat() if article.published_at else None,
        "language": article.language,
    }


def trafilatura(page: GoldPage) -> Row:
    """`bare_extraction(with_metadata=True)`, all else by default."""
    from trafilatura import bare_extraction

    found = bare_extraction(page.body, url=page.url, with_metadata=True)
    if found is None:
        return {}
    authors = [name.strip() for name in (found.author or "").split(";") if name.strip()]
    return {"title": found.title, "text": found.text, "authors": authors, "published_at": found.date}


def newspaper4k(page: GoldPage) -> Row:
    """`Article.parse`, from the page as it was served; pictures are not fetched."""
    from newspaper import Article

    article = Article(page.url, fetch_images=False)
    article.download(input_html=page.body.decode("utf-8", "replace"))
    article.parse()
    when = article.publish_date
    return {
        "title": article.title,
        "text": article.text,
        "authors": article.authors,
        "published_at": when.isoformat() if isinstance(when, datetime) else None,
    }


def readability(page: GoldPage) -> Row:
    """readability-lxml's summary as text, a line a block; it reads no author and no date."""
    from lxml import html
    from readability import Document

    document = Document(page.body.decode("utf-8", "replace"))
    summary = html.fromstring(document.summary())
    lines = (" ".join(each.text_content().split()) for each in summary.iter("p", "h2", "h3", "h4", "li", "blockquote"))
    return {"title": document.short_title(), "text": "\n".join(line for line in lines if line)}


def resiliparse(page: GoldPage) -> Row:
    """The main content as plain text; it reads nothing else."""
    from resiliparse.extract.html2text import extract_plain_text

    return {"text": extract_plain_text(page.body.decode("utf-8", "replace"), main_content=True)}


System = Callable[[GoldPage], Row]
SYSTEMS: Mapping[str, System] = {
    OURS: mirrorwire,
    BASELINE: trafilatura,
    "newspaper4k": newspaper4k,
    "readability-lxml": readability,
    "resiliparse": resiliparse,
}
"""By the name of the package that must be installed."""
