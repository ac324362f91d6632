"""Sources of files that were read before, by the files' content: to check a thousand takes as long as half a poll.

A file of the data folder holds them. What is not in it is read, and it is written anew; where it cannot be read or
written, every source file is read. Broken ones are never in it.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from mirrorwire.core.records import Source
from mirrorwire.core.source_json import as_json, of_json

log = logging.getLogger(__name__)
MAX_CACHE_BYTES = 256 * 1024 * 1024
CHECKERS = ("records.py", "source_json.py", "source_tables.py", "source_values.py")


class SourceCache:
    """Sources by the digests of their files. What was neither asked for nor put in is not kept by `save`."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._before = _read(file)
        self._now: dict[str, Any] = {}

    def get(self, name: str, body: bytes) -> Source | None:
        """Return the source of a file of this name and content; `None` where it is to be read."""
        digest = _digest(name, body)
        document = self._before.get(digest)
        if document is None:
            return None
        try:
            source = of_json(document)
        except (KeyError, TypeError, ValueError):
            return None
        self._now[digest] = document
        return source

    def put(self, name: str, body: bytes, source: Source) -> None:
        """Keep what a file gave."""
        self._now[_digest(name, body)] = as_json(source)

    def save(self) -> None:
        """Write what was asked for, if that is more or less than before; whole or not at all, and in no new home."""
        if self._now.keys() == self._before.keys():
            return
        try:
            self._file.parent.mkdir(exist_ok=True)
            with TemporaryDirectory(dir=self._file.parent) as folder:
                draft = Path(folder) / self._file.name
                draft.write_text(json.dumps(self._now), encoding="utf-8")
                draft.replace(self._file)
        except OSError as error:
            log.debug("%s: not written: %s", self._file, error)


def _read(file: Path) -> dict[str, Any]:
    try:
        if file.stat().st_size > MAX_CACHE_BYTES:
            return {}
        kept = json.loads(file.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _digest(name: str, body: bytes) -> str:
    return hashlib.blake2b(b"\0".join((_rules(), os.fsencode(name), body)), digest_size=20).hexdigest()


@cache
def _rules() -> bytes:
    """A digest of the code that checks source files: what other code has read counts for nothing."""
    code = [Path(__file__).with_name(name).read_bytes() for name in CHECKERS]
    return hashlib.blake2b(b"\0".join(code), digest_size=20).digest()
