"""What can go wrong at a publisher, by name: `FAULTS[name]` says what it spoils and answers in its place.

A new fault is one function under `@fault(name)`: it takes the `Call` and returns the answer; its docstring
says what it imitates. `only` limits it to some kinds of document, the rest is then served as ever.
"""

from __future__ import annotations

import gzip
import random
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

from . import notices
from .pages import not_found_page, placeholder_png
from .web import HTML, PNG, Delivery, Kind, Response, Site

REFUSE = "refuse"  # the server closes its socket for this one; FAULTS holds what it does to a chosen path
HUGE_BYTES = 10_000_000
RETRY_AFTER_S = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request that meets a fault, and what the site would have answered."""

    target: str  # path and query, as sent
    normal: Response
    site: Site
    origin: str
    other_origin: str
    elsewhere: int  # a port where nothing of the publisher is, for redirects and entities that lead astray


Answer = Callable[[Call], Response]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """A named fault; `only` is empty for one that strikes every path."""

    name: str
    answer: Answer
    only: frozenset[Kind]

    def apply(self, call: Call) -> Response:
        """The faulty answer, or the normal one where this fault does not reach."""
        return self.answer(call) if not self.only or call.normal.kind in self.only else call.normal


FAULTS: dict[str, Fault] = {}


def fault(name: str, *only: Kind) -> Callable[[Answer], Answer]:
    """Registers a fault under its name."""

    def register(answer: Answer) -> Answer:
        FAULTS[name] = Fault(name=name, answer=answer, only=frozenset(only))
        return answer

    return register


def find(name: str) -> Fault:
    """The fault of that name. Raises ValueError, listing the names, for an unknown one."""
    if name not in FAULTS:
        raise ValueError(f"unknown fault {name!r}; there are: {', '.join(sorted(FAULTS))}")
    return FAULTS[name]


def page_of(call: Call, text: str, status: int = 200, **headers: str) -> Response:
    """A document of this fault's own in place of the normal one, with headers spelled as `Retry_After`."""
    spelled = {name.replace("_", "-"): value for name, value in headers.items()}
    return Response(kind=call.normal.kind, body=text.encode(), status=status, headers=spelled)


@fault(REFUSE)
def refuse(call: Call) -> Response:
    """A host that is down: connection refused. For a chosen path, the connection closes without an answer."""
    return replace(call.normal, delivery=Delivery.DROP, modified=None)


@fault("reset")
def reset(call: Call) -> Response:
    """A connection cut by something in between: half of the body, then a TCP reset."""
    return replace(call.normal, delivery=Delivery.RESET, modified=None)


@fault("hang")
def hang(call: Call) -> Response:
    """A server that accepts and never answers."""
    return replace(call.normal, delivery=Delivery.HANG, modified=None)


@fault("drip")
def drip(call: Call) -> Response:
    """A server that sends the body one byte a second, so that no read ever times out."""
    return replace(call.normal, delivery=Delivery.DRIP, modified=None)


@fault("drip-head")
def drip_head(call: Call) -> Response:
    """The same from the first byte of the status line on."""
    return replace(call.normal, delivery=Delivery.DRIP_HEAD, modified=None)


@fault("500")
def status_500(call: Call) -> Response:
    """A broken application: 500 on every path."""
    return page_of(call, notices.ERROR, 500)


@fault("500-third")
def status_500_third(call: Call) -> Response:
    """One broken machine of three behind a balancer: about a third of the paths, always the same ones."""
    return status_500(call) if zlib.crc32(call.target.encode()) % 3 == 0 else call.normal


@fault("403")
def status_403(call: Call) -> Response:
    """A firewall that refuses this network."""
    return page_of(call, notices.FORBIDDEN, 403)


@fault("404")
def status_404(call: Call) -> Response:
    """A site that was moved away: nothing is found."""
    return page_of(call, not_found_page(), 404)


@fault("429")
def status_429(call: Call) -> Response:
    """A rate limit, with Retry-After in seconds."""
    return page_of(call, notices.TOO_MANY, 429, Retry_After=str(RETRY_AFTER_S))


@fault("seizure")
def seizure(call: Call) -> Response:
    """A seized domain: the notice, 200, on every path, feeds and sitemaps too."""
    return page_of(call, notices.SEIZURE)


@fault("seizure-image")
def seizure_image(call: Call) -> Response:
    """A seizure notice that is one picture: not a word to recognize it by."""
    if call.target.endswith(".png"):
        return Response(kind=Kind.IMAGE, body=placeholder_png("seizure"), content_type=PNG)
    return page_of(call, notices.SEIZURE_IMAGE)


@fault("parking")
def parking(call: Call) -> Response:
    """A lapsed domain, parked and for sale."""
    return page_of(call, notices.PARKING)


@fault("challenge")
def challenge(call: Call) -> Response:
    """A browser check in front of the site, with its usual 403."""
    return page_of(call, notices.CHALLENGE, 403)


@fault("challenge-200")
def challenge_200(call: Call) -> Response:
    """The same browser check, answering 200."""
    return page_of(call, notices.CHALLENGE)


@fault("consent")
def consent(call: Call) -> Response:
    """A consent wall in place of the page."""
    return page_of(call, notices.CONSENT)


@fault("login")
def login(call: Call) -> Response:
    """A login wall in place of the page."""
    return page_of(call, notices.LOGIN)


@fault("soft-404")
def soft_404(call: Call) -> Response:
    """The publisher's "not found" page, answering 200."""
    return page_of(call, not_found_page())


@fault("front-page")
def front_page(call: Call) -> Response:
    """A site that shows its front page, 200, for whatever is asked."""
    return replace(call.site.respond("/"), modified=None)


@fault("redirect-to-mirror")
def redirect_to_mirror(call: Call) -> Response:
    """A primary that sends every path to the other origin for good (301)."""
    return page_of(call, "", 301, Location=call.other_origin + call.target)


@fault("redirect-loop")
def redirect_loop(call: Call) -> Response:
    """A path that redirects to itself with a parameter, and back, for ever (302)."""
    path, _, query = call.target.partition("?")
    return page_of(call, "", 302, Location=path if query else f"{path}?again=1")


@fault("feed-html", Kind.FEED)
def feed_html(call: Call) -> Response:
    """A feed's address that answers an HTML page, 200."""
    return page_of(call, notices.WELCOME)


@fault("feed-cut", Kind.FEED)
def feed_cut(call: Call) -> Response:
    """A feed that ends inside an item, in the middle of its title."""
    cut_at = call.normal.body.rindex(b"<title>") + len(b"<title>") + 3
    return replace(call.normal, body=call.normal.body[:cut_at], modified=None)


@fault("feed-empty", Kind.FEED)
def feed_empty(call: Call) -> Response:
    """A well-formed feed without one item."""
    head, _, rest = call.normal.body.partition(b"<item>")
    tail = b"</channel></rss>" if rest else b""
    return replace(call.normal, body=head + tail, modified=None)


@fault("sitemap-cut", Kind.SITEMAP)
def sitemap_cut(call: Call) -> Response:
    """A sitemap that ends inside its last address."""
    cut_at = call.normal.body.rindex(b"</loc>") - 3
    return replace(call.normal, body=call.normal.body[:cut_at], modified=None)


@fault("sitemap-html", Kind.SITEMAP)
def sitemap_html(call: Call) -> Response:
    """A sitemap's address that answers an HTML page, 200."""
    return page_of(call, notices.WELCOME)


@fault("empty", Kind.ARTICLE)
def empty(call: Call) -> Response:
    """200 with no body at all."""
    return page_of(call, "")


@fault("binary", Kind.ARTICLE)
def binary(call: Call) -> Response:
    """Random bytes that call themselves text/html; the same ones for the same path."""
    body = random.Random(call.target).randbytes(20_000)
    return Response(kind=Kind.ARTICLE, body=body, content_type=HTML)


@fault("huge", Kind.ARTICLE)
def huge(call: Call) -> Response:
    """A page of 10 MB of paragraphs."""
    return Response(kind=Kind.ARTICLE, body=_huge_body())


@cache
def _huge_body() -> bytes:
    head, tail, line = b"<!DOCTYPE html><html><body>\n", b"</body></html>\n", b"<p>And so on, and so on.\n"
    return head + line * ((HUGE_BYTES - len(head) - len(tail)) // len(line) + 1) + tail


@fault("nul-title", Kind.ARTICLE)
def nul_title(call: Call) -> Response:
    """The article, but a raw U+0000 stands in its title, which no database text column takes."""
    body = call.normal.body
    for opening in (b"<title>", b'<h1 class="news-title-container">', b'property="og:title" content="'):
        body = body.replace(opening, opening + b"Nul\0 ", 1)
    return replace(call.normal, body=body, modified=None)


@fault("truncated-gzip")
def truncated_gzip(call: Call) -> Response:
    """A compressed answer whose stream ends half-way, though its length is as announced."""
    packed = gzip.compress(call.normal.body, mtime=0)
    return replace(call.normal, body=packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"}, modified=None)
