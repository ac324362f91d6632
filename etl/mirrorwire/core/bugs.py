"""A bug that one foreign item meets (a page, a feed, a header, a record): recorded, and kept from the others.

The walls stand where items are taken one by one, and nowhere else:

- `workers.pool`: a page that is judged or extracted;
- `fetch.host_request`: one host's answer;
- `seed_formats.document.LinkGatherer` and `discover.read_document`: an entry of a seed, and a seed's document;
- `discover.read_seeds`: a seed;
- `pipeline.steps.fetch`: a link;
- `pipeline.extract_batch`: a stored page on its way from the archive into the table of extractions;
- `store.one_by_one`: an extracted article on its way through `dedupe` and `load`.

What a wall takes becomes that item's outcome, with its traceback as evidence, and stands in the table `bug`, by which
`check` judges the run. Errors of the database and of the disk concern every item, and fly.
"""

from __future__ import annotations

import os
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from mirrorwire.core.errors import MirrorwireError
from mirrorwire.core.records import Verdict

STRICT = "MIRRORWIRE_STRICT"
"""The variable of the environment that lets every bug fly, as tests want it."""
MAX_TRACEBACK_CHARS = 8000
MAX_ERROR_CHARS = 300

_REASON = "bug"
_HERE = Path(__file__).resolve().parent.parent
_OF_ONE_ROW = frozenset({"22", "23", "54"})
"""Classes of SQLSTATE that say something of a row's values: data, integrity, a program's limit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bug:
    """What our code, or a library, raised on one item.

    `place` is the innermost line of this package on the way there ("mirrorwire/extract/marked.py:57 in _names"),
    `error` what was raised, in a line, `traceback` all of it. `item` names the item among its kind, where the wall
    knows it.
    """

    place: str
    error: str
    traceback: str
    item: str | None = None

    def __str__(self) -> str:
        return f"a bug of ours: {self.error} ({self.place})"

    @property
    def verdict(self) -> Verdict:
        """What a page on which it was met is: `broken`, with all of it as evidence."""
        evidence = {"reason": _REASON, "error": self.error, "place": self.place, "traceback": self.traceback}
        return Verdict(kind="broken", evidence=evidence)


def is_strict() -> bool:
    """Return whether bugs are to fly: the environment's `MIRRORWIRE_STRICT` is neither empty nor 0."""
    return os.environ.get(STRICT, "") not in ("", "0")


def taken(error: Exception, item: str | None = None, *, pure: bool = False) -> Bug:
    """Return what an item met, or raise it again, if it is not the item's alone, or in strict mode.

    `pure`: the code behind the wall reads bytes and nothing else, so that whatever it raises is the item's.
    """
    if is_strict() or not (pure or is_of_item(error)):
        raise error
    return bug_of(error, item)


def is_of_item(error: Exception) -> bool:
    """Return whether an error is one item's: none of the database, the disk, the memory, and none that is expected."""
    if isinstance(error, (MirrorwireError, OSError, MemoryError)):
        return False
    ancestry = [kind for kind in type(error).__mro__ if kind.__module__.partition(".")[0] == "psycopg"]
    if not ancestry:
        return True
    state = getattr(error, "sqlstate", None)
    return state[:2] in _OF_ONE_ROW if state else any(kind.__name__ == "DataError" for kind in ancestry)


def in_verdict(verdict: Verdict | None) -> Bug | None:
    """Return the bug that a page met which has this verdict; `None` for a page that met none."""
    if verdict is None or verdict.kind != "broken" or verdict.evidence.get("reason") != _REASON:
        return None
    facts = {name: str(verdict.evidence.get(name) or "") for name in ("place", "error", "traceback")}
    return Bug(**facts)


def bug_of(error: BaseException, item: str | None = None) -> Bug:
    """Return an error as a bug."""
    stack = "".join(traceback.format_exception(error))
    if len(stack) > MAX_TRACEBACK_CHARS:  # the end is where it was raised
        stack = f"...\n{stack[-MAX_TRACEBACK_CHARS:]}"
    error_line = " ".join(f"{type(error).__name__}: {error}".split())[:MAX_ERROR_CHARS]
    return Bug(place=_place(error), error=error_line, traceback=stack, item=item)


def _place(error: BaseException) -> str:
    frames = list(_frames(error))
    ours = [frame for frame in frames if Path(frame.filename).is_relative_to(_HERE)]
    if not frames:
        return "nowhere"
    frame = (ours or frames)[-1]
    path = Path(frame.filename)
    where = path.relative_to(_HERE.parent) if ours else path.name
    return f"{where}:{frame.lineno} in {frame.name}"


def _frames(error: BaseException) -> Iterator[traceback.FrameSummary]:
    yield from traceback.extract_tb(error.__traceback__)
