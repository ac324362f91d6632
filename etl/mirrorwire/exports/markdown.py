"""An article's text as Markdown (CommonMark): its paragraphs, with no word taken for markup."""

from __future__ import annotations

import re

_MARKUP = re.compile(r"[\\`*_\[\]<>&~|]")
"""What is markup wherever it stands; `~` and `|` are so in GitHub's dialect."""
_AT_THE_BEGINNING = re.compile(r"#|[-+=](?=[-+=\s]|$)")
"""A heading, a list, a rule or an underline, at the beginning of a line."""
_NUMBERED = re.compile(r"([0-9]{1,9})([.)])(?=\s|$)")


def markdown_of(text: str) -> str:
    """Return a stored text as Markdown: a paragraph a line of it, a blank line between two, markup escaped.

    Stored text holds paragraphs and nothing else: headings, links and lists of the page are paragraphs here too.
    """
    paragraphs = [_paragraph(line) for line in text.split("\n")]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _paragraph(line: str) -> str:
    plain = line.strip()
    escaped = _MARKUP.sub(r"\\\g<0>", plain)
    if _AT_THE_BEGINNING.match(escaped):
        return "\\" + escaped
    return _NUMBERED.sub(r"\1\\\2", escaped, count=1) if _NUMBERED.match(escaped) else escaped
