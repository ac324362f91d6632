"""Answers that look well and are not what was asked for."""

from __future__ import annotations

from dataclasses import replace

from . import notices
from .content import Article
from .faults import Call, fault, page_of
from .site import Courier
from .web import Kind, Response

EVERY = 10
"""One article of so many is answered with its neighbour's page."""


@fault("other-article", Kind.ARTICLE)
def other_article(call: Call) -> Response:
    """A cache that mixes pages up: another article's page, its own canonical link in it, for every tenth address."""
    other = _neighbour(call)
    return replace(call.site.respond(other[1].path), modified=None) if other else call.normal


@fault("other-article-relabelled", Kind.ARTICLE)
def other_article_relabelled(call: Call) -> Response:
    """The same, with the addresses in it rewritten to the one asked for: only title and text tell."""
    other = _neighbour(call)
    if other is None:
        return call.normal
    body = call.site.respond(other[1].path).body.replace(other[1].path.encode(), other[0].path.encode())
    return replace(call.normal, body=body, modified=None)


@fault("challenge-202")
def challenge_202(call: Call) -> Response:
    """A browser check that answers 202."""
    return page_of(call, notices.CHALLENGE, 202)


@fault("redirect-to-mirrors-front")
def redirect_to_mirrors_front(call: Call) -> Response:
    """A primary that sends every path to the front page of its new home (301)."""
    return page_of(call, "", 301, Location=f"{call.other_origin}/")


def _neighbour(call: Call) -> tuple[Article, Article] | None:
    """The article asked for and the next one, if it is one of those that are mixed up."""
    articles = call.site.edition.articles if isinstance(call.site, Courier) else ()
    for n, article in enumerate(articles[:-1]):
        if n % EVERY == EVERY // 2 and f"/{article.id}/" in call.target:
            return article, articles[n + 1]
    return None
