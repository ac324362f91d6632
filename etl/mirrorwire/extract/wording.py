"""Wordings: many patterns that mean one thing, made into one."""

from __future__ import annotations

import re
from functools import cached_property


class Wording:
    """Patterns of which any is enough, whatever the case. Compiled when first asked: most pages never need it."""

    def __init__(self, *patterns: str) -> None:
        self.patterns = patterns

    @cached_property
    def _any(self) -> re.Pattern[str]:
        return re.compile("|".join(self.patterns), re.I)

    def search(self, text: str) -> re.Match[str] | None:
        """Return where the first of them stands."""
        return self._any.search(text)
