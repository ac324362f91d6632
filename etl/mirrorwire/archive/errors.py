"""What can be wrong with the archive, beside `FolderUnusable`: it cannot be written there at all."""

from __future__ import annotations

from mirrorwire.core.errors import Permanent, Transient


class ArchiveDamaged(Permanent):
    """A WARC record cannot be read: it is missing, torn, or not what was written."""

    def __init__(self, path: str, offset: int, reason: str) -> None:
        super().__init__(path, offset, reason)
        self.path, self.offset, self.reason = path, offset, reason

    @property
    def warc(self) -> str:
        """The file's name, as captures have it."""
        return self.path.rsplit("/", 1)[-1]

    def __str__(self) -> str:
        return f"{self.path} at byte {self.offset}: {self.reason}"


class ArchiveAway(Transient):
    """The archive, or a file of it, cannot be reached: it is elsewhere, or its disk or store is away."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(path, reason)
        self.path, self.reason = path, reason

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"
