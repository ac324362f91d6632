"""Who of a list is asked, under which key, and what is known without asking. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from urllib.parse import urlsplit

from mirrorwire.core.config import SourceFile
from mirrorwire.core.urls import site_of
from mirrorwire.source_tools.files import KEY
from mirrorwire.source_tools.import_rows import GOOD, Row, row_of, row_of_problem
from mirrorwire.source_tools.listed import ListedPublisher, PublisherList
from mirrorwire.source_tools.toml import key_of_domain, key_of_words

MAX_KEY_CHARS = 40


@dataclass(frozen=True, slots=True)
class KnownLine:
    """A line of a list of which all is known that its row says."""

    row: Row

    @property
    def line(self) -> int:
        return int(self.row["line"])


@dataclass(frozen=True, slots=True)
class ToAsk:
    """A publisher to be asked, and the key that its source will have."""

    publisher: ListedPublisher
    key: str

    @property
    def line(self) -> int:
        return self.publisher.line


def plan(
    publishers: PublisherList, *, known: Sequence[SourceFile], done: Mapping[str, Row], retry: bool = False
) -> list[KnownLine | ToAsk]:
    """Return what is to be done for each line, in the list's order.

    `known` are the source files that there are, `done` the rows of earlier imports by the publisher's identity; with
    `retry` those of them are asked again that were not added. Keys are given in the list's order, so that a list gives
    the same keys whatever of it is done already.
    """
    planned: list[KnownLine | ToAsk] = [KnownLine(row_of_problem(line)) for line in publishers.problems]
    files = _files_by_site(known, done)
    listed, same = _by_site(publishers.publishers)
    keys = _Keys(known, done, listed)
    for publisher in listed:
        before = done.get(publisher.identity)
        is_done = before is not None and before["outcome"] != "new"
        file = files.get(site_of(publisher.url) or "")
        if before is not None and is_done and not (retry and before["outcome"] not in GOOD):
            planned.append(KnownLine({**before, "line": publisher.line}))
        elif file is not None and before is None:
            problem = f"its host is in {file.key} already: {file.path}"
            planned.append(KnownLine(row_of(publisher, file.key, "duplicate", problem)))
        elif publisher.key is not None and keys.is_taken(publisher):
            problem = f"the key {publisher.key} is another source's"
            planned.append(KnownLine(row_of(publisher, publisher.key, "unusable", problem)))
        else:
            planned.append(ToAsk(publisher, keys.key_for(publisher)))
    planned += [KnownLine(row_of(publisher, None, "duplicate", problem)) for publisher, problem in same]
    return sorted(planned, key=lambda item: item.line)


def sites(publisher: ListedPublisher) -> set[str]:
    """Return the sites that are asked for a publisher: its page's, and its feeds'."""
    return {site for url in (publisher.url, *publisher.feeds) if (site := site_of(url))}


def lanes(planned: Iterable[KnownLine | ToAsk]) -> list[list[ToAsk]]:
    """Return the publishers to ask in groups: no two groups have a site in common, and can be asked side by side."""
    lane_of: dict[str, list[ToAsk]] = {}
    for item in planned:
        if isinstance(item, KnownLine):
            continue
        own_sites = sites(item.publisher)
        met = {id(lane_of[site]): lane_of[site] for site in own_sites if site in lane_of}
        lane, *others = met.values() or [[]]
        for other in others:
            lane += other
            for member in other:
                lane_of |= dict.fromkeys(sites(member.publisher), lane)
        lane.append(item)
        lane_of |= dict.fromkeys(own_sites, lane)
    unique = {id(lane): lane for lane in lane_of.values()}
    ordered = [sorted(lane, key=lambda item: item.line) for lane in unique.values()]
    return sorted(ordered, key=lambda lane: lane[0].line)


def _files_by_site(known: Iterable[SourceFile], done: Mapping[str, Row]) -> dict[str, SourceFile]:
    """The source file that has each site among its hosts.

    Of a file that an import made, the hosts of the feeds that its list named do not count: another line may name them,
    and would else be a duplicate or not by which of the two was done first.
    """
    feeds_of = {row["key"]: identity.split(" ")[1:] for identity, row in done.items()}
    files: dict[str, SourceFile] = {}
    for file in known:
        if file.source is None:
            continue
        passed = {site_of(feed) for feed in feeds_of.get(file.key, ())} - {site_of(file.source.primary.url)}
        for host in file.source.hosts:
            site = site_of(host.url)
            if site and site not in passed and host.role != "archive":
                files.setdefault(site, file)
    return files


def _by_site(
    publishers: Iterable[ListedPublisher],
) -> tuple[list[ListedPublisher], list[tuple[ListedPublisher, str]]]:
    """The publishers, one a site, and the further lines of the same sites, each with its problem.

    A further line's feed is read as another seed of the first, where both lines name their site beside the feed.
    """
    first: dict[str, ListedPublisher] = {}
    same: list[tuple[ListedPublisher, str]] = []
    for publisher in sorted(publishers, key=lambda item: item.line):
        site = site_of(publisher.url) or publisher.url
        other = first.setdefault(site, publisher)
        if other is publisher:
            continue
        problem = f"the same site as line {other.line}"
        if publisher.feeds and not publisher.is_guessed and not other.is_guessed:
            first[site] = other.with_feeds_of(publisher)
            problem += ": its feed is read as another of that one"
        same.append((publisher, problem))
    return list(first.values()), same


class _Keys:
    """Which keys are taken, and by whom: by source files, by earlier imports, and by the list itself."""

    def __init__(self, known: Iterable[SourceFile], done: Mapping[str, Row], listed: Sequence[ListedPublisher]) -> None:
        self._before = {identity: str(row["key"]) for identity, row in done.items()}
        self._taken = {file.key: "" for file in known}
        for identity, row in done.items():
            if row["outcome"] in ("added", "doubtful"):
                self._taken[row["key"]] = identity
        # One that was drafted before without success has no file: its key is kept for it while the list has it.
        for publisher in listed:
            key = self._before.get(publisher.identity) or publisher.key
            if key is not None:
                self._taken.setdefault(key, publisher.identity)

    def is_taken(self, publisher: ListedPublisher) -> bool:
        """Tell whether the key that a line states is another's."""
        return not self._is_free(publisher.key or "", publisher)

    def key_for(self, publisher: ListedPublisher) -> str:
        """Return the publisher's key, from now on its own: the list's, that of an earlier import, else a free one."""
        stated = [key for key in (publisher.key, self._before.get(publisher.identity)) if key]
        key = next(key for key in chain(stated, _candidates(publisher)) if self._is_free(key, publisher))
        self._taken[key] = publisher.identity
        return key

    def _is_free(self, key: str, publisher: ListedPublisher) -> bool:
        return self._taken.get(key, publisher.identity) == publisher.identity


def _candidates(publisher: ListedPublisher) -> Iterator[str]:
    """Keys that fit a publisher, the best first, without end: `bbc`, `bbc-co-uk`, `bbc-co-uk-2`."""
    domain = key_of_domain(publisher.url)
    host = re.sub(r"[^a-z0-9]+", "-", urlsplit(publisher.url).netloc.lower().removeprefix("www.")).strip("-")
    named = key_of_words(publisher.name or "")
    whole = host if KEY.fullmatch(host) else f"site-{host}"[:MAX_KEY_CHARS].rstrip("-")
    for key in (domain, None if domain else named, whole):
        if key:
            yield key
    for n in count(2):
        ending = f"-{n}"
        yield whole[: MAX_KEY_CHARS - len(ending)] + ending
