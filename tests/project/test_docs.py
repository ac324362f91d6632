"""What README and docs/ show is so: their source files, queries, links, commands, and the words of every alarm."""

from __future__ import annotations

import ast
import json
import re
import shlex
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import get_args

import click
import pytest

from mirrorwire.cli import cli
from mirrorwire.core.config import Settings, read_source
from mirrorwire.core.records import VerdictKind
from mirrorwire.store import db
from tests.commands.test_cli import COURIER_PAGE
from tests.conftest import ROOT, Ran
from tests.newsroom import Newsroom
from tests.support.dozen import opml_file, publish
from tests.support.publisher import Publisher, publishing

Run = Callable[..., Ran]

PACKAGE = ROOT / "etl" / "mirrorwire"
TOP = ("README.md", "CONTRIBUTING.md", "SECURITY.md")
PAGES = {
    str(path.relative_to(ROOT)): path.read_text(encoding="utf-8")
    for path in (*map(ROOT.joinpath, TOP), *sorted((ROOT / "docs").glob("*.md")))
}
WORDS = " ".join(PAGES.values())

NOT_RUN = {
    "make": "sets up, starts and tests all of this; CI calls it on a fresh machine",
    "export": "of the shell that reads on",
    "url=": "of the shell that reads on",
    "password=": "reads what `make up` wrote: tests/demo/test_stack.py",
    "token=": "asks the web server of `make up`: tests/demo/test_stack.py",
    "curl": "asks the web server of `make up`: tests/demo/test_stack.py",
    ".": "reads what `make up` wrote: tests/demo/test_stack.py",
    "airflow": "of an Airflow of one's own",
    "pip": "asks a package index",
    "python": "a benchmark, which writes its own page",
    "pytest": "another test",
    ".venv/bin/python": "another test",
    "docker": "needs an engine",
    "(umask": "makes the secrets of a deployment: tests/airflow/test_compose.py",
    "mkdir": "of a deployment",
    "git": "of a deployment",
    "psql": "is not always there",
}
"""The words that commands of the pages begin with which are not run here, and why."""


@dataclass(frozen=True)
class Command:
    page: str
    words: tuple[str, ...]


def blocks(language: str) -> Iterator[tuple[str, str]]:
    for page, text in PAGES.items():
        yield from ((page, block) for block in re.findall(rf"^ *```{language}\n(.*?)^ *```", text, re.M | re.S))


def commands_in_blocks() -> Iterator[Command]:
    """Yield each command of each `sh` block, its lines joined, its comment left out."""
    for page, block in blocks("sh"):
        waiting = ""
        for line in block.splitlines():
            waiting += line.removesuffix("\\") + ("" if line.endswith("\\") else "\n")
            try:
                words = shlex.split(waiting, comments=True)
            except ValueError:
                continue  # a quote stands open
            if line.endswith("\\"):
                continue
            if words:
                yield Command(page, tuple(words))
            waiting = ""
        assert not waiting.strip(), (page, waiting)


def commands_in_text() -> Iterator[Command]:
    """Yield each command that a line of text shows, `mirrorwire …` in backquotes."""
    for page, text in PAGES.items():
        plain = re.sub(r"^ *```.*?^ *```", "", text, flags=re.M | re.S)
        for shown in re.findall(r"`(mirrorwire [a-z][^`]*)`", plain):
            if ":" not in shown.split()[0] and "…" not in shown.split():
                yield Command(page, tuple(shlex.split(shown)))


def command_of(words: tuple[str, ...]) -> tuple[click.Command, list[str]]:
    """Return what `mirrorwire` calls for these words, and the words that it is given."""
    found: click.Command = cli
    rest = list(words[1:])
    while isinstance(found, click.Group) and rest and not rest[0].startswith("-"):
        inner = found.get_command(click.Context(found), rest[0])
        if inner is None and found.invoke_without_command:
            break
        assert inner, f"no command {rest[0]!r}: {' '.join(words)}"
        found, rest = inner, rest[1:]
    return found, rest


def only_named(each: Command) -> bool:
    """Whether a text names a command or an option by these words, and shows no call: what it needs is left out."""
    command, given = command_of(each.words)
    wanting = {name for option in command.params if not getattr(option, "is_flag", False) for name in option.opts}
    return given[-1] in wanting if given else any(option.required for option in command.params)


SHOWN = [*commands_in_blocks(), *commands_in_text()]
OURS = [each for each in SHOWN if each.words[0] == "mirrorwire" and each.words[1:2] != ("airflow",)]
"""Our commands; Airflow's own words, and the stack of `make up` that they need: tests/demo/test_stack.py."""


def test_every_command_exists_with_the_options_that_are_shown() -> None:
    assert len(OURS) > 40
    for each in OURS:
        command, rest = command_of(each.words)
        known = {name for option in command.params for name in (*option.opts, *option.secondary_opts)} | {"--help"}
        assert {word for word in rest if word.startswith("-") and word != "-"} <= known, each


def test_commands_of_other_programs_are_not_run_for_a_reason() -> None:
    for each in SHOWN:
        first = each.words[0]
        first = f"{first.split('=')[0]}=" if "=" in first else first
        assert first == "mirrorwire" or first in NOT_RUN, each


EXPORTED = (
    "courier.xlsx",
    "courier.csv",
    "courier.csv.manifest.json",
    "again.csv",
    "month.jsonl.gz",
    "courier.parquet",
)
"""Files that pages have written by `mirrorwire export`."""


@pytest.fixture
def other() -> Iterator[Publisher]:
    """A publisher that no source file has."""
    with publishing() as publisher:
        publish(publisher, "The Other Daily", 100, 101, 102)
        yield publisher


@pytest.mark.timeout(900)  # a hundred commands, each a process
def test_the_commands_run(
    mirrorwire: Run, newsroom: Newsroom, other: Publisher, tmp_path: Path, settings: Settings
) -> None:
    page, pages = tmp_path / "page.html", tmp_path / "pages.jsonl"
    page.write_text(COURIER_PAGE, encoding="utf-8")
    pages.write_text(json.dumps({"id": "a", "file": "page.html", "url": "https://news.example/a"}) + "\n")
    assert settings.sources
    opml = opml_file(tmp_path, newsroom.primary.origin)  # a publisher that is known: nobody is asked
    table = tmp_path / "publishers.csv"
    table.write_text(f"name,url\nThe Other Daily,{other.url}\n", encoding="utf-8")
    days = sorted({f"{article.published.date()}" for article in newsroom.articles})
    replaced = {
        "page.html": str(page),
        "pages.jsonl": str(pages),
        "my/example.toml": str(settings.sources / "example.toml"),  # drafted, tried, then ingested
        "publishers.opml": str(opml),
        "publishers.csv": str(table),
        **{name: str(tmp_path / name) for name in EXPORTED},
        "URL": "https://news.example/a",
        "FILE": str(settings.sources / "courier.toml"),
        "SOURCE": "courier",
        "ORIGIN": "https://courier.example.net",
        "HOST": newsroom.mirror.origin,
        "http://127.0.0.1:8801": newsroom.primary.origin,
        "daily": "courier",
        "presstv": "courier",
        "courier:300104": f"courier:{newsroom.articles[0].id}",
        **dict.fromkeys(("2026-11-10", "2026-11-22", "2023-11-10"), days[0]),
        **dict.fromkeys(("2026-11-15", "2026-11-24", "2023-11-11"), days[1]),
    }
    assert mirrorwire("ingest", "courier").code == 0  # what the commands ask about
    newsroom.later = True
    assert mirrorwire("ingest", "courier", "--revisit").code == 0  # and has a second version
    unique = {tuple(replaced.get(word, word) for word in each.words[1:]): each for each in OURS}
    # What takes an article away comes last.
    for words, each in sorted(unique.items(), key=lambda pair: pair[0][:1] == ("forget",)):
        if words == ("db", "stop"):
            continue  # of the embedded server, which is not used here: tests/store/test_database.py
        if words[:1] == ("web",):
            continue  # serves until it is interrupted: tests/web/test_guard.py
        if only_named(each):
            continue
        said = list(words[: words.index(">")] if ">" in words else words)
        if said[:1] == ["forget"] and "--list" not in said:
            said.append("--yes")
        done = mirrorwire(*said)
        assert done.code == 0, (each, done.err)


def test_every_link_leads_somewhere() -> None:
    for page, text in PAGES.items():
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            if target.startswith(("http://", "https://")):
                continue
            name, _, anchor = target.partition("#")
            path = ((ROOT / page).parent / name).resolve() if name else ROOT / page
            assert path.exists(), (page, target)
            if anchor:
                titles = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.M)
                assert anchor in {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}, (
                    page,
                    target,
                )


def test_every_page_is_named_by_the_readme_and_by_the_index() -> None:
    for page in PAGES.keys() - {"README.md", "docs/README.md"}:
        assert f"({page})" in PAGES["README.md"], page
        from_index = page.removeprefix("docs/") if page.startswith("docs/") else f"../{page}"
        assert f"({from_index})" in PAGES["docs/README.md"], page


def test_the_pictures_are_small() -> None:
    for path in (ROOT / "docs" / "images").iterdir():
        assert path.stat().st_size < 150_000, path
        assert path.name in WORDS, path


def test_the_source_files_are_right(tmp_path: Path) -> None:
    texts = [text for _, text in blocks("toml")]
    assert len(texts) >= 2
    for text in texts:
        path = tmp_path / "courier.toml"
        path.write_text(text, encoding="utf-8")
        assert [host.role for host in read_source(path).hosts] == ["primary", "mirror"]


def test_the_queries_run(database_url: str) -> None:
    queries = [query for _, block in blocks("sql") for query in block.split(";") if query.strip()]
    assert len(queries) >= 5
    with db.connect(database_url) as conn:
        for query in queries:
            conn.execute(query.encode())


def test_every_setting_is_told() -> None:
    code = [PACKAGE / "core" / "settings.py", *(PACKAGE / "airflow").glob("*.py")]
    text = "".join(path.read_text(encoding="utf-8") for path in code)
    used = set(re.findall(r'"(MIRRORWIRE_[A-Z_]+)"', text))
    assert {"MIRRORWIRE_HOME", "MIRRORWIRE_CONN_ID", "MIRRORWIRE_ON_FAILURE"} <= used
    assert {name for name in used if f"| `{name}` |" not in PAGES["docs/settings.md"]} == set()


def test_every_dependency_is_told() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    names = re.findall(r'^    "([A-Za-z0-9_.-]+)', project.split("dependencies = [", 1)[1].split("]\n\n", 1)[0], re.M)
    # Named to be pinned: trafilatura's own, requests' own, and fasttext-predict's name since Python 3.14.
    helpers = {"lxml_html_clean", "urllib3", "fasttext-predict-v2"}
    told = PAGES["docs/architecture.md"]
    assert {name for name in names if name not in helpers and name not in told} == set()


def test_every_room_has_its_place_in_the_table() -> None:
    rooms = {f"{path.parent.name}/" for path in PACKAGE.glob("*/__init__.py")} | {"cli"}
    assert len(rooms) > 15
    listed = re.findall(r"^\| `([a-z_]+/?)` \|", PAGES["docs/architecture.md"], re.M)
    assert sorted(listed) == sorted(rooms)


def test_the_table_of_rooms_names_modules_that_are_there() -> None:
    named = 0
    for room, modules in re.findall(r"^\| `([a-z_]+/?)` \|.*\| ([^|]*) \|$", PAGES["docs/architecture.md"], re.M):
        folder = PACKAGE / room if room.endswith("/") else PACKAGE
        for module in re.findall(r"`([^`]+)`", modules):
            assert (folder / module).is_file(), (room, module)
            named += 1
    assert named > 20


def test_the_walls_name_modules_that_are_there() -> None:
    table = PAGES["docs/architecture.md"].split("| wall |", 1)[1].split("\n\n", 1)[0]
    modules = re.findall(r"`([a-z_]+/[a-z_]+)`", table)
    assert len(modules) > 7
    assert [module for module in modules if not (PACKAGE / f"{module}.py").is_file()] == []


def test_the_changelog_is_grouped() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    groups = ("Added", "Changed", "Deprecated", "Removed", "Fixed", "Security")
    assert re.findall(r"^## (.+)$", text, re.M)[0] == "Unreleased"
    assert set(re.findall(r"^### (.+)$", text, re.M)) <= set(groups)
    for version in re.split(r"^## .+$", text, flags=re.M)[1:]:
        ungrouped, *_ = version.partition("\n### ")
        assert not ungrouped.strip(), "a line stands in no group"


def test_every_verdict_is_in_the_glossary() -> None:
    table = PAGES["docs/glossary.md"].split("## Verdicts", 1)[1].split("## ", 1)[0]
    assert tuple(re.findall(r"^\| `(\w+)` \|", table, re.M)) == get_args(VerdictKind)


def test_the_words_of_the_glossary_stand_in_their_order() -> None:
    table = PAGES["docs/glossary.md"].split("|---|---|", 1)[1].split("## ", 1)[0]
    words = re.findall(r"^\| (.+?) \|", table, re.M)
    assert len(words) > 50
    assert words == sorted(words, key=str.lower)


def test_classes_that_the_glossary_names_are_there() -> None:
    table = PAGES["docs/glossary.md"].split("## Old names", 1)[1]
    code = "".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    names = re.findall(r"^\| `([A-Z]\w+)` \| `([A-Z]\w+)`", table, re.M)
    assert len(names) > 5
    for old, new in names:
        assert re.search(rf"\bclass {new}\b", code), new
        assert not re.search(rf"\bclass {old}\b", code), old


def test_every_file_of_code_that_a_page_names_is_there() -> None:
    named = set()
    for page, text in PAGES.items():
        for path in re.findall(r"\b((?:[a-z_]+/)+[a-z_0-9]+\.(?:py|sql))\b", text):
            named.add(path)
            assert any((folder / path).is_file() for folder in (ROOT, ROOT / "etl", PACKAGE)), (page, path)
    assert len(named) > 20


def texts_of(module: str, *functions: str) -> set[str]:
    """Return the literal parts of strings in a module's functions, docstrings apart; of all, where none is named."""
    found: set[str] = set()
    for node in ast.parse((PACKAGE / f"{module}.py").read_text(encoding="utf-8")).body:
        name = node.targets[0] if isinstance(node, ast.Assign) else node
        if functions and getattr(name, "id", getattr(name, "name", None)) not in functions:
            continue
        if not functions and not isinstance(node, ast.FunctionDef):
            continue
        docs = {id(each.value) for each in ast.walk(node) if isinstance(each, ast.Expr)}
        specs = {
            id(part)
            for each in ast.walk(node)
            if isinstance(each, ast.FormattedValue) and each.format_spec
            for part in ast.walk(each.format_spec)
        }
        for each in ast.walk(node):
            if isinstance(each, ast.Constant) and isinstance(each.value, str) and id(each) not in docs | specs:
                found.add(each.value.strip(" ;,"))
    return found


@pytest.mark.parametrize(
    ("module", "functions", "at_least"),
    [
        ("pipeline/checks", (), 20),
        ("reports/conditions", (), 20),
        ("reports/status_view", ("_state", "_BECAME"), 14),
    ],
)
def test_every_alarm_and_every_state_is_explained(module: str, functions: tuple[str, ...], at_least: int) -> None:
    page = re.sub(r"^```.*?^```", "", PAGES["docs/operations.md"], flags=re.M | re.S)
    shown = " ".join(re.findall(r"`([^`]+)`", page))
    said = {text for text in texts_of(module, *functions) if " " in text or text.isupper()}
    assert len(said) >= at_least
    missing = {text for text in said if (text.isupper() or len(text) > 8) and text not in shown}
    assert missing == set()
