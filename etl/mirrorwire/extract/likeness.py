"""Whether two wordings name one article: a heading and the slug of its URL, a title and what a feed called it."""

from __future__ import annotations

import re
import unicodedata
from urllib.parse import unquote, urlsplit

MIN_WORDS = 3
MIN_SHARE = 0.6
MAX_STRANGE_SHARE = 0.2
"""Titles that share less of their words than this, which may be no more than a "with", name two articles."""
MIN_MISREAD, MISREAD_SHARE = 6, 0.6
"""So many letters, and such a share of them, are accented in no language that is written in Latin."""
_TAKEN_BY_MISTAKE = ("latin-1", "cp1252", "cp1251", "cp1256", "koi8-r")
_WORD = re.compile(r"[^\W_]{3,}")
_UNSPACED = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "oe", "å": "aa"})


def in_slug(heading: str, url: str) -> bool:
    """Return whether most words of a heading, and at least three, stand in the URL's path.

    Scripts without spaces are compared by pairs of characters; a slug in another alphabet says nothing.
    """
    try:
        path = unquote(urlsplit(url).path)
    except ValueError:
        return False
    wanted = words_of(heading.lower())
    path_words = words_of(path.lower()) | words_of(path.lower().translate(_UMLAUTS))
    shared = (
        wanted & path_words
        if len(wanted & path_words) >= MIN_WORDS
        else words_of(heading.lower().translate(_UMLAUTS)) & path_words
    )
    return len(shared) >= MIN_WORDS and len(shared) >= MIN_SHARE * len(wanted)


def strange(title: str, listed: str) -> bool:
    """Return whether a page's title names another article than its listed one; short and misread ones say nothing."""
    if misread(title) or misread(listed):
        return False
    words, wanted = words_of(title.lower()), words_of(listed.lower())
    fewer = min(len(words), len(wanted))
    return fewer >= MIN_WORDS and len(words & wanted) < MAX_STRANGE_SHARE * fewer


def misread(text: str) -> bool:
    """Return whether a text was decoded by another encoding than it was written in, as feeds' titles often were.

    It holds U+FFFD; or its bytes, in an encoding that is taken by mistake, are UTF-8; or nearly all its letters are the
    accented ones of Latin-1, as where Cyrillic, Greek or Arabic were read by it.
    """
    if "\ufffd" in text:
        return True
    if text.isascii():
        return False
    if any(_was_utf8(text, encoding) for encoding in _TAKEN_BY_MISTAKE):
        return True
    letters = [letter for letter in text if letter.isalpha()]
    accented = sum("\u00c0" <= letter <= "\u00ff" for letter in letters)
    return accented >= MIN_MISREAD and accented > MISREAD_SHARE * len(letters)


def alike(title: str, other: str) -> bool:
    """Return whether two titles name one article, however it was reworded; short ones never do."""
    words, wanted = words_of(title.lower()), words_of(other.lower())
    fewer = min(len(words), len(wanted))
    return fewer >= MIN_WORDS and len(words & wanted) >= MIN_SHARE * fewer


def _was_utf8(text: str, encoding: str) -> bool:
    try:
        return not text.encode(encoding).decode("utf-8").isascii()
    except UnicodeError:
        return False


def words_of(text: str) -> frozenset[str]:
    """Return a text's words of three letters and more; scripts without spaces give pairs of characters."""
    plain = "".join(
        character for character in unicodedata.normalize("NFKD", text[:2000]) if not unicodedata.combining(character)
    )
    pairs = (run[n : n + 2] for run in _UNSPACED.findall(text[:2000]) for n in range(len(run) - 1))
    return frozenset(_WORD.findall(_UNSPACED.sub(" ", plain))) | frozenset(pairs)
