"""Author statements of any shape -> names of people, or of the organisation that alone is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from mirrorwire.extract.normalize import MAX_NAME_CHARS, is_site, key, letters, plain
from mirrorwire.extract.structured import text_of, types_of
from mirrorwire.extract.wording import Wording

MAX_AUTHORS = 30

AGENCIES = frozenset(
    "aap aa afp afpbb agencies agencia ansa anp antara ap apa apn ats belga bernama bloomberg bta ctk čtk dpa efe epd "
    "europapress ians interfax irna jiji kna kyodo lusa mti ntb pap pti reuters ria ritzau ritzaus sda sid sputnik stt "
    "tanjug tasr tass tt ukrinform upi xinhua yonhap".split()
)
"""News agencies by their short names, folded: an author beside people, never a place or a role."""
_BY = Wording(
    "bylines.by",
    r"(?:(?:written|reported|posted|text|story|words|photos?|analysis|opinion)\s+)?(?P<word>WORDS)\s*[:：\s]\s*",
)
_NAME_PARTICLES = frozenset(["von", "di", "da", "av", "af", "od"])
"""Words for "by" that names begin with too: Di Maria, von Trapp."""
_EMAIL = re.compile(r"[^\s@]{1,100}@[^\s@]{1,100}\.\w{2,20}")
_WEB_ADDRESS = re.compile(r"https?://\S*")
_DOMAIN = re.compile(r"^\S+\.(?:[a-z]{2}|com|net|org|info|news|co\.[a-z]{2})\b", re.I)
_HANDLE = re.compile(r"(?:^|\s)@\w+")
_ASIDE = re.compile(r"\s*[(\[（][^()\[\]（）]{0,120}(?:[)\]）]|$)")
_TITLE_BEHIND = re.compile(r"\s*(?:기자|특파원|논설위원|記者|记者|編集委員)$")
_PLACE = re.compile(
    r"\s(?:in|aus|from|reporting from|à|desde|depuis|da|fra|från|i|из|в)\s(?=[^\W\d_a-zà-öø-ÿа-я])[^,]{2,40}$"
)
_APART = re.compile(r"[;|\n•·、，]|\s/\s|/(?=\s)|\s[–—-]\s|(?<=\w\w)\s?/\s?(?=[A-ZÀ-Þ])")
_AND = Wording("bylines.ands", r"\s+(WORDS)\s+")
_ROLE = Wording("bylines.roles", r"\b(?:WORDS)\b")
_DESK = Wording("bylines.desks", r"\b(?:WORDS)\b")
_NO_NAME = re.compile(
    r"^(?:https?://|www\.|[\W\d_]+$)|^(?:admin|administrator|unknown|n/?a|none|null|undefined|author|autor|"
    r"guest|anonymous|user|root|webmaster|editor|by)$|^(?:image|photo|picture|foto)s?\s*:|(?:19|20)\d{2}|\d:\d|[{}<>]",
    re.I,
)


def people(value: Any, sites: frozenset[str]) -> tuple[str, ...]:
    """Return the names in an author value of any shape, in order and once each.

    Persons win; an organisation, the site or a desk stays where it alone is named as the author, and an agency beside
    people. No "By", no role or place, no e-mail, no profile URL.
    """
    persons: dict[str, str] = {}
    groups: dict[str, str] = {}
    for author in _flat(value):
        organisation = any(kind.endswith("Organization") for kind in types_of(author))
        for raw in _raw_names(author):
            for name in names_in(raw):
                group = organisation or is_site(name, sites) or is_group(name) or bool(_DOMAIN.search(name))
                (groups if group else persons).setdefault(key(name), name)
    for folded, name in groups.items():
        if folded in AGENCIES or (letters(name) not in sites and not _DESK.search(name) and not is_site(name, sites)):
            persons.setdefault(folded, name)
    return tuple((persons or groups).values())[:MAX_AUTHORS]


def names_in(text: str | None) -> list[str]:
    """Return the names in a byline, without the words around them: `By Ann Lee and Bob Ray, Cairo` names two."""
    if not text:
        return []
    text = _without_by(_HANDLE.sub(" ", _EMAIL.sub(" ", _WEB_ADDRESS.sub(" ", plain(text)[:1000]))).strip())
    names = [name for part in _APART.split(_ASIDE.sub(" ", text)) for name in _people_in(part)]
    clean = [_clean(name) for name in names]
    clean = [name for name in clean if name and not _NO_NAME.search(name) and _is_short(name)]
    return [name for name in clean if not _ROLE.search(name)] or clean


def looks_like_a_person(name: str) -> bool:
    """Whether a text from the page may be a person's name: two to five words, the first in a capital, no digits."""
    words = name.split()
    if not 1 < len(words) < 6 or words[0].lower() == "the" or any(char.isdigit() or char in "/@|:!?" for char in name):
        return False
    return not name[0].islower() and not words[-1][0].islower() and not _ROLE.search(name) and not _DESK.search(name)


def is_group(name: str) -> bool:
    """Return whether a name is a desk's or an agency's."""
    return bool(_DESK.search(name)) or key(name) in AGENCIES


def _flat(value: Any, depth: int = 3) -> Iterator[Any]:
    if isinstance(value, (list, tuple)):
        for item in value[: 4 * MAX_AUTHORS]:
            if depth:
                yield from _flat(item, depth - 1)
    else:
        yield value


def _raw_names(value: Any) -> list[str | None]:
    if not isinstance(value, dict):
        return [text_of(value, 1000)]
    name = value.get("name")
    if not name:
        parts = [text_of(value.get(part), 100) for part in ("givenName", "familyName")]
        return [" ".join(part for part in parts if part)]
    return (
        [text_of(spelling, 1000) for spelling in name[:MAX_AUTHORS]]
        if isinstance(name, list)
        else [text_of(name, 1000)]
    )


def _people_in(part: str) -> list[str]:
    """The names in a part without separators: words for "and" first, then commas."""
    names: list[str] = []
    pieces = _AND.pattern.split(part)
    for at in range(0, len(pieces), 2):
        piece = pieces[at]
        # "Ortega y Gasset" and "Ann E Lee" are one name: a second one has more than one word.
        one_word = len(piece.split(",")[0].split()) == 1 and key(piece.split(",")[0]) not in AGENCIES
        if names and one_word and len(pieces[at - 1]) == 1 and pieces[at - 1].isalpha():
            names[-1] = f"{names[-1]} {pieces[at - 1]} {piece}"
        else:
            names.append(piece)
    return [name for piece in names for name in _between_commas(piece)]


def _between_commas(text: str) -> list[str]:
    """`Ann Lee, Bob Ray` is two people, `Ann Lee, Political Editor` one, and in `Ann Lee, Cairo` Cairo is a place."""
    pieces = [_without_by(piece.strip()) for piece in text.split(",")]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) < 2:
        return pieces
    people_, agencies = [], []
    for piece in pieces:
        if key(piece) in AGENCIES:
            agencies.append(piece)
        elif len(piece.split()) > 1 and not _ROLE.search(piece):
            people_.append(piece)
    return [*(people_ or pieces[: 0 if agencies else 1]), *agencies]


def _without_by(text: str) -> str:
    for _ in range(2):
        match = _BY.match(text)
        if not match:
            break
        rest = text[match.end() :].strip()
        if match["word"].casefold() in _NAME_PARTICLES and len(rest.split()) < 2:
            break
        text = rest
    return text


def _clean(name: str) -> str:
    name = _TITLE_BEHIND.sub("", _PLACE.sub("", name.strip(" ,.;:|-–—()[]*\"'"))).strip(" ,.;:|-–—")
    words = name.split()
    if len(words) > 1 and name.isupper() and all(len(word) > 2 and key(word) not in AGENCIES for word in words):
        return name.title()
    return name


def _is_short(name: str) -> bool:
    return len(name) <= MAX_NAME_CHARS and len(name.split()) <= 8
