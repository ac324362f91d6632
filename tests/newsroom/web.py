"""What every part of the newsroom hands over: one answer, and the site that gives answers."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from html import escape
from typing import Protocol

HTML = "text/html; charset=utf-8"
XML = "text/xml; charset=utf-8"
PNG = "image/png"


class Kind(StrEnum):
    """What the publisher has at a path; faults that spoil one kind only go by it."""

    ARTICLE = "article"
    FEED = "feed"
    SITEMAP = "sitemap"
    LISTING = "listing"
    IMAGE = "image"
    MISSING = "missing"


class Delivery(StrEnum):
    """How an answer's bytes reach the reader."""

    WHOLE = "whole"
    DRIP = "drip"  # the body one byte a second, after the header
    DRIP_HEAD = "drip-head"  # the header too
    RESET = "reset"  # half of the body, then a TCP reset
    HANG = "hang"  # nothing, until the newsroom stops or the reader leaves
    DROP = "drop"  # the connection closes without an answer


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """One HTTP answer. `modified` (aware) gives it ETag and Last-Modified; without it there are none."""

    kind: Kind
    body: bytes
    status: int = 200
    content_type: str = HTML
    headers: Mapping[str, str] = field(default_factory=dict)
    modified: datetime | None = None
    stated_bytes: int | None = None  # a Content-Length that is not the body's; a longer one ends the connection
    delivery: Delivery = Delivery.WHOLE

    @property
    def etag(self) -> str | None:
        """A strong validator of the body, quoted; None where the answer has no `modified`."""
        return None if self.modified is None else f'"{hashlib.sha256(self.body).hexdigest()[:20]}"'


class Site(Protocol):
    """A publisher, the same on all its origins."""

    def respond(self, target: str) -> Response:
        """The answer to a request target (path and query, as sent); 404 for what it does not have."""
        ...


def html_page(title: str, body: str, head: str = "") -> str:
    """A whole HTML document; `title` is text, `head` and `body` are markup."""
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{escape(title)}</title>\n{head}</head>\n<body>\n{body}</body>\n</html>\n"
    )
