"""One command over many sources: which they are, a row for each, and the exit code of all."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from mirrorwire.commands.options import FAILED, IN_PART, WRONG_USE
from mirrorwire.commands.pass_report import Row, shown_columns
from mirrorwire.core import bugs
from mirrorwire.core.config import source_files, source_path
from mirrorwire.core.errors import SourceFileError, WrongUse
from mirrorwire.core.settings import Settings
from mirrorwire.reports import output

OUTCOMES = {0: "done", IN_PART: "in part", WRONG_USE: "wrong use", FAILED: "failed"}
"""What exit codes mean for one source of many, the worst last."""

SourceWork = Callable[[str], tuple[Row, int]]
"""Does the work for one source; returns its row, and the exit code that it means."""


def chosen_sources(settings: Settings, sources: Sequence[str], all_sources: bool) -> list[str]:
    """Return the keys of the sources to read, each once. Raises `UnknownSource`, `WrongUse` for none or both ways."""
    if all_sources and sources:
        raise WrongUse("--all takes every source that is known: leave SOURCE out, or --all")
    if all_sources:
        return [file.key for file in source_files(settings)]
    if not sources:
        raise WrongUse("which source? Give one SOURCE or more, or --all")
    for key in sources:
        source_path(settings, key)
    return list(dict.fromkeys(sources))


def work_of_many(keys: Sequence[str], asked_for: Row, work: SourceWork, counts: Sequence[str], form: str | None) -> int:
    """Do the work for each source and write a row each, also where it is interrupted; return the worst exit code."""
    rows: list[Row] = []
    codes = [0]
    try:
        for n, key in enumerate(keys, 1):
            output.say(f"mirrorwire: {key}: source {n} of {len(keys)}")
            row, code = _row_and_code(key, work)
            counted = {name: row.get(name) for name in counts}
            ending = {"outcome": OUTCOMES[code], **counted, "problem": row.get("problem")}
            rows.append({"source": key, **asked_for, **ending})
            codes.append(code)
    finally:
        output.write_rows(rows, form, columns=shown_columns(rows))
    return max(codes, key=list(OUTCOMES).index)


def _row_and_code(key: str, work: SourceWork) -> tuple[Row, int]:
    """Return a source's row and code. A wall: what is wrong with one source is its own; database and disk are all's."""
    try:
        return work(key)
    except (WrongUse, SourceFileError) as error:
        problem, code = str(error), WRONG_USE
    except Exception as error:
        problem, code = str(bugs.taken(error, key)), FAILED
    output.say(f"mirrorwire: {key}: {problem}")
    return {"problem": problem}, code
