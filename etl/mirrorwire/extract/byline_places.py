"""Where on a page a byline may stand: in the article, and not in its frame, in cards of others or in comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any

from mirrorwire.extract.authors import labels_others
from mirrorwire.extract.marks import MAX_MARKS_CHARS, marks_of
from mirrorwire.extract.page import fold, within

_FRAME = ("nav", "footer", "aside", "figure", "figcaption")
_OWN = re.compile(r"author|byline|entry|post|article|story|meta|autor|auteur", re.I)
"""What footers and asides are called that belong to the article."""
_BESIDE = re.compile(
    r"recirc|related|recommend|teaser|comment|most-?(?:read|popular)|newsletter|sidebar|credit|caption", re.I
)
_COMMENT = re.compile(r"comment|disqus|pingback|trackback", re.I)
_PROFILE = re.compile(
    r"/(?:authors?|autor(?:e|en|es|in|as|i)?|auteurs?|profiles?|people|staff|journalists?|forfatter|our-team|"
    r"meet-the-team|writers?|firmas?|signature|giornalisti|periodistas?|yazar(?:lar)?|muhabir|penulis|authorview|"
    r"skribent|reporters?|redakt(?:ion|eur)|redaktor\w*|kolumne|columnists?|contributors?|creators?|by|"
    r"users?|team|bio|experts?|members?)/[^/?#]{3,}",
    re.I,
)
MAX_HOLDERS = 6
MAX_LABEL_CHARS = 60
MAX_LABEL_PIECES = 8
MAX_PIECES = 200


def in_frame(element: Any) -> bool:
    """Return whether an element stands in the page's frame or in a figure; the article's own footer is no frame."""
    return any(not _is_own(holder) for holder in element.iterancestors(*_FRAME))


def stands_beside(element: Any) -> bool:
    """Return whether an element belongs to another article's card, to a picture or to a comment."""
    line = [element, *islice(element.iterancestors(), 4)]
    return within(element, "form") or any(_BESIDE.search(marks_of(holder)[:MAX_MARKS_CHARS]) for holder in line)


def stands_in_comment(element: Any) -> bool:
    """Return whether an element belongs to a reader's comment."""
    line = [element, *islice(element.iterancestors(), MAX_HOLDERS)]
    return any(holder.tag != "body" and _COMMENT.search(marks_of(holder)[:MAX_MARKS_CHARS]) for holder in line)


def short_text(element: Any, limit: int) -> str:
    """Return an element's text on one line, or `""` if it is longer than `limit` characters."""
    parts: list[str] = []
    chars = 0
    for part in islice(element.itertext(), MAX_PIECES):
        chars += len(part.strip())
        if chars > limit:
            return ""
        parts.append(part)
    return fold("".join(parts))


def is_profile(link: Any) -> bool:
    """Return whether a link leads to the page of an author."""
    return bool(link.tag == "a" and _PROFILE.search(link.get("href") or ""))


def behind(element: Any) -> Iterator[Any]:
    """Yield the elements that follow in document order."""
    for up in (element, *element.iterancestors()):
        for sibling in up.itersiblings():
            yield from sibling.iter()


def is_of_others(element: Any) -> bool:
    """Return whether the words before an element say that it names another than the author: `Photos by`."""
    for holder in (element, *islice(element.iterancestors(), 2)):
        before = holder.getprevious()
        if before is None:
            text = fold(holder.getparent().text) if holder.getparent() is not None else ""
        else:
            text = fold(before.tail) or fold(" ".join(islice(before.itertext(), MAX_LABEL_PIECES)))
        if text:
            return len(text) < MAX_LABEL_CHARS and labels_others(text)
    return False


def _is_own(holder: Any) -> bool:
    """Whether a footer or an aside is the article's own, by where it stands or by what it is called."""
    if holder.tag == "footer":
        return within(holder, "article", "main") or bool(_OWN.search(marks_of(holder)[:MAX_MARKS_CHARS]))
    marks = marks_of(holder)[:MAX_MARKS_CHARS]
    return holder.tag == "aside" and bool(_OWN.search(marks)) and within(holder, "article", "main")
