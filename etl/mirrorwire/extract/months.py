"""Months by name in the languages of newspapers."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from mirrorwire.extract.wording import by_language

_ENGLISH = "january february march april may june july august september october november december".split()
_COMMON_BEGINNINGS = "jan feb mar apr may mai jun jul aug sep oct okt nov dec dez".split()
"""Three letters that begin a month's name in so many languages that any word with them is one beside day and year."""
_BEGINNING_CHARS = 4
_OTHER_SCRIPTS = re.compile("[\u0590-\u1fff]|th(?:áng|g)\\s", re.I)
"""Hebrew, Arabic, the scripts of India and South-East Asia; and Vietnamese, which counts its months."""
_TWICE = re.compile(r"\b([a-z]{3,9})\s*[/(]\s*\1\s*\)?")
_AFTERNOON = re.compile(r"(\d:\d{2})\s*(?:م|مساء|مساءً)(?!\w)|(?:下午|晚上|午後|오후)\s?(\d{1,2}[:時时시])")


@cache
def month_numbers() -> dict[str, int]:
    """Return the months, 1 to 12, by their names and short forms, folded, in most newspapers' languages.

    Names stand with their accents and without them, as headlines in capitals have them. Source: CLDR.
    """
    numbers: dict[str, int] = {}
    for months in by_language("dates.months"):
        for number, names in enumerate(months, 1):
            numbers.update(dict.fromkeys(names, number))
    plain = {unaccented(name): number for name, number in numbers.items()}
    return plain | numbers


def month_number(word: str) -> int | None:
    """Return the month, 1 to 12, that a word beside a day and a year names; `None` for any other word."""
    numbers = month_numbers()
    name = word.casefold()
    number = numbers.get(name) or numbers.get(unaccented(name))
    if number is None and name[:3] in _COMMON_BEGINNINGS:
        return numbers[name[:3]]
    return number or _beginnings().get(name[:_BEGINNING_CHARS])


@cache
def _beginnings() -> dict[str, int]:
    """The months by the first letters of their names, where no other month's begin alike: for forms that are not
    listed."""
    months: dict[str, set[int]] = {}
    for name, number in month_numbers().items():
        if len(name) > _BEGINNING_CHARS:
            months.setdefault(name[:_BEGINNING_CHARS], set()).add(number)
    return {beginning: numbers.pop() for beginning, numbers in months.items() if len(numbers) == 1}


def unaccented(word: str) -> str:
    """Return a word without the marks on its letters."""
    if word.isascii():
        return word
    marked = unicodedata.normalize("NFD", word)
    return "".join(letter for letter in marked if not unicodedata.combining(letter))


@cache
def _translated() -> dict[str, str]:
    """English months by their names in other scripts."""
    english: dict[str, str] = {}
    for months in by_language("dates.translated_months"):
        for name, others in zip(_ENGLISH, months, strict=True):
            english.update(dict.fromkeys(others, name))
    return english


@cache
def _translated_name() -> re.Pattern[str]:
    longest_first = sorted(map(re.escape, _translated()), key=len, reverse=True)
    return re.compile(rf"(?<![^\W\d_])[בו]?({'|'.join(longest_first)})(?![^\W\d_])", re.I)


def in_english(text: str) -> str:
    """Return a text with the months of other scripts in English, and the afternoon as pm."""
    if text.isascii():
        return text
    text = _AFTERNOON.sub(lambda clock: f"{clock[1]} pm" if clock[1] else f" pm {clock[2]}", text)
    if not _OTHER_SCRIPTS.search(text):
        return text
    translated = _translated_name().sub(lambda month: f" {_translated()[month[1].lower()]} ", text)
    return _TWICE.sub(r"\1 ", translated)
