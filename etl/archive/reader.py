"""Captures read back out of the archive."""

from __future__ import annotations

from pathlib import Path

from etl.archive.errors import ArchiveDamaged
from etl.archive.store import Store, store_at
from etl.archive.warc import exchange_of
from etl.records import Capture, Exchange


def read_capture(archive: str, capture: Capture, *, spool: Path | None = None) -> Exchange:
    """Read one response back, of a revisit with the body it refers to and its own status and headers.

    Raises `ArchiveDamaged` when a record is not whole, `ArchiveAway` when its file cannot be read. Headers are the
    stored ones (see `warc.RENAMED`); `host` is the URL's origin. Requests and redirects lie in records of their own:
    `request_headers` and `redirects` are empty, `elapsed_s` is 0.
    """
    store = store_at(archive, spool)
    payload = None if capture.payload is None else _read(store, capture.payload, None).body
    return _read(store, capture, payload)


def _read(store: Store, capture: Capture, payload: bytes | None) -> Exchange:
    place = f"{store.place}/{capture.warc}"
    if Path(capture.warc).name != capture.warc:
        raise ArchiveDamaged(place, capture.offset, "names no file of the archive")
    try:
        return exchange_of(store.read(capture.warc, capture.offset, capture.length), capture, payload)
    except ValueError as error:
        raise ArchiveDamaged(place, capture.offset, str(error)) from None
