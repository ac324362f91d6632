"""What a fetch may take: seconds, bytes, redirects."""

from __future__ import annotations

from dataclasses import dataclass

MAX_REDIRECTS = 5
IMPATIENCE = 0.5
"""The share of the whole time that a host has once it did not answer in time: a hanging one is found out sooner."""
MAX_REDIRECT_BYTES = 65_536
"""A redirect's body is kept up to here: what stands in it is one line and a link."""
MAX_FAILED_BYTES = 1_000_000
"""What came of a body that broke off, cannot be decoded or is too large is kept up to here: for people to look at."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Timeouts:
    """Seconds: to look a name up and connect, to wait for a read, and for the whole get with its redirects."""

    connect_s: float = 5.0
    read_s: float = 10.0
    total_s: float = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """The largest body that is taken, in bytes: as it comes over the wire, and decoded."""

    wire_bytes: int
    decoded_bytes: int


PAGE_CAPS = Caps(wire_bytes=10_000_000, decoded_bytes=10_000_000)
"""As much plain as packed: not every server packs its pages."""
SEED_CAPS = Caps(wire_bytes=50_000_000, decoded_bytes=50_000_000)
