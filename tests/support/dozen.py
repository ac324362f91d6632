"""A dozen publishers on loopback, each with a front page, a feed and articles, but for some that lack a thing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from tests.support.publisher import Publisher, Reply, article, feed, publishing
from tests.support.sites import dead_port

NAMES = "Ash Birch Cedar Elm Fir Hazel Larch Maple Oak Pine Rowan Willow".split()
"""What the publishers are called. Larch is dead, Maple has moved, Oak has neither feed nor sitemap, Pine's pages are
empty."""
ARTICLES = 3


@contextmanager
def dozen() -> Iterator[dict[str, Publisher]]:
    """Serve them all; by name."""
    with ExitStack() as stack:
        publishers = {name: stack.enter_context(publishing()) for name in NAMES if name != "Larch"}
        publishers["Larch"] = Publisher(url=f"http://127.0.0.1:{dead_port()}")
        for n, (name, publisher) in enumerate(publishers.items()):
            publish(publisher, name, *range(1000 + n * 100, 1000 + n * 100 + ARTICLES))
        publishers["Maple"].routes["/"] = Reply(status=301, headers=(("Location", "http://maple.example/"),))
        publishers["Oak"].routes["/"] = Reply(body=front_page("Oak", ""))
        del publishers["Oak"].routes["/feed"]
        pine = publishers["Pine"]
        for path in pine.routes.keys() - {"/", "/feed"}:
            pine.routes[path] = Reply(body=b"<!doctype html><html><body><p>Soon.</p></body></html>")
        yield {name: publishers[name] for name in NAMES}


def publish(publisher: Publisher, name: str, *numbers: int) -> None:
    """Give a publisher a front page that names a feed, the feed, and these articles, each by a person."""
    publisher.routes["/"] = Reply(
        body=front_page(name, "<link rel='alternate' type='application/rss+xml' href='/feed'>")
    )
    publisher.routes["/feed"] = Reply(body=feed(*numbers, home=publisher.url))
    for number in numbers:
        byline = '<meta name="author" content="Nadia Brandt"></head>'
        publisher.routes[f"/Detail/2026/11/20/{number}/story"] = Reply(
            body=article(number).replace("</head>", byline).encode()
        )


def opml_file(folder: Path, *urls: str) -> Path:
    """Write a list of publishers as feed readers do."""
    outlines = "".join(f'<outline text="A publisher" htmlUrl="{url}"/>' for url in urls)
    path = folder / "publishers.opml"
    path.write_text(f'<opml version="2.0"><body>{outlines}</body></opml>', encoding="utf-8")
    return path


def front_page(name: str, head: str) -> bytes:
    head = f"<head><title>{name}</title>{head}</head>"
    return f"<!doctype html><html lang='en'>{head}<body><h1>{name}</h1></body></html>".encode()
