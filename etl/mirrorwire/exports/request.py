"""What an export was asked for, in the words of its command: what a manifest keeps, and what makes it again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from mirrorwire.core.errors import WrongUse
from mirrorwire.core.records import Source
from mirrorwire.core.windows import instant, window
from mirrorwire.exports.formats import ATOM_ENTRIES, FORMATS
from mirrorwire.exports.selection import Selection
from mirrorwire.exports.shape import Shape, columns_named
from mirrorwire.store.db import Connection

TEXTS = ("plain", "markdown")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """An export: the sources by key, the selection and the format, each as `mirrorwire export` takes it.

    Times stay as they were written: a date means another instant in each source's zone. `text` is plain or markdown.
    """

    __pydantic_config__ = {"extra": "forbid", "strict": False}  # noqa: RUF012 - read by pydantic alone

    sources: tuple[str, ...]
    form: str
    since: str | None = None
    until: str | None = None
    updated_since: str | None = None
    language: str | None = None
    section: str | None = None
    heads: bool = False
    sure: bool = False
    limit: int | None = None
    columns: tuple[str, ...] = ()
    local_time: bool = False
    text: str = "plain"
    csv_safe: bool = False
    excel: bool = False

    @property
    def is_feed(self) -> bool:
        """Whether it is an Atom feed, which has an order and a length of its own."""
        return self.form == "atom"

    @property
    def is_narrowed(self) -> bool:
        """Whether anything is asked for beside the sources."""
        return any((self.since, self.until, self.updated_since, self.language, self.section, self.sure))

    @property
    def shape(self) -> Shape:
        """How its rows look."""
        return Shape(chosen=self.columns, local_time=self.local_time, markdown=self.text == "markdown")

    @property
    def selected_by(self) -> str:
        """What tells feeds of one source apart, for their ids."""
        named = {"language": self.language, "section": self.section}
        named |= {name: "yes" for name, is_asked in (("heads", self.heads), ("sure", self.sure)) if is_asked}
        return ":".join(f"{name}={value}" for name, value in named.items() if value)

    def check(self, sources: Sequence[Source] = ()) -> None:
        """Raise `WrongUse` for what does not go together, and for what is no time in the zone of one of `sources`."""
        if not self.sources:
            raise WrongUse("no source is named")
        if self.form not in FORMATS:
            raise WrongUse(f"{self.form!r} is no format of an export: {', '.join(FORMATS)}")
        for flag, is_asked in (("--csv-safe", self.csv_safe), ("--excel", self.excel)):
            if is_asked and self.form != "csv":
                raise WrongUse(f"{flag} is for csv, not for {self.form}")
        if self.is_feed and not self.shape.is_plain:
            raise WrongUse("an atom feed has elements of its own: leave --columns, --local-time and --text out")
        if self.is_feed and len(self.sources) != 1:
            raise WrongUse("an atom feed is of one source: name one")
        if self.text not in TEXTS:
            raise WrongUse(f"{self.text!r} is no way to write text: {', '.join(TEXTS)}")
        if self.limit is not None and self.limit < 1:
            raise WrongUse(f"limit {self.limit} is less than 1")
        columns_named(",".join(self.columns) or None)
        for source in sources:
            self.selection(source.zone)

    def selection(self, zone: ZoneInfo) -> Selection:
        """Return the selection for a source in that zone; raises `WrongUse` for times that are none."""
        return Selection(
            window=window(self.since, self.until, zone),
            updated_since=instant(self.updated_since, zone, "updated-since") if self.updated_since else None,
            language=self.language,
            section=self.section,
            heads=self.heads,
            sure=self.sure,
            newest=self.is_feed,
            limit=self.limit or (ATOM_ENTRIES if self.is_feed else None),
        )

    def rows(self, conn: Connection, sources: Sequence[Source], counts: dict[str, int]) -> Iterator[dict[str, Any]]:
        """Yield the rows, source after source in the order given; `limit` counts over all of them.

        `counts` is given the number of rows of each source, as they go out.
        """
        return islice(self._rows(conn, sources, counts), self.limit)

    def _rows(self, conn: Connection, sources: Sequence[Source], counts: dict[str, int]) -> Iterator[dict[str, Any]]:
        shape = self.shape
        for source in sources:
            counts[source.key] = 0
            stored: Iterator[dict[str, Any]] = self.selection(source.zone).rows(conn, source)
            for row in stored if shape.is_plain else shape.rows(stored, source.zone):
                counts[source.key] += 1
                yield row

    def as_json(self) -> dict[str, Any]:
        """Return it as a manifest holds it: only what was asked for."""
        usual, stated = asdict(Request(sources=(), form="")), asdict(self)
        named = {"sources": list(stated.pop("sources")), "format": stated.pop("form")}
        return named | {name: value for name, value in stated.items() if value != usual[name]}


def request_of(document: Any, where: str) -> Request:
    """Return the request that `as_json` gave; raises `WrongUse` that names the place of what is wrong."""
    if not isinstance(document, dict):
        raise WrongUse(f"{where}: query is missing, so this is no manifest of an export")
    from pydantic import TypeAdapter, ValidationError  # noqa: PLC0415 - only an export made again needs it

    words = {"form" if name == "format" else name: value for name, value in document.items()}
    try:
        request = TypeAdapter(Request).validate_python(words)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in first["loc"])
        raise WrongUse(f"{where}: query {place}: {first['msg']}") from None
    request.check()
    return request
