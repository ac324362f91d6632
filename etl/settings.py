"""Settings from the environment. Apart from `etl.config`, whose checker of source files takes long to load."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from etl.errors import WrongUse

ANONYMOUS = "Mirrorwire/0.1 (news archive; contact unset, see MIRRORWIRE_CONTACT)"
MAX_PROCESSES = 64


def _usable_cpus() -> int:
    """The CPUs that this process may use, as taskset and containers pinned to CPUs set them."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MAX_PROCESSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says.

    `database_url` is `None` for the embedded server under `home`; `max_rejected` the share of rejected pages above
    which a run fails; `processes` how many child processes read pages.
    """

    home: Path
    database_url: str | None = None
    sources: Path | None = None
    archive: str = ""
    user_agent: str = ANONYMOUS
    max_rejected: float = 0.5
    processes: int = field(default_factory=_usable_cpus)

    @property
    def spool(self) -> Path:
        """Where WARC files for an object store lie until they are uploaded."""
        return self.home / "spool"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read `MIRRORWIRE_*`. An empty value counts as unset."""
        found = {key: value for key, value in (os.environ if env is None else env).items() if value}
        home = _folder(found.get("MIRRORWIRE_HOME") or _default_home(found))
        sources = found.get("MIRRORWIRE_SOURCES")
        contact = found.get("MIRRORWIRE_CONTACT")
        return cls(
            home=home,
            database_url=found.get("MIRRORWIRE_DATABASE_URL"),
            sources=_folder(sources) if sources else None,
            archive=found.get("MIRRORWIRE_ARCHIVE") or str(home / "archive"),
            user_agent=f"Mirrorwire/0.1 (+{contact})" if contact else ANONYMOUS,
            max_rejected=_share(found.get("MIRRORWIRE_MAX_REJECTED") or "0.5"),
            processes=_processes(found.get("MIRRORWIRE_PROCESSES")),
        )


def _folder(text: str) -> Path:
    try:
        return Path(text).expanduser().absolute()
    except RuntimeError:
        raise WrongUse(f"{text}: no such user") from None


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise WrongUse(f"MIRRORWIRE_MAX_REJECTED must be a share from 0 to 1, not {text!r}")
    return share


def _processes(text: str | None) -> int:
    if text is None:
        return _usable_cpus()
    if not (text.isascii() and text.isdigit() and len(text) < 4 and 1 <= int(text) <= MAX_PROCESSES):
        raise WrongUse(f"MIRRORWIRE_PROCESSES must be a number from 1 to {MAX_PROCESSES}, not {text!r}")
    return int(text)


def _default_home(env: Mapping[str, str]) -> str:
    # The embedded server, started by root, opens its parent folders for reading: root's must lie outside any home.
    if os.geteuid() == 0:
        return "/var/lib/mirrorwire"
    return str(Path(env.get("XDG_DATA_HOME") or "~/.local/share") / "mirrorwire")
