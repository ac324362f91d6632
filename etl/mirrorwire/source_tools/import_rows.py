"""What an import says of each line of a list: one row, the same when it is asked for again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from statistics import median
from typing import Any, Literal

from mirrorwire.source_tools.listed import LineProblem, ListedPublisher
from mirrorwire.source_tools.trial import Trial

Row = dict[str, Any]
Outcome = Literal["added", "doubtful", "failed", "duplicate", "unusable", "removed", "new"]
"""`added`: its file is in the folder of sources; `doubtful`: drafted, and no article of it could be read, so that its
file is put aside; `failed`: there is nothing to draft from; `duplicate`: another line or source file has the same site;
`unusable`: the line names no publisher; `removed`: it was added once, and its file is gone; `new`: it would be asked.
"""
GOOD: frozenset[Outcome] = frozenset({"added", "duplicate", "new"})
COLUMNS = "line key host outcome seeds read verdicts times assumed authors words problem".split()
"""What a table shows of a row."""


def row_of(publisher: ListedPublisher, key: str | None, outcome: Outcome, problem: str | None = None) -> Row:
    """Return the row of a publisher of which nothing was read."""
    return _row(publisher.line, publisher.url, key, outcome, problem)


def row_of_problem(line: LineProblem) -> Row:
    """Return the row of a line that cannot be used."""
    return _row(line.line, line.text or None, None, "unusable", line.problem)


def quality(trial: Trial, pages: Sequence[Row]) -> Row:
    """Return what a trial and its rows say of a source, as columns of a row.

    `verdicts` counts pages by verdict, `none` where no page came; `times` counts articles with a time of publication,
    `assumed` those of them without a zone or a day, `authors` those that name one; `words` is their median length.
    """
    articles = [page for page in pages if page["problem"] is None]
    return {
        "tried": len(pages),
        "read": len(articles),
        "verdicts": dict(Counter(page["verdict"] or "none" for page in pages).most_common()),
        "times": sum(page["published_at"] is not None for page in articles),
        "assumed": trial.assumed,
        "authors": sum(bool(page["authors"]) for page in articles),
        "words": round(median(page["words"] for page in articles)) if articles else None,
    }


def _row(line: int, url: str | None, key: str | None, outcome: Outcome, problem: str | None) -> Row:
    unread: Row = {"seeds": None, "tried": 0, "read": 0, "verdicts": {}, "times": 0, "assumed": 0, "authors": 0}
    head: Row = {"line": line, "url": url, "key": key, "name": None, "host": None, "outcome": outcome}
    return {**head, **unread, "words": None, "problem": problem, "remarks": [], "file": None}
