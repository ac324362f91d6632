"""What becomes of a stored article's versions when more of its captures come in. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

from mirrorwire.load.history import CapturedContent, History, Version, history
from mirrorwire.load.incoming import Incoming

VersionKey = tuple[int, int]  # article and version


@dataclass(slots=True, kw_only=True)
class StoredArticle:
    """A stored article: what its captures say, by their ids, and which extractor read each."""

    article_id: int
    contents: dict[int, CapturedContent]
    extractors: dict[int, int]
    versions: list[CapturedContent]
    """What its versions were written from, in the order of time."""

    def version_of(self, capture_id: int) -> int:
        """The stored version that a capture belongs to: the last one up to it, or the first of all.

        A suspect one belongs to the version behind it that is written from a sure capture of the same content.
        """
        content = self.contents[capture_id]
        before = [version for version in self.versions if version.when <= content.when]
        behind = self.versions[len(before) :]
        if content.suspect and behind and behind[0].content_hash == content.content_hash:
            return behind[0].number or 0
        return (before[-1] if before else self.versions[0]).number or 0


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionPlan:
    """What becomes of one stored article: its history after the rows, by capture, that came in."""

    article: StoredArticle
    after: History
    rows: Mapping[int, Incoming]

    def stays(self, version: Version) -> bool:
        """Whether a version is stored, from the same capture, and with the same content."""
        first = version.first.capture_id
        content = self.article.contents.get(first)
        same = content is not None and content.number is not None and content.number == version.stored
        return same and first not in self.rows

    @property
    def moved(self) -> Iterator[int]:
        """The known captures whose content stands in another version now, or in one that is written anew."""
        for capture, version in self.after.version_of.items():
            if capture not in self.article.contents or capture in self.rows:
                continue
            if version.stored != self.article.version_of(capture) or not self.stays(version):
                yield capture

    @property
    def rewritten(self) -> list[Version]:
        """The versions to be written, from their first captures."""
        return [version for version in self.after.versions if not self.stays(version)]

    @property
    def mended(self) -> int:
        """How many versions say something else now, since their own captures were read again."""
        changed = 0
        for capture, row in self.rows.items():
            content = self.article.contents.get(capture)
            if content and content.number is not None and content.content_hash != row.content_hash:
                changed += 1
        return changed

    def new_pairs(self, written: Set[VersionKey]) -> Iterator[tuple[Version | None, Version]]:
        """Yield versions with the one before them in time, where one of the two is written or was not beside it."""
        key = self.article.article_id
        numbers = [version.number for version in self.article.versions]
        before = dict(zip(numbers, [None, *numbers], strict=False))
        earlier: Version | None = None
        for later in self.after.versions:
            pair = [version for version in (earlier, later) if version]
            is_written = any((key, version.number) in written for version in pair)
            if is_written or before.get(later.stored) != (earlier.stored if earlier else None):
                yield earlier, later
            earlier = later


def version_plan(article: StoredArticle, rows: Iterable[Incoming]) -> VersionPlan:
    """Return what becomes of an article by these rows, of its known captures or of new ones."""
    # What an older extractor read never replaces what a newer one did.
    taken = {row.capture_id: row for row in rows if row.extractor_version >= article.extractors.get(row.capture_id, 0)}
    contents = dict(article.contents)
    for row in taken.values():
        stored = contents.get(row.capture_id)
        contents[row.capture_id] = captured_content(row, stored.number if stored else None)
    return VersionPlan(article=article, after=history(contents.values()), rows=taken)


def captured_content(row: Incoming, number: int | None = None) -> CapturedContent:
    """Return what a row's capture says, as a history is made of it; `number` is of the version it stands for."""
    return CapturedContent(
        capture_id=row.capture_id,
        fetched_at=row.fetched_at,
        content_hash=row.content_hash,
        number=number,
        suspect=row.verdict == "suspect",
    )
