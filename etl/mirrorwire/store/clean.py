"""Text of strangers as Postgres can store it."""

from __future__ import annotations

from typing import Any


def clean(text: str | None) -> str | None:
    """Return a string that Postgres stores: one U+0000 or lone surrogate would take its whole batch down."""
    if text is None:
        return None
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


def clean_json(value: Any) -> Any:
    """Return JSON data whose strings Postgres stores."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict) or hasattr(value, "items"):
        return {str(clean(str(key))): clean_json(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [clean_json(item) for item in value]
    return value if isinstance(value, (int, float, bool, type(None))) else str(value)
