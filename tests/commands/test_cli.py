"""The command line as people use it: other processes, real streams, exit codes, one clear line for each mistake."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
import pytest

from mirrorwire.cli import COMMANDS as PLACES
from mirrorwire.cli import cli
from mirrorwire.core.config import Settings
from tests.conftest import ROOT, Ran, courier_file
from tests.newsroom import Newsroom
from tests.support.command_forks import assert_one_line
from tests.support.dozen import opml_file

Run = Callable[..., Ran]

EXPORT = (
    "article_key canonical_url urls source title lead text authors published_at published_at_assumed section "
    "tags language image version cluster_id served_by first_seen_at fetched_at gone_at "
    "published_precision modified_at paywalled corrections last_seen_at alias_of verdict doubts"
).split()
EXTRACT = (
    "id url verdict title lead text authors published_at published_at_assumed published_precision section tags "
    "language image canonical_url"
).split()


def commands(group: click.Group, *words: str) -> dict[tuple[str, ...], click.Command]:
    found: dict[tuple[str, ...], click.Command] = {}
    context = click.Context(group)
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command
        found[(*words, name)] = command
        if isinstance(command, click.Group):
            found.pop((*words, name)) if not command.invoke_without_command else None
            found |= commands(command, *words, name)
    return found


COMMANDS = commands(cli)


def examples(command: click.Command) -> list[list[str]]:
    lines = re.findall(r"^ *(mirrorwire .*|psql .*)$", command.help or "", re.M)
    return [line.split() for line in lines]


def test_of_a_command_that_is_none_the_nearest_is_named(mirrorwire: Run) -> None:
    done = mirrorwire("serach", "harbour")
    assert (done.code, done.err.splitlines()[-1]) == (2, "Error: No such command 'serach'. Did you mean 'search'?")
    assert mirrorwire("xyzzy").err.endswith("Error: No such command 'xyzzy'.\n")


def test_every_command_has_an_example_in_its_help() -> None:
    assert {words for words, command in COMMANDS.items() if not examples(command)} == set()


def test_the_list_of_commands_says_what_their_own_helps_begin_with() -> None:
    context = click.Context(cli)
    for name, place in PLACES.items():
        command = cli.get_command(context, name)
        assert command
        assert command.name == name
        assert (command.help or "").startswith(place.line)


@pytest.mark.parametrize(
    "words",
    [["--help"], ["--version"], ["extract", "--help"], ["extract", "page.html", "--url", "https://a.example/a"]],
)
def test_help_and_extract_load_no_more_than_they_use(words: list[str], tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(COURIER_PAGE, encoding="utf-8")
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr))\n"
        "from mirrorwire.cli import cli; cli(sys.argv[1:], prog_name='mirrorwire', standalone_mode=False)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *words],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    loaded = set(done.stderr.strip().splitlines()[-1].split())
    assert "mirrorwire" in loaded, done.stderr
    heavy = {"airflow", "feedparser", "psycopg", "pydantic", "requests", "rich", "trafilatura", "warcio", "yoyo"}
    assert loaded & heavy == set()


ELSEWHERE = {("airflow",), ("archive", "write-off"), ("db", "stop"), ("db", "url"), ("web",)}


@pytest.mark.timeout(900)
def test_the_documented_commands_run(mirrorwire: Run, newsroom: Newsroom, tmp_path: Path, settings: Settings) -> None:
    newsroom.publish_all()
    page = tmp_path / "page.html"
    page.write_text(COURIER_PAGE, encoding="utf-8")
    days = sorted({f"{article.published.date()}" for article in newsroom.articles})
    manifest = tmp_path / "pages.jsonl"
    manifest.write_text(json.dumps({"id": "a", "file": "page.html", "url": "https://news.example/a"}) + "\n")
    replaced = {
        "page.html": str(page),
        "pages.jsonl": str(manifest),
        "courier.xlsx": str(tmp_path / "courier.xlsx"),
        "courier.csv": str(tmp_path / "courier.csv"),
        "my/example.toml": str(courier_file(tmp_path / "my", newsroom)),
        "publishers.opml": str(opml_file(tmp_path, newsroom.primary.origin)),
        "http://127.0.0.1:8801": newsroom.primary.origin,
        "2026-11-10": days[0],
        "2026-11-15": days[2],
        "2026-11-20": days[0],
        "2026-11-21": days[1],
    }
    assert mirrorwire("ingest", "courier").code == 0  # what the examples ask about
    ran = []
    for words, command in COMMANDS.items():
        if words == ("db", "stop"):
            continue  # it stops the embedded server only, which this test does not use: tests/store/test_database.py
        if words == ("airflow",):
            continue  # it needs the stack of `make up`: tests/demo/test_stack.py
        if words == ("web",):
            continue  # it serves until it is interrupted: tests/web/test_guard.py
        if words == ("archive", "write-off"):
            continue  # it needs a file that is lost: tests/archive/test_lost_files.py
        for example in examples(command):
            if example[0] != "mirrorwire":
                continue
            said = example[1 : example.index(">")] if ">" in example else example[1:]
            done = mirrorwire(*(replaced.get(word, word) for word in said))
            assert done.code == 0, (example, done.err)
            ran.append(words)
    assert set(ran) >= COMMANDS.keys() - ELSEWHERE


def test_ingest_then_export_gives_the_contracts_columns(mirrorwire: Run, newsroom: Newsroom) -> None:
    assert mirrorwire("ingest", "courier").code == 0
    done = mirrorwire("export", "courier", "--format", "jsonl")
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert list(rows[0]) == EXPORT
    assert len({row["article_key"] for row in rows}) == len(rows) == len(newsroom.articles)
    assert {row["gone_at"] for row in rows} == {None}
    table = mirrorwire("export", "courier", "--format", "csv")
    assert len(list(csv.DictReader(io.StringIO(table.out)))) == len(rows)
    assert json.loads(mirrorwire("export", "courier", "--format", "json").out) == rows
    assert newsroom.articles[0].title[:20] in mirrorwire("export", "courier", "--format", "table").out


def test_airflow_without_a_running_stack_says_what_starts_one(mirrorwire: Run, settings: Settings) -> None:
    for words in (("dags", "list"), ("--env-file",)):
        done = mirrorwire("airflow", *words)
        assert (done.code, done.out) == (1, "")
        told = f"mirrorwire: no Airflow runs in {settings.home / 'airflow'}: make up starts one there"
        assert done.err.startswith(told) and len(done.err.splitlines()) == 1


def test_a_window_is_half_open_and_in_the_sources_zone(mirrorwire: Run, newsroom: Newsroom) -> None:
    days = sorted({article.published.date() for article in newsroom.articles})
    assert mirrorwire("ingest", "courier", "--since", f"{days[1]}", "--until", f"{days[3]}").code == 0
    rows = [json.loads(line) for line in mirrorwire("export", "courier").out.splitlines()]
    expected = {f"courier:{a.id}" for a in newsroom.articles if days[1] <= a.published.date() < days[3]}
    assert {row["article_key"] for row in rows} == expected
    one = mirrorwire("export", "courier", "--since", f"{days[2]}", "--until", f"{days[3]}")
    assert len(one.out.splitlines()) == sum(a.published.date() == days[2] for a in newsroom.articles)


def test_a_dry_run_tells_the_days_and_stores_nothing(mirrorwire: Run, newsroom: Newsroom) -> None:
    days = sorted({article.published.date() for article in newsroom.articles})
    before = days[0] - timedelta(days=10)
    window = ("--since", f"{before}", "--until", f"{days[2]}")
    rows = [json.loads(line) for line in mirrorwire("backfill", "courier", *window, "--dry-run").out.splitlines()]
    told = {row["day"]: (row["to_fetch"], row["covered"]) for row in rows}
    assert told[f"{before}"] == (0, False)
    assert told[f"{days[0]}"] == (sum(a.published.date() == days[0] for a in newsroom.articles), True)
    assert f"{days[2]}" not in told
    assert mirrorwire("export", "courier").out == ""
    assert json.loads(mirrorwire("status", "courier", "--format", "json").out)["sources"][0]["articles"] == 0


def test_status_tells_hosts_and_what_they_failed_of(mirrorwire: Run, newsroom: Newsroom) -> None:
    newsroom.primary.fault = "seizure"
    mirrorwire("ingest", "courier", "--live")
    found = json.loads(mirrorwire("status", "courier", "--format", "json").out)["sources"][0]
    primary, mirror = found["hosts"]
    assert (primary["role"], mirror["role"]) == ("primary", "mirror")
    assert primary["ok_last_day"] == 0
    assert "seizure" in primary["last_failure"] or "not a feed" in primary["last_failure"]
    assert mirror["pages_last_day"] == found["articles"] > 0
    shown = mirrorwire("status", "--format", "table").out
    assert newsroom.primary.origin in shown
    assert "down" in shown


COURIER_PAGE = (
    "<html lang=en><head><title>A title</title><meta property='og:type' content='article'></head><body><article>"
    "<h1>A title</h1>"
    + "".join(
        f"<p>Paragraph {n} of an article, long enough to be one, with a comma, and a full stop.</p>" for n in range(9)
    )
    + "</article></body></html>"
)


def test_extract_answers_in_the_manifests_order_and_lists_what_it_could_not_read(
    mirrorwire: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.html").write_text(COURIER_PAGE, encoding="utf-8")
    (tmp_path / "b.html.gz").write_bytes(gzip.compress(COURIER_PAGE.encode()))
    (tmp_path / "cut.html.gz").write_bytes(gzip.compress(COURIER_PAGE.encode())[:60])
    names = ("b.html.gz", "lost.html", "cut.html.gz", "a.html")
    lines = [json.dumps({"id": name[0], "file": name, "url": f"https://news.example/{name}"}) for name in names]
    (tmp_path / "m.jsonl").write_text("\n".join(lines) + "\n")
    done = mirrorwire("extract", "--manifest", str(tmp_path / "m.jsonl"))
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert [row["id"] for row in rows] == ["b", "l", "c", "a"]
    assert [row["verdict"] == "broken" for row in rows] == [False, True, True, False]
    assert set(EXTRACT) <= rows[0].keys()
    assert rows[0]["text"] == rows[3]["text"]
    assert rows[1]["title"] is rows[1]["text"] is None
    assert done.code == 3
    assert len(done.err.splitlines()) == 2


def test_extract_reads_stdin(mirrorwire: Run) -> None:
    done = mirrorwire("extract", "-", "--url", "https://news.example/a", stdin=COURIER_PAGE.encode())
    assert json.loads(done.out)["title"] == "A title"


def test_mistakes_get_one_line_and_the_right_exit_code(mirrorwire: Run, tmp_path: Path) -> None:
    typo = tmp_path / "typo.toml"
    typo.write_text(courier_text().replace("delay_s", "dealy_s"))
    assert_one_line(mirrorwire("sources", "check", str(typo)), 2, str(typo), "dealy_s", "delay_s")
    assert_one_line(mirrorwire("sources", "check", str(tmp_path / "none.toml")), 2, "none.toml", "No such file")
    assert_one_line(mirrorwire("ingest", "curier"), 2, "curier", "courier")
    assert_one_line(mirrorwire("export", "courier", "--since", "20-11-2026"), 2, "since", "20-11-2026")
    assert_one_line(mirrorwire("backfill", "courier", "--since", "2026-11-20", "--until", "2026-11-19"), 2, "until")
    assert_one_line(mirrorwire("extract", str(tmp_path / "none.html"), "--url", "https://x.example/"), 2, "none.html")
    assert_one_line(mirrorwire("extract"), 2, "FILE")
    assert_one_line(mirrorwire("extract", "-", "--url", "a page"), 2, "a page", "not an http or https URL")
    assert_one_line(mirrorwire("extract", "--manifest", str(tmp_path / "none.jsonl")), 2, "none.jsonl")
    (tmp_path / "bad.jsonl").write_text('{"id": 1}\n')
    assert_one_line(mirrorwire("extract", "--manifest", str(tmp_path / "bad.jsonl")), 2, "bad.jsonl:1", "file")
    assert_one_line(
        mirrorwire("status", MIRRORWIRE_SOURCES=str(tmp_path / "nowhere")), 2, "MIRRORWIRE_SOURCES", "nowhere"
    )
    assert mirrorwire("ingest").code == 2
    assert mirrorwire("no-such-command").code == 2


def courier_text() -> str:
    from tests.conftest import COURIER

    return COURIER


def test_a_database_or_folder_that_is_not_there_is_said_in_one_line(mirrorwire: Run, tmp_path: Path) -> None:
    gone = "postgresql://someone:secret@127.0.0.1:1/news"
    done = mirrorwire("status", MIRRORWIRE_DATABASE_URL=gone)
    assert_one_line(done, 1, "127.0.0.1:1/news")
    assert "secret" not in done.err
    assert_one_line(mirrorwire("status", MIRRORWIRE_DATABASE_URL="nonsense"), 2, "MIRRORWIRE_DATABASE_URL")
    assert_one_line(mirrorwire("db", "stop"), 2, "MIRRORWIRE_DATABASE_URL")
    (tmp_path / "file").write_text("")
    assert_one_line(
        mirrorwire("ingest", "courier", MIRRORWIRE_ARCHIVE=str(tmp_path / "file")), 1, str(tmp_path / "file")
    )
    embedded = {"MIRRORWIRE_DATABASE_URL": ""}
    assert_one_line(mirrorwire("status", **embedded, MIRRORWIRE_HOME=str(tmp_path / "file")), 1, str(tmp_path / "file"))
    deep = "/tmp/" + "deep/" * 30
    assert_one_line(mirrorwire("status", **embedded, MIRRORWIRE_HOME=deep), 1, "bytes", "MIRRORWIRE_HOME")


def test_a_broken_source_file_costs_only_its_own_source(mirrorwire: Run, tmp_path: Path, settings: Settings) -> None:
    assert settings.sources
    (settings.sources / "broken.toml").write_text("key = \n")
    done = mirrorwire("sources", "--format", "jsonl")
    errors = {row["key"]: row["error"] for row in map(json.loads, done.out.splitlines())}
    assert errors["courier"] is None
    assert "line 1" in errors["broken"]
    assert done.code == 3
    assert mirrorwire("ingest", "courier", "--live").code == 0
    assert_one_line(mirrorwire("ingest", "broken"), 2, "broken.toml", "line 1")


@pytest.mark.parametrize("command", [("db", "migrate"), ("db", "url")])
def test_the_database_can_be_asked_for(mirrorwire: Run, settings: Settings, command: tuple[str, ...]) -> None:
    done = mirrorwire(*command)
    assert done.code == 0
    if command[1] == "url":
        assert done.out.strip() == settings.database_url


def test_the_real_pages_are_answered_for(mirrorwire: Run, shared: Path) -> None:
    done = mirrorwire("extract", "--manifest", str(shared / "corpora" / "news" / "gold.jsonl"))
    rows = [json.loads(line) for line in done.out.splitlines()]
    assert done.code == 0, done.err
    assert len(rows) == 122
    assert sum(row["verdict"] == "article" for row in rows) >= 118
