"""Author statements of any shape -> names of people, or of the organisation that alone is named."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from mirrorwire.extract.name_kinds import AGENCIES, ROLE, NameKind, is_group, is_interface, kind_of
from mirrorwire.extract.normalize import MAX_NAME_CHARS, key, plain
from mirrorwire.extract.structured import text_of, types_of
from mirrorwire.extract.wording import Wording

MAX_AUTHORS = 30

_BY = Wording("bylines.by", r"(?P<word>WORDS)\s*[:：／\s]\s*")
_NAME_PARTICLES = frozenset(["Di", "Da", "Af", "Od"])
"""Words for "by" that names begin with too: Di Maria."""
_EMAIL = re.compile(r"[^\s@]{1,100}@[^\s@]{1,100}\.\w{2,20}")
_WEB_ADDRESS = re.compile(r"https?://\S*")
_HANDLE = re.compile(r"(?:^|\s)@\w+")
_ASIDE = re.compile(r"\s*[(\[（][^()\[\]（）]{0,120}(?:[)\]）]|$)")
_TITLE_BEHIND = re.compile(r"\s*(?:기자|특파원|논설위원|記者|记者|編集委員)$")
_PLACE = re.compile(
    r"\s(?:in|aus|from|reporting from|à|desde|depuis|da|fra|från|i|из|в)\s(?=[^\W\d_a-zà-öø-ÿа-я])[^,]{2,40}$"
)
_APART = re.compile(r"[;|\n•·、，]|\s/\s|/(?=\s)|\s[–—-]\s|(?<=\w\w)\s?/\s?(?=[A-ZÀ-Þ])")
_AND = Wording("bylines.ands", r"\s+(WORDS)\s+")
_OTHERS = Wording("bylines.others", r"(?:^|[\s,;|/(–—-])(?:WORDS)(?=$|[\s,;|:：/])")
_TAIL = Wording("bylines.tails", r"\s(?:WORDS)(?=\s|$)")
_DAY = re.compile(r"(?<=\w\w)\s[^\W\d_]{3,12}\.?\s\d{1,2}(?:st|nd|rd|th)?$|\s\d{1,2}\.?\s[^\W\d_]{3,12}$")
_TWICE = re.compile(r"^(\S.{4,60}\S) \1$")
_NO_NAME = re.compile(
    r"^(?:https?://|www\.|[\W\d_]+$)|^(?:admin|administrator|unknown|n/?a|none|null|undefined|author|autor|"
    r"guest|anonymous|user|root|webmaster|editor|by)$|^(?:image|photo|picture|foto)s?\s*:|(?:19|20)\d{2}|\d:\d|[{}<>]",
    re.I,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authors:
    """Authors as one statement names them; `kind` is the best that one of them is."""

    names: tuple[str, ...] = ()
    kind: NameKind = NameKind.SITE


def read_authors(value: Any, sites: frozenset[str]) -> Authors:
    """Return the names in an author value of any shape, in order and once each.

    Persons win, and agencies stand beside them; another organisation, the site or a desk stays where it alone is named
    as the author. No "By", no role or place, no e-mail, no profile URL.
    """
    kinds: dict[str, NameKind] = {}
    spellings: dict[str, str] = {}
    for author in _flat(value):
        organisation = any(kind.endswith("Organization") for kind in types_of(author))
        for raw in _raw_names(author):
            for name in names_in(raw):
                spellings.setdefault(key(name), name)
                kinds.setdefault(key(name), kind_of(name, sites, organisation=organisation))
    best = min(kinds.values(), default=NameKind.SITE)
    worst = max(best, NameKind.ACCOUNT)
    kept = [folded for folded, kind in kinds.items() if kind <= worst]
    return Authors(names=tuple(spellings[folded] for folded in kept)[:MAX_AUTHORS], kind=best)


def people(value: Any, sites: frozenset[str]) -> tuple[str, ...]:
    """Return the names that `read_authors` reads in a value."""
    return read_authors(value, sites).names


def names_in(text: str | None) -> list[str]:
    """Return the names in a byline, without the words around them: `By Ann Lee and Bob Ray, Cairo` names two."""
    if not text:
        return []
    text = _HANDLE.sub(" ", _EMAIL.sub(" ", _WEB_ADDRESS.sub(" ", plain(text)[:1000]))).strip()
    text = _without_others(without_by(text))
    names = [name for part in _APART.split(_ASIDE.sub(" ", text)) for name in _people_in(part)]
    clean = [_clean(name) for name in names]
    clean = [name for name in clean if name and not _NO_NAME.search(name) and _is_short(name)]
    clean = [name for name in clean if is_group(name) or not is_interface(name)]
    return [name for name in clean if not ROLE.search(name)] or clean


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
    pieces = [without_by(piece.strip()) for piece in text.split(",")]
    pieces = [piece for piece in pieces if piece]
    if len(pieces) < 2:
        return pieces
    people_, agencies = [], []
    for piece in pieces:
        if key(piece) in AGENCIES:
            agencies.append(piece)
        elif len(piece.split()) > 1 and not ROLE.search(piece):
            people_.append(piece)
    return [*(people_ or pieces[: 0 if agencies else 1]), *agencies]


def without_by(text: str) -> str:
    """Return a byline without the words before its names (`Written by`, `Autor:`)."""
    for _ in range(2):
        match = _BY.match(text)
        if not match:
            break
        rest = text[match.end() :].strip()
        if match["word"] in _NAME_PARTICLES and len(rest.split()) < 2:
            break
        text = rest
    return text


def states_authors(label: str) -> bool:
    """Return whether a label (`Written by`, `Autor`) says that authors follow."""
    return _BY.pattern.fullmatch(f"{label.strip(' :：')} ") is not None


def begins_with_others(text: str) -> bool:
    """Return whether a text begins with words for those who did not write: `Photos by`, `Reviewed by`."""
    return _OTHERS.match(text) is not None


def labels_others(text: str) -> bool:
    """Return whether a text is such words, and names nobody itself."""
    match = _OTHERS.match(text)
    return match is not None and not text[match.end() :].strip(" :：")


def _without_others(text: str) -> str:
    """A byline as far as it names who wrote: those who took pictures, translated or reviewed stand behind."""
    match = _OTHERS.search(text)
    return text[: match.start()] if match else text


def _clean(name: str) -> str:
    name = _TITLE_BEHIND.sub("", _PLACE.sub("", _DAY.sub("", name).strip(" ,.;:|-–—()[]*\"'"))).strip(" ,.;:|-–—")
    name = _TWICE.sub(r"\1", name)
    tail = _TAIL.search(name)
    if tail is None or is_group(name[: tail.start()]):
        return name
    # A single word is cut off before a time or the end only: `Human in the Loop` is a name.
    if " " in name[: tail.start()] or not name[tail.end() :].strip() or name[-1].isdigit():
        return name[: tail.start()].strip(" ,.;:|-–—")
    return name


def _is_short(name: str) -> bool:
    return len(name) <= MAX_NAME_CHARS and len(name.split()) <= 8
