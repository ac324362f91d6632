"""What strangers write reaches no terminal and no log as something that these obey."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.core.visible import PlainFormatter, escaped, keep_logs_plain, visible, visible_lines
from mirrorwire.reports import output
from tests.conftest import ROOT, environment
from tests.support.pier import page

OBEYED = "".join(map(chr, [*range(0x20), *range(0x7F, 0xA0), 0x061C, 0x200E, 0x2028, 0x2029, 0x202E, 0x2066, 0xFEFF]))
HOSTILE = f"a{OBEYED}b\ud800"
ESCAPES = ("\x1b", "\x9b", "\x85", "\x07", "\x7f", "\u202e", "\u2028", "\x00")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_no_control_is_visible() -> None:
    assert visible(HOSTILE).isprintable()
    assert visible_lines("a\n\x1b[31mb\r\nc\x85d") == "a\n [31mb \nc d"
    assert visible("Straße, تهران") == "Straße, تهران"


def test_json_says_the_same_without_them() -> None:
    text = f"a{OBEYED}b"
    document = escaped(json.dumps({text: text}, ensure_ascii=False))
    assert json.loads(document) == {text: text}
    assert document.isprintable()


@pytest.mark.parametrize("form", output.FORMATS)
def test_rows_on_a_terminal_hold_none(form: str) -> None:
    out = Terminal()
    output.write_rows([{"title": f"a{OBEYED}b", "tags": [f"c{OBEYED}d"]}], form, to=out)
    said = out.getvalue().replace("\x1b[1m", "").replace("\x1b[0m", "")  # a table's own headings
    assert not any(char in said for char in ESCAPES)


def test_rows_in_a_file_stay_as_they_are() -> None:
    out = io.StringIO(newline="")
    output.write_rows([{"title": "a\x1b[31m\x85b"}], "csv", to=out)
    assert list(csv.DictReader(io.StringIO(out.getvalue(), newline=""))) == [{"title": "a\x1b[31m\x85b"}]


def test_what_is_said_holds_none(capsys: pytest.CaptureFixture[str]) -> None:
    output.say(f"mirrorwire: {HOSTILE}\nnext")
    said = capsys.readouterr().err
    assert not any(char in said for char in ESCAPES)
    assert said.endswith("\nnext\n")


def logged(message: str, *words: Any, error: Exception | None = None) -> str:
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.setFormatter(PlainFormatter("%(levelname)s %(name)s: %(message)s"))
    record = logging.LogRecord(
        "lib", logging.ERROR, "x.py", 1, message, words, (type(error), error, None) if error else None
    )
    handler.handle(record)
    return out.getvalue()


def test_a_log_line_is_one_line_whatever_it_tells() -> None:
    assert (
        logged("%s: bad", "a\nERROR mirrorwire: forged\x1b[2J\x9b31m")
        == "ERROR lib: a ERROR mirrorwire: forged [2J 31m: bad\n"
    )
    said = logged("%s", HOSTILE, error=ValueError(f"bad\x1b[31m {HOSTILE}"))
    assert not any(char in said for char in ESCAPES)


def test_our_records_are_plain_for_anybodys_handlers(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in Airflow, whose handlers are its own."""
    before = logging.getLogRecordFactory()
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    log, other = logging.getLogger("mirrorwire.fetch.run_fetcher"), logging.getLogger("others")
    try:
        keep_logs_plain()
        keep_logs_plain()
        for each in (log, other):
            each.addHandler(handler)
        log.error("%s: no host served it", "http://a.example/\x1b[31m\x85")
        other.error("a\x85b")
        assert (
            logging.makeLogRecord(log.makeRecord("mirrorwire.x", 40, "", 0, "m", (), None).__dict__).getMessage() == "m"
        )
    finally:
        logging.setLogRecordFactory(before)
        for each in (log, other):
            each.removeHandler(handler)
    assert out.getvalue() == "http://a.example/ [31m : no host served it\na\x85b\n"


def on_a_terminal(settings: Settings, *words: str) -> str:
    """What a command writes to a terminal."""
    ours, theirs = pty.openpty()
    child = subprocess.Popen(
        [sys.executable, "-m", "mirrorwire.cli", *words],
        stdin=subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs,
        env=environment(settings, TERM="xterm", COLUMNS="200", NO_COLOR="1"),
        cwd=ROOT,
    )
    os.close(theirs)
    said = b""
    try:
        while part := os.read(ours, 65_536):
            said += part
    except OSError:  # the other end is closed
        pass
    os.close(ours)
    child.wait(60)
    return said.decode("utf-8", "replace")


def test_a_pages_controls_reach_no_terminal(settings: Settings, tmp_path: Path) -> None:
    title = "<title>Council &#x9b;31m agrees &#x202e;to rebuild &#x85;pier number 7</title>"
    file = tmp_path / "page.html"
    file.write_bytes(page(body="<p>Behind it \x1b[31m stands \u009b32m what \u202e a terminal would obey.</p>").replace(
        b"<title>Council agrees to rebuild pier number 7</title>", title.encode()
    ))  # fmt: skip
    said = on_a_terminal(settings, "extract", str(file), "--url", "http://courier.example/a/\x9b7")
    assert "Council" in said
    assert not any(char in said for char in ("\x1b[31m", "\x9b", "\x85", "\u202e"))


def test_a_fault_of_ours_shows_its_traceback_without_them(tmp_path: Path) -> None:
    program = (
        "import sys; from mirrorwire import cli; from mirrorwire.reports import output\n"
        "def fail(*words, **named): raise ValueError('bad\\x1b[31m\\x9b title')\n"
        "cli.cli.main = fail; cli.cli.__class__.__call__ = fail; cli.main()\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 1
    assert "ValueError: bad [31m  title" in done.stderr
