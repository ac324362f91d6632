"""Sources from their TOML files."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from croniter import CroniterBadDateError, croniter
from lxml import etree
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from mirrorwire.core import source_errors
from mirrorwire.core.errors import SourceFileError, UnknownSource
from mirrorwire.core.records import Host, IndexPrefix, Relation, Role, Seed, SeedKind, Source, TlsUse
from mirrorwire.core.settings import Settings, revisit_steps
from mirrorwire.core.urls import origin_of, site_of
from mirrorwire.core.warc_places import refusal

__all__ = [
    "BUNDLED_SOURCES",
    "DAGS",
    "SQL",
    "Settings",
    "SourceFile",
    "find_source",
    "patterns_without_id",
    "read_source",
    "source_files",
    "source_path",
]

MAX_FILE_BYTES = 1_000_000
"""A source file is no longer; one of thousands of patterns is a tenth of that."""
PACKAGE = Path(__file__).parent.parent
BUNDLED_SOURCES = Path(str(files("mirrorwire.sources")))
SQL, DAGS = (
    inside if (inside := PACKAGE / name).is_dir() else PACKAGE.parent.parent / name for name in ("sql", "dags")
)
"""Migrations and queries, and the DAG files: inside an installed wheel, beside the package in a checkout."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A source file and what it holds: a source, or why it holds none."""

    path: Path
    key: str
    source: Source | None = None
    error: str | None = None


def source_files(settings: Settings) -> Iterator[SourceFile]:
    """Yield every source file by key, broken ones with their error; `settings.sources` wins over the bundled ones."""
    for key, path in sorted(_paths(settings).items()):
        try:
            yield SourceFile(path=path, key=key, source=read_source(path))
        except SourceFileError as error:
            yield SourceFile(path=path, key=key, error=str(error))


def find_source(settings: Settings, key: str) -> Source:
    """Return the source of that key; raises `UnknownSource`, or `SourceFileError` if its file is broken.

    Where the file states no schedule of looks, the settings' holds.
    """
    found = read_source(source_path(settings, key))
    return found if found.revisits is not None else replace(found, revisits=settings.revisits)


def source_path(settings: Settings, key: str) -> Path:
    """Return where the source of that key is written down; raises `UnknownSource`."""
    paths = _paths(settings)
    if key not in paths:
        raise UnknownSource(key, tuple(sorted(paths)))
    return paths[key]


def read_source(path: Path) -> Source:
    """Read a source file; raises `SourceFileError` with every problem and its place."""
    text = _text_of(path)
    try:
        data = tomllib.loads(text)
    except RecursionError:
        raise SourceFileError(str(path), "not TOML that anybody would write: nested too deep") from None
    except ValueError as error:
        raise SourceFileError(str(path), source_errors.of_toml(str(error), text)) from None
    try:
        found = _SourceTable.model_validate(data)
    except ValidationError as error:
        problems = map(source_errors.of_value, error.errors(include_url=False, include_context=False))
        raise SourceFileError(str(path), "; ".join(problems)) from None
    if found.key != path.stem:
        raise SourceFileError(str(path), f"key: {found.key!r} must be the file's name, {path.stem!r}")
    return found.source()


def patterns_without_id(source: Source) -> list[int]:
    """Return which of a source's patterns, counted from 1, name no id: the key of a link is its path and query then."""
    return [n for n, pattern in enumerate(source.article_url, 1) if "id" not in re.compile(pattern).groupindex]


def _text_of(path: Path) -> str:
    """A file's text, without a mark of UTF-8 at its beginning; raises `SourceFileError` for what is no such file."""
    try:
        if path.exists() and not path.is_file():
            raise SourceFileError(
                str(path), "a folder, not a file" if path.is_dir() else "a device or a pipe, not a file"
            )
        with path.open("rb") as file:
            body = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise SourceFileError(str(path), error.strerror or str(error)) from None
    except ValueError:
        raise SourceFileError(str(path), "no name of a file") from None
    if len(body) > MAX_FILE_BYTES:
        raise SourceFileError(str(path), f"over {MAX_FILE_BYTES:,} bytes: no source file")
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SourceFileError(str(path), f"not UTF-8 at byte {error.start}: save it as UTF-8") from None


def _paths(settings: Settings) -> dict[str, Path]:
    """The source files by key: of one key, that of the later folder."""
    return {path.stem: path for folder in _folders(settings) for path in folder.glob("*.toml")}


def _folders(settings: Settings) -> list[Path]:
    if settings.sources is None:
        return [BUNDLED_SOURCES]
    if not settings.sources.is_dir():
        raise SourceFileError(str(settings.sources), "MIRRORWIRE_SOURCES is not a folder")
    return [BUNDLED_SOURCES, settings.sources]


_NETLOC = re.compile(r"(?:[\w.-]+|\[[0-9a-fA-F:.]+\])(?::\d+)?")


def _origin(url: str) -> str:
    try:
        parts = urlsplit(url)
        sound = parts.scheme in ("http", "https") and parts.hostname and (parts.port or 1) > 0
    except ValueError:
        sound = False
    if not sound or not _NETLOC.fullmatch(parts.netloc) or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("must be an origin: http(s)://name, with a port if it needs one, and nothing behind it")
    return f"{parts.scheme}://{parts.netloc}".lower()


def _printable(text: str) -> str:
    if not text.isprintable():
        raise ValueError("holds a character that does not show")
    return text


def _pattern(pattern: str) -> str:
    try:
        groups = re.compile(pattern).groupindex
    except (re.error, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from None
    if strange := sorted(groups.keys() - {"id", "date"}):
        raise ValueError(f"unknown group {strange[0]!r}: the groups are id and date")
    return pattern


def _template(path: str) -> str:
    rest = path.replace("{id}", "").replace("{date}", "")
    if not path.startswith("/") or "{id}" not in path or "{" in rest or "}" in rest:
        raise ValueError("must begin with / and hold {id}, and {date} where it is part of the path")
    return path


def _index_path(path: str) -> str:
    rest = path.replace("{year}", "").replace("{month}", "")
    if not path.startswith("/") or "{" in rest or "}" in rest or "?" in rest or "#" in rest:
        raise ValueError("must begin with /, and may hold {year} and {month}, and no query")
    if "{month}" in path and "{year}" not in path.partition("{month}")[0]:
        raise ValueError("needs {year} before {month}")
    return path


_PROBE = etree.HTML("<html><body><p class='a' id='b'>a <a href='c'>b</a></p></body></html>")
_NO_ELEMENT = re.compile(r"(?:(?:@|attribute::)[\w:*.-]+|(?:text|comment|processing-instruction)\(\))\s*(?:\||$)")


def _selector(path: str) -> str:
    try:
        found = etree.XPath(path)(_PROBE)
    except etree.XPathError as error:
        raise ValueError(f"not XPath: {error}") from None
    bare, within = re.subn(r"\[[^\[\]]*\]", "", path)
    while within:
        bare, within = re.subn(r"\[[^\[\]]*\]", "", bare)
    if not isinstance(found, list) or not all(map(etree.iselement, found)) or _NO_ELEMENT.search(bare):
        raise ValueError("selects no elements: a path such as //div[@class='promo'] does")
    if any(etree.iselement(each) and each.tag in ("html", "body") for each in found):
        raise ValueError("selects the whole page")
    return path


@cache
def _zones() -> frozenset[str]:
    """Return the zones of the machine's database, a folder that takes more time to walk than a source file to read."""
    return frozenset(available_timezones() - {"localtime", "Factory", "posixrules"})


def _zone(name: str) -> str:
    if name not in _zones():
        raise ValueError("not a zone of the IANA database (such as Europe/London)")
    return name


def _day(value: Any) -> Any:
    if not isinstance(value, date) or isinstance(value, datetime) or value.year < 1990:
        raise ValueError("must be a day since 1990, without quotes: 2007-07-02")
    return value


def _cron(expression: str) -> str:
    if len(expression.split()) != 5 or not _CRON.fullmatch(expression) or not croniter.is_valid(expression):
        raise ValueError("not a cron expression of five fields")
    try:
        croniter(expression, datetime(2000, 1, 1, tzinfo=UTC)).get_next()
    except CroniterBadDateError:
        raise ValueError("a cron expression of a time that never comes") from None
    return expression


def _steps(words: list[str]) -> list[str]:
    revisit_steps(words)
    return words


_NAMES = "jan feb mar apr may jun jul aug sep oct nov dec mon tue wed thu fri sat sun"
_CRON = re.compile(rf"(?:[\d*/,\- ]|{'|'.join(_NAMES.split())})+", re.I)
Printable = Annotated[str, AfterValidator(_printable)]


Pattern = Annotated[str, AfterValidator(_pattern)]
Patterns = Annotated[list[Pattern], BeforeValidator(lambda v: [v] if isinstance(v, str) else v)]


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _HostTable(_Table):
    url: Annotated[str, AfterValidator(_origin)]
    role: Role = "primary"
    tls: TlsUse = "verified"
    relation: Relation = "same-path"
    article_path: Annotated[Printable, AfterValidator(_template)] | None = None
    article_url: Patterns = []

    @model_validator(mode="after")
    def _tls_is_there(self) -> _HostTable:
        if self.tls == "unverified" and not self.url.startswith("https:"):
            raise ValueError("tls: an http host has none that could be unverified")
        return self

    @model_validator(mode="after")
    def _relation_is_told(self) -> _HostTable:
        if self.relation == "same-id" and not (self.article_path and self.article_url):
            raise ValueError(
                "a same-id host needs article_path and article_url: where an article of an id stands there"
            )
        if self.relation != "same-id" and self.article_url:
            raise ValueError("article_url: only a same-id host has one of its own")
        if any("id" not in re.compile(pattern).groupindex for pattern in self.article_url):
            raise ValueError("article_url: needs a group named id")
        return self


class _PrefixTable(_Table):
    path: Annotated[Printable, AfterValidator(_index_path)]
    host: Annotated[str, AfterValidator(_origin)] | None = None
    since: Annotated[date, BeforeValidator(_day)] | None = None
    until: Annotated[date, BeforeValidator(_day)] | None = None

    @model_validator(mode="after")
    def _days_in_order(self) -> _PrefixTable:
        if self.since and self.until and self.since >= self.until:
            raise ValueError("until: must come after since")
        return self


class _SeedTable(_Table):
    kind: SeedKind
    path: Printable | None = None
    url: Printable | None = None
    prefixes: list[_PrefixTable] = []

    @model_validator(mode="after")
    def _prefixes_are_of_an_index(self) -> _SeedTable:
        if self.prefixes and self.kind != "webarchive":
            raise ValueError("prefixes: only a webarchive seed has them")
        paths = [prefix.path for prefix in self.prefixes]
        if len(set(paths)) < len(paths):
            raise ValueError("prefixes: the same path stands twice")
        return self

    def seed(self) -> Seed:
        prefixes = tuple(IndexPrefix(**prefix.model_dump()) for prefix in self.prefixes)
        return Seed(kind=self.kind, path=self.path, url=self.url, prefixes=prefixes)

    @model_validator(mode="after")
    def _one_place(self) -> _SeedTable:
        if self.kind in ("webarchive", "warc"):
            if not self.url or self.path:
                raise ValueError(f"a {self.kind} seed needs url, and no path")
            if self.kind == "webarchive" and ("@" in self.url or "?" in self.url or not origin_of(self.url)):
                raise ValueError("a webarchive seed's url is an index's: http(s)://name/path, and no query")
            if self.kind == "warc" and (reason := refusal(self.url)) is not None:
                raise ValueError(f"url: {reason}")
        elif not self.path or self.url or not self.path.startswith("/"):
            raise ValueError(f"a {self.kind} seed needs path, beginning with /, and no url")
        if self.kind == "section" and "{page}" not in (self.path or ""):
            raise ValueError("a section's path needs {page}")
        return self


class _SourceTable(_Table):
    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    name: Annotated[Printable, Field(min_length=1)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] | None = None
    timezone: Annotated[str, AfterValidator(_zone)]
    article_url: Patterns = []
    schedule: Annotated[str, AfterValidator(_cron)] = "*/30 * * * *"
    delay_s: Annotated[float, Field(ge=0, le=3600)] = 1.0
    allow_private: bool = False
    revisits: Annotated[list[str], AfterValidator(_steps)] | None = None
    prune: list[Annotated[str, AfterValidator(_selector)]] = []
    since: Annotated[date, BeforeValidator(_day)] | None = None
    hosts: Annotated[list[_HostTable], Field(min_length=1)]
    seeds: Annotated[list[_SeedTable], Field(min_length=1)]

    @model_validator(mode="after")
    def _hosts_differ(self) -> _SourceTable:
        urls = [host.url for host in self.hosts]
        if len(set(urls)) < len(urls):
            raise ValueError("hosts: the same origin stands twice")
        if all(host.role == "archive" or host.relation == "separate-edition" for host in self.hosts):
            raise ValueError("hosts: none is primary or mirror, so nobody would be asked")
        if any(host.relation == "same-id" for host in self.hosts) and not self.article_url:
            raise ValueError("article_url: a same-id host needs to know an article's id")
        places = [seed.path or seed.url for seed in self.seeds]
        if len(set(places)) < len(places):
            raise ValueError("seeds: the same path or url stands twice")
        living = {site_of(host.url) for host in self.hosts if host.role != "archive"}
        if any(seed.kind == "webarchive" and site_of(seed.url or "") in living for seed in self.seeds):
            raise ValueError("seeds: a webarchive seed is on a host of the publisher, which is no archive")
        return self

    @model_validator(mode="after")
    def _prefixes_are_of_hosts(self) -> _SourceTable:
        origins = {host.url for host in self.hosts if host.role != "archive" and host.relation == "same-path"}
        for seed in self.seeds:
            for prefix in seed.prefixes:
                if prefix.host is not None and prefix.host not in origins:
                    raise ValueError(f"seeds: prefixes: {prefix.host} is no host here with the primary's paths")
        return self

    def _archives(self) -> Iterator[Host]:
        """The archives that seeds name and the hosts do not."""
        known = {site_of(host.url) for host in self.hosts}
        for seed in self.seeds:
            if seed.kind == "webarchive" and (site := site_of(seed.url or "")) not in known:
                known.add(site)
                yield Host(url=origin_of(seed.url or "") or "", role="archive")

    def source(self) -> Source:
        hosts = [Host(**host.model_dump() | {"article_url": tuple(host.article_url)}) for host in self.hosts]
        return Source(
            **self.model_dump(exclude={"hosts", "seeds", "article_url", "prune", "revisits"}),
            revisits=None if self.revisits is None else revisit_steps(self.revisits),
            article_url=tuple(self.article_url),
            prune=tuple(self.prune),
            hosts=(*(host for host in hosts if host.relation != "separate-edition"), *self._archives()),
            editions=tuple(host for host in hosts if host.relation == "separate-edition"),
            seeds=tuple(seed.seed() for seed in self.seeds),
        )
