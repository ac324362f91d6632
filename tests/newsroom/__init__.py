"""The Sample Courier: a local publisher on two origins that can fail in many ways.

    with Newsroom(day=date(2026, 11, 20)) as newsroom:
        newsroom.primary.fault = "seizure"
        ...

Standard library only; it listens on 127.0.0.1 and nowhere else. `python -m tests.newsroom` runs it by hand.
"""

from pathlib import Path

from . import faults_bytes, faults_content, faults_redirects, faults_seeds  # each registers its faults
from .content import Article
from .faults import FAULTS
from .log import Request
from .newsroom import Newsroom
from .trap import Trap

SOURCE_FILE = Path(__file__).parent / "courier.toml"
"""The newsroom as a source, on its usual ports."""

__all__ = [
    "FAULTS",
    "SOURCE_FILE",
    "Article",
    "Newsroom",
    "Request",
    "Trap",
    "faults_bytes",
    "faults_content",
    "faults_redirects",
    "faults_seeds",
]
