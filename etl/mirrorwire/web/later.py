"""Parts of a page that take long: what stands before them is sent first, so that a reader need not wait for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

import psycopg

from mirrorwire.web.page_request import Facts

FLUSH = "\f"
"""A template writes it where what stands before is to be sent. No page holds it otherwise: controls are not shown."""


class Later:
    """A fact of a page that is asked for when it is reached: rows, none where the database took too long."""

    def __init__(self, ask: Callable[[], list[Any]]) -> None:
        self._ask = ask
        self.took_too_long = False

    def rows(self) -> list[Any]:
        """Return the rows."""
        try:
            return self._ask()
        except psycopg.errors.QueryCanceled:
            self.took_too_long = True
            return []


def asked_for(facts: Facts) -> Facts:
    """Return facts with all that was left for later."""
    return {name: fact.rows() if isinstance(fact, Later) else fact for name, fact in facts.items()}


def sent_in_parts(chunks: Iterable[str]) -> Iterator[bytes]:
    """Join what a template writes into parts that end where it says so, each in UTF-8."""
    waiting: list[str] = []
    for chunk in chunks:
        before, flush, after = chunk.partition(FLUSH)
        waiting.append(before)
        if flush:
            yield "".join(waiting).encode("utf-8", "replace")
            waiting = [after]
    yield "".join(waiting).encode("utf-8", "replace")
