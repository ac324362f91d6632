"""A page without anything to find fault with, for tests that add one thing to it."""

from __future__ import annotations

URL = "http://courier.example/a/7"
TITLE = "Council agrees to rebuild pier number 7"
_TEXT = (
    "The harbour council met on Monday and agreed to rebuild pier number {n}, its chair said. Work begins next spring "
    "and will cost {n} million, according to the plan seen by reporters."
)


def page(*, head: str = "", body: str = "", number: int = 7) -> bytes:
    """Return an article in UTF-8, with more markup in its head and behind its text; each number has its own text."""
    paragraphs = "".join(f"<p>{_TEXT.format(n=number * 10 + n)}</p>" for n in range(6))
    title = f"Council agrees to rebuild pier number {number}"
    return (
        f'<!DOCTYPE html><html lang="en"><head>{head}<title>{title}</title>'
        '<meta property="og:type" content="article">'
        '<meta property="article:published_time" content="2026-11-28T08:00:00+00:00"></head>'
        f"<body><article><h1>{title}</h1>{paragraphs}{body}</article></body></html>"
    ).encode()
