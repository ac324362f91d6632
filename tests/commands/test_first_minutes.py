"""The first ten minutes: what `mirrorwire` alone says, slips that name what helps, completion, the manual."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from mirrorwire.cli import COMMANDS, cli
from mirrorwire.commands.manual import manual_page
from mirrorwire.core.errors import UnknownSource
from tests.conftest import ROOT, Ran
from tests.newsroom import Newsroom
from tests.support.command_forks import assert_one_line

Run = Callable[..., Ran]


def test_alone_it_tells_the_three_next_things_to_do(mirrorwire: Run) -> None:
    done = mirrorwire()
    assert (done.code, done.err) == (0, "")
    steps = [line.split()[1] for line in done.out.splitlines() if line.startswith("  mirrorwire ")]
    assert steps == ["sources", "ingest", "export"]
    assert set(steps) < COMMANDS.keys()


@pytest.mark.parametrize("word", ["Courier", "COURIER", "courrier", "courier.toml"])
def test_of_a_source_that_is_none_the_nearest_is_named(mirrorwire: Run, word: str) -> None:
    for command in ("ingest", "export"):
        assert_one_line(mirrorwire(command, word), 2, repr(word), "did you mean 'courier'?", "mirrorwire sources")


@pytest.mark.parametrize("word", ["http://www.bbc.com/news", "HTTPS://bbc.com", "www.bbc.com", "bbc.co.uk/news"])
def test_an_address_for_a_source_names_the_command_that_drafts_one(mirrorwire: Run, word: str) -> None:
    assert_one_line(mirrorwire("ingest", word), 2, f"mirrorwire sources new {word} drafts")


def test_a_hostile_address_is_shown_and_not_repeated_as_a_command() -> None:
    line = str(UnknownSource("http://a.example/\x1b[2J; rm", ("courier",)))
    assert "\x1b" not in line
    assert "sources new URL" in line


def test_a_name_like_no_other_is_told_with_those_that_there_are(mirrorwire: Run) -> None:
    assert_one_line(mirrorwire("ingest", "zzz"), 2, "no source 'zzz'; known: ", "courier")


def test_a_draft_needs_no_scheme(mirrorwire: Run, newsroom: Newsroom) -> None:
    done = mirrorwire("sources", "new", newsroom.primary.origin.removeprefix("http://"), "--allow-private")
    # Without a scheme https is asked for, which this server does not speak: the address was understood.
    assert f"https://{newsroom.primary.origin.removeprefix('http://')}" in done.err
    assert "not an http or https URL" not in done.err


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_prints_a_script_that_its_shell_reads(mirrorwire: Run, tmp_path: Path, shell: str) -> None:
    done = mirrorwire("completion", shell)
    assert done.code == 0
    assert f"_MIRRORWIRE_COMPLETE={shell}_complete" in done.out
    program = shutil.which(shell)
    if program is not None:
        (tmp_path / "script").write_text(done.out, encoding="utf-8")
        subprocess.run([program, "-n", str(tmp_path / "script")], check=True, timeout=60)


def test_completion_knows_commands_and_imports_none_of_them() -> None:
    completed = complete("mirrorwire ex")
    assert completed[0] == ["plain,export", "plain,extract"]
    assert "psycopg" not in completed[1]
    assert complete("mirrorwire export --fo")[0] == ["plain,--format"]
    assert set(complete("mirrorwire ")[0]) == {f"plain,{name}" for name in COMMANDS}


def test_completion_knows_the_keys_of_sources_and_imports_little_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "presswatch.toml").write_text("", encoding="utf-8")  # its name is enough
    monkeypatch.setenv("MIRRORWIRE_SOURCES", str(tmp_path))
    for command in ("ingest", "export", "status", "coverage"):
        keys, packages = complete(f"mirrorwire {command} pres")
        assert keys == ["plain,presstv", "plain,presswatch"], command
        assert packages & {"psycopg", "pydantic", "requests", "trafilatura"} == set()
    for place in ("search words --source", "hosts set"):
        assert complete(f"mirrorwire {place} pres")[0] == ["plain,presstv", "plain,presswatch"], place
    assert complete("mirrorwire ingest presstv pres")[0] == []
    assert complete("mirrorwire export presstv pres")[0] == ["plain,presswatch"]
    assert complete("mirrorwire ingest --li")[0] == ["plain,--live"]
    assert complete("mirrorwire ingest presstv --li")[0] == ["plain,--live"]
    assert complete("mirrorwire export presstv --format xl")[0] == ["plain,xlsx"]


def test_completion_says_nothing_where_the_settings_are_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIRRORWIRE_SOURCES", "/nowhere/at/all")
    assert complete("mirrorwire ingest pres")[0] == []


def complete(line: str) -> tuple[list[str], set[str]]:
    """What bash is told of a line with Tab at its end, and the packages that were imported for it."""
    words = line.split(" ")
    program = (
        "import atexit, sys\n"
        "atexit.register(lambda: print(*{name.partition('.')[0] for name in sys.modules}, file=sys.stderr))\n"
        "sys.argv = ['mirrorwire']\n"
        "from mirrorwire.cli import main; main()"
    )
    env = {
        **os.environ,
        "_MIRRORWIRE_COMPLETE": "bash_complete",
        "COMP_WORDS": line.strip(),
        "COMP_CWORD": str(len(words) - 1),
    }
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, env=env, capture_output=True, text=True, check=True
    )
    return done.stdout.split(), set(done.stderr.split())


def test_the_manual_has_every_command_and_its_options(mirrorwire: Run) -> None:
    done = mirrorwire("man")
    assert done.code == 0
    lines = done.out.splitlines()
    assert lines[0].startswith(".TH MIRRORWIRE 1")
    headings = " ".join(line for line in lines if line.startswith(".SS "))
    for name in COMMANDS:
        assert f".SS mirrorwire {name}" in headings
    assert r".B \-\-csv\-safe" in done.out
    assert r"mirrorwire export courier \-\-sure" in done.out


def test_nothing_in_a_help_is_taken_for_a_request_of_the_manuals_language() -> None:
    @click.group(help="One.\n\n.so /etc/passwd \\n\n\n\b\n'br\n.PP")
    def hostile() -> None: ...

    lines = list(manual_page(hostile, "hostile"))
    assert r"\&.so /etc/passwd \en" in lines
    assert r"\&'br" in lines
    assert r"\&.PP" in lines


def test_the_manual_is_ascii() -> None:
    assert all(line.isascii() for line in manual_page(cli, "mirrorwire"))


@pytest.mark.skipif(shutil.which("groff") is None, reason="groff is not installed")
def test_groff_reads_the_manual_without_a_warning() -> None:
    page = "\n".join(manual_page(cli, "mirrorwire")) + "\n"
    words = [shutil.which("groff") or "", "-man", "-Tutf8", "-ww"]
    done = subprocess.run(words, input=page, capture_output=True, text=True, check=True, timeout=60)
    assert done.stderr == ""
    assert "mirrorwire search harbour" in done.stdout
