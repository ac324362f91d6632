"""The name of an export's file says what it holds: endings, gzip, workbooks, and names that do not tell."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from lxml import etree
from pyarrow import parquet

from mirrorwire.core.errors import WrongUse
from mirrorwire.exports import workbook
from mirrorwire.exports.formats import COLUMNS
from mirrorwire.store.db import Connection
from tests.conftest import Ran
from tests.load.test_load import NOW, Desk, saying

Run = Callable[..., Ran]
SHEET = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


@pytest.fixture
def desk(conn: Connection) -> Desk:
    return Desk(conn)


@pytest.fixture
def stored(desk: Desk) -> Desk:
    desk.load(
        saying(desk.row(1, "First.\nSecond."), title='=HYPERLINK("http://x.example")', lead="https://x.example/a"),
        saying(desk.row(2, "x" * 40_000, minutes=60), published_at=None),
    )
    return desk


def cells(document: bytes) -> list[dict[str, str | None]]:
    """The rows of a workbook's first sheet by its header, each cell as its text."""
    with zipfile.ZipFile(io.BytesIO(document)) as book:
        sheet = etree.fromstring(book.read("xl/worksheets/sheet1.xml"))
    places = {link.get("ref", "")[0] for link in sheet.iter(f"{SHEET}hyperlink")}
    assert not [*sheet.iter(f"{SHEET}f")], "no formula"
    assert places <= {"B"}, "no link but the canonical URL"
    rows = [
        {cell.get("r", "").rstrip("0123456789"): "".join(cell.itertext()) for cell in row.iter(f"{SHEET}c")}
        for row in sheet.iter(f"{SHEET}row")
    ]
    return [{name: row.get(place) for place, name in rows[0].items()} for row in rows[1:]]


def moment(serial: str | None) -> datetime:
    """The time that a sheet's number means: days since 1899-12-30."""
    return datetime(1899, 12, 30, tzinfo=UTC) + timedelta(days=float(serial or "nan"))


def test_each_ending_decides_what_the_file_holds(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    keys = ["courier:1", "courier:2"]
    for ending in (".jsonl", ".json", ".csv", ".CSV", ".jsonl.gz", ".json.gz", ".csv.gz", ".atom", ".xml", ".parquet"):
        path = tmp_path / f"marsh{ending}"
        done = mirrorwire("export", "courier", "--output", str(path))
        assert (done.code, done.out, done.err) == (0, "", ""), ending
        body = path.read_bytes()
        body = gzip.decompress(body) if ending.endswith(".gz") else body
        plain = ending.lower().removesuffix(".gz")
        if plain == ".jsonl":
            found = [json.loads(line)["article_key"] for line in body.splitlines()]
        elif plain == ".json":
            found = [row["article_key"] for row in json.loads(body)]
        elif plain == ".csv":
            found = [row["article_key"] for row in csv.DictReader(io.StringIO(body.decode(), newline=""))]
        elif plain == ".parquet":
            found = parquet.read_table(path)["article_key"].to_pylist()
        else:
            assert etree.fromstring(body).tag == "{http://www.w3.org/2005/Atom}feed"
            continue
        assert found == keys, ending


@pytest.mark.parametrize("name", ["marsh.tsv", "marsh.xls", "marsh.zip", "marsh.csv.bz2", "marsh.2026-11-20", "m.gzip"])
@pytest.mark.parametrize("stated", [[], ["--format", "csv"]])
def test_an_ending_that_is_not_known_is_refused_with_those_that_are(
    mirrorwire: Run, tmp_path: Path, name: str, stated: list[str]
) -> None:
    done = mirrorwire("export", "courier", "--output", str(tmp_path / name), *stated)
    assert (done.code, done.out, len(done.err.splitlines())) == (2, "", 1)
    for ending in (name, ".jsonl", ".json", ".csv", ".xlsx", ".parquet", ".atom", ".gz"):
        assert ending in done.err
    assert list(tmp_path.glob("*marsh*")) == []


@pytest.mark.parametrize("name", ["marsh", "marsh.txt", "marsh.gz", ".csv"])
def test_a_name_that_says_nothing_needs_a_format(stored: Desk, mirrorwire: Run, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    done = mirrorwire("export", "courier", "--output", str(path))
    assert (done.code, "needs --format" in done.err, path.exists()) == (2, True, False)
    assert mirrorwire("export", "courier", "--output", str(path), "--format", "csv").code == 0
    body = gzip.decompress(path.read_bytes()) if name.endswith(".gz") else path.read_bytes()
    assert body.startswith(b"article_key,")


@pytest.mark.parametrize(
    ("name", "form"), [("m.xlsx", "jsonl"), ("m.csv", "json"), ("m.csv.gz", "atom"), ("m.jsonl", "xlsx")]
)
def test_an_ending_and_a_format_that_contradict_are_refused(
    mirrorwire: Run, tmp_path: Path, name: str, form: str
) -> None:
    done = mirrorwire("export", "courier", "--output", str(tmp_path / name), "--format", form)
    assert (done.code, len(done.err.splitlines()), (tmp_path / name).exists()) == (2, 1, False)
    assert f"--format says {form}" in done.err


@pytest.mark.parametrize("name", ["m.xlsx.gz", "m.parquet.gz"])
def test_what_is_compressed_within_is_not_packed_once_more(mirrorwire: Run, tmp_path: Path, name: str) -> None:
    done = mirrorwire("export", "courier", "--output", str(tmp_path / name))
    assert done.code == 2
    assert "compressed within" in done.err


def test_a_workbook_holds_texts_as_texts_and_times_as_times(stored: Desk, mirrorwire: Run, tmp_path: Path) -> None:
    path = tmp_path / "marsh.xlsx"
    done = mirrorwire("export", "courier", "--output", str(path))
    assert done.code == 0
    assert done.err == (
        "mirrorwire: 1 cell was cut: xlsx takes 32,767 characters a cell; jsonl, csv and parquet hold all\n"
    )
    first, second = cells(path.read_bytes())
    assert list(first) == COLUMNS
    assert (first["title"], first["lead"]) == ('=HYPERLINK("http://x.example")', "https://x.example/a")
    assert (first["text"], first["version"]) == ("First.\nSecond.", "1")
    assert len(json.loads(first["urls"] or "")) == 1
    assert abs(moment(second["fetched_at"]) - moment(first["fetched_at"]) - timedelta(hours=1)) < timedelta(seconds=1)
    assert abs(moment(first["fetched_at"]) - NOW) < timedelta(seconds=1)
    assert (second["published_at"], len(second["text"] or "")) == (None, 32_767)


def test_a_workbooks_cells_hold_what_a_sheet_can(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = io.BytesIO()
    east = timezone(timedelta(hours=3, minutes=30))
    row = {
        "time": datetime(2026, 1, 5, 1, 30, tzinfo=east),
        "old": datetime(1799, 1, 1, tzinfo=UTC),
        "controls": "a\x00b\x1b[31m\ufffe_x0041_",
        "emoji": "😀" * 20_000,
        "truth": True,
        "nothing": None,
    }
    assert workbook.write_workbook([row], list(row), out) == 1
    (found,) = cells(out.getvalue())
    assert abs(moment(found["time"]) - datetime(2026, 1, 4, 22, tzinfo=UTC)) < timedelta(seconds=1)
    assert found["old"] == "1799-01-01T00:00:00+00:00"
    assert found["controls"] == "ab[31m_x005F_x0041_"
    assert len((found["emoji"] or "").encode("utf-16-le")) // 2 == 32_766
    assert (found["truth"], found["nothing"]) == ("1", None)
    assert "1 cell was cut" in capsys.readouterr().err


def test_more_rows_than_a_sheet_has_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MAX_ROWS", 4)
    assert workbook.write_workbook([{"a": "x"}] * 3, ["a"], io.BytesIO()) == 3
    with pytest.raises(WrongUse, match="room for 3 articles"):
        workbook.write_workbook([{"a": "x"}] * 4, ["a"], io.BytesIO())


def test_a_workbook_that_ends_early_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def rows() -> Iterator[dict[str, str]]:
        yield {"a": "x"}
        raise ConnectionError("the database is gone")

    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    with pytest.raises(ConnectionError):
        workbook.write_workbook(rows(), ["a"], io.BytesIO())
    assert list(tmp_path.iterdir()) == []
