"""Captures read back out of the archive."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from mirrorwire.archive.errors import ArchiveDamaged
from mirrorwire.archive.store import Store, store_at
from mirrorwire.archive.warc import Payload, exchange_of, payload_of
from mirrorwire.core.exchange import Capture, Exchange

Read = TypeVar("Read")


def read_capture(archive: str, capture: Capture, *, spool: Path | None = None) -> Exchange:
    """Read one response back, of a revisit with the body it refers to and its own status and headers.

    Raises `ArchiveDamaged` when a record is not whole, `ArchiveAway` when its file cannot be read. Headers are the
    stored ones (see `warc.RENAMED`); `host` is the URL's origin. Requests and redirects lie in records of their own:
    `request_headers` and `redirects` are empty, `elapsed_s` is 0.
    """
    store = store_at(archive, spool)
    payload = None if capture.payload is None else read_payload(store, capture.payload)
    return _read(store, capture, lambda data: exchange_of(data, capture, payload))


def read_payload(store: Store, capture: Capture) -> Payload:
    """Read how a capture that is no revisit holds its body; raises as `read_capture` does."""
    return _read(store, capture, lambda data: payload_of(data, capture))


def _read(store: Store, capture: Capture, read: Callable[[bytes], Read]) -> Read:
    place = f"{store.place}/{capture.warc}"
    if Path(capture.warc).name != capture.warc:
        raise ArchiveDamaged(place, capture.offset, "names no file of the archive")
    try:
        return read(store.read(capture.warc, capture.offset, capture.length))
    except ValueError as error:
        raise ArchiveDamaged(place, capture.offset, str(error)) from None
