"""Where an export goes: stdout, or a file that appears when it is whole."""

from __future__ import annotations

import codecs
import io
import os
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, cast

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.visible import visible_lines
from mirrorwire.reports.output import ReaderGone


@contextmanager
def target(path: Path | None) -> Iterator[BinaryIO]:
    """Yield what bytes are written to; a file is written beside its place and takes it when all is on the disk.

    Whatever ends the work early, an interrupt too, leaves what stood there before. Raises `WrongUse` for a place that
    cannot be written, `ReaderGone` when whoever read stdout has closed it.
    """
    if path is None:
        try:
            yield cast(BinaryIO, _Terminal()) if sys.stdout.isatty() else sys.stdout.buffer
            sys.stdout.buffer.flush()
        except BrokenPipeError:
            raise ReaderGone from None
        return
    if path.exists() and not path.is_file():
        raise WrongUse(f"{path} is no file: leave --output out to write to a pipe")
    part = path.with_name(f".{path.name[:100]}.{uuid.uuid4().hex[:8]}.part")
    try:
        out = part.open("xb")
    except OSError as error:
        raise WrongUse(f"{path}: {error.strerror}") from None
    try:
        with out:
            yield out
            out.flush()
            os.fsync(out.fileno())
        part.replace(path)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


class _Terminal(io.RawIOBase):
    """A terminal, which is shown what strangers wrote and obeys none of it."""

    def __init__(self) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        sys.stdout.buffer.write(visible_lines(self._decoder.decode(bytes(data))).encode())
        return len(data)
