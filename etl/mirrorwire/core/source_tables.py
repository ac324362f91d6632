"""The tables of a source file: which keys each has, and what they must be together."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from mirrorwire.core.records import Host, IndexPrefix, PollLimits, Relation, Role, Seed, SeedKind, Source, TlsUse
from mirrorwire.core.settings import revisit_steps
from mirrorwire.core.source_values import (
    Cron,
    Day,
    IndexPath,
    Origin,
    PathTemplate,
    Patterns,
    Printable,
    Selector,
    Steps,
    TimeBetweenPolls,
    Zone,
)
from mirrorwire.core.urls import origin_of, site_of
from mirrorwire.core.warc_places import refusal


class _Table(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class HostTable(_Table):
    """A table of `[[hosts]]`."""

    url: Origin
    role: Role = "primary"
    tls: TlsUse = "verified"
    relation: Relation = "same-path"
    article_path: PathTemplate | None = None
    article_url: Patterns = []

    @model_validator(mode="after")
    def _tls_is_there(self) -> HostTable:
        if self.tls == "unverified" and not self.url.startswith("https:"):
            raise ValueError("tls: an http host has none that could be unverified")
        return self

    @model_validator(mode="after")
    def _relation_is_stated(self) -> HostTable:
        if self.relation == "same-id" and not (self.article_path and self.article_url):
            raise ValueError(
                "a same-id host needs article_path and article_url: where an article of an id stands there"
            )
        if self.relation != "same-id" and self.article_url:
            raise ValueError("article_url: only a same-id host has one of its own")
        if any("id" not in re.compile(pattern).groupindex for pattern in self.article_url):
            raise ValueError("article_url: needs a group named id")
        return self


class PrefixTable(_Table):
    """What the paths of articles begin with, as a web archive's index is asked for them."""

    path: IndexPath
    host: Origin | None = None
    since: Day | None = None
    until: Day | None = None

    @model_validator(mode="after")
    def _days_in_order(self) -> PrefixTable:
        if self.since and self.until and self.since >= self.until:
            raise ValueError("until: must come after since")
        return self


class SeedTable(_Table):
    """A table of `[[seeds]]`."""

    kind: SeedKind
    path: Printable | None = None
    url: Printable | None = None
    prefixes: list[PrefixTable] = []

    @model_validator(mode="after")
    def _prefixes_are_of_an_index(self) -> SeedTable:
        if self.prefixes and self.kind != "webarchive":
            raise ValueError("prefixes: only a webarchive seed has them")
        paths = [prefix.path for prefix in self.prefixes]
        if len(set(paths)) < len(paths):
            raise ValueError("prefixes: the same path stands twice")
        return self

    def seed(self) -> Seed:
        """The seed that the table states."""
        prefixes = tuple(IndexPrefix(**prefix.model_dump()) for prefix in self.prefixes)
        return Seed(kind=self.kind, path=self.path, url=self.url, prefixes=prefixes)

    @model_validator(mode="after")
    def _one_place(self) -> SeedTable:
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


class PollTable(_Table):
    """The limits of a feed's polls."""

    min: TimeBetweenPolls = PollLimits().min
    max: TimeBetweenPolls = PollLimits().max

    @model_validator(mode="after")
    def _in_order(self) -> PollTable:
        if self.min > self.max:
            raise ValueError("poll: min is longer than max")
        return self


class SourceTable(_Table):
    """A whole source file."""

    key: Annotated[str, Field(pattern=r"^[a-z][a-z0-9_-]{0,39}$")]
    name: Annotated[Printable, Field(min_length=1)]
    language: Annotated[str, Field(pattern=r"^[a-z]{2,3}(-[A-Za-z0-9]+)*$")] | None = None
    timezone: Zone
    article_url: Patterns = []
    schedule: Cron | None = None
    delay_s: Annotated[float, Field(ge=0, le=3600)] = 1.0
    allow_private: bool = False
    revisits: Steps | None = None
    prune: list[Selector] = []
    since: Day | None = None
    dag: bool | None = None
    poll: PollTable | None = None
    hosts: Annotated[list[HostTable], Field(min_length=1)]
    seeds: Annotated[list[SeedTable], Field(min_length=1)]

    @model_validator(mode="after")
    def _polled_one_way(self) -> SourceTable:
        if self.schedule is not None and self.poll is not None:
            raise ValueError("poll: limits are for a source without schedule, whose polls are fixed")
        return self

    @model_validator(mode="after")
    def _hosts_differ(self) -> SourceTable:
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
    def _prefixes_are_of_hosts(self) -> SourceTable:
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
        """The source that the file states; archives that only its seeds name are among its hosts."""
        hosts = [Host(**host.model_dump() | {"article_url": tuple(host.article_url)}) for host in self.hosts]
        return Source(
            **self.model_dump(exclude={"hosts", "seeds", "article_url", "prune", "revisits", "poll"}),
            poll=PollLimits() if self.poll is None else PollLimits(min=self.poll.min, max=self.poll.max),
            revisits=None if self.revisits is None else revisit_steps(self.revisits),
            article_url=tuple(self.article_url),
            prune=tuple(self.prune),
            hosts=(*(host for host in hosts if host.relation != "separate-edition"), *self._archives()),
            editions=tuple(host for host in hosts if host.relation == "separate-edition"),
            seeds=tuple(seed.seed() for seed in self.seeds),
        )
