"""Strangers' text in every field stays text, on every page that shows it."""

from __future__ import annotations

import csv
import io
import json
import random
import re
from collections.abc import Callable, Sequence
from html.parser import HTMLParser
from typing import Any

import pytest

from mirrorwire.web.app import PAGES
from tests.web.site import Site

Rows = Callable[..., list[dict[str, Any]]]

STRINGS = (
    "<script>alert(1)</script>",
    "</title><script>alert(1)</script>",
    "\"><img src=x onerror=alert(1)>",
    "' onmouseover='alert(1)",
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "</textarea></select></style></svg><svg onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<base href=https://evil.example/>",
    "<style>*{display:none}</style>",
    "<!--", "-->", "]]>", "<![CDATA[", "&lt;script&gt;", "&#60;script&#62;",
    "{{ 7 * 7 }}", "{% for x in y %}", "${7*7}", "%s %(x)s {0}",
    "**<b>**", "a\x1b[31mred\x07\x08", "\u202egnp.exe", "\u2066\u2067\u2068", "\ufeff\u2028\u2029",
    "می‌خواهم", "x" * 3000, "=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-1", "'; DROP TABLE article; --",
)  # fmt: skip
CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")
ALLOWED = frozenset(
    """a article body br button code dd del details div dl dt figcaption figure footer form h1 h2 h3 head header html
    iframe input ins label li line link main mark meta nav ol option p pre rect section select span strong summary svg
    table tbody td th thead time title tr ul""".split()
)


class Tags(HTMLParser):
    """Collects what a browser makes of a page: its elements, the targets of its links, its words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.names: set[str] = set()
        self.attributes: set[str] = set()
        self.targets: set[str] = set()
        self.words: list[str] = []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.add(tag)
        for name, value in attrs:
            self.attributes.add(name)
            if name in ("href", "src", "action"):
                self.targets.add(value or "")

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def spoil(rows: Rows, text: str) -> str:
    """Put a string into every field of strangers' that a page shows; return the key of a changed article."""
    row = rows("SELECT article_id, article_key FROM article WHERE versions > 1 ORDER BY 1 LIMIT 1")[0]
    number = row["article_id"]
    rows(
        "UPDATE article_version SET title = %s, text = %s || text, lead = %s, canonical_url = %s, authors = ARRAY[%s], "
        "section = %s, tags = ARRAY[%s], language = %s, image_url = %s, corrections = ARRAY[%s], doubts = ARRAY[%s], "
        "origins = %s, verdict = 'suspect' WHERE article_id = %s RETURNING 1",
        *[text] * 11, json.dumps({"title": text, text: text}), number,
    )  # fmt: skip
    rows("UPDATE article SET current_verdict = 'suspect' WHERE article_id = %s RETURNING 1", number)
    rows("UPDATE article_url SET url = %s || md5(url) WHERE article_id = %s RETURNING 1", text[:400], number)
    rows("UPDATE rejection SET evidence = %s RETURNING 1", json.dumps({"rule": text, text: [text, {"a": text}]}))
    rows("UPDATE capture SET url = %s RETURNING 1", text)
    rows("UPDATE run SET warnings = ARRAY[%s], failures = ARRAY[%s] RETURNING 1", text, text)
    rows("UPDATE run_step SET error = %s RETURNING 1", text)
    rows("UPDATE seed_poll SET detail = %s, outcome = 'failed' RETURNING 1", text)
    rows("UPDATE breaker SET reason = %s, state = 'open' RETURNING 1", text)
    rows("UPDATE attempt SET detail = %s, outcome = 'timeout' RETURNING 1", text)
    rows("UPDATE poll_schedule SET why = %s RETURNING 1", text)
    rows("UPDATE source SET name = %s RETURNING 1", text)
    rows("DELETE FROM alarm RETURNING 1")
    rows(
        "INSERT INTO alarm (source_key, name, subject, summary, raised_at, seen_at) "
        "VALUES ('courier', %s, %s, %s, now(), now()) RETURNING 1",
        text[:100], text[:100], text,
    )  # fmt: skip
    rows("DELETE FROM manual_act RETURNING 1")
    rows(
        "INSERT INTO manual_act (kind, source_key, subject, done_by, outcome, problem) "
        "VALUES ('host', 'courier', %s, %s, %s, %s) RETURNING 1",
        *[text] * 4,
    )  # fmt: skip
    return str(row["article_key"])


def drawn(count: int) -> list[str]:
    """Strings of one to six pieces of `STRINGS`, the same each time."""
    chance = random.Random(21)
    return ["".join(chance.choices(STRINGS, k=chance.randint(1, 6)))[:4000] for _ in range(count)]


@pytest.mark.parametrize(
    "texts", [STRINGS, pytest.param(drawn(500), marks=[pytest.mark.slow, pytest.mark.timeout(1200)])], ids=len
)
def test_hostile_strings_stay_text_on_every_page(pages: Site, rows: Rows, texts: Sequence[str]) -> None:
    clean = {name: Tags(pages.get(name, **words).text) for name, words in addresses("courier:1", "").items()}
    assert clean
    for text in texts:
        key = spoil(rows, text)
        for name, words in addresses(key, text).items():
            answer = pages.get(name, **words)
            assert answer.status == (400 if name == "search" and not any(map(str.isalnum, text)) else 200), (name, text)
            assert not CONTROLS.search(answer.text), (name, text)
            tags = Tags(answer.text)
            assert tags.names <= ALLOWED, (name, text, tags.names - ALLOWED)
            assert not {attribute for attribute in tags.attributes if attribute.startswith("on")}, (name, text)
            assert not tags.attributes & {"style", "srcdoc", "http-equiv"}, (name, text)
            for target in tags.targets:
                assert not re.match(r"\s*(javascript|data|vbscript):", target, re.I), (name, text, target)
                assert not target.startswith(("/", "\\")), (name, text, target)
            if name in ("article", "run", "rejections", "source", "alarms", "acts"):
                shown = CONTROLS.sub("\N{REPLACEMENT CHARACTER}", text)
                assert shown[:500].strip() in "".join(tags.words), (name, text)


def addresses(key: str, text: str) -> dict[str, dict[str, Any]]:
    """The words of every page's address."""
    words: dict[str, dict[str, Any]] = {name: {} for name in PAGES}
    words |= {"source": {"key": "courier"}, "article": {"key": key}, "run": {"id": 2}}
    words["search"] = {"q": text[:900], "language": text[:20]}
    return words


def test_json_holds_what_is_stored_with_obeyed_characters_escaped(pages: Site, rows: Rows) -> None:
    texts = [text for text in STRINGS if CONTROLS.search(text)]
    assert texts
    for text in texts:
        answer = pages.get("article.json", key=spoil(rows, text))
        assert not CONTROLS.search(answer.text), text
        assert answer.facts["article"]["title"] == text


def test_no_cell_of_the_csv_is_a_formula(pages: Site, rows: Rows) -> None:
    for text in ("=cmd|' /C calc'!A0", "+1+1", "@SUM(A1)", "-1"):
        rows("UPDATE article_version SET title = %s RETURNING 1", text)
        table = list(csv.DictReader(io.StringIO(pages.get("search.csv", q="harbour").text)))
        assert table
        for row in table:
            assert row["title"] == f"'{text}"
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())


def test_an_archived_page_is_shown_by_a_type_of_ours(pages: Site, rows: Rows) -> None:
    capture = rows("SELECT capture_id FROM article_version LIMIT 1")[0]["capture_id"]
    for stated, shown in (
        ("image/svg+xml", "text/plain"),
        ("text/javascript", "text/plain"),
        ("text/html; charset=windows-1256", "text/html; charset=utf-8"),
        ("text/html; charset=utf-8\r\nSet-Cookie: a=b", "text/html"),
        ("text/html; charset=\"x'\r\n", "text/html"),
        (None, "text/html"),
    ):
        rows("UPDATE capture SET content_type = %s WHERE capture_id = %s RETURNING 1", stated, capture)
        answer = pages.get("capture", id=capture)
        assert answer.headers["content-type"].startswith(shown), stated
        assert answer.headers["content-security-policy"].startswith("sandbox;")
        assert "set-cookie" not in answer.headers
