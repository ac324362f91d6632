"""Sources from their TOML files: where the files lie, and what is read of them."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from mirrorwire.core.errors import SourceFileError, UnknownSource
from mirrorwire.core.records import Source
from mirrorwire.core.settings import Settings
from mirrorwire.core.source_cache import SourceCache
from mirrorwire.core.source_paths import BUNDLED_SOURCES, source_folders, source_paths

__all__ = [
    "BUNDLED_SOURCES",
    "DAGS",
    "SQL",
    "Settings",
    "SourceFile",
    "find_source",
    "patterns_without_id",
    "read_source",
    "source_files",
    "source_path",
]

MAX_FILE_BYTES = 1_000_000
"""A source file is no longer; one of thousands of patterns is a tenth of that."""
PACKAGE = Path(__file__).parent.parent
SQL, DAGS = (
    inside if (inside := PACKAGE / name).is_dir() else PACKAGE.parent.parent / name for name in ("sql", "dags")
)
"""Migrations and queries, and the DAG files: inside an installed wheel, beside the package in a checkout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A source file and what it holds: a source, or why it holds none."""

    path: Path
    key: str
    source: Source | None = None
    error: str | None = None


def source_files(settings: Settings) -> Iterator[SourceFile]:
    """Yield every source file by key, broken ones with their error; `settings.sources` wins over the bundled ones.

    Those whose content was checked before are not checked again (`core.source_cache`).
    """
    known = SourceCache(settings.home / "cache" / "sources.json")
    for key, path in sorted(source_paths(settings).items()):
        try:
            body = _bytes_of(path)
            source = known.get(path.stem, body)
            if source is None:
                source = _checked(path, body)
                known.put(path.stem, body, source)
            yield SourceFile(path=path, key=key, source=source)
        except SourceFileError as error:
            yield SourceFile(path=path, key=key, error=str(error))
    known.save()


def find_source(settings: Settings, key: str) -> Source:
    """Return the source of that key; raises `UnknownSource`, or `SourceFileError` if its file is broken.

    Where the file states no schedule of looks, the settings' holds.
    """
    path = source_path(settings, key)
    body = _bytes_of(path)
    # A file of its own: what a thousand others say would have to be read with it.
    known = SourceCache(settings.home / "cache" / f"source-{path.stem}.json")
    source = known.get(path.stem, body)
    if source is None:
        source = _checked(path, body)
        known.put(path.stem, body, source)
        known.save()
    return source if source.revisits is not None else replace(source, revisits=settings.revisits)


def source_path(settings: Settings, key: str) -> Path:
    """Return where the source of that key is written down; raises `UnknownSource`."""
    for folder in reversed(source_folders(settings)):
        path = folder / f"{key}.toml"
        if path.parent == folder and os.path.lexists(path):  # false, too, for what is no name of a file
            return path
    raise UnknownSource(key, tuple(sorted(source_paths(settings))))


def read_source(path: Path) -> Source:
    """Read a source file; raises `SourceFileError` with every problem and its place."""
    return _checked(path, _bytes_of(path))


def _checked(path: Path, body: bytes) -> Source:
    # The checker and its libraries take longer to load than most commands take: files that were checked do without.
    from pydantic import ValidationError  # noqa: PLC0415

    from mirrorwire.core import source_errors  # noqa: PLC0415
    from mirrorwire.core.source_tables import SourceTable  # noqa: PLC0415

    try:
        text = body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceFileError(str(path), f"not UTF-8 at byte {error.start}: save it as UTF-8") from None
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise SourceFileError(str(path), "not TOML that anybody would write: nested too deep") from None
    except ValueError as error:
        raise SourceFileError(str(path), source_errors.of_toml(str(error), text)) from None
    try:
        table = SourceTable.model_validate(data)
    except ValidationError as error:
        problems = map(source_errors.of_value, error.errors(include_url=False, include_context=False))
        raise SourceFileError(str(path), "; ".join(problems)) from None
    if table.key != path.stem:
        raise SourceFileError(str(path), f"key: {table.key!r} must be the file's name, {path.stem!r}")
    return table.source()


def patterns_without_id(source: Source) -> list[int]:
    """Return which of a source's patterns, counted from 1, name no id: the key of a link is its path and query then."""
    return [n for n, pattern in enumerate(source.article_url, 1) if "id" not in re.compile(pattern).groupindex]


def _bytes_of(path: Path) -> bytes:
    """What a file holds; raises `SourceFileError` for what is no such file."""
    try:
        if path.exists() and not path.is_file():
            raise SourceFileError(
                str(path), "a folder, not a file" if path.is_dir() else "a device or a pipe, not a file"
            )
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise SourceFileError(str(path), error.strerror or str(error)) from None
    except ValueError:
        raise SourceFileError(str(path), "no name of a file") from None
    if len(body) > MAX_FILE_BYTES:
        raise SourceFileError(str(path), f"over {MAX_FILE_BYTES:,} bytes: no source file")
    return body
