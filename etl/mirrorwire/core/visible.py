"""Text of strangers' as terminals and logs may have it: nothing in it that they obey, or that hides what it says."""

from __future__ import annotations

import logging
import re
from typing import Any

_OBEYED = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""DEL and the C1 controls, line separators, and what changes the direction of text: JSON lets them stand."""
_OURS = "mirrorwire."


def visible(text: str) -> str:
    """Return text on one line without characters that do not show: controls, line breaks, changes of direction."""
    return text if text.isprintable() else "".join(char if char.isprintable() else " " for char in text)


def visible_lines(text: str) -> str:
    """Return text without such characters, but for its line feeds."""
    return "\n".join(map(visible, text.split("\n")))


def escaped(document: str) -> str:
    """Return a JSON document that says the same, with such characters escaped."""
    if document.isprintable():
        return document
    return _OBEYED.sub(lambda char: f"\\u{ord(char[0]):04x}", document)


class PlainFormatter(logging.Formatter):
    """Formats records on one line each, with their tracebacks' lines behind it, all of them visible."""

    def formatMessage(self, record: logging.LogRecord) -> str:
        """Return the line of a record."""
        return visible(super().formatMessage(record))

    def formatException(self, ei: Any) -> str:
        """Return the lines of a traceback."""
        return visible_lines(super().formatException(ei))

    def formatStack(self, stack_info: str) -> str:
        """Return the lines of a stack."""
        return visible_lines(super().formatStack(stack_info))


def keep_logs_plain() -> None:
    """Have what this package logs be visible, whoever's handlers take it: Airflow's are not ours to change."""
    factory = logging.getLogRecordFactory()
    if getattr(factory, "is_plain", False):
        return

    def plain(name: str | None, *words: Any, **named: Any) -> logging.LogRecord:
        record = factory(name, *words, **named)
        if name is not None and name.startswith(_OURS):  # a record that is copied is made without a name at first
            record.msg, record.args = visible(record.getMessage()), ()
        return record

    plain.is_plain = True  # type: ignore[attr-defined]
    logging.setLogRecordFactory(plain)
