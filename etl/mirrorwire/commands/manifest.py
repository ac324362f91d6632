"""Pages on disk, listed by a manifest: what each one gives, as the contract's JSON object."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

from mirrorwire.core import bugs
from mirrorwire.core.article_fields import COLUMNS, extract_keys
from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Extraction, Source, Verdict
from mirrorwire.reports.output import read_input, visible
from mirrorwire.workers import Job, Workers

MAX_BYTES = 64 * 1024 * 1024
"""A page's file is read no further; what extraction takes is far less."""
MAX_MANIFEST_BYTES = 512 * 1024 * 1024
"""A manifest is no longer: three million rows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManifestRow:
    """One row of a manifest."""

    id: str
    file: str
    url: str
    fetched_at: datetime | None = None


def read_manifest(path: str) -> list[ManifestRow]:
    """Return a manifest's pages, files relative to it; raises `WrongUse` with the line that is wrong."""
    folder, pages = Path(path).parent, []
    listed = read_input(path, MAX_MANIFEST_BYTES + 1)
    if len(listed) > MAX_MANIFEST_BYTES:
        raise WrongUse(f"{path}: over {MAX_MANIFEST_BYTES:,} bytes: split the manifest")
    for n, line in enumerate(listed.decode("utf-8-sig", "replace").split("\n"), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            if not isinstance(row, dict):
                raise WrongUse(f"{path}:{n}: a row is a JSON object")
            fetched = _moment(row.get("fetched_at"), f"{path}:{n}")
            pages.append(
                ManifestRow(
                    id=str(row["id"]),
                    file=_beside(folder, str(row["file"])),
                    url=str(row["url"]),
                    fetched_at=fetched if fetched is None or fetched.tzinfo else fetched.replace(tzinfo=UTC),
                )
            )
        except KeyError as error:
            raise WrongUse(f"{path}:{n}: a row needs {error}") from None
        except json.JSONDecodeError as error:
            raise WrongUse(f"{path}:{n}: not JSON at character {error.pos + 1}: {visible(line[:60])}") from None
        except (ValueError, TypeError, AttributeError, RecursionError) as error:
            raise WrongUse(f"{path}:{n}: {error}") from None
    return pages


def _beside(folder: Path, file: str) -> str:
    path = str(folder / file)
    return "./-" if path == "-" else path  # a file of that name, not stdin


def _moment(value: Any, place: str) -> datetime | None:
    try:
        return datetime.fromisoformat(value) if value else None
    except (ValueError, TypeError):
        raise WrongUse(f"{place}: fetched_at is no ISO 8601 time: {str(value)[:100]!r}") from None


def extract(
    pages: Sequence[ManifestRow], source: Source | None, workers: Workers
) -> Iterator[tuple[dict[str, Any], str | None]]:
    """Yield the JSON object of each page in order, and one line where it could not be read."""
    for page, extraction in zip(pages, workers.extract(map(_job, pages), source=source), strict=True):
        bug = bugs.in_verdict(extraction.verdict)
        problem = bug or extraction.verdict.evidence.get("file")
        yield as_row(page, extraction), f"{page.id}: {problem}" if problem is not None else None


def _job(page: ManifestRow) -> Job | Verdict:
    try:
        return Job(body=_bytes(page.file), url=page.url, fetched_at=page.fetched_at)
    except (WrongUse, OSError, ValueError, EOFError, zlib.error) as error:
        return Verdict(kind="broken", evidence={"file": str(error)})


def as_row(page: ManifestRow, extraction: Extraction) -> dict[str, Any]:
    """Return the contract's JSON object: fields for an article or a suspect, else null."""
    values: dict[str, Any] = dict.fromkeys(extract_keys())
    if extraction.article:
        values |= {column.shown_as: column.value_in(extraction.article) for column in COLUMNS}
    return {
        "id": page.id,
        "url": page.url,
        "verdict": extraction.verdict.kind,
        **values,
        "evidence": dict(extraction.verdict.evidence),
    }


def _bytes(path: str) -> bytes:
    body = read_input(path, MAX_BYTES)
    if body[:2] != b"\x1f\x8b":
        return body
    with gzip.GzipFile(fileobj=BytesIO(body)) as file:
        return file.read(MAX_BYTES)
