"""Publishers of a list drafted and tried one by one, different hosts side by side, each kept as soon as it is done."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from queue import Empty, SimpleQueue

from mirrorwire.core import bugs
from mirrorwire.core.config import source_files
from mirrorwire.core.errors import SourceFileError
from mirrorwire.core.settings import Settings
from mirrorwire.fetch.standalone import OnWait, StandaloneFetcher
from mirrorwire.http.limits import Timeouts
from mirrorwire.source_tools.draft import Survey
from mirrorwire.source_tools.findings import Draft, NothingToDraft
from mirrorwire.source_tools.import_plan import KnownLine, ToAsk, lanes, plan
from mirrorwire.source_tools.import_rows import Row, quality, row_of
from mirrorwire.source_tools.import_state import ImportState, rows_of
from mirrorwire.source_tools.listed import ListedPublisher, PublisherList
from mirrorwire.source_tools.survey import provisional_source
from mirrorwire.source_tools.toml import as_toml
from mirrorwire.source_tools.trial import Trial, try_with
from mirrorwire.store.politeness import HostResting
from mirrorwire.workers import Workers

OnRow = Callable[[Row], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """How publishers are asked: `limit` articles each, `at_once` of them side by side, `delay_s` between requests."""

    user_agent: str
    today: date
    limit: int = 5
    delay_s: float = 1.0
    at_once: int = 8
    allow_private: bool = False
    timeouts: Timeouts | None = None


def import_list(
    publishers: PublisherList,
    settings: Settings,
    options: ImportOptions,
    *,
    retry: bool = False,
    dry_run: bool = False,
    on_row: OnRow = lambda row: None,
    on_wait: OnWait = lambda host, wait_s: None,
) -> Iterator[Row]:
    """Yield the row of each line of a list, in its order, while its publishers are made source files of one's own.

    `retry` asks those again that an earlier import did not add; `dry_run` asks nobody and writes nothing.
    Raises `SourceFileError` where `MIRRORWIRE_SOURCES` is no folder, `WrongUse` while another import is at work there.
    """
    folder = settings.own_sources
    if dry_run:
        planned = plan(publishers, known=list(source_files(settings)), done=rows_of(folder), retry=retry)
        for item in planned:
            yield item.row if isinstance(item, KnownLine) else row_of(item.publisher, item.key, "new")
        return
    if settings.sources is not None and not settings.sources.is_dir():  # one that is mistyped is not to be made
        raise SourceFileError(str(settings.sources), "MIRRORWIRE_SOURCES is not a folder")
    with ImportState(folder) as state:
        planned = plan(publishers, known=list(source_files(settings)), done=state.rows, retry=retry)
        yield from import_publishers(planned, state, options, on_row=on_row, on_wait=on_wait)


def import_publishers(
    planned: Sequence[KnownLine | ToAsk],
    state: ImportState,
    options: ImportOptions,
    *,
    on_row: OnRow = lambda row: None,
    on_wait: OnWait = lambda host, wait_s: None,
) -> Iterator[Row]:
    """Yield the row of each line in the list's order, while publishers are asked; `on_row` hears of each that is done.

    No host is asked by two at once. What is done is kept in `state`. Errors of the disk, and of child processes that
    cannot be started, end the import.
    """
    queue: SimpleQueue[list[ToAsk]] = SimpleQueue()
    results: SimpleQueue[tuple[str, Row] | BaseException] = SimpleQueue()
    for lane in lanes(planned):
        queue.put(lane)
    for _ in range(min(options.at_once, queue.qsize())):
        worker = _Worker(queue, results, state, options, on_wait)
        # A daemon: whoever interrupts the import need not wait for the slowest host, and nothing half done is kept.
        threading.Thread(target=worker.run, daemon=True).start()
    rows: dict[str, Row] = {}
    for item in planned:
        if isinstance(item, KnownLine):
            yield item.row
            continue
        while item.publisher.identity not in rows:
            result = results.get()
            if isinstance(result, BaseException):
                raise result
            identity, row = result
            on_row(row)
            rows[identity] = row
        yield rows[item.publisher.identity]


class _Worker:
    """Takes one group of publishers after the other, and asks those of a group in turn; with a child of its own."""

    def __init__(
        self,
        queue: SimpleQueue[list[ToAsk]],
        results: SimpleQueue[tuple[str, Row] | BaseException],
        state: ImportState,
        options: ImportOptions,
        on_wait: OnWait,
    ) -> None:
        self._queue, self._results, self._state, self._options = queue, results, state, options
        self._on_wait = on_wait
        self._pause_s = options.delay_s

    def run(self) -> None:
        """Work until no group is left; an error that is no publisher's own is the last result."""
        try:
            with Workers(1) as pages:
                while True:
                    lane = self._queue.get_nowait()
                    for n, item in enumerate(lane):
                        if n:
                            time.sleep(self._pause_s)  # the same host was asked for the one before
                        row = self._row(item.publisher, item.key, pages)
                        self._results.put((item.publisher.identity, row))
        except Empty:
            return
        except BaseException as error:
            self._results.put(error)

    def _row(self, publisher: ListedPublisher, key: str, pages: Workers) -> Row:
        options = self._options
        if publisher.identity in self._state.rows:
            self._state.begin_again(publisher.identity)
        source = provisional_source(
            publisher.url, publisher.feeds, delay_s=options.delay_s, allow_private=options.allow_private
        )
        with StandaloneFetcher(
            source, user_agent=options.user_agent, timeouts=options.timeouts, on_wait=self._on_wait, workers=pages
        ) as hosts:
            row = self._asked(publisher, key, hosts)
        return self._state.finish(publisher.identity, row)

    def _asked(self, publisher: ListedPublisher, key: str, hosts: StandaloneFetcher) -> Row:
        """Draft and try one publisher; a bug that it meets is its problem."""
        try:
            draft = Survey(hosts).read(publisher.url, publisher.feeds, may_be_feed=not publisher.feeds)
            return self._tried(publisher, key, hosts, draft)
        except (NothingToDraft, HostResting, SourceFileError) as error:
            return row_of(publisher, key, "failed", str(error))
        except Exception as error:
            return row_of(publisher, key, "failed", str(bugs.taken(error)))

    def _tried(self, publisher: ListedPublisher, key: str, hosts: StandaloneFetcher, draft: Draft) -> Row:
        options = self._options
        self._pause_s = max(options.delay_s, draft.crawl_delay_s or 0.0)
        text = as_toml(
            draft,
            key=key,
            name=publisher.name,
            delay_s=options.delay_s,
            allow_private=options.allow_private,
            today=options.today,
        )
        source = self._state.draft(key, text)
        hosts.source = source
        trial = Trial()
        # The only mirrors that a draft has serve feeds, and no articles.
        pages = list(try_with(hosts, limit=options.limit, trial=trial, with_mirrors=False))
        remarks = [*draft.problems, *trial.amiss]
        problems = [page["problem"] for page in pages if page["problem"]]
        if not trial.read:
            remarks = [*problems, *remarks, "no article could be read"]
        return {
            **row_of(publisher, key, "added" if trial.read else "doubtful", remarks[0] if remarks else None),
            **quality(trial, pages),
            "name": source.name,
            "host": source.primary.url,
            "seeds": len(source.seeds),
            "remarks": remarks,
        }
