"""The pieces of two texts that differ, as lines for people."""

from __future__ import annotations

import click

from mirrorwire.dedupe.revision import Kind, Piece
from mirrorwire.reports import output

MARKS: dict[Kind, tuple[str, str]] = {"removed": ("[-", "-]"), "added": ("{+", "+}")}
COLOURS: dict[Kind, str] = {"removed": "red", "added": "green"}
SIGNS: dict[Kind, str] = {"removed": "-", "added": "+", "changed": "~"}


def drawn(piece: Piece, *, colour: bool) -> str:
    """Return a title or paragraph as people read it: one line, its changed words marked, or in colours."""
    sign = SIGNS[piece.kind]
    if piece.kind == "changed" or colour:
        text = "".join(_run(kind, words, colour) for kind, words in piece.words)
    else:
        text = output.visible(piece.words[0][1])
    return f"{sign} {'title: ' if piece.part == 'title' else ''}{text}"


def _run(kind: Kind, words: str, colour: bool) -> str:
    shown = output.visible(words)
    if kind == "same":
        return shown
    if colour:
        return click.style(shown, fg=COLOURS[kind], strikethrough=kind == "removed")
    before, after = MARKS[kind]
    return f"{before}{shown}{after}"
