"""A store: the articles of one database, and the passes that fill it."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from zoneinfo import ZoneInfo

from mirrorwire.api.articles import Articles, Instant, Selection
from mirrorwire.api.records import Cluster, Difference, Version
from mirrorwire.core.closing import Closing
from mirrorwire.core.config import find_source, source_files
from mirrorwire.core.errors import UnknownSource, WrongUse
from mirrorwire.core.records import Interval, Source
from mirrorwire.core.settings import Settings
from mirrorwire.core.windows import window
from mirrorwire.exports.selection import section_path
from mirrorwire.pipeline import passes
from mirrorwire.pipeline.steps import prepare
from mirrorwire.store import db, queries, revisions, similar
from mirrorwire.store.clean import clean
from mirrorwire.store.revisions import Side
from mirrorwire.store.search import refuse_wordless


def open_store(dsn: str | None = None, home: str | os.PathLike[str] | None = None) -> Store:
    """Return a store, to be used in a `with` statement: by a DSN, or the embedded server of a data folder.

    Without either, what the environment says (`MIRRORWIRE_DATABASE_URL`, else the embedded server of
    `MIRRORWIRE_HOME`). `home` also says where source files and the archive lie; with both, the database is that of
    `dsn`. The embedded server is started where it does not run, and stays; the schema is brought up to date, as every
    command does it. Raises `DatabaseUnavailable` or `DatabaseUnfit`, both of them `MirrorwireError`.
    """
    env = dict(os.environ)
    if home is not None:
        env["MIRRORWIRE_HOME"] = os.fspath(home)
        env.pop("MIRRORWIRE_DATABASE_URL", None)
    if dsn is not None:
        env["MIRRORWIRE_DATABASE_URL"] = dsn
    settings = Settings.from_env(env)
    return Store(settings, prepare(settings))


class Store(Closing):
    """The articles of one database. `mirrorwire.open` makes one; for one thread at a time."""

    def __init__(self, settings: Settings, url: str) -> None:
        self._settings, self._url = settings, url
        self._conn = db.connect(url)

    def close(self) -> None:
        """Close the connection; iterations that have begun have their own and go on."""
        self._conn.close()

    def articles(
        self,
        source: str | Sequence[str] | None = None,
        *,
        since: Instant | None = None,
        until: Instant | None = None,
        language: str | None = None,
        section: str | None = None,
        query: str | None = None,
        cluster: str | None = None,
        heads: bool = False,
        sure: bool = False,
        limit: int | None = None,
    ) -> Articles:
        """Return the articles of a source, several or all, to be iterated as records, Arrow batches or a DataFrame.

        `since` and `until` are of publication and half-open; a day means its 00:00 in the source's zone, of several
        sources in UTC. `language` takes its regional forms too (zh: zh-Hans), `section` those below it. `query` is
        asked of titles and texts as `mirrorwire search` does; `cluster` takes the near duplicates of a cluster's head.
        `heads` takes of each cluster its head alone, `sure` leaves suspects out.

        Raises `WrongUse` for a source that is unknown, and for a window, a query or a limit that is none.
        """
        self._refuse_closed()
        keys = [source] if isinstance(source, str) else source
        zones = [self._zone(key) for key in keys or ()]
        zone = zones[0] if len(zones) == 1 else ZoneInfo("UTC")
        if query is not None:
            refuse_wordless(query)
        if limit is not None and limit < 1:
            raise WrongUse(f"limit={limit}: at least 1, or None for all")
        selection = Selection(
            sources=keys,
            window=_window(since, until, zone),
            language=language,
            section=section_path(section) if section is not None else None,
            query=query,
            cluster=cluster,
            heads=heads,
            sure=sure,
            limit=limit,
        )
        return Articles(self._url, selection)

    def versions(self, article: str) -> list[Version]:
        """Return an article's versions in the order of time. It is named by its key or by any of its URLs.

        Raises `WrongUse` where none of that name is stored.
        """
        self._refuse_closed()
        _, sides = revisions.versions_of(self._conn, article, self._sources())
        return [_version(side) for side in sides]

    def diff(self, article: str, *, before: int | None = None, after: int | None = None) -> Difference:
        """Return how two versions of an article differ, word by word: the current one and the one before it in time.

        `before` and `after` name other versions by their numbers. Raises `WrongUse` for what is not stored.
        """
        self._refuse_closed()
        comparison = revisions.compared(self._conn, article, self._sources(), before=before, after=after)
        revision = comparison.revision
        return Difference(
            article_key=comparison.article_key,
            before=_version(comparison.before) if comparison.before else None,
            after=_version(comparison.after),
            change=revision.change if revision else None,
            distance_bits=revision.distance_bits if revision else None,
            pieces=comparison.pieces,
        )

    def clusters(
        self,
        source: str | None = None,
        *,
        since: Instant | None = None,
        until: Instant | None = None,
        min_size: int = 2,
    ) -> list[Cluster]:
        """Return the clusters of near duplicates of at least `min_size` articles, the latest first.

        Of a source and a window are those that have an article of it, published in it. The articles of one:
        `store.articles(cluster=cluster.head)`. Raises as `articles` does.
        """
        self._refuse_closed()
        zone = self._zone(source) if source else ZoneInfo("UTC")
        rows = similar.listed(self._conn, source, _window(since, until, zone), min_size)
        return [
            Cluster(
                head=row["head"],
                size=row["size"],
                sources=tuple(row["sources"]),
                title=row["title"],
                titles=tuple(row["titles"]),
                first_published_at=row["first_published_at"],
                last_published_at=row["last_published_at"],
            )
            for row in rows
        ]

    def ingest(
        self, source: str, *, since: Instant | None = None, until: Instant | None = None, revisit: bool = False
    ) -> passes.PassResult:
        """Run one pass over a source, as `mirrorwire ingest` does: load what its seeds list and is not stored.

        Returns what it counted; `failures` are why it cannot be trusted, empty where it can. Raises `WrongUse` for a
        source without a file or a window that is none, `DatabaseUnavailable` where the database is away.
        """
        self._refuse_closed()
        return passes.run_pass(
            self._settings,
            source,
            kind="live",
            since=_text(since),
            until=_text(until),
            all_seeds=True,
            revisit=revisit,
        )

    def _sources(self) -> Iterator[Source]:
        """The sources that files describe: by their patterns a URL's article is known."""
        for file in source_files(self._settings):
            if file.source is not None:
                yield file.source

    def _zone(self, key: str) -> ZoneInfo:
        """The zone in which a source's dates are meant; of one that is not stored yet, as its file says."""
        stored = queries.value(self._conn, "sources/zone_of_source", source=clean(key))
        if stored:
            return ZoneInfo(stored)
        try:
            return find_source(self._settings, key).zone
        except UnknownSource as error:
            held = {str(row["source_key"]) for row in queries.rows(self._conn, "sources/stored_keys")}
            raise UnknownSource(key, tuple(sorted(held.union(error.known)))) from None

    def _refuse_closed(self) -> None:
        if self._conn.closed:
            raise WrongUse("the store is closed: ask within its `with` statement")


def _window(since: Instant | None, until: Instant | None, zone: ZoneInfo) -> Interval | None:
    return window(_text(since), _text(until), zone)


def _text(instant: Instant | None) -> str | None:
    return instant if instant is None or isinstance(instant, str) else instant.isoformat()


def _version(side: Side) -> Version:
    return Version(
        version=side.version,
        fetched_at=side.fetched_at,
        served_by=side.served_by,
        url=side.url,
        title=side.content.title,
        text=side.content.text,
        corrections=tuple(side.content.corrections),
        verdict=side.verdict,
        is_current=side.is_current,
    )
