"""Which stored article people mean: by its key, or by any of its URLs."""

from __future__ import annotations

from collections.abc import Iterable

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Source
from mirrorwire.core.urls import read_link
from mirrorwire.store import queries
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection


def find_article(conn: Connection, name: str, sources: Iterable[Source]) -> str:
    """Return the key of the article that a key or any of its URLs names; raises `WrongUse` where none is stored."""
    word = clean(name) or ""
    links = (read_link(name, source) for source in sources) if "://" in name else ()
    keys = [word, *(link.article_key for link in links if link)]
    article_key = queries.value(conn, "articles/find_article", keys=keys, url=word)
    if article_key is None:
        raise WrongUse(f"{name}: no stored article has this key or URL; mirrorwire export lists them")
    return str(article_key)
