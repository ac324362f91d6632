"""Which articles a document names, by every URL that stands in it, whatever its format."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from urllib.parse import unquote

from mirrorwire.core.records import Source
from mirrorwire.core.urls import read_link
from mirrorwire.seed_formats.document import plain

_BETWEEN = re.compile(r"[\s\"'<>`|^{}]+")
_AROUND = "()[],;.!"
_ESCAPED_SLASH = re.compile(r"\\+(?:/|u002[fF])")


def keys_named(body: bytes, *, url: str, source: Source) -> set[str]:
    """Return the keys of all articles of the source whose URLs stand in a document that `url` served.

    Markup, JSON, plain text, gzip: no reader of a format is asked, so that none can overlook one. A relative URL counts
    where it holds a slash or a question mark.
    """
    text = plain(body)[0].decode("utf-8", "replace")
    text = _ESCAPED_SLASH.sub("/", html.unescape(html.unescape(text)))
    links = (read_link(link, source, url) for token in set(_BETWEEN.split(text)) for link in _links(token))
    return {link.article_key for link in links if link is not None}


def _links(token: str) -> Iterator[str]:
    """What of a word may be a URL: all of it, what its brackets hold, and a URL that it carries, as share links do."""
    if not ("/" in token or "?" in token or "%2" in token):
        return
    yield token
    bare = token.strip(_AROUND)
    if bare != token:
        yield bare
    carried = unquote(bare)
    start = carried.rfind("http")
    if start > 0:
        yield carried[start:]
    elif "=" in bare:
        yield bare.partition("=")[2]
