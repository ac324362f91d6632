"""Mirrorwire beside a plain script, a Scrapy spider and news-please: the same pages from a local server into Postgres.

    python -m benchmarks.comparison GOLD... [--pages 600] [--others PYTHON] [--news-please PYTHON]
        [--write docs/comparison.md]

Each GOLD is a JSON Lines file of real pages with `file`, `url` and `body` (its paragraphs); pages without a body are
left out. PYTHON is an interpreter of an environment of its own: that of the others has scrapy, requests, trafilatura
and psycopg, that of news-please has news-please and psycopg; without one it is left out. Each system reads all pages
four times, each time into an empty database but for the last: undisturbed; with the primary seized after a half of the
pages; killed (SIGKILL) after a half and started again; and once more after that. The server and Postgres are not
counted in CPU and memory. An article is right when its words and those of the gold text agree by an F1 of 0.85 or more.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import psutil
import psycopg

from benchmarks.comparison_site import Site, serving
from benchmarks.gold import read_pages, row, table_head
from benchmarks.load import server

HEADING = "## Measured"
RIGHT = 0.85
IN_PART = 3
"""Mirrorwire's exit code where single pages failed."""
NOTES = (
    "How to read this. The others ask the mirror where the primary answers with an error; a seizure notice comes with",
    "status 200, as the real ones do, so they store it. They store title and text. Mirrorwire also",
    "keeps each page in a WARC file, looks for near duplicates and keeps versions. Its way of extracting was developed",
    "on pages like these, which favours it where texts are right; [extraction.md](extraction.md) has larger sets.",
    "Start-up is counted, and each system ran once.",
)
"""What stands below the tables, a line of text each."""
SOURCE = """\
key = "compared"
name = "Compared"
timezone = "UTC"
article_url = "/(?P<date>\\\\d{{4}}/\\\\d{{1,2}}/\\\\d{{1,2}})/(?P<id>\\\\d+)(/|$)"
delay_s = 0
allow_private = true
hosts = [{{ url = "{primary}" }}, {{ url = "{mirror}", role = "mirror" }}]
seeds = [{{ kind = "sitemap", path = "/sitemap.xml" }}]
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class System:
    """One of those that are compared: its command, and how its stored texts are read, by the number of their page."""

    name: str
    words: tuple[str, ...]
    query: str
    clear: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a run took. `peak_mb` is the resident memory of all its processes together, looked at each 0.1 s."""

    wall_s: float
    cpu_s: float
    peak_mb: float
    requests: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What a database holds after a run. `notices` are seizure notices that stand as articles."""

    articles: int
    right: int
    notices: int


def main(argv: Sequence[str] | None = None) -> None:
    """Measure, print Markdown, and write it where `--write` says."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gold", type=Path, nargs="+")
    parser.add_argument("--pages", type=int, default=600)
    parser.add_argument("--others", default=sys.executable, metavar="PYTHON")
    parser.add_argument("--news-please", metavar="PYTHON")
    parser.add_argument("--write", type=Path)
    args = parser.parse_args(argv)
    lines = list(_report(args.gold, args.pages, args.others, args.news_please))
    print("\n".join(lines))
    if args.write:
        text = args.write.read_text(encoding="utf-8") if args.write.exists() else ""
        before = text.partition(HEADING)[0].rstrip("\n")
        args.write.write_text("\n".join([before, "", *lines]) + "\n", encoding="utf-8")


def _report(files: Sequence[Path], limit: int, others: str, news_please: str | None) -> Iterator[str]:
    pages = [page for gold in files for page in read_pages(gold) if page.gold.get("body")][:limit]
    golds = [" ".join(page.gold["body"]) for page in pages]
    half = len(pages) // 2
    load = os.getloadavg()[1]
    first, second = [], []
    with serving([page.body for page in pages]) as site, server() as url, tempfile.TemporaryDirectory() as folder:
        for system in _systems(url, site, others, news_please):
            environment = _environment(url, site, Path(folder))
            run = _Runner(system, site, url, golds, environment)
            cost, stored = run.undisturbed()
            first.append(
                row(
                    system.name,
                    f"{len(pages) / cost.wall_s:.1f}",
                    f"{1000 * cost.cpu_s / len(pages):.0f}",
                    f"{cost.peak_mb:.0f}",
                    f"{stored.articles}",
                    f"{stored.right}",
                )
            )
            seized = run.seized(half)
            again_cost, again = run.killed(half)
            idle_cost = run.once_more()
            second.append(
                row(
                    system.name,
                    f"{seized.right} right, {seized.notices} notices as articles",
                    f"{again.right} right, {again_cost.requests} requests after the kill",
                    f"{idle_cost.requests} requests, {idle_cost.wall_s:.0f} s",
                )
            )
            print(f"({system.name} is done)", file=sys.stderr, flush=True)
    yield HEADING
    yield ""
    yield (
        f"{len(pages)} real pages whose text is known, by `python -m benchmarks.comparison`. Python "
        f"{platform.python_version()}, {psutil.cpu_count()} CPUs (load {load:.0f} before, {os.getloadavg()[1]:.0f} "
        f"after): compare the rows, not machines. Right is a text whose words agree with the "
        f"known one by an F1 of {RIGHT} or more."
    )
    yield ""
    yield from table_head("", "pages a second", "CPU ms a page", "peak MB", "articles", "of them right")
    yield from first
    yield ""
    yield from table_head("", f"primary seized after {half}", "killed there, run again", "run once more")
    yield from second
    yield ""
    yield from NOTES


def _systems(url: str, site: Site, others: str, news_please: str | None) -> list[System]:
    folder = Path(__file__).parent
    hosts = (url, site.primary, site.mirror)
    numbered = r"SELECT substring(path FROM '\d{6}')::int, text FROM "
    systems = [
        System(
            name="Mirrorwire",
            words=(sys.executable, "-m", "mirrorwire", "ingest", "compared"),
            query=r"SELECT substring(article_key FROM '\d{6}')::int, text FROM articles",
            clear="TRUNCATE source CASCADE",
        ),
        System(
            name="requests, trafilatura, psycopg",
            words=(others, str(folder / "comparison_script.py"), *hosts),
            query=f"{numbered}plain_script",
            clear="DROP TABLE IF EXISTS plain_script",
        ),
        System(
            name="Scrapy with trafilatura",
            words=(others, str(folder / "comparison_spider.py"), *hosts),
            query=f"{numbered}scrapy_spider",
            clear="DROP TABLE IF EXISTS scrapy_spider",
        ),
    ]
    if news_please:
        systems.append(
            System(
                name="news-please",
                words=(news_please, str(folder / "comparison_news_please.py"), *hosts),
                query=f"{numbered}news_please",
                clear="DROP TABLE IF EXISTS news_please",
            )
        )
    return systems


def _environment(url: str, site: Site, folder: Path) -> dict[str, str]:
    sources = folder / "sources"
    sources.mkdir(exist_ok=True)
    text = SOURCE.format(primary=site.primary, mirror=site.mirror)
    (sources / "compared.toml").write_text(text, encoding="utf-8")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("MIRRORWIRE_")}
    ours = {"MIRRORWIRE_DATABASE_URL": url, "MIRRORWIRE_HOME": str(folder), "MIRRORWIRE_SOURCES": str(sources)}
    return kept | ours


class _Runner:
    """Runs one system in each of the four ways."""

    def __init__(self, system: System, site: Site, url: str, golds: list[str], environment: dict[str, str]) -> None:
        self.system, self.site, self.url = system, site, url
        self.golds, self.environment = golds, environment

    def undisturbed(self) -> tuple[Cost, Stored]:
        self._clear()
        self.site.begin()
        return self._run(), self._stored()

    def seized(self, after: int) -> Stored:
        self._clear()
        self.site.begin(seized_after=after)
        self._run()
        return self._stored()

    def killed(self, after: int) -> tuple[Cost, Stored]:
        self._clear()
        self.site.begin()
        self._run(until=lambda: self.site.pages_asked() >= after)
        self.site.begin()
        return self._run(), self._stored()

    def once_more(self) -> Cost:
        self.site.begin()
        return self._run()

    def _clear(self) -> None:
        with psycopg.connect(self.url, autocommit=True) as conn:
            conn.execute(self.system.clear.encode())

    def _run(self, until: Callable[[], bool] | None = None) -> Cost:
        """Run the system to its end, or kill it and its children once `until` says so."""
        before, began = os.times(), time.perf_counter()
        child = subprocess.Popen(
            self.system.words, env=self.environment, stdout=subprocess.DEVNULL, start_new_session=True
        )
        peak, killed = 0.0, False
        while child.poll() is None:
            peak = max(peak, _resident_mb(child.pid))
            if until is not None and until():
                os.killpg(child.pid, signal.SIGKILL)
                killed = True
            time.sleep(0.1)
        if child.returncode not in (0, IN_PART) and not killed:
            raise RuntimeError(f"{self.system.name} failed with {child.returncode}")
        wall_s, after = time.perf_counter() - began, os.times()
        cpu_s = after.children_user + after.children_system - before.children_user - before.children_system
        return Cost(wall_s=wall_s, cpu_s=cpu_s, peak_mb=peak, requests=self.site.pages_asked())

    def _stored(self) -> Stored:
        with psycopg.connect(self.url) as conn:
            texts = conn.execute(self.system.query.encode()).fetchall()
        right = notices = 0
        for number, text in texts:
            right += agreement(text, self.golds[number - 100_000]) >= RIGHT
            notices += "domain has been seized by" in text
        return Stored(articles=len(texts), right=right, notices=notices)


def agreement(text: str, gold: str) -> float:
    """Return the F1 of two texts' words, as often as each stands in them: 1 for the same words."""
    words, known = Counter(re.findall(r"\w+", text.lower())), Counter(re.findall(r"\w+", gold.lower()))
    shared = (words & known).total()
    return 2 * shared / (words.total() + known.total()) if shared else 0.0


def _resident_mb(pid: int) -> float:
    """The resident memory of a process and all below it; of those that are still there."""
    total = 0
    try:
        process = psutil.Process(pid)
        family = [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return 0.0
    for member in family:
        try:
            total += member.memory_info().rss
        except psutil.NoSuchProcess:
            continue
    return total / 1e6


if __name__ == "__main__":
    main()
