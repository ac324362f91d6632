"""Bundled source files, as they are but for the places: hosts and archive of a test's own on loopback."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mirrorwire.core.config import BUNDLED_SOURCES

WAYBACK = "https://web.archive.org/cdx/search/cdx"


def on_loopback(folder: Path, key: str, hosts: Mapping[str, str], index: str) -> Path:
    """Write a bundled file with other origins, by those that it lists, and another index than Wayback's."""
    text = (BUNDLED_SOURCES / f"{key}.toml").read_text(encoding="utf-8")
    for origin, url in {**hosts, WAYBACK: index}.items():
        assert f'"{origin}"' in text
        text = text.replace(f'"{origin}"', f'"{url}"')
    assert "delay_s = 1.0\n" in text
    text = text.replace("delay_s = 1.0\n", "delay_s = 0\nallow_private = true\n")
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{key}.toml"
    path.write_text(text, encoding="utf-8")
    return path
