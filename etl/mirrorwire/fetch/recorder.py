"""What a run leaves of what hosts answered: handed to whoever asks them, so that a dry run is handed another."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from datetime import UTC, datetime
from typing import Protocol

from mirrorwire.archive import ArchiveAway, ArchiveWriter, payload_digest
from mirrorwire.core.bugs import Bug
from mirrorwire.core.exchange import Capture, Exchange
from mirrorwire.core.records import Run, Source
from mirrorwire.fetch.answers import Answer
from mirrorwire.fetch.forgotten import without_forgotten
from mirrorwire.store import bugs, captures, suggested_hosts, tombstones
from mirrorwire.store.db import Connection

SMALL_BYTES = 1000
"""A body under this is stored again rather than looked up: a revisit's headers take as much."""


class Recorder(Protocol):
    """Takes what hosts answered. `stores`: whether anything of it is kept."""

    stores: bool

    def store(self, answer: Answer, *, link_id: int | None, chosen: bool, shown: Collection[str] = ()) -> int | None:
        """Record an answer; return its capture's id, `None` where no document is kept.

        Without a link it is a seed's document or a front page; `shown` are the keys of the articles in it. The caller
        opens the transaction.
        """
        ...

    def keep(self, exchange: Exchange, *, link_id: int | None, chosen: bool) -> int | None:
        """Record a response that says nothing about its host's state; return its capture's id, if it is kept."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """Store what comes in one transaction, whose bytes are on the disk before it is committed."""
        ...

    def note_bugs(self, met: Iterable[Bug], *, item: str, link_id: int | None = None) -> None:
        """Record what our code raised on one item of the run's."""
        ...

    def read(self, capture: Capture) -> Exchange:
        """Read a capture back; raises `ArchiveDamaged` or `ArchiveAway`."""
        ...


class NoRecorder:
    """Keeps nothing: for hosts that are asked by hand, and for runs that only say what they would do."""

    stores = False

    def store(self, answer: Answer, *, link_id: int | None, chosen: bool, shown: Collection[str] = ()) -> int | None:
        """Keep nothing."""
        return None

    def keep(self, exchange: Exchange, *, link_id: int | None, chosen: bool) -> int | None:
        """Keep nothing."""
        return None

    def together(self) -> AbstractContextManager[None]:
        """Keep nothing."""
        return nullcontext()

    def note_bugs(self, met: Iterable[Bug], *, item: str, link_id: int | None = None) -> None:
        """Keep nothing."""

    def read(self, capture: Capture) -> Exchange:
        """There is no archive."""
        raise ArchiveAway(capture.warc, "nothing is archived here")


class DatabaseRecorder:
    """Archives what hosts answered as WARC records, and notes in Postgres where they lie."""

    stores = True

    def __init__(
        self, conn: Connection, run: Run, source: Source, *, ids: dict[str, int], archive: ArchiveWriter
    ) -> None:
        """`ids` are those of the source's hosts, by URL."""
        self._conn, self._run, self._source, self._archive = conn, run, source, archive
        self.ids = ids
        self._syncs_each = True

    @contextmanager
    def together(self) -> Iterator[None]:
        """Store what comes in one transaction, and wait for the disk once, before it is committed.

        A record without a row does no harm, a row without a record would.
        """
        with self._conn.transaction():
            self._syncs_each = False
            try:
                yield
            finally:
                self._syncs_each = True
            self._archive.sync()

    def store(self, answer: Answer, *, link_id: int | None, chosen: bool, shown: Collection[str] = ()) -> int | None:
        """Archive an answer and record it; return its capture's id, `None` where no document came.

        What is no link's is stored without what shows an article that was taken down. The bytes are on the disk
        before: a record without a row does no harm, a row without a record would.
        """
        if link_id is None:
            forgotten = tombstones.forgotten(self._conn, self._run.source)
            answer = without_forgotten(answer, self._source, forgotten, shown)
        capture_id = None
        if answer.exchange is not None and answer.exchange.status == 304:
            unmodified = captures.last_payload(self._conn, self._run.source, link_id, answer.exchange.url)
            self._archive.write(answer.exchange, earlier=unmodified)
        elif answer.exchange is not None:
            capture_id = self.keep(answer.exchange, link_id=link_id, chosen=chosen)
        for other in answer.others:
            self._archive.write(other)
        if answer.bug is not None:
            self.note_bugs([answer.bug], item=answer.attempt.url, link_id=link_id)
        if answer.moved_to:
            suggested_hosts.note(self._conn, self._run.source, answer.moved_to, "redirect", answer.attempt.url)
        captures.store_attempt(
            self._conn,
            self._run,
            answer.attempt,
            host_id=self.ids[answer.attempt.host],
            link_id=link_id,
            verdict=answer.verdict,
            capture_id=capture_id,
        )
        return capture_id

    def keep(self, exchange: Exchange, *, link_id: int | None, chosen: bool) -> int:
        """Archive a response and record where it lies; its body only where no record of the source holds it."""
        earlier = None
        if len(exchange.body) >= SMALL_BYTES:
            digest = payload_digest(exchange.body)
            earlier = captures.stored_payload(self._conn, self._run.source, digest, exchange.url)
        if earlier is not None and not self._archive.holds(earlier.capture.warc):
            earlier = None  # the archive has moved since
        capture = self._archive.write(exchange, earlier=earlier)
        if self._syncs_each:
            self._archive.sync()
        return captures.store_capture(
            self._conn,
            self._run,
            exchange,
            capture,
            host_id=self.ids[exchange.host],
            link_id=link_id,
            chosen=chosen,
            payload_id=earlier.capture_id if earlier and capture.payload else None,
        )

    def note_bugs(self, met: Iterable[Bug], *, item: str, link_id: int | None = None) -> None:
        """Record what our code raised on one item of the run's."""
        step = "discover" if link_id is None else "fetch"
        bugs.note(self._conn, self._run, step, met, item=item, link_id=link_id, now=datetime.now(UTC))

    def read(self, capture: Capture) -> Exchange:
        """Read a capture back; raises `ArchiveDamaged` or `ArchiveAway`."""
        return self._archive.read(capture)
