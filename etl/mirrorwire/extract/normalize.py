"""Values as pages give them -> values as a table wants them: titles, names, language tags, site names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Iterable
from urllib.parse import urlsplit

from mirrorwire.extract.page import fold

MAX_TITLE_CHARS = 1000
MAX_NAME_CHARS = 200
MAX_TAGS = 100

_QUOTES = {
    **dict.fromkeys("’‘‚‛′`´", "'"),
    **dict.fromkeys("“”„‟«»″", '"'),
    **dict.fromkeys("‐‑‒–—―−", "-"),
}
_QUOTE = re.compile(f"[{''.join(_QUOTES)}]")
_HYPHENATION = str.maketrans(dict.fromkeys("\u00ad\u200b\u2060\ufeff"))
"""Marks for line breaks: no reader sees them. The joiners of Persian and Indic words stay."""
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]")
_SIGNS = re.compile(r"[\W_]+")
_ASCII_SIGNS = bytes(byte for byte in range(128) if not chr(byte).isalnum())
_BEHIND = r"\s*(?:\s[|\-–—*•·:»›/]|[|ㅣ｜»›：])\s*([^|ㅣ｜]{2,60})$"
_TAIL = re.compile(rf"^(.{{8,}}?){_BEHIND}")
_LAST_TAIL = re.compile(rf"^(.{{8,}}){_BEHIND}")
"""The shortest tail: a title may have a subtitle, and behind that the site."""
_HEAD = re.compile(r"^([^|:]{2,40}?)(?:\s*[|:»]|\s[-–—·•])\s+(.{8,})$")
_SEPARATED = re.compile(r"^\s*[|\-–—*•·»›/ㅣ｜]")
_DATE_TAIL = re.compile(r"\s[|–—-]\s*\d{1,4}[./-]\d{1,2}[./-]\d{1,4}$")
_NO_SITE_LABELS = frozenset("co com org net gov ac or ne news amp mobile m".split())
_SITE_TAIL = re.compile(r"(?:online|news|nachrichten|noticias|redaktion|redaction|digital|tv|com|de)$")
_ARCHIVED = re.compile(r"^https?://[^/]+/web/\d+[a-z_]*/https?://([^/:?#]+)", re.I)
"""The site of a page that a web archive serves. Source: https://archive.org/web/ (addresses of the Wayback Machine)"""
_ARTICLE_WORD = re.compile(r"\s*(?:l['’]|(?:la|le|les|il|lo|el|los|las|der|die|das|de|het|o|a|os|as|al)\s)", re.I)
_LANGUAGE = re.compile(r"^([a-z]{2,3})(?:[-_]([a-z]{4}))?(?:[-_]([a-z]{2}|\d{3}))?(?:[-_.@].*)?$", re.I)


def key(text: str) -> str:
    """Return what two spellings of one text share: case, quotes, dashes, invisible characters and white space go."""
    if not text.isascii():
        # `str.translate` looks every character up, a pattern only those that there are.
        text = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
        text = _QUOTE.sub(lambda quote: _QUOTES[quote[0]], text)
    return " ".join(text.casefold().split())


def letters(text: str) -> str:
    """Return a text's letters and digits, folded, with nothing between."""
    if text.isascii():
        return text.lower().encode("ascii").translate(None, _ASCII_SIGNS).decode("ascii")
    return _SIGNS.sub("", unicodedata.normalize("NFKC", text).casefold())


def plain(text: str) -> str:
    """Return a text without soft hyphens and other marks for line breaks."""
    return text if text.isascii() else text.translate(_HYPHENATION)


def site_names(names: Iterable[str | None], url: str) -> frozenset[str]:
    """Return the spellings (as `letters`) that mean the site itself: its stated names, and its domain's."""
    host = (urlsplit(url).hostname or "").removeprefix("www.")
    archived = _ARCHIVED.search(url)
    if archived is not None:
        host = archived[1].removeprefix("www.")
    labels = [label for label in host.split(".")[:-1] if label not in _NO_SITE_LABELS]
    domains = {host, *labels[-1:], *(label for label in labels if len(label) > 3)}
    spellings = {letters(name) for name in (*names, *domains) if name}
    spellings |= {name.removeprefix("the") for name in spellings}
    return frozenset(name for name in spellings if len(name) > 1)


def is_site(text: str, sites: frozenset[str]) -> bool:
    """Whether a text only names the site (`BBC News`, `www.derstandard.at`)."""
    name = letters(text).removeprefix("the").removeprefix("www")
    if not name:
        return False
    bare = _SITE_TAIL.sub("", name)
    if name in sites or (len(bare) > 2 and bare in sites):
        return True
    article = _ARTICLE_WORD.match(text)
    return article is not None and len(name) > 6 and letters(text[article.end() :]) in sites


def without_site(title: str, sites: frozenset[str], others: Iterable[str] = ()) -> str:
    """Return a title without the site's name, and without what only this spelling adds behind another of `others`."""
    title = _DATE_TAIL.sub("", fold(title)[:MAX_TITLE_CHARS].rstrip())
    others = list(others)
    spellings = [letters(other) for other in others]
    for _ in range(3):
        shorter = _without_end(title, sites, spellings)
        if shorter is None:
            break
        title = shorter
    for other in others:
        folded = key(other)
        if len(folded) > 15 and key(title).startswith(folded) and _SEPARATED.match(key(title)[len(folded) :]):
            return other
    return title


def _without_end(title: str, sites: frozenset[str], others: Collection[str]) -> str | None:
    """A title without the site behind it, what only it has behind another's spelling, or the site before it."""
    last, tail, head = _LAST_TAIL.match(title), _TAIL.match(title), _HEAD.match(title)
    for part in (last, tail):
        if part is not None and is_site(part[2], sites):
            return part[1].rstrip()
    if tail is not None and letters(tail[1]) in others:
        return tail[1].rstrip()
    return head[2] if head is not None and is_site(head[1], sites) else None


def language_tag(value: str | None) -> str | None:
    """Return a BCP 47 tag (`en_us` is `en-US`), `None` for what is none. Source: RFC 5646, section 2.1.1 for case."""
    match = _LANGUAGE.match(value.strip().split(",")[0]) if value else None
    if match is None or match.group(1).lower() in ("und", "mul", "zxx"):
        return None
    language, script, region = match.groups()
    return "-".join(part for part in (language.lower(), script and script.title(), region and region.upper()) if part)


def distinct(values: Iterable[str | None], limit: int, chars: int = MAX_NAME_CHARS) -> tuple[str, ...]:
    """Return the values that say something, clean and once each (case aside), in order."""
    by_spelling: dict[str, str] = {}
    for value in values:
        text = fold(value)[:chars].strip(" ,;#")
        if text and len(by_spelling) < limit:
            by_spelling.setdefault(text.casefold(), text)
    return tuple(by_spelling.values())
