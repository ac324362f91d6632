"""Extraction: the bytes of a page -> what it is, and the article's fields and text where it is one.

The two functions are imported when they are first asked for: whoever needs one rule of it is spared all the others.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mirrorwire.extract.extraction import extract_page, verify

__all__ = ["EXTRACTOR_VERSION", "extract_page", "verify"]

EXTRACTOR_VERSION = 7
"""Counts up with every change that gives other fields for the same bytes; captures are then extracted again."""


def __getattr__(name: str) -> Any:
    if name in ("extract_page", "verify"):
        return getattr(import_module("mirrorwire.extract.extraction"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
