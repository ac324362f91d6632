"""The newsroom as a whole: one publisher on two origins, told by its user what goes wrong and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from ssl import SSLContext
from types import TracebackType
from typing import Self

from .content import FOLDER, ZONE, Article, load_edition
from .faults import find
from .server import HOST, Origin
from .site import Courier, SavedPages
from .web import Site

ROLES = ("primary", "mirror")
DISCARD_PORT = 9  # RFC 863; nothing has listened there for decades


class Newsroom:
    """A publisher on two loopback ports, serving from its making until `close` or the end of a `with`.

    `day` is the date of the newest articles (default: yesterday in Asia/Tehran), `a_day` how many it has at most of
    this day, the day before and so on (default: all); `manifest` serves saved pages in their place. Port 0 takes a free
    one. `names` and `tls`, by role, are the names that its addresses say in place of 127.0.0.1 and the certificates of
    origins that serve https; `elsewhere` is the port that faults lead astray to. Raises OSError where a port is in use,
    ValueError for broken content.
    """

    def __init__(
        self,
        *,
        day: date | None = None,
        manifest: Path | None = None,
        later: bool = False,
        a_day: Sequence[int] | None = None,
        port: int = 0,
        mirror_port: int = 0,
        folder: Path = FOLDER,
        names: Mapping[str, str] | None = None,
        tls: Mapping[str, SSLContext] | None = None,
        elsewhere: int = DISCARD_PORT,
    ) -> None:
        self.day = day or datetime.now(ZONE).date() - timedelta(days=1)
        self._manifest, self._folder, self._later, self._a_day = manifest, folder, later, a_day
        self._elsewhere = elsewhere
        names, tls = names or {}, tls or {}
        self.primary = Origin("primary", port, self, name=names.get("primary", HOST), tls=tls.get("primary"))
        try:
            self.mirror = Origin("mirror", mirror_port, self, name=names.get("mirror", HOST), tls=tls.get("mirror"))
        except BaseException:
            self.primary.close()
            raise
        try:
            self._site = self._built(later, a_day)
        except BaseException:
            self.close()
            raise
        for origin in self.origins:
            origin.start()

    @property
    def origins(self) -> tuple[Origin, Origin]:
        """Primary and mirror."""
        return self.primary, self.mirror

    @property
    def articles(self) -> tuple[Article, ...]:
        """What it publishes now, newest first; empty where it serves saved pages."""
        return self._site.edition.articles if isinstance(self._site, Courier) else ()

    @property
    def later(self) -> bool:
        """Whether the changes of articles/later.toml have come. Setting it takes them, or takes them back."""
        return self._later

    @later.setter
    def later(self, value: bool) -> None:
        self._site = self._built(value, self._a_day)
        self._later = value

    def publish_all(self) -> None:
        """Publish all articles of each day from now on."""
        self._site = self._built(self._later, None)
        self._a_day = None

    def site(self) -> Site:
        """What both origins serve now."""
        return self._site

    def other_origin(self, role: str) -> str:
        """The address of the origin that has not this role."""
        return (self.mirror if role == "primary" else self.primary).origin

    @property
    def elsewhere(self) -> int:
        """A port where nothing of the publisher is."""
        return self._elsewhere

    def command(self, params: dict[str, str]) -> dict[str, object]:
        """The control request: `later` (true or false), `primary`, `mirror` (a fault's name, empty for none).

        Gives the state that is then. Raises ValueError, with nothing changed, for what it does not know.
        """
        for key, value in params.items():
            if key not in (*ROLES, "later") or (key == "later" and value not in ("true", "false")):
                raise ValueError(f"unknown command {key}={value}")
            if key in ROLES and value:
                find(value)
        if "later" in params:
            self.later = params["later"] == "true"
        for origin in self.origins:
            if origin.role in params:
                origin.fault = params[origin.role] or None
        state: dict[str, object] = {"later": self.later}
        for origin in self.origins:
            state[origin.role] = "by path" if callable(origin.fault) else origin.fault
        return state

    def close(self) -> None:
        """Stops both origins and every connection."""
        for origin in self.origins:
            origin.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
        bugs = [bug for origin in self.origins for bug in origin.errors]
        if bugs and error is None:
            raise bugs[0]

    def _built(self, later: bool, a_day: Sequence[int] | None) -> Courier | SavedPages:
        if self._manifest is not None:
            if later:
                raise ValueError("saved pages have no later")
            return SavedPages(self._manifest, self.primary.origin)
        edition = load_edition(self.day, self.primary.origin, later=later, a_day=a_day, folder=self._folder)
        return Courier(edition, {origin.role: origin.origin for origin in self.origins})
