"""An article's history: which of its captures are versions, from all that are known, in whatever order they came. Pure.

Captures in the order of time that say the same, one after the other, are one version, and the first of them is its
capture, the first sure one where there is one. A suspect capture behind a sure one says nothing: it belongs to the
version before it. So the history follows from the set of captures alone; only the numbers tell the order of loading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedContent:
    """The content of one capture: the SHA-256 of its content. `number` is that of the version it stands for, if any.

    `suspect`: it is only probably the article.
    """

    capture_id: int
    fetched_at: datetime
    content_hash: bytes
    number: int | None = None
    suspect: bool = False

    @property
    def when(self) -> tuple[datetime, int]:
        """Its place in time; of captures of one moment, the smaller id is the earlier."""
        return self.fetched_at, self.capture_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version as it shall be. `stored` is the number it has, `None` where there is none yet; `captures` say so."""

    number: int
    stored: int | None
    first: CapturedContent
    captures: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """An article's versions in the order of time, and the stored numbers of those that are none any more."""

    versions: tuple[Version, ...]
    dropped: tuple[int, ...] = ()

    @property
    def version_of(self) -> Mapping[int, Version]:
        """The version that each capture belongs to."""
        return {capture: version for version in self.versions for capture in version.captures}


def history(captures: Iterable[CapturedContent]) -> History:
    """Return the history of an article from all its captures.

    A version keeps its number when an earlier capture turns out to say the same, or when two become one (the smaller
    number stays); new ones are numbered on in the order of time, and numbers left without a version are closed up.
    """
    in_time = sorted(captures, key=lambda content: content.when)
    content_hash = _content_hashes(in_time)
    runs = [list(run) for _, run in groupby(in_time, key=lambda content: content_hash[content.capture_id])]
    numbers: list[int | None] = []  # of each run, the smallest that a version of it has
    held: set[int] = set()
    for run in runs:
        of_run = [content.number for content in run if content.number is not None]
        numbers.append(min(of_run, default=None))
        held.update(of_run)
    staying = sorted(number for number in numbers if number is not None)
    closed_up = {number: place for place, number in enumerate(staying, 1)}
    versions = []
    following = len(staying)
    for run, stored in zip(runs, numbers, strict=True):
        if stored is None:
            following += 1
        versions.append(
            Version(
                number=following if stored is None else closed_up[stored],
                stored=stored,
                first=next((content for content in run if not content.suspect), run[0]),
                captures=tuple(content.capture_id for content in run),
            )
        )
    return History(versions=tuple(versions), dropped=tuple(sorted(held - closed_up.keys())))


def _content_hashes(in_time: Iterable[CapturedContent]) -> dict[int, bytes]:
    """What each capture counts for, by its id: its content, or that before it where it is suspect behind a sure one."""
    hashes: dict[int, bytes] = {}
    before: CapturedContent | None = None
    for content in in_time:
        if before is None or not content.suspect or before.suspect:
            before = content
        hashes[content.capture_id] = before.content_hash
    return hashes
