"""What editors and mirrors do to an article, done to real bodies; and pairs of strangers that share background text."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

# A word, or two characters where no space parts the words.
_WORD = re.compile(r"[\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]{1,2}|[^\W\u0e00-\u0eff\u3040-\u30ff\u3400-\u9fff]+")
TAIL = (
    "Press TV’s website can also be accessed at the following alternate addresses:\nwww.presstv.ir\nwww.presstv.co.uk\n"
    "Share this article on Twitter, Facebook and Telegram, or subscribe to our newsletter."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """A real article: its title and paragraphs, the lead first, and where it was published."""

    id: str
    country: str
    title: str
    paragraphs: tuple[str, ...]

    @property
    def text(self) -> str:
        """The title stands above the paragraphs, so that another title is an edit of the text."""
        return "\n".join((self.title, *self.paragraphs))


def read_bodies(gold: Path) -> list[Body]:
    """Return the articles of a file of gold answers."""
    rows = [json.loads(line) for line in gold.read_text(encoding="utf-8").splitlines()]
    return [
        Body(id=row["id"], country=row["country"], title=row["title"], paragraphs=(*row["lead"], *row["body"]))
        for row in rows
    ]


def edited(bodies: Sequence[Body], n: int, seed: int = 0) -> Mapping[str, str]:
    """Return the nine edits of a body by name. What is added is another article's, of its country if there is one."""
    body, other = bodies[n], _neighbour(bodies, n)
    dice = random.Random(f"{body.id} {seed}")
    text, length = body.text, len(body.text)
    added = [line for line in other.paragraphs if len(line) > 80] or list(other.paragraphs)
    vocabulary = _WORD.findall(other.text)

    def inserted(count: int) -> str:
        return "\n".join((body.title, *body.paragraphs[:1], *added[:count], *body.paragraphs[1:]))

    def changed(share: float) -> str:
        return _WORD.sub(lambda word: dice.choice(vocabulary) if dice.random() < share else word[0], text)

    marks = {'"': "", "“": "", "”": "", "„": "", "«": "", "»": "", "'": "", "’": "", ",": " –", ".": "!", "、": " "}
    return {
        "mirror's tail added": f"{text}\n{TAIL}",
        "title changed": "\n".join((other.title, *body.paragraphs)),
        "one paragraph added": inserted(1),
        "three paragraphs added": inserted(3),
        "30 % cut at the end": text[: length * 7 // 10],
        "30 % cut in the middle": text[: length * 35 // 100] + text[length * 65 // 100 :],
        "punctuation and quotes changed": text.translate(str.maketrans(marks)),
        "5 % of words changed": changed(0.05),
        "10 % of words changed": changed(0.10),
    }


def with_background(bodies: Sequence[Body], rounds: int) -> Iterator[tuple[str, str]]:
    """Yield pairs of different articles, a quarter of each the same background from a third; `rounds` a body."""
    for body in bodies:
        dice = random.Random(body.id)
        others = [other for other in bodies if other is not body]
        for _ in range(rounds):
            other, third = dice.sample(others, 2)
            lengths = [len(_WORD.findall(each.text)) for each in (body, other, third)]
            words = min(lengths[0], lengths[1], 3 * lengths[2]) // 4
            background = _first(third.text, words)
            yield f"{_first(body.text, 3 * words)}\n{background}", f"{background}\n{_first(other.text, 3 * words)}"


def _first(text: str, words: int) -> str:
    ends = [match.end() for match in _WORD.finditer(text)]
    return text[: ends[words - 1]] if 0 < words <= len(ends) else text


def _neighbour(bodies: Sequence[Body], n: int) -> Body:
    following = [*bodies[n + 1 :], *bodies[:n]]
    return next((other for other in following if other.country == bodies[n].country), following[0])
