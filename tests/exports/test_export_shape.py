"""What an export's rows look like: columns, local times, Markdown, CSV for Excel, links, several sources."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from lxml import etree
from markdown_it import MarkdownIt
from pyarrow import parquet

from mirrorwire.core.config import Settings
from mirrorwire.exports import workbook
from mirrorwire.exports.formats import COLUMNS
from mirrorwire.exports.markdown import markdown_of
from mirrorwire.store.db import Connection
from tests.conftest import COURIER, Ran
from tests.exports.test_export_endings import moment
from tests.load.test_load import NOW, Desk, saying

Run = Callable[..., Ran]
LOCAL_NOON = "2026-11-20T15:30:00+03:30"
"""`NOW` in Tehran, the zone of the source."""


@pytest.fixture
def stored(conn: Connection) -> Desk:
    desk = Desk(conn)
    desk.load(
        saying(desk.row(1, "# First.\n1. Second *line*"), title="=1+1"),
        saying(desk.row(2, "other", minutes=60), published_at=None),
    )
    return desk


def test_columns_are_those_that_are_named_in_their_order(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    named = ["title", "article_key"]
    for form in ("json", "jsonl", "csv", "parquet", "xlsx", "table"):
        path = tmp_path / f"out-{form}.txt"
        done = mirrorwire(
            "export", "courier", "--columns", "title, article_key", "--format", form, "--output", str(path)
        )
        assert (done.code, done.err) == (0, ""), form
        if form == "csv":
            assert path.read_bytes() == b"title,article_key\r\n=1+1,courier:1\r\nA title,courier:2\r\n"
        elif form == "jsonl":
            assert [list(json.loads(line)) for line in path.read_text().splitlines()] == [named, named]
        elif form == "json":
            assert json.loads(path.read_text())[0] == {"title": "=1+1", "article_key": "courier:1"}
        elif form == "parquet":
            assert parquet.read_table(path).column_names == named
        elif form == "table":
            assert "served by" not in path.read_text()


def test_a_column_that_is_not_known_is_refused_with_those_that_are(mirrorwire: Run) -> None:
    done = mirrorwire("export", "courier", "--columns", "title,titel")
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    assert "'titel'" in done.err
    for name in COLUMNS:
        assert name in done.err
    assert "twice" in mirrorwire("export", "courier", "--columns", "title,title").err


def test_local_times_stand_beside_those_in_utc(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    flags = ["export", "courier", "--columns", "published_at,title", "--local-time"]
    first, second = map(json.loads, mirrorwire(*flags).out.splitlines())
    assert list(first) == ["published_at", "published_at_local", "title"]
    assert datetime.fromisoformat(first["published_at"]) == NOW
    assert first["published_at_local"] == LOCAL_NOON
    assert second["published_at_local"] is None
    mirrorwire(*flags, "--output", str(tmp_path / "m.parquet"))
    table = parquet.read_table(tmp_path / "m.parquet")
    clock = NOW.replace(tzinfo=None) + timedelta(hours=3, minutes=30)
    assert table["published_at_local"].to_pylist() == [clock, None]
    mirrorwire(*flags, "--output", str(tmp_path / "m.xlsx"))
    cells = sheet_of((tmp_path / "m.xlsx").read_bytes())
    assert abs(moment(cells["B2"]) - clock.replace(tzinfo=UTC)) < timedelta(seconds=1)
    assert len(json.loads(mirrorwire("export", "courier", "--local-time").out.splitlines()[0])) == len(COLUMNS) + 6


def sheet_of(document: bytes) -> dict[str, str]:
    """The cells of a workbook's first sheet by their place."""
    with zipfile.ZipFile(io.BytesIO(document)) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    return {cell.get("r", ""): "".join(cell.itertext()) for cell in sheet.iter("{*}c")}


def links_of(document: bytes) -> list[str]:
    """Where the links of a workbook's first sheet lead."""
    with zipfile.ZipFile(io.BytesIO(document)) as book:
        rels = "xl/worksheets/_rels/sheet1.xml.rels"
        if rels not in book.namelist():
            return []
        return [relation.get("Target", "") for relation in etree.fromstring(book.read(rels))]


def test_a_workbook_links_the_canonical_url_and_no_other_text(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    mirrorwire("export", "courier", "--output", str(tmp_path / "m.xlsx"))
    assert links_of((tmp_path / "m.xlsx").read_bytes()) == [
        "http://127.0.0.1:8801/Detail/2026/11/20/1/x",
        "http://127.0.0.1:8801/Detail/2026/11/20/2/x",
    ]


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "https://x.example/ a",
        'https://x.example/"',
        "https://x/" + "a" * 2080,
    ],
)
def test_a_url_that_is_none_of_the_web_is_text(url: str) -> None:
    out = io.BytesIO()
    workbook.write_workbook([{"canonical_url": url}], ["canonical_url"], out)
    assert links_of(out.getvalue()) == []
    assert sheet_of(out.getvalue())["A2"] == url


def test_links_end_where_a_sheet_takes_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_LINKS", 2)
    out = io.BytesIO()
    rows = [{"canonical_url": f"https://x.example/{number}"} for number in range(4)]
    workbook.write_workbook(rows, ["canonical_url"], out)
    assert links_of(out.getvalue()) == ["https://x.example/0", "https://x.example/1"]
    assert sheet_of(out.getvalue())["A5"] == "https://x.example/3"


def test_csv_for_excel_has_a_mark_and_no_formula(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    path = tmp_path / "m.csv"
    assert mirrorwire("export", "courier", "--excel", "--columns", "title,text", "--output", str(path)).code == 0
    body = path.read_bytes()
    assert body.startswith(b"\xef\xbb\xbftitle,text\r\n'=1+1,")
    assert [row["title"] for row in csv.DictReader(io.StringIO(body.decode("utf-8-sig"), newline=""))] == [
        "'=1+1",
        "A title",
    ]
    assert "--excel is for csv" in mirrorwire("export", "courier", "--excel", "--format", "jsonl").err


@pytest.mark.parametrize("first", ["=", "+", "-", "@", "\t", "\r"])
def test_what_a_spreadsheet_runs_is_made_inert(stored: Desk, mirrorwire: Run, first: str) -> None:
    stored.load(saying(stored.row(3, "x", minutes=1), title=f"{first}SUM(A1)"))
    out = mirrorwire("export", "courier", "--excel", "--columns", "title", "--format", "csv").out
    titles = [row["title"] for row in csv.DictReader(io.StringIO(out.lstrip("\ufeff"), newline=""))]
    assert [title for title in titles if "SUM" in title] in ([f"'{first}SUM(A1)"], ["SUM(A1)"])
    assert not [title for title in titles if title.startswith(first)]


HOSTILE = [
    "# no heading", "- no list", "+ no list", "1. no list", "12) no list", "---", "===", "*a* _b_ `c`",
    "[a](javascript:x)", "![a](b)", "<script>alert(1)</script>", "&lt;b&gt;", "> no quote", "    no code", "a\\*b",
    "https://x.example/a_b_c", "~~~", "| a | b |", "-5 degrees", "3.5 million", "<https://x.example>", "\\", "* a",
]  # fmt: skip


def test_markdown_shows_each_paragraph_as_it_was() -> None:
    tokens = MarkdownIt("commonmark").parse(markdown_of("\n".join(HOSTILE)))
    assert {token.type for token in tokens} == {"paragraph_open", "inline", "paragraph_close"}
    shown = []
    for token in tokens:
        if token.type == "inline":
            assert {child.type for child in token.children or []} <= {"text", "text_special"}
            shown.append("".join(child.content for child in token.children or []))
    assert shown == [line.strip() for line in HOSTILE]


def test_text_is_written_as_markdown_when_asked(stored: Desk, mirrorwire: Run) -> None:
    done = mirrorwire("export", "courier", "--columns", "text", "--text", "markdown")
    assert json.loads(done.out.splitlines()[0]) == {"text": "\\# First.\n\n1\\. Second \\*line\\*"}


def test_several_sources_follow_each_other_and_all_takes_every_one(
    stored: Desk, mirrorwire: Run, settings: Settings, conn: Connection
) -> None:
    second_source(settings, conn)
    keys = ["herald:7", "courier:1", "courier:2"]
    flags = ["--columns", "article_key"]
    done = mirrorwire("export", "herald", "courier", "herald", *flags)
    assert [json.loads(line)["article_key"] for line in done.out.splitlines()] == keys
    done = mirrorwire("export", "--all", *flags)
    assert sorted(json.loads(line)["article_key"] for line in done.out.splitlines()) == sorted(keys)
    done = mirrorwire("export", "herald", "courier", "--limit", "2", *flags)
    assert [json.loads(line)["article_key"] for line in done.out.splitlines()] == keys[:2]
    done = mirrorwire("export", "herald", "courier", "--since", "2026-11-22", *flags)
    assert json.loads(done.out) == {"article_key": "herald:7"}, "noon of the 21st in UTC, past midnight in its zone"


def test_a_broken_source_file_is_told_and_the_others_are_exported(
    stored: Desk, mirrorwire: Run, settings: Settings
) -> None:
    assert settings.sources
    (settings.sources / "broken.toml").write_text("key =", encoding="utf-8")
    done = mirrorwire("export", "--all", "--columns", "article_key")
    assert (done.code, len(done.out.splitlines()), len(done.err.splitlines())) == (3, 2, 1)
    assert "broken.toml" in done.err


def second_source(settings: Settings, conn: Connection) -> None:
    """Store one article of another source, in another zone."""
    assert settings.sources
    text = COURIER.replace('key = "courier"', 'key = "herald"').replace("Asia/Tehran", "Pacific/Auckland")
    (settings.sources / "herald.toml").write_text(text, encoding="utf-8")
    with conn.transaction():
        for statement in HERALD.split(";\n"):
            conn.execute(statement.encode())


HERALD = """
INSERT INTO source (source_key, name, timezone) VALUES ('herald', 'The Herald', 'Pacific/Auckland');
INSERT INTO host (source_key, url, role) VALUES ('herald', 'http://127.0.0.1:8805', 'primary');
INSERT INTO link (source_key, article_key, url, state, discovered_at, discovered_by)
SELECT 'herald', 'herald:7', 'http://127.0.0.1:8805/7', state, discovered_at, discovered_by FROM link LIMIT 1;
INSERT INTO capture (source_key, link_id, host_id, run_id, url, fetched_at, status, digest, warc, warc_offset,
                     warc_length, chosen)
SELECT 'herald', l.link_id, h.host_id, c.run_id, l.url, c.fetched_at, 200, 'd', 'herald', 0, 1, true
FROM link l, host h, (SELECT * FROM capture LIMIT 1) c WHERE l.article_key = 'herald:7' AND h.source_key = 'herald';
INSERT INTO article (article_key, source_key, link_id, current_version, versions, first_seen_at, current_capture_id,
                     current_fetched_at, current_hash, current_url, current_published_at)
SELECT 'herald:7', 'herald', k.link_id, 1, 1, k.fetched_at, k.capture_id, k.fetched_at, a.current_hash, k.url,
       v.published_at + interval '1 day'
FROM capture k, (SELECT * FROM article LIMIT 1) a,
     (SELECT * FROM article_version WHERE published_at IS NOT NULL LIMIT 1) v WHERE k.warc = 'herald';
INSERT INTO article_version (article_id, version, capture_id, extractor_version, fetched_at, loaded_by, content_hash,
                             canonical_url, title, lead, text, published_at, published_at_assumed, published_precision,
                             modified_at, section, language, authors, tags, image_url, origins)
SELECT n.article_id, 1, n.current_capture_id, 1, v.fetched_at, v.loaded_by, v.content_hash, n.current_url, v.title,
       v.lead, v.text, v.published_at + interval '1 day', v.published_at_assumed, v.published_precision, v.modified_at,
       v.section, v.language, v.authors, v.tags, v.image_url, v.origins
FROM article n, (SELECT * FROM article_version WHERE published_at IS NOT NULL LIMIT 1) v
WHERE n.article_key = 'herald:7'
"""


def test_what_does_not_go_together_is_refused(mirrorwire: Run) -> None:
    for words, reason in (
        (["export"], "--all"),
        (["export", "courier", "--all"], "leave the names out"),
        (["export", "courier", "--format", "atom", "--columns", "title"], "elements of its own"),
        (["export", "courier", "--manifest"], "--output"),
        (["export", "courier", "--from", "x.json"], "beside it goes only --output"),
    ):
        done = mirrorwire(*words)
        assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1), words
        assert reason in done.err
