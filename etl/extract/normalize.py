"""Values as pages give them -> values as a table wants them: titles, names, language tags, site names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Any
from urllib.parse import urlsplit

from etl.extract.page import fold
from etl.extract.structured import text_of, types_of

MAX_TITLE_CHARS = 1000
MAX_NAME_CHARS = 200
MAX_AUTHORS = 30
MAX_TAGS = 100

_QUOTES = str.maketrans(
    {
        **dict.fromkeys("’‘‚‛′`´", "'"),
        **dict.fromkeys("“”„‟«»″", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_HYPHENATION = str.maketrans(dict.fromkeys("\u00ad\u200b\u2060\ufeff"))
"""Marks for line breaks: no reader sees them. The joiners of Persian and Indic words stay."""
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_TAIL = re.compile(r"^(.{8,}?)\s*(?:\s[|\-–—*•·:»›/]|[|ㅣ｜»›：])\s*([^|ㅣ｜]{2,60})$")
_HEAD = re.compile(r"^([^|:]{2,40}?)\s*[|:»]\s+(.{8,})$")
_SEPARATED = re.compile(r"^\s*[|\-–—*•·»›/ㅣ｜]")
_DATE_TAIL = re.compile(r"\s[|–—-]\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$")
_BY = re.compile(
    r"^(?:(?:written|reported|posted|text|story|words)\s+)?(?:by|von|por|par|di|da|door|av|af|od|"
    r"autor(?:in)?|auteur|autore|text|foto|"
    r"автор|текст|par\s+la\s+rédaction)\s*[:\s]\s*",
    re.I,
)
_EMAIL = re.compile(r"\S+@\S+\.\w+")
_HANDLE = re.compile(r"(?:^|\s)@\w+")
_NAMES_APART = re.compile(r"\s*(?:;|\||\n|•|/(?=\s)|\s+(?:and|und|et|och|og|en|y|e|i|и|&)\s+)\s*")
_ROLE_WORDS = re.compile(
    r"\b(?:correspondent|reporter|editor|journalist|writer|staff|redakteur(?:in)?|korrespondent(?:in)?|"
    r"bureau|chief|"
    r"columnist|contributor|freelance|political|senior|special|analyst|producer|director|minister|"
    r"president|professor)\b",
    re.I,
)
_AGENCIES = frozenset(
    [
        "ap",
        "afp",
        "afpbb",
        "reuters",
        "dpa",
        "apa",
        "sda",
        "ats",
        "ansa",
        "efe",
        "lusa",
        "ritzau",
        "ntb",
        "tt",
        "upi",
        "pti",
        "ians",
        "xinhua",
        "tass",
        "interfax",
        "bloomberg",
        "sid",
        "epd",
        "kna",
        "belga",
        "anp",
        "pap",
        "ctk",
        "čtk",
        "tasr",
        "mti",
        "bta",
        "aap",
        "kyodo",
        "jiji",
        "yonhap",
        "bernama",
        "antara",
        "irna",
        "ritzaus",
        "europapress",
    ]
)
_NO_NAME = re.compile(
    r"^(?:https?://|www\.|[\W\d_]+$)|^(?:admin|administrator|unknown|n/?a|none|null|undefined|author|"
    r"guest|anonymous)$|^(?:image|photo|picture|foto)s?\s*:|(?:19|20)\d{2}|\d:\d",
    re.I,
)
_LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_.@].*)?$", re.I)


def key(text: str) -> str:
    """Return what two spellings of one text share: case, quotes, dashes, invisible characters and white space go."""
    if not text.isascii():
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text)).translate(_QUOTES)
    return " ".join(text.casefold().split())


def letters(text: str) -> str:
    """Return a text's letters and digits, folded, with nothing between."""
    return "".join(filter(str.isalnum, key(text)))


def plain(text: str) -> str:
    """Return a text without soft hyphens and other marks for line breaks."""
    return text if text.isascii() else text.translate(_HYPHENATION)


def site_names(names: Iterable[str | None], url: str) -> frozenset[str]:
    """Return the spellings (as `letters`) that mean the site itself: its stated names, and its domain's."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    labels = host.split(".")
    domains = {host, *(label for label in labels[:-1] if len(label) > 3 and label not in ("news", "amp", "mobile"))}
    found = {letters(name) for name in (*names, *domains) if name}
    found |= {name.removeprefix("the") for name in found}
    return frozenset(name for name in found if len(name) > 1)


def is_site(text: str, sites: frozenset[str]) -> bool:
    """Whether a text only names the site (`BBC News`, `www.derstandard.at`)."""
    name = letters(text).removeprefix("the").removeprefix("www")
    if not name:
        return False
    bare = re.sub(r"(online|news|de|com|digital|tv)$", "", name)
    return name in sites or (len(bare) > 2 and bare in sites)


def without_site(title: str, sites: frozenset[str], others: Iterable[str] = ()) -> str:
    """Return a title without the site's name, and without what only this spelling adds behind another of `others`."""
    title = _DATE_TAIL.sub("", fold(title)[:MAX_TITLE_CHARS].rstrip())
    for _ in range(3):
        tail = _TAIL.match(title)
        if tail and is_site(tail.group(2), sites):
            title = tail.group(1).rstrip()
            continue
        head = _HEAD.match(title)
        if head and is_site(head.group(1), sites):
            title = head.group(2)
            continue
        break
    for other in others:
        folded = key(other)
        if len(folded) > 15 and key(title).startswith(folded) and _SEPARATED.match(key(title)[len(folded) :]):
            return other
    return title


def people(value: Any, sites: frozenset[str]) -> tuple[str, ...]:
    """Return the names in an author value of any shape, in order and once each.

    Persons win; an organisation stays where it alone is named as the author. No "By", no e-mail, no profile URL, and
    not the site beside its people.
    """
    persons: dict[str, str] = {}
    groups: dict[str, str] = {}
    for each in value if isinstance(value, (list, tuple)) else [value]:
        organisation = any(kind.endswith("Organization") for kind in types_of(each))
        names = each.get("name") if isinstance(each, dict) else each
        for raw in names if isinstance(names, list) else [names]:
            for name in _names(text_of(raw, 1000)):
                group = organisation or is_site(name, sites)
                (groups if group else persons).setdefault(key(name), name)
    for agency in [each for each in groups if each in _AGENCIES or letters(each) not in sites]:
        persons.setdefault(agency, groups[agency])
    return tuple((persons or groups).values())[:MAX_AUTHORS]


def language_tag(value: str | None) -> str | None:
    """Return a BCP 47 tag (`en_us` is `en-US`), `None` for what is none. Source: RFC 5646, section 2.1.1 for case."""
    found = _LANGUAGE.match(value.strip().split(",")[0]) if value else None
    if found is None or found.group(1).lower() in ("und", "mul", "zxx"):
        return None
    language, script, region = found.groups()
    return "-".join(part for part in (language.lower(), script and script.title(), region and region.upper()) if part)


def distinct(values: Iterable[str | None], limit: int, chars: int = MAX_NAME_CHARS) -> tuple[str, ...]:
    """Return the values that say something, clean and once each (case aside), in order."""
    found: dict[str, str] = {}
    for value in values:
        text = fold(value)[:chars].strip(" ,;#")
        if text and len(found) < limit:
            found.setdefault(text.casefold(), text)
    return tuple(found.values())


def _names(text: str | None) -> list[str]:
    if not text:
        return []
    text = _BY.sub("", _HANDLE.sub(" ", _EMAIL.sub(" ", text))).strip()
    found = []
    for part in _NAMES_APART.split(text):
        pieces = part.split(",")
        # "Ann Lee, Bob Ray" is two people, "Ann Lee, Political Editor" one; "AFP, MANILA" says where it was written.
        several = len(pieces) > 1 and all(
            1 < len(piece.split()) < 5 and not _ROLE_WORDS.search(piece) for piece in pieces
        )
        for piece in pieces if several else pieces[:1] if _ROLE_WORDS.search(",".join(pieces[1:])) else [part]:
            name = _BY.sub("", piece).strip(" ,.;:|-–—()[]")
            if name and not _NO_NAME.search(name) and len(name) <= MAX_NAME_CHARS and len(name.split()) <= 8:
                found.append(name)
    return found
