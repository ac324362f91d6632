"""Settings from the environment. Apart from `core.config`, whose checker of source files takes long to load."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from mirrorwire import __version__
from mirrorwire.core.errors import WrongUse

PRODUCT = f"Mirrorwire/{__version__.rpartition('.')[0]}"
"""The product's name to web servers, with its major and minor version: rules of robots.txt go by it."""
ANONYMOUS = f"{PRODUCT} (news archive; contact unset, see MIRRORWIRE_CONTACT)"
MAX_PROCESSES = 64
REVISITS = (timedelta(hours=1), timedelta(hours=6), timedelta(days=1), timedelta(days=7))
MAX_REVISITS = 20
LOCK_WAIT_S = "120"
LONGEST_REVISIT = timedelta(days=366)
_SPAN = re.compile(r"([1-9][0-9]{0,6})([smhdw])")
_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}


def _usable_cpus() -> int:
    """The CPUs that this process may use, as taskset and containers pinned to CPUs set them."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(usable, MAX_PROCESSES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What the environment says.

    `database_url` is `None` for the embedded server under `home`; `max_rejected` the share of rejected pages above
    which a run fails; `processes` how many child processes read pages; `revisits` how long after it was first served a
    page is looked at again, where its source file says nothing else; `channels` the file that names where messages go,
    `None` for `channels.toml` under `home`.
    """

    home: Path
    database_url: str | None = field(default=None, repr=False)  # it may hold a password
    sources: Path | None = None
    archive: str = ""
    user_agent: str = ANONYMOUS
    max_rejected: float = 0.5
    processes: int = field(default_factory=_usable_cpus)
    revisits: tuple[timedelta, ...] = REVISITS
    channels: Path | None = None

    @property
    def own_sources(self) -> Path:
        """Where source files of one's own are written: `sources`, else the home's folder of that name, made or not."""
        return self.sources or self.home / "sources"

    @property
    def spool(self) -> Path:
        """Where WARC files for an object store lie until they are uploaded."""
        return self.home / "spool"

    @classmethod
    def from_env(cls, env: Mapping[str, str] | None = None) -> Settings:
        """Read `MIRRORWIRE_*`. An empty value counts as unset, but for `MIRRORWIRE_REVISITS`, which it turns off."""
        given = os.environ if env is None else env
        values = {key: value for key, value in given.items() if value}
        home = _folder(values.get("MIRRORWIRE_HOME") or _default_home(values))
        of_home = home / "sources"
        sources = values.get("MIRRORWIRE_SOURCES") or (str(of_home) if of_home.is_dir() else None)
        contact = values.get("MIRRORWIRE_CONTACT")
        channels = values.get("MIRRORWIRE_CHANNELS")
        return cls(
            home=home,
            database_url=values.get("MIRRORWIRE_DATABASE_URL"),
            sources=_folder(sources) if sources else None,
            archive=values.get("MIRRORWIRE_ARCHIVE") or str(home / "archive"),
            user_agent=f"{PRODUCT} (+{contact})" if contact else ANONYMOUS,
            max_rejected=_share(values.get("MIRRORWIRE_MAX_REJECTED") or "0.5"),
            processes=_processes(values.get("MIRRORWIRE_PROCESSES")),
            revisits=_revisits(given.get("MIRRORWIRE_REVISITS")),
            channels=_folder(channels) if channels else None,
        )


def revisit_steps(words: Sequence[str]) -> tuple[timedelta, ...]:
    """Return a schedule of looks, as `1h`, `6h`, `1d`, `7d` state it; raises `ValueError` for what is none."""
    if len(words) > MAX_REVISITS:
        raise ValueError(f"more than {MAX_REVISITS} looks")
    steps: list[timedelta] = []
    for word in words:
        match = _SPAN.fullmatch(word)
        if match is None:
            raise ValueError(f"{word!r} is no time after the first look: such as 90m, 6h, 1d")
        step = timedelta(**{_UNITS[match[2]]: int(match[1])})
        if step > LONGEST_REVISIT:
            raise ValueError(f"{word!r} is longer than a year")
        if steps and step <= steps[-1]:
            raise ValueError(f"{word!r} is not later than the look before it")
        steps.append(step)
    return tuple(steps)


def time_span(word: str) -> timedelta:
    """Return a time as `90s`, `5m`, `12h`, `1d` or `2w` state it; raises `ValueError` for what is none."""
    match = _SPAN.fullmatch(word)
    if match is None:
        raise ValueError(f"{word!r} is no time: such as 90s, 5m, 12h, 1d")
    return timedelta(**{_UNITS[match[2]]: int(match[1])})


def lock_wait_s(env: Mapping[str, str] | None = None) -> float:
    """Return for how many seconds a statement may wait for a lock that another session of the database holds."""
    text = (os.environ if env is None else env).get("MIRRORWIRE_LOCK_WAIT_S") or LOCK_WAIT_S
    if not re.fullmatch(r"[1-9][0-9]{0,4}", text):
        raise WrongUse(f"MIRRORWIRE_LOCK_WAIT_S must be a number of seconds from 1 to 99999, not {text!r}")
    return float(text)


def _revisits(text: str | None) -> tuple[timedelta, ...]:
    if text is None:
        return REVISITS
    words = [] if text.strip() in ("", "none") else [word.strip() for word in text.split(",")]
    try:
        return revisit_steps(words)
    except ValueError as error:
        raise WrongUse(f"MIRRORWIRE_REVISITS: {error}") from None


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
