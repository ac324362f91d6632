"""What earlier runs have kept of a source's seeds and of the links that they show, as Postgres has it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from mirrorwire.core.records import Host, Link, Run, Seed, Source
from mirrorwire.core.urls import on_host
from mirrorwire.discover import poll_schedule
from mirrorwire.seed_formats.window import link_in_window
from mirrorwire.store import frontier, suggested_hosts, validators
from mirrorwire.store.db import Connection
from mirrorwire.store.validators import SeedCopy


class SeedStore:
    """Reads what is stored of seeds, documents and links, as far as a run goes by it. Writes nothing."""

    def __init__(self, conn: Connection, run: Run, source: Source, *, ids: dict[str, int]) -> None:
        """`ids` are those of the source's hosts, by URL."""
        self._conn, self._run, self._source, self._ids = conn, run, source, ids

    def known_documents(self, path: str, read_by: str) -> dict[str, SeedCopy]:
        """Return by host URL what is known of the document at this path, as these rules read it."""
        urls = {self._ids[host.url]: host.url for host in self._source.hosts}
        requests = [(host_id, on_host(path, Host(url=url))) for host_id, url in urls.items()]
        known = validators.known_documents(self._conn, requests, read_by=read_by)
        return {urls[host_id]: copy for host_id, copy in known.items()}

    def dismissed_origins(self) -> frozenset[str]:
        """Return the origins that people do not want to hear of."""
        return suggested_hosts.dismissed(self._conn, self._run.source)

    def due_seeds(self, seeds: Sequence[Seed], now: datetime) -> tuple[Seed, ...]:
        """Return those of the seeds whose next poll is due."""
        return poll_schedule.due_seeds(self._conn, self._source, seeds, now)

    def has_shown(self, seed: str) -> bool:
        """Whether a seed has ever shown a link."""
        return frontier.has_shown(self._conn, self._run.source, seed)

    def page_before(self, seed: str, day: date) -> int:
        """Return the last page of a listing that is known to have shown what is newer than a day."""
        return validators.page_before(self._conn, self._source.key, seed, day)

    def days_of(self, links: Sequence[Link]) -> dict[str, date | None]:
        """Return by article key the day of each link; of those whose URL names none, that of the stored article."""
        unnamed = [link.article_key for link in links if link.day is None]
        learned = frontier.learned_days(self._conn, unnamed) if unnamed else {}
        return {link.article_key: link.day or learned.get(link.article_key) for link in links}

    def listed_before(self, seed: str) -> dict[int, Link]:
        """Return by link id the links that a seed has ever shown of the run's window."""
        window, zone = self._run.window, self._source.zone
        links: dict[int, Link] = {}
        for known in frontier.listed_before(self._conn, self._run, zone, seed):
            link = known.as_link(seed)
            if link_in_window(link, window, zone):
                links[known.link_id] = link
        return links
