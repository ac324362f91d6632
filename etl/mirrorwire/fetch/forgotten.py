"""What hosts answer, as it may be archived once articles were taken down: nothing that shows one of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Source
from mirrorwire.core.urls import article_key, read_link
from mirrorwire.fetch.answers import Answer
from mirrorwire.seed_formats.named import keys_named


def without_forgotten(
    answer: Answer, source: Source, forgotten: Collection[str], shown: Collection[str] = ()
) -> Answer:
    """Return an answer without the bodies that name an article of `forgotten`, by their keys.

    `shown` are the keys that a reader found in the document, beside those whose URLs stand in it. A response that is
    such an article's own, or leads to it, is left out.
    """
    if not forgotten:
        return answer
    exchange = answer.exchange
    if exchange is not None:
        hops = (*exchange.redirects, exchange)
        if any(_is_its(hop, source, forgotten) for hop in hops):
            exchange = None
        else:
            redirects = tuple(_spared(hop, source, forgotten) for hop in exchange.redirects)
            exchange = replace(_spared(exchange, source, forgotten, shown), redirects=redirects)
    others = (other for other in answer.others if not _is_its(other, source, forgotten))
    return answer._replace(exchange=exchange, others=tuple(_spared(other, source, forgotten) for other in others))


def _is_its(exchange: Exchange, source: Source, forgotten: Collection[str]) -> bool:
    location = exchange.header("Location")
    target = read_link(location, source, exchange.url) if location else None
    return article_key(exchange.url, source) in forgotten or (target is not None and target.article_key in forgotten)


def _spared(exchange: Exchange, source: Source, forgotten: Collection[str], shown: Collection[str] = ()) -> Exchange:
    """A response without its body if that names one of them, and without headers that do."""
    headers = tuple(
        (name, value)
        for name, value in exchange.headers
        if not _names(value.encode("utf-8", "replace"), exchange.url, source, forgotten)
    )
    if headers != exchange.headers:
        exchange = replace(exchange, headers=headers)
    if not (any(key in forgotten for key in shown) or _names(exchange.body, exchange.url, source, forgotten)):
        return exchange
    return replace(exchange, body=b"", sent=None, truncated="unspecified")


def _names(data: bytes, url: str, source: Source, forgotten: Collection[str]) -> bool:
    return not keys_named(data, url=url, source=source).isdisjoint(forgotten)
