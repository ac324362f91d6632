"""`sources import`: a dozen publishers over real sockets, side by side, killed and gone on with."""

from __future__ import annotations

import json
import shutil
import signal
import threading
import time
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from mirrorwire.core.config import Settings, read_source, source_files
from mirrorwire.source_tools.import_state import ImportState, rows_of
from tests.airflow.test_dags import probe
from tests.conftest import Ran, environment
from tests.support.command_forks import CommandForks, Running
from tests.support.dozen import ARTICLES, dozen, front_page, publish
from tests.support.publisher import Publisher, Reply, feed, publishing

ADDED = "ash birch cedar elm fir hazel rowan willow".split()


@pytest.fixture(scope="module")
def publishers() -> Iterator[dict[str, Publisher]]:
    with dozen() as served:
        yield served


class Desk:
    """The command line with a home of its own, and a list of publishers."""

    def __init__(self, home: Path, forks: CommandForks) -> None:
        self.home, self._forks = home, forks
        self.sources = home / "sources"
        self.list = home.parent / f"{home.name}.csv"

    def write(self, *rows: str, header: str = "name,url") -> None:
        self.list.write_text("\n".join((header, *rows)) + "\n", encoding="utf-8")

    def words(self, *words: str) -> tuple[str, ...]:
        limits = ("--limit", str(ARTICLES), "--delay", "0.02", "--allow-private")
        return ("sources", "import", str(self.list), *limits, *words)

    def env(self, **env: str) -> dict[str, str]:
        return environment(Settings(home=self.home, archive=str(self.home / "archive")), **env)

    def run(self, *words: str, **env: str) -> tuple[Ran, dict[Any, dict[str, Any]]]:
        """How the import ended, and its rows by line."""
        done = self._forks.run(self.words(*words, "--format", "json"), self.env(**env))
        return done, {row["line"]: row for row in json.loads(done.out or "[]")}

    def begin(self, *words: str) -> Running:
        return self._forks.begin(self.words(*words, "--format", "json"), self.env())

    def files(self) -> dict[str, str]:
        """The drafts, good and doubtful, by their path below the folder of sources."""
        return {
            str(path.relative_to(self.sources)): path.read_text(encoding="utf-8")
            for pattern in ("*.toml", "doubtful/*.toml")
            for path in self.sources.glob(pattern)
        }


@pytest.fixture
def desk(tmp_path: Path, forks: CommandForks) -> Desk:
    return Desk(tmp_path / "home", forks)


def rows_for(publishers: dict[str, Publisher]) -> list[str]:
    return [f"{name},{publisher.url}" for name, publisher in publishers.items()]


def asked(publishers: dict[str, Publisher]) -> dict[str, int]:
    return {name: len(publisher.asked) for name, publisher in publishers.items()}


def test_each_publisher_is_drafted_tried_and_told(desk: Desk, publishers: dict[str, Publisher]) -> None:
    again = publishers["Ash"].url.replace("http://", "http://www.")
    desk.write(*rows_for(publishers), "Nobody,no address", f"Ash once more,{again}/news")
    done, rows = desk.run()
    assert done.code == 3, done.err
    outcomes = {row["key"] or line: row["outcome"] for line, row in rows.items()}
    assert outcomes == dict.fromkeys(ADDED, "added") | {
        "larch": "failed",
        "maple": "failed",
        "oak": "failed",
        "pine": "doubtful",
        14: "unusable",
        15: "duplicate",
    }
    told = {row["key"]: row for row in rows.values()}
    ash = told["ash"]
    assert (ash["host"], ash["seeds"], ash["tried"], ash["read"]) == (publishers["Ash"].url, 1, ARTICLES, ARTICLES)
    assert (ash["verdicts"], ash["times"], ash["authors"]) == ({"article": ARTICLES}, ARTICLES, ARTICLES)
    assert ash["words"] > 100 and ash["problem"] is None
    assert "Connection refused" in told["larch"]["problem"]
    assert "redirects for good to http://maple.example" in told["maple"]["problem"]
    assert "no feed, no sitemap" in told["oak"]["problem"]
    assert told["pine"]["verdicts"] == {"thin": ARTICLES}
    assert rows[14]["problem"] == "no address: not an http or https URL"
    assert rows[15]["problem"] == "the same site as line 2"
    assert {file.name for file in desk.sources.glob("*.toml")} == {f"{key}.toml" for key in ADDED}
    for key in ADDED:
        source = read_source(desk.sources / f"{key}.toml")
        assert (source.key, source.name) == (key, key.title())
    assert [path.name for path in (desk.sources / "doubtful").iterdir()] == ["pine.toml"]
    assert "8 added" in done.err and "ash: added, 3 of 3 articles read" in done.err


def test_what_is_done_is_asked_no_more_and_told_again(desk: Desk, publishers: dict[str, Publisher]) -> None:
    desk.write(*rows_for(publishers))
    first, rows = desk.run()
    before, files = asked(publishers), desk.files()
    second, again = desk.run()
    assert (second.code, again) == (first.code, rows)
    assert (asked(publishers), desk.files()) == (before, files)


def test_retry_asks_those_again_that_were_not_added(desk: Desk) -> None:
    with publishing() as first, publishing() as second:
        publish(first, "First", 100, 101, 102)
        second.routes["/"] = Reply(body=front_page("Second", ""))
        desk.write(f"First,{first.url}", f"Second,{second.url}")
        done, rows = desk.run()
        assert (done.code, rows[3]["outcome"]) == (3, "failed")
        publish(second, "Second", 200, 201, 202)
        n = len(first.asked)
        assert desk.run()[1][3]["outcome"] == "failed"
        done, rows = desk.run("--retry")
        assert (done.code, rows[3]["outcome"], len(first.asked)) == (0, "added", n)
        (desk.sources / "first.toml").unlink()
        assert desk.run()[1][2]["outcome"] == "removed"
        assert desk.run("--retry")[1][2]["outcome"] == "added"
        assert (desk.sources / "first.toml").exists()


def test_a_draft_that_a_person_has_mended_and_moved_is_added(desk: Desk, publishers: dict[str, Publisher]) -> None:
    desk.write(f"Pine,{publishers['Pine'].url}")
    done, rows = desk.run()
    assert (done.code, rows[2]["outcome"]) == (1, "doubtful")
    shutil.move(desk.sources / "doubtful" / "pine.toml", desk.sources / "pine.toml")
    done, rows = desk.run()
    assert (done.code, rows[2]["outcome"], rows[2]["file"]) == (0, "added", str(desk.sources / "pine.toml"))


def test_dry_run_asks_nobody_and_writes_nothing(desk: Desk, publishers: dict[str, Publisher]) -> None:
    desk.write(*rows_for(publishers), "Nobody,no address")
    before = asked(publishers)
    done, rows = desk.run("--dry-run")
    assert (done.code, asked(publishers), desk.home.exists()) == (3, before, False)
    assert {row["outcome"] for row in rows.values()} == {"new", "unusable"}
    assert [rows[line]["key"] for line in (2, 3)] == ["ash", "birch"]


def test_what_the_sources_hold_already_is_named(desk: Desk, publishers: dict[str, Publisher]) -> None:
    desk.write("RT,https://swentr.site/news/", f"Ash,{publishers['Ash'].url}")
    assert desk.run()[1][3]["outcome"] == "added"
    desk.write(f"Ash,{publishers['Ash'].url}/sport", "RT,https://swentr.site")
    done, rows = desk.run()
    assert (done.code, {row["outcome"] for row in rows.values()}) == (0, {"duplicate"})
    assert rows[2]["problem"] == f"its host is in ash already: {desk.sources / 'ash.toml'}"
    assert rows[3]["key"] == "rt"


def test_lists_come_by_stdin_in_any_format_with_the_same_rows(
    desk: Desk, forks: CommandForks, publishers: dict[str, Publisher]
) -> None:
    ash, elm = publishers["Ash"].url, publishers["Elm"].url
    outlines = f'<outline htmlUrl="{ash}" xmlUrl="{ash}/feed"/>\n<outline htmlUrl="{elm}" xmlUrl="{elm}/feed"/>'
    texts = (f"{ash}/feed\n{elm}", f"feed,url\n{ash}/feed,\n,{elm}", f"<opml><body>{outlines}</body></opml>")
    for n, text in enumerate(texts):
        home = desk.home.parent / str(n)
        env = environment(Settings(home=home, archive=str(home / "archive")))
        words = ["sources", "import", "-", "--allow-private", "--delay", "0", "--limit", "1", "--format", "jsonl"]
        done = forks.run(words, env, text.encode())
        assert done.code == 0, done.err
        assert len(list((home / "sources").glob("*.toml"))) == 2
        for path in (home / "sources").glob("*.toml"):
            assert [seed.name for seed in read_source(path).seeds] == ["/feed"]


def test_a_feed_on_a_host_of_its_own_is_read_beside_its_page(desk: Desk) -> None:
    with publishing() as page, publishing() as feeds:
        publish(page, "Daily", 300, 301, 302)
        page.routes["/"] = Reply(body=front_page("Daily", ""))
        del page.routes["/feed"]
        feeds.routes["/daily.xml"] = Reply(body=feed(300, 301, 302, home=page.url))
        desk.write(f"Daily,{page.url},{feeds.url}/daily.xml", header="name,url,feed")
        done, rows = desk.run()
    assert (done.code, rows[2]["outcome"], rows[2]["read"]) == (0, "added", ARTICLES), (done.err, rows)
    assert rows[2]["remarks"] == []
    source = read_source(desk.sources / "daily.toml")
    assert [(host.url, host.role) for host in source.hosts] == [(page.url, "primary"), (feeds.url, "mirror")]


def test_a_feed_alone_is_enough_even_without_a_front_page(desk: Desk) -> None:
    with publishing() as site:
        publish(site, "Daily", 300, 301, 302)
        del site.routes["/"]
        desk.write(f"Daily,{site.url}/feed", header="name,feed")
        done, rows = desk.run()
    assert (done.code, rows[2]["outcome"], rows[2]["read"]) == (0, "added", ARTICLES), (done.err, rows)
    assert "the page" in rows[2]["remarks"][0] and "404" in rows[2]["remarks"][0]


def test_a_feed_whose_links_lead_elsewhere_is_doubtful_and_says_where(desk: Desk) -> None:
    with publishing() as feeds, publishing() as stranger:
        feeds.routes["/daily.xml"] = Reply(body=feed(300, 301, 302, home=stranger.url))
        desk.write(f"Daily,{feeds.url}/daily.xml", header="name,feed")
        done, rows = desk.run()
        assert stranger.asked == []
    assert (done.code, rows[2]["outcome"]) == (1, "doubtful")
    assert any(stranger.url in remark for remark in rows[2]["remarks"])


def test_a_host_is_asked_by_one_at_its_delay_and_hosts_side_by_side(desk: Desk) -> None:
    lock, now, most = threading.Lock(), 0, 0

    def slowly(body: bytes) -> Callable[[], Reply]:
        def answer() -> Reply:
            nonlocal now, most
            with lock:
                now += 1
                most = max(most, now)
            time.sleep(0.5)
            with lock:
                now -= 1
            return Reply(body=body)

        return answer

    with publishing() as shared, dozen() as served:
        names = ADDED[:4]
        for name in names:
            site = served[name.title()]
            site.routes["/"] = slowly(site.routes["/"].body)  # type: ignore[union-attr]
            shared.routes[f"/{name}"] = Reply(body=site.routes["/feed"].body)  # type: ignore[union-attr]
        rows = [f"{name},{served[name.title()].url},{shared.url}/{name}" for name in names[:2]]
        rows += [f"{name},{served[name.title()].url}," for name in names[2:]]
        desk.write(*rows, header="name,url,feed")
        done, told = desk.run("--delay", "0.5", "--at-once", "3")
        assert [row["outcome"] for row in told.values()] == ["added"] * 4, (done.err, told)
        for host in (shared, *(served[name.title()] for name in names)):
            gaps = [later.at_s - earlier.at_s for earlier, later in pairwise(host.asked)]
            assert gaps and min(gaps) > 0.4, gaps
    # The first two have a host in common, so three groups were there for three.
    assert most in (2, 3)


def test_killed_at_any_point_and_run_again_the_files_are_the_same(
    desk: Desk, forks: CommandForks, publishers: dict[str, Publisher], tmp_path: Path
) -> None:
    rows = rows_for(publishers)
    whole = Desk(tmp_path / "whole", forks)
    whole.write(*rows)
    done, told = whole.run()
    assert len(whole.files()) == len(ADDED) + 1
    desk.write(*rows)
    asked_once: dict[str, int] = {}
    kills = 0
    for n in range(30):
        running = desk.begin()
        kept = len(rows_of(desk.sources))
        while len(rows_of(desk.sources)) < kept + 1 + n % 2 and not running.has_ended():
            time.sleep(0.005)
        time.sleep(0.05 * (n % 4))
        if running.has_ended():
            running.wait()
            break
        running.kill()
        running.wait()
        kills += 1
        for row in rows_of(desk.sources).values():
            asked_once.setdefault(row["key"], len(publishers[row["key"].title()].asked))
    assert kills > 2
    final, again = desk.run()
    assert desk.files() == whole.files()
    assert (final.code, without_files(again)) == (done.code, without_files(told))
    assert {key: len(publishers[key.title()].asked) for key in asked_once} == asked_once
    assert list((desk.sources / ".import" / "drafts").iterdir()) == []


def without_files(rows: dict[Any, dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if name != "file"} for row in rows.values()]


def test_interrupted_it_ends_soon_and_says_that_it_goes_on(desk: Desk, publishers: dict[str, Publisher]) -> None:
    desk.write(*rows_for(publishers))
    running = desk.begin("--delay", "2")
    while not publishers["Ash"].asked or not (desk.sources / ".import").exists():
        time.sleep(0.01)
    time.sleep(0.5)
    began = time.monotonic()
    running.send_signal(signal.SIGINT)
    done = running.wait()
    assert (done.code, time.monotonic() - began < 10) == (130, True)
    assert done.err.splitlines()[-1].startswith("mirrorwire: interrupted")
    assert len(desk.run()[1]) == len(publishers)


def test_a_key_of_a_failed_line_is_free_for_others_and_none_writes_over_another(desk: Desk) -> None:
    with publishing() as dead, publishing() as other:
        publish(other, "Daily", 100, 101, 102)
        desk.write(f"Daily,{dead.url}")
        assert desk.run()[1][2]["key"] == "daily"
        desk.write(f"Daily,{other.url}")
        assert desk.run()[1][2]["key"] == "daily"
        text = (desk.sources / "daily.toml").read_text(encoding="utf-8")
        publish(dead, "Daily", 200, 201, 202)
        desk.write(f"Daily,{dead.url}")
        _, rows = desk.run("--retry")
        assert (rows[2]["outcome"], rows[2]["key"]) == (
            "added",
            f"site-{dead.url[7:]}".replace(".", "-").replace(":", "-"),
        )
    assert (desk.sources / "daily.toml").read_text(encoding="utf-8") == text


def test_a_draft_that_is_in_the_journal_is_moved_and_one_that_is_not_is_of_nobody(
    desk: Desk, publishers: dict[str, Publisher]
) -> None:
    ash, elm = publishers["Ash"], publishers["Elm"]
    desk.write(f"Ash,{ash.url}", f"Elm,{elm.url}")
    desk.run()
    files = desk.files()
    drafts, journal = desk.sources / ".import" / "drafts", desk.sources / ".import" / "done.jsonl"
    (desk.sources / "ash.toml").rename(drafts / "ash.toml")  # killed between the journal and the move
    (desk.sources / "elm.toml").unlink()
    (drafts / "elm.toml").write_text("key = ")  # killed while it was tried
    lines = journal.read_text(encoding="utf-8").splitlines()
    (of_ash,) = (line for line in lines if '"key": "ash"' in line)
    (of_elm,) = (line for line in lines if '"key": "elm"' in line)
    journal.write_text(f"{of_ash}\n{of_elm[:100]}", encoding="utf-8")  # and while its row was written
    before = len(ash.asked), len(elm.asked)
    done, rows = desk.run()
    assert (done.code, {row["outcome"] for row in rows.values()}) == (0, {"added"}), done.err
    assert desk.files() == files
    assert (len(ash.asked), len(elm.asked) > before[1]) == (before[0], True)


def test_two_imports_into_one_folder_are_refused(desk: Desk, publishers: dict[str, Publisher]) -> None:
    desk.write(f"Ash,{publishers['Ash'].url}")
    with ImportState(desk.sources):
        done, _ = desk.run()
    assert (done.code, "another import is at work there" in done.err) == (2, True)
    assert len(done.err.splitlines()) == 1


def test_the_folder_is_that_of_the_settings(desk: Desk, publishers: dict[str, Publisher], tmp_path: Path) -> None:
    desk.write(f"Ash,{publishers['Ash'].url}")
    done, _ = desk.run(MIRRORWIRE_SOURCES=str(tmp_path / "none"))
    assert (done.code, "MIRRORWIRE_SOURCES is not a folder" in done.err) == (2, True)
    mine = tmp_path / "mine"
    mine.mkdir()
    assert desk.run(MIRRORWIRE_SOURCES=str(mine))[0].code == 0
    assert ((mine / "ash.toml").exists(), desk.sources.exists()) == (True, False)


def test_without_a_setting_the_folder_of_the_home_is_read_beside_the_bundled_ones(
    desk: Desk, publishers: dict[str, Publisher]
) -> None:
    desk.write(f"Ash,{publishers['Ash'].url}")
    env = desk.env()
    assert Settings.from_env(env).sources is None
    desk.run()
    keys = {file.key for file in source_files(Settings.from_env(env))}
    assert {"ash", "presstv"} <= keys


@pytest.mark.airflow
def test_dags_of_what_is_imported_are_there_when_the_folder_is_parsed_next(
    desk: Desk, publishers: dict[str, Publisher]
) -> None:
    desk.write(f"Ash,{publishers['Ash'].url}", f"Pine,{publishers['Pine'].url}")
    desk.run()
    found = probe(desk.home, desk.env(), "describe", "2026-11-10T00:00:00+00:00", "2026-11-14T00:00:00+00:00")
    assert {"ingest_ash", "backfill_ash", "ingest_presstv"} <= found["dags"].keys()
    assert "ingest_pine" not in found["dags"] and found["errors"] == {}


def test_a_folder_that_cannot_be_written_is_one_line(desk: Desk, publishers: dict[str, Publisher]) -> None:
    desk.write(f"Ash,{publishers['Ash'].url}")
    desk.sources.mkdir(parents=True)
    (desk.sources / ".import").write_text("in the way")
    before = len(publishers["Ash"].asked)
    done, _ = desk.run()
    assert (done.code, len(done.err.splitlines()), len(publishers["Ash"].asked)) == (1, 1, before)
    assert str(desk.sources) in done.err


def test_a_private_address_is_not_asked_without_the_flag(
    desk: Desk, forks: CommandForks, publishers: dict[str, Publisher]
) -> None:
    desk.write(f"Ash,{publishers['Ash'].url}")
    before = len(publishers["Ash"].asked)
    done = forks.run(["sources", "import", str(desk.list), "--delay", "0", "--format", "json"], desk.env())
    (row,) = json.loads(done.out)
    assert (done.code, row["outcome"], len(publishers["Ash"].asked)) == (1, "failed", before)
    assert "is not public" in row["problem"]
