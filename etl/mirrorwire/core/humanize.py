"""Numbers and times as people say them."""

from __future__ import annotations

from datetime import timedelta


def counted(n: int, noun: str, plural: str | None = None) -> str:
    """Return a number with its noun, as `1 host` or `2,000 hosts`; `plural` where it is not the noun with an s."""
    return f"{n:,} {noun if n == 1 else plural or f'{noun}s'}"


def span(length: timedelta) -> str:
    """Return a stretch of time in the one unit that matters: "90 s", "20 min", "3 h", "4 days"."""
    seconds = max(0, round(length.total_seconds()))
    if seconds < 120:
        return f"{seconds} s"
    minutes = seconds // 60
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h" if hours < 48 else f"{hours // 24} days"
