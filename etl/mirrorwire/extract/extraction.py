"""A page as a whole: its verdict, and the article's fields and text where it is one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from mirrorwire.core.records import Article, Extraction, Listing, Source, Verdict
from mirrorwire.extract.addresses import canonical_of_unknown_origins, listed_unknown_origins
from mirrorwire.extract.boilerplate import blocks_of, without
from mirrorwire.extract.corrections import read_corrections
from mirrorwire.extract.fields import read_fields
from mirrorwire.extract.guessed import with_guess
from mirrorwire.extract.language import language_of
from mirrorwire.extract.normalize import MAX_TITLE_CHARS
from mirrorwire.extract.page import parse_page
from mirrorwire.extract.prune import prune
from mirrorwire.extract.published import read_times
from mirrorwire.extract.structured import read_structured
from mirrorwire.extract.text import read_text
from mirrorwire.extract.verdict import judge


def verify(
    body: bytes, *, url: str, content_type: str | None, source: Source | None, listing: Listing | None = None
) -> Verdict:
    """Return what a page is: the article, or what answered in its place, with the evidence.

    `listing` is what a feed or a news sitemap says of it. Cheap enough to be asked before the next host is: no text is
    extracted. Never raises, whatever the bytes.
    """
    page = parse_page(body, url=url, content_type=content_type)
    data = read_structured(page)
    return judge(page, data, read_times(page, data, source, None), source, listing)


def extract_page(
    body: bytes,
    *,
    url: str,
    content_type: str | None,
    source: Source | None,
    fetched_at: datetime | None,
    boilerplate: frozenset[int] = frozenset(),
    accepted: bool = False,
    listing: Listing | None = None,
) -> Extraction:
    """Return the verdict on a page, and its article if the verdict carries one.

    `fetched_at` only serves to disbelieve times after it. `boilerplate` are the source's blocks that are left out of
    the text. `listing` is what a feed or a news sitemap says of the page. One that was `accepted` by hand is an article
    if it has a title and a text, whatever it was judged. Never raises, whatever the bytes; the page is parsed once.
    """
    page = parse_page(body, url=url, content_type=content_type)
    data = read_structured(page)
    times = read_times(page, data, source, fetched_at)
    verdict = judged = judge(page, data, times, source, listing)
    if accepted and page.tree is not None and judged.kind != "article":
        verdict = Verdict(kind="article", evidence={**judged.evidence, "judged": judged.kind, "accepted": True})
    if not verdict.is_article:
        return Extraction(verdict=verdict)
    times = with_guess(times, page, fetched_at)
    fields = read_fields(page, data, source)
    names = [*fields.authors, *fields.section_steps]
    if source and source.prune and page.tree is not None:
        prune(page.tree, source.prune)
    elsewhere = canonical_of_unknown_origins(page, data, source)
    stated_body = data.article.get("articleBody")
    main_text = read_text(
        page,
        titles=fields.titles,
        descriptions=fields.descriptions,
        names=names,
        article_body=stated_body if isinstance(stated_body, str) else None,
    )
    title = fields.title or main_text.text.split("\n", 1)[0][:MAX_TITLE_CHARS].rstrip()
    if not title or not main_text.text:
        if accepted and not judged.is_article:
            return Extraction(verdict=replace(judged, evidence={**judged.evidence, "accepted": "no text found"}))
        # The page shows running text, so that finding none is a failure of the extractor's, and is called one.
        return Extraction(verdict=Verdict(kind="broken", evidence={**verdict.evidence, "reason": "no text found"}))
    blocks = blocks_of(main_text.text)
    named = (*elsewhere, *listed_unknown_origins(main_text.text, source))
    main_text, doubt = without(main_text, boilerplate)
    if doubts := [*judged.evidence.get("doubts", ()), *times.doubts, *main_text.doubts, *([doubt] if doubt else [])]:
        verdict = replace(verdict, evidence={**verdict.evidence, "doubts": doubts})
    origins = {**fields.origins, **times.origins, "text": main_text.origin}
    if main_text.lead and main_text.lead_origin:
        origins["lead"] = main_text.lead_origin
    corrections, origin = read_corrections(data, main_text.text)
    if corrections:
        origins["corrections"] = origin
    if (language := language_of(main_text.text, fields.language)) != fields.language:
        origins["language"] = "text"
    article = Article(
        title=title,
        text=main_text.text,
        lead=main_text.lead,
        authors=fields.authors,
        published_at=times.published_at,
        published_at_assumed=times.assumed,
        published_precision=times.precision,
        modified_at=times.modified_at,
        section=fields.section,
        tags=fields.tags,
        language=language,
        image=fields.image,
        canonical_url=fields.canonical_url,
        paywalled=fields.paywalled,
        corrections=corrections,
        origins=origins,
    )
    return Extraction(verdict=verdict, article=article, blocks=blocks, unknown_origins=named)
