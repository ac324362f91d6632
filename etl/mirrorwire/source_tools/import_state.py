"""What an import has done, kept beside the sources, so that the same command goes on where it was ended."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from pathlib import Path
from types import TracebackType
from typing import Self

from mirrorwire.core.config import read_source
from mirrorwire.core.errors import FolderUnusable, WrongUse
from mirrorwire.core.records import Source
from mirrorwire.source_tools.files import keep
from mirrorwire.source_tools.import_rows import Row

STATE = ".import"
"""The folder of what an import knows, inside the folder of sources; no source file is looked for there."""
DOUBTFUL = "doubtful"
"""The folder, beside it, of drafts of which no article could be read: for people, and read by nobody else."""


class ImportState:
    """The rows of all imports into a folder, and the drafts on their way there; a context manager, for threads too.

    A publisher is done in three steps: its draft is written apart, its row is added to the journal, the draft is moved
    to its place. Whoever is killed before the second has done nothing; after it, the move is made when the state is
    opened again. So a draft that is not in the journal is of nobody, and one that is, is never drafted twice.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.rows: dict[str, Row] = {}
        """By the publisher's identity; filled when the state is opened."""
        self._journal = folder / STATE / "done.jsonl"
        self._drafts = folder / STATE / "drafts"
        self._guard = threading.Lock()

    def __enter__(self) -> Self:
        """Take the folder, and finish what was begun; raises `WrongUse` while another import is at work there."""
        try:
            self._drafts.mkdir(parents=True, exist_ok=True)
            self._lock = (self.folder / STATE / "lock").open("w", encoding="utf-8")
        except OSError as error:
            raise FolderUnusable(str(self.folder), error.strerror or str(error)) from None
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            self._lock.close()
            raise WrongUse(f"{self.folder}: another import is at work there: wait for its end") from None
        self._cut_torn_line()
        self.rows = rows_of(self.folder)
        for row in {row["key"]: row for row in self.rows.values()}.values():  # the last that had each key
            self._move(row)
        self.rows = rows_of(self.folder)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._lock.close()

    def draft(self, key: str, text: str) -> Source:
        """Write a draft apart, and return its source; raises `SourceFileError` for one that would be wrong."""
        path = self._drafts / f"{key}.toml"
        keep(text, key, path)
        return read_source(path)

    def begin_again(self, identity: str) -> None:
        """Note that a publisher that is done is to be done anew; it keeps its key."""
        with self._guard:
            self._note(identity, {**self.rows[identity], "outcome": "new"})

    def finish(self, identity: str, row: Row) -> Row:
        """Note what became of a publisher, and put its draft where its outcome says; returns the row with its file."""
        place = self._place(row)
        row = {**row, "file": str(place) if place else None}
        with self._guard:
            self._note(identity, row)
            self._move(row)
        return row

    def _note(self, identity: str, row: Row) -> None:
        with self._journal.open("a", encoding="utf-8") as journal:
            journal.write(json.dumps({"identity": identity, "row": row}) + "\n")
            journal.flush()
            os.fsync(journal.fileno())
        self.rows[identity] = row

    def _place(self, row: Row) -> Path | None:
        places = {"added": self.folder, "doubtful": self.folder / DOUBTFUL}
        folder = places.get(row["outcome"])
        return folder / f"{row['key']}.toml" if folder else None

    def _move(self, row: Row) -> None:
        draft, place = self._drafts / f"{row['key']}.toml", self._place(row)
        if place is None:
            draft.unlink(missing_ok=True)
        elif draft.exists():
            place.parent.mkdir(exist_ok=True)
            draft.replace(place)
            if row["outcome"] == "added":
                (self.folder / DOUBTFUL / place.name).unlink(missing_ok=True)  # of an earlier try

    def _cut_torn_line(self) -> None:
        """Take off the half of a line that a writer left which was killed."""
        if not self._journal.exists():
            return
        body = self._journal.read_bytes()
        whole = body[: body.rfind(b"\n") + 1]
        if len(whole) < len(body):
            os.truncate(self._journal, len(whole))


def rows_of(folder: Path) -> dict[str, Row]:
    """Return the rows of all imports into a folder by the publisher's identity, the last of each, the newest last.

    One whose file was removed says so; one whose draft was put aside, and moved to the sources by a person, is added.
    """
    journal = folder / STATE / "done.jsonl"
    if not journal.exists():
        return {}
    rows: dict[str, Row] = {}
    for line in journal.read_text(encoding="utf-8").splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue  # torn
        rows.pop(entry["identity"], None)
        rows[entry["identity"]] = entry["row"]
    return {identity: _as_it_stands(folder, row) for identity, row in rows.items()}


def _as_it_stands(folder: Path, row: Row) -> Row:
    name = f"{row['key']}.toml"
    if (folder / STATE / "drafts" / name).exists():
        return row  # it waits to be moved
    is_there = (folder / name).exists()
    if row["outcome"] == "added" and not is_there:
        return {**row, "outcome": "removed", "problem": "its file was removed; --retry drafts it again", "file": None}
    if row["outcome"] == "doubtful" and is_there:
        return {**row, "outcome": "added", "file": str(folder / name)}
    return row
