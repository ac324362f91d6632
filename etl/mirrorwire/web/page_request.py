"""What a user asks of a page: the words of its address, read and checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from mirrorwire.core.config import Settings, source_files
from mirrorwire.core.errors import WrongUse
from mirrorwire.store.clean import clean
from mirrorwire.store.db import Connection
from mirrorwire.web.user import User

Facts = dict[str, Any]
"""What a page tells, as JSON has it and as its template shows it."""
LARGEST = 2**63 - 1
MAX_CHARS = 2000


class NotThere(WrongUse):
    """What a page is asked for is not stored."""


class NotAllowed(WrongUse):
    """The user may not see this, or not do it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRequest:
    """A request of a page, with what answers it. `words` are those of its address, or of the form that was sent."""

    settings: Settings
    conn: Connection
    words: Mapping[str, str]
    user: User
    now: datetime

    def word(self, name: str) -> str | None:
        """Return a word of the address, `None` where it is empty or not there; raises `WrongUse` for a long one."""
        word = (clean(self.words.get(name)) or "").strip()
        if len(word) > MAX_CHARS:
            raise WrongUse(f"{name} has {len(word):,} characters, and {MAX_CHARS:,} are the most")
        return word or None

    def needed(self, name: str) -> str:
        """Return a word of the address; raises `WrongUse` where there is none."""
        word = self.word(name)
        if word is None:
            raise WrongUse(f"the address of this page needs {name}=")
        return word

    def number(self, name: str) -> int | None:
        """Return a whole number from 1, `None` where none is given; raises `WrongUse` for what is none."""
        word = self.word(name)
        if word is None:
            return None
        if not (word.isascii() and word.isdigit() and 1 <= int(word[:30]) <= LARGEST):
            raise WrongUse(f"{name} must be a whole number from 1, not {word[:50]!r}")
        return int(word)

    def instant(self, name: str) -> datetime | None:
        """Return a time in ISO 8601, `None` where none is given; raises `WrongUse` for what is none."""
        word = self.word(name)
        if word is None:
            return None
        try:
            time = datetime.fromisoformat(word)
        except ValueError:
            raise WrongUse(f"{name} must be a time as 2026-11-20T08:00:00Z, not {word[:50]!r}") from None
        return time if time.tzinfo else time.replace(tzinfo=UTC)

    def flag(self, name: str) -> bool:
        """Tell whether a box was ticked."""
        return self.word(name) is not None

    def source(self) -> str | None:
        """Return the source that is asked for, `None` for all; raises `NotAllowed` where they may not be read."""
        source = self.word("source")
        if source is not None:
            self.must_read(source)
        elif not self.user.reads_all():
            raise NotAllowed("you may not read every source: choose one of those on the page of sources")
        return source

    def must_read(self, source: str) -> None:
        """Raise `NotAllowed` where the user may not read a source."""
        if not self.user.may_read(source):
            raise NotAllowed(f"you may not read {source}: Airflow does not let you read its DAGs")

    def must_act(self, source: str) -> None:
        """Raise `NotAllowed` where the user may change nothing of a source."""
        if not self.user.may_act(source):
            raise NotAllowed(f"you may not change anything of {source}: Airflow does not let you trigger its DAGs")

    def known_sources(self) -> list[str]:
        """Return the keys of the source files that the user may read."""
        return [file.key for file in source_files(self.settings) if self.user.may_read(file.key)]
