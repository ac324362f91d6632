"""Where source files lie. Apart from `core.config`, whose checker of source files takes long to load."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

from mirrorwire.core.errors import SourceFileError
from mirrorwire.core.settings import Settings

BUNDLED_SOURCES = Path(str(files("mirrorwire.sources")))
"""The folder of the source files that come with the package."""


def source_paths(settings: Settings) -> dict[str, Path]:
    """Return the source files by key: of one key, that of the later folder.

    Raises SourceFileError where `MIRRORWIRE_SOURCES` is no folder.
    """
    return {path.stem: path for folder in source_folders(settings) for path in folder.glob("*.toml")}


def source_folders(settings: Settings) -> list[Path]:
    """Return the folders of source files, of which a later one wins; raises SourceFileError as `source_paths` does."""
    if settings.sources is None:
        return [BUNDLED_SOURCES]
    if not settings.sources.is_dir():
        raise SourceFileError(str(settings.sources), "MIRRORWIRE_SOURCES is not a folder")
    return [BUNDLED_SOURCES, settings.sources]
