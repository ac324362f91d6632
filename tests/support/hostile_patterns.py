"""Texts made against regular expressions: what makes those with several open repetitions try again and again."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tests.support.hostile import Expected, Hostile, beside, markup


def _lines(*lines: str, expected: Expected = "whole or broken") -> Hostile:
    """An article whose text also holds these lines."""
    return beside("".join(f"<p>{line}</p>" for line in lines), expected=expected)


PATTERNS: Mapping[str, Callable[[], Hostile]] = {
    # Texts made against patterns with two or more open repetitions.
    "lines of spaces between words": lambda: _lines(*["share " + "x " * 120] * 3000),
    "lines against .{0,80} in front": lambda: _lines(*["in your inbo " * 19] * 3000),
    "lines against copyright": lambda: _lines(*["© " * 120] * 3000),
    "lines against newsletters": lambda: _lines(*["get the newsletter inbox news alerts " * 6] * 3000),
    "lines against credits": lambda: _lines(*["photo: " * 22] * 3000),
    "lines against agencies": lambda: _lines(*["/ap/afp/reuter " * 10] * 3000),
    "lines of dots": lambda: _lines(*["share this" + "." * 240 + "x"] * 3000),
    "lines against e-mail addresses": lambda: _lines(*["a.b" * 26] * 5000),
    "lines of @": lambda: _lines(*["@a" * 39] * 5000),
    "lines against tweets": lambda: _lines(*["— x (@" * 40] * 3000),
    "lines against bylines": lambda: _lines(*["By Aaaaaaaaaaaaaa, bbbbbbbbbbbbbbbbbbb &cccccccccccccc dd!"] * 5000),
    "lines against dates": lambda: _lines(*["12 12 12 12 12 12 12 12:12:12:12"] * 5000),
    "lines of digits": lambda: _lines(*[str(10**70 + n) for n in range(5000)]),
    "lines against headings of the rest": lambda: _lines(*["more from " + "a " * 20 + "!"] * 5000),
    "line of 1 MB against e-mail addresses": lambda: _lines("a." * 500_000),
    "line of 1 MB of @": lambda: _lines("@" * 1_000_000),
    "line of 1 MB of dots and spaces": lambda: _lines(". " * 500_000),
    "line of 1 MB of list marks": lambda: _lines("- " * 500_000),
    "line of 1 MB of dashes": lambda: _lines("-" * 1_000_000),
    "line of 1 MB of no-break spaces": lambda: _lines("x" + "\u00a0" * 900_000 + "x"),
    "line of 1 MB of invisible characters": lambda: _lines("x\u200b" * 500_000),
    "19,000 different lines": lambda: _lines(*[f"Storm number {n} reached the harbour" for n in range(19_000)]),
    # Titles, authors, notices and dates made against theirs.
    "title of separators": lambda: Hostile(
        body=markup(head=f'<meta property="og:title" content="{"a | " * 5000}">').encode(), expected="whole"
    ),
    "title of spaces": lambda: Hostile(
        body=markup(head=f'<meta property="og:title" content="{"a" + chr(0x3000) * 5000}|">').encode(), expected="whole"
    ),
    "title of dashes": lambda: Hostile(
        body=markup(head=f'<meta property="og:title" content="{"storm - -" * 5000}">').encode(), expected="whole"
    ),
    "author of and": lambda: beside(head=f'<meta name="author" content="{"a and and " * 2000}">', expected="whole"),
    "author of commas": lambda: beside(head=f'<meta name="author" content="{"Ann, Lee " * 2000}">', expected="whole"),
    "author of dots": lambda: beside(head=f'<meta name="author" content="{"a.b." * 4000}">', expected="whole"),
    "author of @": lambda: beside(head=f'<meta name="author" content="{"@@ " * 6000}">', expected="whole"),
    "author of spaces": lambda: beside(
        head=f'<meta name="author" content="{"A" + "&nbsp;" * 3000}B">', expected="whole"
    ),
    "100 authors of commas": lambda: beside(
        head=f'<meta name="author" content="{"Ann, Lee " * 2000}">' * 100, expected="whole"
    ),
    "opening against notices": lambda: Hostile(
        body=b"<title>x</title><p>" + b"this domain has been this site is verify you are access to this " * 4000
    ),
    "title against notices": lambda: Hostile(
        body=b"<title>" + b"this domain has been this site is verify you are access to this " * 4000 + b"</title>"
    ),
    "pictures against notices": lambda: Hostile(
        body=f'<img alt="{"seiz this domain warrant " * 40}" src="{"seiz-" * 100}">'.encode() * 3000
    ),
    "date of digits": lambda: beside(
        head=f'<meta property="article:published_time" content="{"1" * 20_000}">', expected="whole"
    ),
    "date of spaces": lambda: beside(
        head=f'<meta property="article:published_time" content="2026{"&nbsp;" * 3000}09">', expected="whole"
    ),
    "date of colons": lambda: beside(
        head=f'<meta property="article:published_time" content="{"12:" * 6000}">', expected="whole"
    ),
    "language of dashes": lambda: beside(
        head=f'<meta name="language" content="{"en-" * 6000}">', expected="whole"
    ),
    "feed root behind comments": lambda: Hostile(body=b"<!-- -->" * 240 + markup().encode(), expected="whole"),
    "feed root behind open comments": lambda: Hostile(body=b"<!--" * 480 + b" " * 1000 + markup().encode()),
    "XML prolog without an end": lambda: Hostile(body=b"<?xml " * 400 + markup().encode(), expected="whole or broken"),
    "meta charset over and over": lambda: Hostile(
        body=b"<meta charset=" * 290 + markup().encode(), expected="whole or broken"
    ),
    "content type of 1 MB": lambda: Hostile(
        body=markup().encode(), content_type="text/html; charset=" + "x" * 1_000_000, expected="whole"
    ),
    "class against leads": lambda: beside(f'<p class="{"lead-sub-title" * 60_000}">{"x" * 60}</p>', expected="whole"),
}  # fmt: skip
