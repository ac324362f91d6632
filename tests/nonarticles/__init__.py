"""Pages that answer where an article was asked for and are none, as such services serve them; written for the tests."""

from __future__ import annotations

from collections.abc import Iterator

from tests.nonarticles import documents, gates, listings, notices, servers
from tests.nonarticles.frames import Answer

__all__ = ["URL", "Answer", "answers"]

URL = "https://www.harbourpost.example/world/2026/09/23/storm-in-the-harbour-300401"
"""The article that was asked for: on each of these pages it is not."""


def answers() -> Iterator[Answer]:
    """Yield every page of the set; their names differ."""
    for module in (notices, gates, servers, listings, documents):
        yield from module.ANSWERS
