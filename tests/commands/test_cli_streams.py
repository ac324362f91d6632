"""The command line at its edges: closed streams, inputs without end, locales, bugs of ours, empty answers."""

from __future__ import annotations

import ast
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from mirrorwire.core import bugs
from mirrorwire.core.config import Settings
from mirrorwire.core.humanize import counted
from mirrorwire.pipeline import steps
from mirrorwire.reports import output
from tests.conftest import NEWSROOM_DAY, ROOT, Ran, environment
from tests.newsroom import Newsroom
from tests.support.command_forks import Running, assert_one_line

Run = Callable[..., Ran]
Begin = Callable[..., Running]
MODULE = f"{sys.executable} -m mirrorwire.cli"


@pytest.fixture
def shell(settings: Settings) -> Run:
    """Run a line of a shell, in which `mirrorwire` is the command line."""

    def run(line: str, **more: str) -> Ran:
        words = ["/bin/sh", "-c", line.replace("mirrorwire", MODULE)]
        done = subprocess.run(words, capture_output=True, env=environment(settings, **more), timeout=240, check=False)
        return Ran(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def test_streams_that_are_closed_cost_no_traceback(shell: Run) -> None:
    assert shell("mirrorwire ingest courier --live 2>&-").code == 0
    assert shell("mirrorwire ingest nobody 2>&-").code == 2
    assert shell("mirrorwire ingest courier --live >&- 2>&-").code == 1
    assert shell("mirrorwire db migrate <&- >&-").code == 0
    for line in ("export courier", "export courier --format csv", "status", "db url", "sources", "--version"):
        assert_one_line(shell(f"mirrorwire {line} >&-"), 1, "stdout is closed")
    assert_one_line(shell("mirrorwire extract - --url https://x.example/ <&-"), 3, "stdin is closed")


def test_a_disk_that_is_full_and_a_reader_that_has_left_cost_no_traceback(mirrorwire: Run, begin: Begin) -> None:
    assert mirrorwire("ingest", "courier", "--live").code == 0
    with Path("/dev/full").open("wb") as full:
        assert_one_line(begin("export", "courier", stdout=full.fileno()).wait(), 1, "No space left on device")
    for line in ("export courier", "status --format json", "db url", "coverage courier --format html"):
        ours, theirs = os.pipe()
        os.close(ours)
        done = begin(*line.split(), stdout=theirs).wait()
        os.close(theirs)
        assert (done.code, done.err) == (0, ""), line


def test_inputs_without_end_are_refused(mirrorwire: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    os.mkfifo(tmp_path / "pipe.toml")
    pipe = str(tmp_path / "pipe.toml")
    for place, what in (
        ("/dev/zero", "device"),
        (pipe, "pipe"),
        (str(tmp_path), "folder"),
        ("no/such", "No such file"),
    ):
        assert_one_line(mirrorwire("sources", "check", place), 2, place, what)
        assert_one_line(mirrorwire("sources", "try", place), 2, place, what)
        assert_one_line(mirrorwire("extract", place, "--url", "https://x.example/"), 2, place, what)
        assert_one_line(mirrorwire("extract", "--manifest", place), 2, place, what)
    rows = [{"id": n, "file": file, "url": "https://x.example/"} for n, file in enumerate(("/dev/zero", pipe, "-"))]
    (tmp_path / "m.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    done = mirrorwire("extract", "--manifest", "m.jsonl")
    assert done.code == 3
    assert [json.loads(line)["verdict"] for line in done.out.splitlines()] == ["broken"] * 3
    assert len(done.err.splitlines()) == 3


def test_what_another_program_writes_is_read(shell: Run, tmp_path: Path) -> None:
    (tmp_path / "p.html").write_text("<html><p>x", encoding="utf-8")
    row = json.dumps({"id": "a", "file": str(tmp_path / "p.html"), "url": "https://x.example/"})
    done = shell(f"echo '{row}' | mirrorwire extract --manifest /dev/stdin")
    assert (done.code, json.loads(done.out)["id"]) == (0, "a")
    assert shell(f"cat {tmp_path / 'p.html'} | mirrorwire extract /dev/stdin --url https://x.example/").code == 0


def test_no_more_is_read_than_is_allowed(tmp_path: Path) -> None:
    (tmp_path / "long").write_bytes(b"x" * 100)
    assert output.read_input(str(tmp_path / "long"), 10) == b"x" * 10


def test_a_manifests_mistakes_are_told_in_words(mirrorwire: Run, tmp_path: Path) -> None:
    path = tmp_path / "m.jsonl"
    for text, said in (
        ("{'id': 1}", "m.jsonl:1: not JSON at character 2"),
        ('{"id": 1}\n[]', "m.jsonl:1: a row needs 'file'"),
        ("3", "m.jsonl:1: a row is a JSON object"),
        ("[" * 100_000, "m.jsonl:1: "),
    ):
        path.write_text(text, encoding="utf-8")
        assert_one_line(mirrorwire("extract", "--manifest", str(path)), 2, said)


def test_a_locale_that_knows_ascii_alone_changes_nothing(server: Settings, tmp_path: Path, newsroom: Newsroom) -> None:
    from mirrorwire.store import db
    from tests.conftest import courier_file

    courier_file(tmp_path / "sources", newsroom, name='"Курьер"')
    with db.connect(db.embedded_database(server, "postgres")) as admin:
        admin.execute("DROP DATABASE IF EXISTS ascii WITH (FORCE)")
        admin.execute("CREATE DATABASE ascii")
    url = db.embedded_database(server, "ascii")
    settings = Settings(home=tmp_path, database_url=url, sources=tmp_path / "sources", archive=str(tmp_path / "a"))
    env = environment(settings, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    for words in (["db", "migrate"], ["ingest", "courier", "--live"], ["status"], ["export", "courier"], ["sources"]):
        done = subprocess.run(
            [sys.executable, "-m", "mirrorwire.cli", *words], capture_output=True, env=env, timeout=200, check=False
        )
        assert done.returncode == 0, done.stderr.decode()
    assert "Курьер" in done.stdout.decode()


def test_every_text_file_is_opened_with_its_encoding_named() -> None:
    files = [
        *(ROOT / "etl").rglob("*.py"),
        *(ROOT / "dags").rglob("*.py"),
        *(path for path in (ROOT / "tests" / "demo").glob("*.py") if not path.name.startswith("test_")),
    ]
    unnamed = [
        f"{path}:{node.lineno}"
        for path in files
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call) and _opens_text(node) and "encoding" not in {each.arg for each in node.keywords}
    ]
    assert unnamed == []


def _opens_text(call: ast.Call) -> bool:
    name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
    words = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if name in ("read_text", "write_text"):
        return isinstance(call.func, ast.Attribute)
    modes = [word for word in words if word in ("r", "w", "a", "x", "r+", "w+")]
    return name in ("open", "fdopen", "NamedTemporaryFile", "TemporaryFile") and bool(modes)


BUG = (
    "import sys\n"
    "from mirrorwire.reports import listings as reports\n"
    "from mirrorwire.cli import main\n"
    "reports.status = lambda *_, **__: {}['lost']\n"
    "sys.argv = ['mirrorwire', *sys.argv[1:]]\n"
    "main()\n"
)


@pytest.mark.parametrize(("words", "strict", "is_told"), [([], "", True), (["-v"], "", False), ([], "1", False)])
def test_a_bug_of_ours_is_one_line_and_its_traceback_is_there_when_asked_for(
    settings: Settings, words: list[str], strict: str, is_told: bool
) -> None:
    env = environment(settings) | {bugs.STRICT: strict}
    done = subprocess.run(
        [sys.executable, "-c", BUG, *words, "status"], capture_output=True, env=env, text=True, timeout=100, check=False
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert ("Traceback" in done.stderr) is not is_told
    if is_told:
        assert_one_line(
            Ran(1, "", done.stderr),
            1,
            "a bug of ours: KeyError: 'lost' (mirrorwire/commands/stored.py:",
            "mirrorwire -v",
        )


def test_an_empty_answer_is_told_on_stderr_and_stdout_stays_empty(mirrorwire: Run, newsroom: Newsroom) -> None:
    assert mirrorwire("ingest", "courier", "--since", f"{NEWSROOM_DAY}").code == 0
    key = f"courier:{newsroom.articles[0].id}"
    for line, said in (
        ("export courier --since 2001-01-01 --until 2001-01-02", "no article of courier is stored that fits"),
        ("export presstv", "no article of presstv is stored: mirrorwire ingest presstv"),
        ("rejections courier --verdict seizure", "no page of courier was rejected as seizure"),
        ("rejections presstv", "no page of presstv was rejected"),
        ("links presstv", "no page of presstv was given up"),
        ("clusters --min-size 2147483647", "articles or more say nearly the same"),
        ("revisions presstv", "no article of presstv has changed"),
        ("boilerplate presstv", "--all lists more"),
        ("forget --list", "no article was taken down"),
        ("search zzzzqqqq", "nothing found"),
    ):
        words = line.split()
        done = mirrorwire(*words)
        assert done.out == "", line
        assert_one_line(done, 0, said)
        if not line.startswith("forget"):
            assert json.loads(mirrorwire(*words, "--format", "json").out) == [], line
    assert mirrorwire("similar", key).code == 0


def test_links_that_were_never_tried_are_counted_and_listed_when_asked_for(
    mirrorwire: Run, newsroom: Newsroom, settings: Settings
) -> None:
    now = datetime.now(UTC)
    run_id = steps.open_run(settings, "courier", kind="live", external_id="t", all_seeds=True, now=now)
    steps.discover(settings, run_id, now=now)
    done = mirrorwire("links", "courier")
    rest = newsroom.articles
    assert done.out == ""
    assert_one_line(done, 0, f"{len(rest)} links of courier not tried yet: --all lists them")
    rows = [json.loads(line) for line in mirrorwire("links", "courier", "--all").out.splitlines()]
    assert {row["article_key"] for row in rows} == {f"courier:{article.id}" for article in rest}


def test_rejections_can_be_limited_to_the_newest(mirrorwire: Run, newsroom: Newsroom) -> None:
    newsroom.primary.fault = newsroom.mirror.fault = "seizure"
    mirrorwire("ingest", "courier")
    newsroom.primary.fault = newsroom.mirror.fault = None
    every = mirrorwire("rejections", "courier").out.splitlines()
    assert mirrorwire("rejections", "courier", "--limit", "2").out.splitlines() == every[:2]
    assert mirrorwire("rejections", "courier", "--limit", "0").code == 2
    assert_one_line(mirrorwire("rejections", "--accept", "1", "--limit", "2"), 2, "--limit")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_words_that_were_found_are_bold_on_a_terminal_and_marked_elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm")
    row = {"title": "**Not** marked", "snippet": "the **harbour** at 2 ** 3 [red]"}
    terminal, file = Terminal(), io.StringIO()
    output.write_rows([row], "table", to=terminal)
    output.write_rows([row], "table", to=file)
    assert "the \x1b[1mharbour\x1b[0m at 2 ** 3 [red]" in terminal.getvalue()
    assert "**Not** marked" in terminal.getvalue()
    assert "the **harbour** at 2 ** 3 [red]" in file.getvalue()


def test_a_number_and_its_noun_agree() -> None:
    assert [counted(n, "host") for n in (0, 1, 2, 2000)] == ["0 hosts", "1 host", "2 hosts", "2,000 hosts"]
    assert counted(2, "try", "tries") == "2 tries"
