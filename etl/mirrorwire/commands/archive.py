"""`archive`: files of the archive that are lost or damaged."""

from __future__ import annotations

import sys
from datetime import UTC, datetime

import click

from mirrorwire.archive import ArchiveAway, is_cut_short
from mirrorwire.commands.options import IN_PART, format_option
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.reports import output
from mirrorwire.store import db, lost_files
from mirrorwire.store.lost_files import ArchiveFile


@click.group()
def archive() -> None:
    """The archive's files: which are lost or damaged, and giving one up."""


@archive.command("check")
@format_option
@click.pass_obj
def check(settings: Settings, form: str | None) -> int:
    """List the files that stored pages need and that are away, cut short or damaged; exit code 3 where there are any.

    Away: lost, or on a disk or in a store that cannot be reached; runs look for it again. Written off: given up, and no
    run waits for it.

    \b
    Example:
      mirrorwire archive check
    """
    with db.connect(prepare(settings)) as conn:
        files = lost_files.files(conn)
    rows = []
    for file in files:
        state, problem = _state(settings, file)
        if state != "sound":
            rows.append({"file": file.warc, "state": state, "captures": file.captures, "problem": problem})
    output.write_rows(rows, form)
    output.say(f"{len(files) - len(rows)} of {len(files)} files are sound")
    return IN_PART if any(row["state"] not in ("written off", "back") for row in rows) else 0


@archive.command("write-off")
@click.argument("file")
@click.option("--yes", is_flag=True, help="Do not ask whether it is meant.")
@click.option("--undo", is_flag=True, help="The file is there again: read what lies in it.")
@format_option
@click.pass_obj
def write_off(settings: Settings, file: str, yes: bool, undo: bool, form: str | None) -> None:
    """Give FILE up, which is away: no run waits for it any more. Lists the pages that lay in it.

    Loaded articles stay as they are, and cannot be read again by other rules. A page that was lost before it was read
    is fetched again. Interrupted, the same command goes on.

    \b
    Example:
      mirrorwire archive write-off mirrorwire-20261120080000-4711-a1b2c3d4.warc.gz --yes
    """
    name = file.rpartition("/")[2]
    with db.connect(prepare(settings)) as conn:
        known = {away_file.warc: away_file for away_file in lost_files.files(conn)}
        if name not in known:
            raise WrongUse(f"{name}: no stored page lies in a file of that name; see mirrorwire archive check")
        state, problem = _state(settings, known[name])
        if undo:
            if problem is not None and state != "damaged":
                raise WrongUse(f"{name}: still cannot be read: {problem}")
            lost_files.is_back(conn, name)
            output.say(
                f"{name}: what lies in it is read again by the next run; it may hold what was forgotten meanwhile"
            )
            return
        if state not in ("away", "written off"):
            raise WrongUse(f"{name}: is there; what is damaged in it is fetched again by itself")
        if not yes:
            if not sys.stdin.isatty():
                raise WrongUse("nothing asks here whether it is meant: --yes says so")
            click.confirm(f"Give up {name}, with {known[name].captures} responses?", abort=True, err=True)
        rows = lost_files.write_off(conn, name, problem or "", datetime.now(UTC))
    output.write_rows(rows, form)
    again = sum(row["state"] == "fetched again" for row in rows)
    output.say(f"{name}: written off; {len(rows) - again} pages cannot be read again, {again} are fetched again")


def _state(settings: Settings, file: ArchiveFile) -> tuple[str, str | None]:
    """What a file is: sound, back, damaged, cut short, away or written off; and what is wrong with it."""
    try:
        is_short = is_cut_short(settings.archive, file.warc, file.reach, settings.spool)
    except ArchiveAway as error:
        return "away" if file.written_off_at is None else "written off", error.reason
    if file.written_off_at is not None:
        return "back", None
    if is_short:
        return "cut short", f"ends before byte {file.reach}"
    if file.damaged:
        return "damaged", f"{file.damaged} of its {file.captures} responses cannot be read"
    return "sound", None
