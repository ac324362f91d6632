"""Wordings: what pages say, in many languages. Each language has one file in the folder `wordings`.

The files are read when a wording is first asked for, all of them once.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache, cached_property
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "wordings"
_WORDS = "WORDS"
_SYNTAX = re.compile(r"(\\.|\(\?P)", re.S)
"""What changes its meaning with its case in a pattern: classes such as `\\W`, and the names of groups."""
_SAME = (("İ", "i"), ("ı", "i"), ("ſ", "s"), ("\u212a", "k"))
"""Letters that patterns take for others whatever the case, and that `str.lower` leaves apart, or makes two."""


@cache
def languages() -> Mapping[str, Mapping[str, Any]]:
    """Return what stands in each language's file, by its BCP 47 code; `mul` holds what several share."""
    paths = sorted(FOLDER.glob("*.toml"))
    return {path.stem: tomllib.loads(path.read_text(encoding="utf-8")) for path in paths}


def by_language(name: str) -> list[list[Any]]:
    """Return a list (`notices.login`) of each language that has it, in the order of the languages' codes."""
    table, _, key = name.partition(".")
    return [tables[table][key] for tables in languages().values() if key in tables.get(table, {})]


def listed(name: str) -> list[str]:
    """Return the lists of all languages in one."""
    return [text for texts in by_language(name) for text in texts]


class Wording:
    """Patterns that mean one thing, in all languages: any is enough, whatever the case.

    `name` is their list in the files. `form` is a pattern around them, with WORDS where they stand. They are read and
    compiled when first asked: most pages never need it. Most texts hold none, and a pattern that minds the case says so
    in half the time: it is asked first, in lower case.
    """

    def __init__(self, name: str, form: str = _WORDS) -> None:
        self.name = name
        self._form = form

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """All of them as one pattern."""
        return re.compile(self._source, re.I)

    @cached_property
    def _lowered(self) -> re.Pattern[str]:
        parts = _SYNTAX.split(self._source)
        parts[::2] = map(_lower, parts[::2])
        return re.compile("".join(parts))

    @cached_property
    def _source(self) -> str:
        return self._form.replace(_WORDS, "|".join(listed(self.name)))

    def search(self, text: str) -> re.Match[str] | None:
        """Return where the first of them stands."""
        return None if self._lowered.search(_lower(text)) is None else self.pattern.search(text)

    def match(self, text: str) -> re.Match[str] | None:
        """Return one of them at the beginning of a text."""
        return None if self._lowered.match(_lower(text)) is None else self.pattern.match(text)


def _lower(text: str) -> str:
    """A text in lower case, as long as it was."""
    if text.isascii():
        return text.lower()
    for letter, other in _SAME:
        text = text.replace(letter, other)
    return text.lower().replace("ς", "σ")
