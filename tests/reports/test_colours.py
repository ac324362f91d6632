"""Tables are coloured on a terminal, and nowhere else."""

from __future__ import annotations

import io

import pytest

from mirrorwire.reports.output import show_table

RED, GREEN = "\x1b[31m", "\x1b[32m"
ROWS = [{"source": "courier", "state": "failed"}, {"source": "failed", "state": "success"}]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "80")


def drawn(out: io.StringIO) -> str:
    show_table(ROWS, ["source", "state"], out)
    return out.getvalue()


def test_a_state_is_coloured_on_a_terminal_and_no_other_column_is() -> None:
    text = drawn(Terminal())
    assert text.count(f"{RED}failed") == 1
    assert f"{GREEN}success" in text


def test_no_color_is_heeded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    text = drawn(Terminal())
    assert RED not in text
    assert GREEN not in text


def test_a_file_holds_no_colours() -> None:
    assert "\x1b" not in drawn(io.StringIO())
