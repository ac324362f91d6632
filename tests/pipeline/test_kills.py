"""Nothing is lost: processes are killed at random moments, run again, and the rows are those of an undisturbed run.

The scenario has three rounds over one newsroom: its first edition; a later one, with corrections, new titles and
articles that are gone; and the primary seized, so that everything is served by the mirror. Killed with SIGKILL are the
process of `mirrorwire ingest`, a child that reads pages, a session of the database, and its postmaster, which the next
command must find dead and start again.
"""

from __future__ import annotations

import json
import os
import random
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
import psycopg
import pytest

from mirrorwire.archive import read_capture
from mirrorwire.archive.warc import payload_digest
from mirrorwire.core.article_fields import COLUMN_NAMES
from mirrorwire.core.config import Settings
from mirrorwire.core.exchange import Capture
from mirrorwire.store import db
from tests.conftest import NEWSROOM_DAY, ROOT, courier_file, environment
from tests.newsroom import Newsroom
from tests.support.kept_counts import assert_kept_right

KILLS = int(os.environ.get("MIRRORWIRE_TEST_KILLS", "52"))
KILLS_A_ROUND = 6
STEPS = ("discover", "fetch", "extract", "learn", "dedupe", "load")
VICTIMS = ("ingest", "ingest", "worker", "session", "postmaster")
PATIENCE_S = 180

TABLES = {
    "link": "SELECT article_key, url, day, state FROM link",
    "link_hint": "SELECT article_key, seed, title, slug, lastmod FROM link_hint JOIN link USING (link_id)",
    "host": "SELECT url, role, listed FROM host",
    # Answers that count, each once: a link that is looked at again after a kill may be fetched again, unchanged. What a
    # seized host said instead depends on when its breaker opened.
    "capture": "SELECT DISTINCT article_key, c.url, c.status, c.digest, c.damaged, c.extractor_version FROM capture c"
    " JOIN link USING (link_id) WHERE c.chosen",
    # Placement tells what stood there when the page came, and loaded_before how often it was read.
    "extraction": "SELECT DISTINCT article_key, c.url, c.digest, e.extractor_version, e.verdict, e.fields,"
    " e.published_at, e.content_hash, e.blocks, e.month, e.recount, e.body, e.loaded_at IS NOT NULL AS loaded"
    " FROM extraction e JOIN capture c USING (capture_id) JOIN link ON link.link_id = e.link_id",
    "rejection": "SELECT article_key, c.url, c.digest, r.verdict, r.evidence"
    " FROM rejection r JOIN capture c USING (capture_id) JOIN link ON link.link_id = r.link_id",
    "article": "SELECT article_key, versions, current_version, current_hash, gone_at IS NULL AS stands FROM article",
    "article_version": "SELECT article_key, version,"
    " rank() OVER (PARTITION BY article_id ORDER BY v.fetched_at) AS place, c.url, c.digest, v.extractor_version,"
    f" content_hash, {', '.join(COLUMN_NAMES)}, change, distance_bits"
    " FROM article_version v JOIN article USING (article_id) JOIN capture c USING (capture_id)",
    "article_url": "SELECT article_key, u.url, h.url AS host FROM article_url u JOIN article USING (article_id)"
    " JOIN host h USING (host_id)",
    "signature": "SELECT article_key, s.content_hash, s.text_hash, a.cluster_id, s.published_at"
    " FROM signature s JOIN articles a USING (article_key)",
    "cluster": "SELECT cluster_id FROM cluster",
    "article_search": "SELECT article_key, s.source_key, s.language, s.config, s.published_at, s.words,"
    " s.capture_id = a.current_capture_id AS is_current FROM article_search s JOIN article a USING (article_id)",
    "boilerplate": "SELECT block, text, learned, ruled FROM boilerplate",
    "boilerplate_month": "SELECT month, block, articles, of_articles FROM boilerplate_month",
    "articles": "SELECT article_key, urls, served_by, text, authors, tags, image, cluster_id FROM articles",
}
"""What is compared: all content. Left out is what tells of the work itself: runs, steps, attempts, polls, politeness,
breakers, leases, documents as last read, and ids and times of fetching everywhere."""


class Run:
    """A command at work."""

    def __init__(self, server: subprocess.Popen[str]) -> None:
        assert server.stdout
        self._out = server.stdout
        self.pid = int(self._out.readline())
        self.code: int | None = None
        self.said = ""

    def ended(self) -> bool:
        if self.code is None and select.select([self._out], [], [], 0)[0]:
            self.wait()
        return self.code is not None

    def wait(self) -> None:
        if self.code is None:
            if not select.select([self._out], [], [], PATIENCE_S)[0]:
                os.kill(self.pid, signal.SIGKILL)
                pytest.fail(f"still at work after {PATIENCE_S} s")
            self.code, self.said = json.loads(self._out.readline())


class Forks:
    """Starts commands, one after the other: see tests/support/kill_child.py."""

    def __init__(self, settings: Settings) -> None:
        program = [sys.executable, "-m", "tests.support.kill_child"]
        pipe = subprocess.PIPE
        self._server = subprocess.Popen(
            program, env=environment(settings), cwd=ROOT, stdin=pipe, stdout=pipe, bufsize=1, text=True
        )

    def start(self, words: list[str]) -> Run:
        assert self._server.stdin
        print(json.dumps(words), file=self._server.stdin, flush=True)
        return Run(self._server)

    def close(self) -> None:
        self._server.kill()
        self._server.wait()


@dataclass
class Stage:
    """A home with a server of its own, and what was killed there."""

    settings: Settings
    newsroom: Newsroom
    forks: Forks
    random: random.Random
    lengths: dict[tuple[int, str], float] = field(default_factory=dict)
    landed: Counter[tuple[str, str]] = field(default_factory=Counter)

    @property
    def data(self) -> Path:
        return (self.settings.home / "postgres").resolve()

    def begin(self) -> None:
        """An empty database and archive, the first edition, and healthy hosts."""
        db.embedded_database(self.settings, db.DATABASE, fresh=True)
        shutil.rmtree(self.settings.archive, ignore_errors=True)
        self.newsroom.later = False
        self.newsroom.primary.fault = None

    def turn(self, number: int) -> list[str]:
        """Bring the newsroom to a round; return the words of its command."""
        self.newsroom.later = number >= 1
        self.newsroom.primary.fault = "seizure" if number >= 2 else None
        return ["ingest", "courier", "--live", *(["--revisit"] if number else [])]

    def finish(self, number: int, words: list[str]) -> None:
        run = self.forks.start(words)
        run.wait()
        # An article that is gone on the mirror may be back on the primary, which is seized: that one is left, and
        # listed unless it waits already for what an earlier run noted.
        assert run.code in ((0, 3) if number == 2 else (0,)), run.said

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        with db.connect(db.database_url(self.settings)) as conn:
            return conn.execute(query.encode()).fetchall()

    def measure(self, number: int) -> None:
        """Note how long each step of the last run took."""
        for step, took_s in self.ask(
            "SELECT step, sum(extract(epoch FROM finished_at - started_at))::float8 FROM run_step"
            " WHERE run_id = (SELECT max(run_id) FROM run) GROUP BY step"
        ):
            self.lengths[number, step] = took_s

    def kill_once(self, number: int, words: list[str]) -> None:
        """Run, kill at a random moment of a random step, and wait for what is left of it."""
        step, victim = self.random.choice(("", *STEPS)), self.random.choice(VICTIMS)
        if victim == "worker":
            step = self.random.choice(("fetch", "extract"))
        run = self.forks.start(words)
        with Watch(self.data) as watch:
            while not run.ended() and step and watch.step() != step:
                time.sleep(0.003)
            length_s = self.lengths.get((number, step), 0.0) if step else 0.5
            time.sleep(self.random.random() * length_s)
            at = watch.step() or "before or after"
            if not run.ended() and self._kill(run.pid, victim):
                self.landed[victim, at] += 1
        run.wait()

    def _kill(self, pid: int, victim: str) -> bool:
        with suppress(psutil.NoSuchProcess, ProcessLookupError):
            if victim == "ingest":
                os.kill(pid, signal.SIGKILL)
                return True
            if victim == "worker":
                children = [
                    child for child in psutil.Process(pid).children() if "mirrorwire.workers.child" in child.cmdline()
                ]
                for child in children[:1]:
                    child.kill()
                return bool(children)
            postmaster = self._postmaster()
            if postmaster is None:
                return False
            if victim == "postmaster":
                postmaster.kill()
                return True
            sessions = [child for child in postmaster.children() if f" {db.DATABASE} " in " ".join(child.cmdline())]
            if sessions:
                self.random.choice(sessions).kill()
                return True
        return False

    def _postmaster(self) -> psutil.Process | None:
        try:
            return psutil.Process(int((self.data / "postmaster.pid").read_text().splitlines()[0]))
        except (OSError, ValueError, psutil.NoSuchProcess):
            return None

    def rows(self) -> dict[str, list[str]]:
        """All content, once what is counted and listed beside it was found to be what is stored."""
        with db.connect(db.database_url(self.settings)) as conn:
            assert_kept_right(conn)
            assert conn.execute("SELECT count(*) FROM unsearched").fetchone() == (0,)
        return {table: sorted(map(repr, self.ask(query))) for table, query in TABLES.items()}

    def unreadable(self) -> list[tuple[int, str]]:
        """Captures whose bytes are not in the archive, or are others."""
        found = []
        for capture_id, *where in self.ask(
            "SELECT c.capture_id, c.digest, c.warc, c.warc_offset, c.warc_length, p.warc, p.warc_offset, p.warc_length"
            " FROM capture c LEFT JOIN capture p ON p.capture_id = c.payload_id"
        ):
            digest, warc, offset, length, *of_payload = where
            capture = Capture(warc=warc, offset=offset, length=length, digest=digest)
            if of_payload[0]:
                payload = Capture(warc=of_payload[0], offset=of_payload[1], length=of_payload[2], digest=digest)
                capture = Capture(warc=warc, offset=offset, length=length, digest=digest, payload=payload)
            exchange = read_capture(self.settings.archive, capture, spool=self.settings.spool)
            if payload_digest(exchange.body) != digest:
                found.append((capture_id, warc))
        return found


class Watch:
    """Sees from outside which step the newest run is in, whether the server stands or not."""

    def __init__(self, data: Path) -> None:
        self._url = f"postgresql://postgres@/{db.DATABASE}?host={data}"
        self._conn: psycopg.Connection[Any] | None = None
        self._last = self._newest()

    def step(self) -> str | None:
        """The step that the run which began after the watch is in; `None` before, between and after."""
        found = self._asked(
            "SELECT step FROM run_step WHERE finished_at IS NULL AND run_id > %s ORDER BY started_at DESC LIMIT 1",
            [self._last],
        )
        return str(found) if found is not None else None

    def _newest(self) -> int:
        return int(self._asked("SELECT max(run_id) FROM run", []) or 0)

    def _asked(self, query: str, parameters: list[Any]) -> Any:
        try:
            self._conn = self._conn or psycopg.connect(self._url, autocommit=True, connect_timeout=2)
            row = self._conn.execute(query.encode(), parameters).fetchone()
            return row[0] if row else None
        except psycopg.Error:
            self._conn = None
            return None

    def __enter__(self) -> Watch:
        return self

    def __exit__(self, *_: object) -> None:
        if self._conn:
            self._conn.close()


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Stage]:
    home = Path(tempfile.mkdtemp(prefix="mw-", dir="/tmp"))
    with Newsroom(day=NEWSROOM_DAY) as newsroom:
        courier_file(tmp_path / "sources", newsroom)
        settings = Settings(home=home, sources=tmp_path / "sources", archive=str(home / "archive"), processes=1)
        forks = Forks(settings)
        yield Stage(settings, newsroom, forks, random.Random(20261120))
        forks.close()
    db.stop_embedded(settings)
    shutil.rmtree(home, ignore_errors=True)


@pytest.mark.slow
@pytest.mark.timeout(1500)
def test_whatever_is_killed_whenever_a_rerun_ends_in_the_same_rows(stage: Stage) -> None:
    expected = []
    stage.begin()
    for number in range(3):
        stage.finish(number, stage.turn(number))
        stage.measure(number)
        expected.append(stage.rows())
    assert {len(tables["article"]) for tables in expected} == {len(expected[0]["article"])}
    assert len(expected[1]["article_version"]) > len(expected[0]["article_version"]), "something was revised"
    assert any(stage.newsroom.mirror.origin in row for row in expected[2]["article_url"]), "the mirror has served"
    while stage.landed.total() < KILLS:
        stage.begin()
        for number in range(3):
            words = stage.turn(number)
            for _ in range(KILLS_A_ROUND):
                stage.kill_once(number, words)
            stage.finish(number, words)
            for table, rows in stage.rows().items():
                assert rows == expected[number][table], (table, number, stage.landed)
        assert stage.unreadable() == []
    print(sorted(stage.landed.items()))
    assert len({step for _, step in stage.landed} & set(STEPS)) >= 4
    assert {victim for victim, _ in stage.landed} == set(VICTIMS)
