"""What a run reads its seeds with."""

from __future__ import annotations

from dataclasses import dataclass

from etl.fetch.notebook import Notebook
from etl.fetch.seed_recorder import SeedRecorder
from etl.fetch.visit import Visitor
from etl.load.db import Connection
from etl.records import Run, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedContext:
    """Hosts are asked through the `fetcher`, `stored` tells what earlier runs kept, the `recorder` takes what comes.

    `processes` is how many child processes read WARC files at once.
    """

    fetcher: Visitor
    stored: Notebook
    recorder: SeedRecorder
    processes: int = 1

    @property
    def conn(self) -> Connection:
        """The run's connection to the database."""
        return self.fetcher.conn

    @property
    def run(self) -> Run:
        """The run that reads the seeds."""
        return self.fetcher.run

    @property
    def source(self) -> Source:
        """The source whose seeds they are."""
        return self.fetcher.source
