"""What a name in a byline is: a person's, an account's, an organisation's, the site's, or words of the interface."""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache

from mirrorwire.extract.normalize import is_site, key, letters
from mirrorwire.extract.wording import Wording

AGENCIES = frozenset(
    "aap aa afp afpbb agencies agencia ansa anp antara ap apa apn ats belga bernama bloomberg bta ctk čtk dpa efe epd "
    "europapress ians interfax irna jiji kna kyodo lusa mti ntb pap pti reuters ria ritzau ritzaus sda sid sputnik stt "
    "tanjug tasr tass tt ukrinform upi xinhua yonhap".split()
)
"""News agencies by their short names, folded: an author beside people, never a place or a role."""

ROLE = Wording("bylines.roles", r"\b(?:WORDS)\b")
_DESK = Wording("bylines.desks", r"\b(?:WORDS)\b")
_ORGANISATION = Wording("bylines.organisations", r"(?:\b|(?=\.))(?:WORDS)\b")
_INTERFACE = Wording("bylines.interface", r"\b(?:WORDS)\b")
_DOMAIN = re.compile(r"^\S+\.(?:[a-z]{2}|com|net|org|info|news|co\.[a-z]{2})\b", re.I)
_UNSPACED = re.compile("[\u3040-\u30ff\u3400-\u9fff々・]{2,12}|[가-힣]{2,5}")
_PARTICLES = frozenset(
    "al af av ap ben bin bint d' da dal de del della den der des di do dos du e el ibn la le ter ten und van von vom y "
    "zu zum zur".split()
)
"""Words that names hold in lower case."""
MAX_REMEMBERED = 256
"""Names: a page states its authors several times."""
MAX_ACCOUNT_CHARS = 40
MAX_ACCOUNT_WORDS = 4


class NameKind(IntEnum):
    """What a name is, the best author first. An agency's short name counts as an account's does: it is named for it."""

    PERSON = 0
    ACCOUNT = 1
    GROUP = 2
    SITE = 3


def kind_of(name: str, sites: frozenset[str], *, organisation: bool = False) -> NameKind:
    """Return what a name is; `organisation` tells that its statement says that it is one."""
    if letters(name) in sites or is_site(name, sites):
        return NameKind.SITE
    if key(name) in AGENCIES:
        return NameKind.ACCOUNT
    if organisation or is_group(name) or _DOMAIN.search(name):
        return NameKind.GROUP
    if looks_like_a_person(name) or looks_like_a_person(name.title()) or _UNSPACED.fullmatch(name):
        return NameKind.PERSON
    return NameKind.ACCOUNT


def looks_like_a_person(name: str) -> bool:
    """Whether a text from the page may be a person's name: two to five words, the first in a capital, no digits."""
    words = name.split()
    if not 1 < len(words) < 6 or words[0].lower() == "the" or any(char.isdigit() or char in "/@|:!?" for char in name):
        return False
    if name[0].islower() and words[0] not in _PARTICLES:
        return False
    for word in words[1:]:
        if word[0].islower() and word not in _PARTICLES and "'" not in word and "’" not in word:
            return False
    return words[-1] not in _PARTICLES and not (ROLE.search(name) or is_group(name) or is_interface(name))


def looks_like_an_account(name: str) -> bool:
    """Whether a text may be what a writer is called on the site: a first name, a nickname, a name of any spelling."""
    if not 1 < len(name) <= MAX_ACCOUNT_CHARS or len(name.split()) > MAX_ACCOUNT_WORDS:
        return False
    return any(char.isalpha() for char in name) and not is_interface(name)


@lru_cache(maxsize=MAX_REMEMBERED)
def is_group(name: str) -> bool:
    """Return whether a name is a desk's, an agency's or another organisation's."""
    return key(name) in AGENCIES or bool(_DESK.search(name) or _ORGANISATION.search(name))


@lru_cache(maxsize=MAX_REMEMBERED)
def is_interface(name: str) -> bool:
    """Return whether a text holds words of the page's interface (`Follow us`, `3 min read`)."""
    return bool(_INTERFACE.search(name))
