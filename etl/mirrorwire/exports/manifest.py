"""The manifest beside an export: what was asked for, what came, and the hash of the file, so that it can be cited."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from mirrorwire import __version__
from mirrorwire.core.errors import WrongUse
from mirrorwire.exports.request import Request, request_of
from mirrorwire.exports.target import target
from mirrorwire.reports.output import read_input

ENDING = ".manifest.json"
MAX_BYTES = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Manifest:
    """An export as it was made: `file` is a name without a folder, `sha256` of the whole file in hexadecimal.

    `rows` are articles by source; `made_at` is when the export began, `mirrorwire` the version that made it.
    """

    file: str
    query: Request
    rows: Mapping[str, int]
    file_bytes: int
    sha256: str
    mirrorwire: str
    made_at: str


def manifest_path(path: Path) -> Path:
    """Return where the manifest of an export lies: beside it."""
    return path.with_name(path.name + ENDING)


def manifest_of(path: Path, query: Request, rows: Mapping[str, int], now: datetime) -> Manifest:
    """Return the manifest of a file that has just been written."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Manifest(
        file=path.name,
        query=query,
        rows=dict(rows),
        file_bytes=path.stat().st_size,
        sha256=digest,
        mirrorwire=__version__,
        made_at=now.isoformat(timespec="seconds"),
    )


def write_manifest(manifest: Manifest, path: Path) -> None:
    """Write a manifest; the file is there when it is whole."""
    document = {
        "file": manifest.file,
        "sha256": manifest.sha256,
        "bytes": manifest.file_bytes,
        "rows": sum(manifest.rows.values()),
        "rows_by_source": dict(manifest.rows),
        "query": manifest.query.as_json(),
        "mirrorwire": manifest.mirrorwire,
        "made_at": manifest.made_at,
    }
    with target(path) as out:
        out.write((json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode())


def read_manifest(path: Path) -> Manifest:
    """Read a manifest; raises `WrongUse` for a file that is none, with what is wrong in it."""
    try:
        document = json.loads(read_input(str(path), MAX_BYTES))
    except (ValueError, RecursionError):
        raise WrongUse(f"{path}: no JSON, so no manifest of an export") from None
    if not isinstance(document, dict):
        raise WrongUse(f"{path}: no manifest of an export, which is a JSON object")
    file = _text(document, "file", path)
    if Path(file).name != file or "\0" in file:
        raise WrongUse(f"{path}: file {file!r} is not a file's name alone")
    counts = document.get("rows_by_source")
    if not isinstance(counts, dict) or not all(isinstance(number, int) for number in counts.values()):
        raise WrongUse(f"{path}: rows_by_source is missing, or holds other than numbers")
    return Manifest(
        file=file,
        query=request_of(document.get("query"), str(path)),
        rows=counts,
        file_bytes=0,
        sha256=_text(document, "sha256", path),
        mirrorwire=_text(document, "mirrorwire", path),
        made_at=_text(document, "made_at", path),
    )


def difference(before: Manifest, now: Manifest) -> str | None:
    """Return how an export made again differs from its manifest, in words; `None` where it is the same file."""
    if now.sha256 == before.sha256:
        return None
    counts = f"{sum(before.rows.values()):,} articles then, {sum(now.rows.values()):,} now"
    if now.mirrorwire != before.mirrorwire:
        return f"{counts}; made by Mirrorwire {before.mirrorwire} then, {now.mirrorwire} now"
    return f"{counts}; what is stored has changed since {before.made_at}"


def _text(document: Mapping[str, Any], name: str, path: Path) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise WrongUse(f"{path}: {name} is missing, so this is no manifest of an export")
    return value
