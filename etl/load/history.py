"""An article's history: which of its captures are versions, from all that are known, in whatever order they came. Pure.

Captures in the order of time that say the same, one after the other, are one version, and the first of them is its
capture. So the history follows from the set of captures alone; only the numbers tell the order of loading.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby


@dataclass(frozen=True, slots=True, kw_only=True)
class CapturedContent:
    """What one capture said: the SHA-256 of its content. `number` is that of the version it stands for, if any."""

    capture_id: int
    fetched_at: datetime
    content_hash: bytes
    number: int | None = None

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


def history(readings: Iterable[CapturedContent]) -> History:
    """Return the history of an article from all its captures.

    A version keeps its number when an earlier capture turns out to say the same, or when two become one (the smaller
    number stays); new ones are numbered on in the order of time, and numbers left without a version are closed up.
    """
    runs = [
        list(run)
        for _, run in groupby(sorted(readings, key=lambda reading: reading.when), key=lambda each: each.content_hash)
    ]
    stored = [min((each.number for each in run if each.number is not None), default=None) for run in runs]
    kept = {number: n for n, number in enumerate(sorted(number for number in stored if number is not None), 1)}
    held = {each.number for run in runs for each in run if each.number is not None}
    versions, following = [], len(kept)
    for run, number in zip(runs, stored, strict=True):
        following += number is None
        versions.append(
            Version(
                number=following if number is None else kept[number],
                stored=number,
                first=run[0],
                captures=tuple(each.capture_id for each in run),
            )
        )
    return History(versions=tuple(versions), dropped=tuple(sorted(held - kept.keys())))
