"""One real run against a newsroom with a fault, counted on both sides of the sockets: a row of docs/faults.md."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from datetime import timedelta
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from psycopg import sql
from psycopg.rows import dict_row

from mirrorwire.core.config import Settings
from mirrorwire.store import db
from tests.conftest import NEWSROOM_DAY, ROOT, courier_file, environment
from tests.newsroom import Newsroom, Trap
from tests.newsroom.content import FOLDER
from tests.newsroom.faults_bytes import bomb
from tests.newsroom.server import HOST, Origin
from tests.newsroom.tls import Certificates
from tests.support.fault_cases import NAME, PRIVATE, PUBLIC, Fault
from tests.support.ingest_child import Order, Outcome

TIMEOUTS = {"connect_s": 1.0, "read_s": 1.5, "total_s": 2.5}
"""In place of 5, 10 and 20 s."""
ARTICLES = {"day0.toml": 8, "day1.toml": 5}
SEEDS = {"feed": "/rss.xml", "sitemap": "/sitemap.xml"}
_STOCK = (
    "SELECT article_key, canonical_url, title, lead, text, authors, published_at::text, section, tags, language, image,"
    " version FROM articles ORDER BY article_key"
)
_ATTEMPTS = (
    "SELECT h.role, a.outcome, count(*) AS n FROM attempt a JOIN host h USING (host_id)"
    " GROUP BY h.role, a.outcome ORDER BY a.outcome"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """What the server at one origin saw. `asked` are requests by path, robots.txt apart."""

    connections: int
    robots: int
    asked: Mapping[str, int]
    at_s: tuple[float, ...]

    @property
    def requests(self) -> int:
        """Requests, robots.txt apart."""
        return sum(self.asked.values())


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """What a run did. `attempts` by role of the host and outcome; `elsewhere` counts connections to addresses that
    nobody may reach; `stock` is what is loaded, by article, without what differs from newsroom to newsroom."""

    outcome: Outcome
    attempts: Mapping[str, Mapping[str, int]]
    primary: Seen
    mirror: Seen
    elsewhere: int
    stock: Mapping[str, Mapping[str, Any]]
    told: str = ""
    spared: int = 0  # articles that the fault does not reach


class IngestChild:
    """The process whose forks run the command line (see `tests.support.ingest_child`)."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.support.ingest_child"],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def run(self, order: Order) -> Outcome:
        """Run it in a fork, and wait for its end."""
        assert self._process.stdin and self._process.stdout
        print(json.dumps(asdict(order)), file=self._process.stdin, flush=True)
        return Outcome(**json.loads(self._process.stdout.readline()))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._process.communicate()


class Runs:
    """Runs faults, each against a newsroom, a database and an archive of its own."""

    def __init__(self, server: Settings, child: IngestChild, folder: Path) -> None:
        self._server, self._child, self._folder = server, child, folder
        self._certificates = Certificates(folder)
        self._healthy: dict[object, Measured] = {}
        self._articles = folder / "articles"
        self._articles.mkdir()
        for name, count in ARTICLES.items():
            parts = (FOLDER / name).read_text(encoding="utf-8").split("[[article]]")
            (self._articles / name).write_text("[[article]]".join(parts[: count + 1]), encoding="utf-8")

    def healthy(self, fault: Fault) -> Measured:
        """The same run, with nothing wrong anywhere."""
        key = (fault.seeds, fault.window)
        if key not in self._healthy:
            well = Fault(name="healthy", outcomes="ok", seeds=fault.seeds, window=fault.window)
            self._healthy[key] = self.measure(well, everywhere=False)
        return self._healthy[key]

    def measure(self, fault: Fault, *, everywhere: bool) -> Measured:
        """Run `mirrorwire ingest` where the primary, or every host, has the fault."""
        roles = ("primary", "mirror") if everywhere else ("primary",)
        if fault.answer == "gzip-bomb":
            bomb()  # takes seconds to make, which are not the run's
        with ExitStack() as stack:
            trap = stack.enter_context(Trap())
            newsroom = stack.enter_context(
                Newsroom(
                    day=NEWSROOM_DAY,
                    folder=self._articles,
                    names={role: NAME for role in roles if fault.named},
                    tls={role: self._certificates.context(fault.tls) for role in roles if fault.tls},
                    elsewhere=trap.port,
                )
            )
            neighbours = [stack.enter_context(Trap(PRIVATE, origin.port)) for origin in newsroom.origins]
            for role in roles:
                getattr(newsroom, role).fault = fault.by_path()
            name = f"fault_{uuid.uuid4().hex[:12]}"
            url = stack.enter_context(_database(self._server, name))
            settings = self._settings(fault, newsroom, url, name)
            outcome = self._child.run(self._order(fault, settings))
            attempts: dict[str, dict[str, int]] = {"primary": {}, "mirror": {}}
            for row in _rows(url, _ATTEMPTS):
                attempts[row["role"]][row["outcome"]] = row["n"]
            return Measured(
                outcome=outcome,
                attempts=attempts,
                primary=_seen(newsroom.primary),
                mirror=_seen(newsroom.mirror),
                elsewhere=sum(each.connections for each in (trap, *neighbours))
                + sum(not address.startswith(PUBLIC) for address in outcome.astray),
                stock={row["article_key"]: _placeless(row, newsroom) for row in _rows(url, _STOCK)},
                told=_told(outcome.err, newsroom, trap),
                spared=sum(_is_spared(newsroom.primary, article.path) for article in newsroom.articles),
            )

    def _settings(self, fault: Fault, newsroom: Newsroom, url: str, name: str) -> Settings:
        home = self._folder / name
        path = courier_file(home / "sources", newsroom, allow_private=str(fault.allow_private).lower())
        seeds = "".join(f'[[seeds]]\nkind = "{kind}"\npath = "{SEEDS[kind]}"\n' for kind in fault.seeds)
        path.write_text(path.read_text(encoding="utf-8").split("[[seeds]]")[0] + seeds, encoding="utf-8")
        return Settings(
            home=home, database_url=url, sources=home / "sources", archive=str(home / "archive"), processes=1
        )

    def _order(self, fault: Fault, settings: Settings) -> Order:
        words = ["ingest", "courier", "--format", "json"]
        if fault.window:
            words += [
                "--since",
                f"{NEWSROOM_DAY - timedelta(days=1)}",
                "--until",
                f"{NEWSROOM_DAY + timedelta(days=1)}",
            ]
        env = environment(settings, REQUESTS_CA_BUNDLE=str(self._certificates.bundle), NO_PROXY="*")
        return Order(words=words, env=env, timeouts=TIMEOUTS, names=dict(fault.names))


@contextmanager
def _database(server: Settings, name: str) -> Iterator[str]:
    """The URL of a fresh, migrated database."""
    identifier = sql.Identifier(name)
    with db.connect(db.embedded_database(server, "postgres")) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template").format(identifier))
        yield db.embedded_database(server, name)
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(identifier))


def _rows(url: str, query: str) -> list[dict[str, Any]]:
    with db.connect(url) as conn, conn.cursor(row_factory=dict_row) as cursor:
        return cursor.execute(query.encode()).fetchall()


def _seen(origin: Origin) -> Seen:
    requests = list(origin.requests)
    paths = Counter(request.path for request in requests)
    robots = paths.pop("/robots.txt", 0)
    at_s = tuple(request.at_s for request in requests if request.path != "/robots.txt")
    return Seen(connections=origin.connections, robots=robots, asked=paths, at_s=at_s)


def _is_spared(origin: Origin, path: str) -> bool:
    return origin.answer(path).status == 200


def _placeless(row: dict[str, Any], newsroom: Newsroom) -> dict[str, Any]:
    """A row without the newsroom's own addresses: they differ from run to run. Texts hold none and stay as they are."""

    def without(value: Any) -> Any:
        for origin in newsroom.origins:
            value = value.replace(origin.origin, origin.role) if isinstance(value, str) else value
        return value

    return {name: value if name == "text" else without(value) for name, value in row.items()}


def _told(err: str, newsroom: Newsroom, trap: Trap) -> str:
    """What stderr says, without the newsroom's own addresses."""
    for origin in newsroom.origins:
        for address in (origin.origin, f"{origin.name}:{origin.port}", f"{HOST}:{origin.port}"):
            err = err.replace(address, origin.role)
    return err.replace(f":{trap.port}", ":<trap>")
