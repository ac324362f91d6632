"""What captures gave: pages claimed to be read, and what was read of them, as it is stored and read back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from psycopg.types.json import Jsonb

from mirrorwire.core.article_fields import COLUMNS
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.exchange import Capture
from mirrorwire.core.records import Article, Extraction, Image, Run, Verdict
from mirrorwire.core.windows import midnight
from mirrorwire.store import queries
from mirrorwire.store.captures import store_rejection
from mirrorwire.store.clean import clean, clean_json
from mirrorwire.store.db import Connection
from mirrorwire.store.frontier import LEASE_S


@dataclass(frozen=True, slots=True, kw_only=True)
class PageCapture:
    """A stored page of a link. `accepted`: a person ruled that it is an article."""

    capture_id: int
    link_id: int
    url: str
    fetched_at: datetime
    accepted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimedCapture(PageCapture):
    """A stored page that a worker has leased."""

    warc: str
    offset: int
    length: int
    digest: str
    content_type: str | None
    payload_warc: str | None
    payload_offset: int | None
    payload_length: int | None
    listed_title: str | None = None
    """What a feed or a news sitemap calls it."""

    @property
    def capture(self) -> Capture:
        """Where its bytes lie."""
        record = Capture(warc=self.warc, offset=self.offset, length=self.length, digest=self.digest)
        if self.payload_warc is None or self.payload_offset is None or self.payload_length is None:
            return record
        payload = replace(record, warc=self.payload_warc, offset=self.payload_offset, length=self.payload_length)
        return replace(record, payload=payload)


def claim_captures(conn: Connection, run: Run, size: int, extractor_version: int) -> list[ClaimedCapture]:
    """Lease up to `size` captures that this extractor has not read, or is to read again, to this connection."""
    return queries.records(
        conn,
        ClaimedCapture,
        "captures/claim_captures",
        source=run.source,
        size=size,
        lease_s=LEASE_S,
        extractor_version=extractor_version,
    )


def claim_learned(conn: Connection, run: Run, size: int) -> list[ClaimedCapture]:
    """Lease up to `size` captures to this connection that learning has marked to be read again."""
    return queries.records(
        conn, ClaimedCapture, "captures/claim_learned", source=run.source, size=size, lease_s=LEASE_S
    )


def count_learned_held(conn: Connection, run: Run) -> int:
    """Return how many captures of the run's source another worker, that lives, is reading again for learning."""
    return int(queries.value(conn, "captures/count_learned_held", source=run.source))


def store_extraction(
    conn: Connection,
    run: Run,
    page: PageCapture,
    extraction: Extraction,
    *,
    extractor_version: int,
    revision: int,
    content_hash: bytes | None,
    zone: ZoneInfo,
    now: datetime,
) -> bool:
    """Store what a capture gave, and a rejection where it is no article; ends the work on the capture.

    `revision` is that of the rules which it was read with. Where the source's are others by now, nothing is stored and
    the answer is False: the page must be read again with those. Nor is what was taken down meanwhile.
    """
    article = extraction.article
    published_at = instant_of(article.published_at, zone) if article else None
    is_article = extraction.verdict.kind == "article"
    with conn.transaction():
        if queries.value(conn, "boilerplate/share_revision", source=run.source) != revision:
            return False
        if queries.value(conn, "captures/hold_capture", capture_id=page.capture_id) is None:
            return True  # taken down while it was read
        queries.execute(
            conn,
            "extractions/insert_extraction",
            capture_id=page.capture_id,
            extractor_version=extractor_version,
            source=run.source,
            link_id=page.link_id,
            verdict=extraction.verdict.kind,
            evidence=Jsonb(clean_json(extraction.verdict.evidence)),
            fields=Jsonb(article_fields(article)) if article else None,
            body=clean(article.text) if article else None,
            published_at=published_at,
            content_hash=content_hash,
            blocks=list(extraction.blocks) if article else None,
            month=month_of(published_at or page.fetched_at) if is_article else None,
            now=now,
        )
        queries.execute(
            conn, "extractions/drop_superseded", capture_id=page.capture_id, extractor_version=extractor_version
        )
        if is_article:
            queries.execute(conn, "extractions/withdraw_rejection", capture_id=page.capture_id)
            if page.accepted and queries.execute(conn, "extractions/settle_accepted", link_id=page.link_id).rowcount:
                queries.execute(conn, "frontier/unwant_link", link_id=page.link_id)
        else:
            store_rejection(conn, run, page.capture_id, page.link_id, extraction.verdict, now)
        queries.execute(
            conn,
            "captures/settle_capture",
            capture_id=page.capture_id,
            extractor_version=extractor_version,
            accepted=page.accepted,
        )
    return True


def set_aside(
    conn: Connection, run: Run, capture_id: int, extractor_version: int, link_id: int, verdict: Verdict, now: datetime
) -> None:
    """Take an extraction that cannot be placed or loaded out of the way of the others: its verdict is this one now.

    The caller opens the transaction.
    """
    queries.execute(
        conn,
        "extractions/insert_extraction",
        capture_id=capture_id,
        extractor_version=extractor_version,
        source=run.source,
        link_id=link_id,
        verdict=verdict.kind,
        evidence=Jsonb(clean_json(verdict.evidence)),
        fields=None,
        body=None,
        published_at=None,
        content_hash=None,
        blocks=None,
        month=None,
        now=now,
    )
    store_rejection(conn, run, capture_id, link_id, verdict, now)


def accept(conn: Connection, ids: Sequence[int], source: str | None) -> list[int]:
    """Have rejected captures read as articles by the next run, and return those that were not accepted before.

    Raises `WrongUse` for an id that is none of a rejection (of the source, where one is named); then none is accepted.
    What retries a link has go on until the page has given an article.
    """
    with conn.transaction():
        rejections = queries.execute(conn, "extractions/known_rejections", ids=list(ids), source=source)
        known = {capture_id for (capture_id,) in rejections}
        if unknown := [str(capture_id) for capture_id in ids if capture_id not in known]:
            raise WrongUse(f"no rejection has the id {', '.join(unknown)}: see mirrorwire rejections")
        accepted = queries.execute(conn, "extractions/accept_captures", ids=list(ids))
        return [capture_id for (capture_id,) in accepted]


def month_of(moment: datetime) -> date:
    """Return the first day of the UTC month, in which an article counts whatever its source's zone is."""
    return moment.astimezone(UTC).date().replace(day=1)


def article_fields(article: Article) -> dict[str, Any]:
    """Return an article's fields for JSON, the text apart; `article_of` reads them back."""
    values = {field.name: getattr(article, field.name) for field in fields(article) if field.name != "text"}
    return {name: _json_of(value) for name, value in values.items()}


def _json_of(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    return clean_json(asdict(value) if isinstance(value, Image) else value)


def article_of(stored: Mapping[str, Any], text: str) -> Article:
    """Return the article that `article_fields` took apart; a field that an older extractor did not store is empty."""
    values: dict[str, Any] = {"text": text}
    for column in COLUMNS:
        value = stored.get(column.field)
        if value is None:
            continue
        if column.part is not None:
            values[column.field] = Image(**value)
        elif column.kind == "texts":
            values[column.field] = tuple(value)
        elif column.kind == "time":
            values[column.field] = moment(value)
        else:
            values[column.field] = value
    return Article(**values)


def moment(text: str | None) -> datetime | date | None:
    """Return the time or the day that an ISO 8601 string holds."""
    if text is None:
        return None
    return date.fromisoformat(text) if len(text) == 10 else datetime.fromisoformat(text)


def instant_of(moment: datetime | date | None, zone: ZoneInfo) -> datetime | None:
    """Return the instant that is stored: a naive time, or a day's 00:00, in the source's zone."""
    if isinstance(moment, datetime):
        return moment if moment.tzinfo else moment.replace(tzinfo=zone)
    return midnight(moment, zone) if moment else None
