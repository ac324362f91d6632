"""Child processes for pages: what kills one, what is told of it, and that nothing else is lost."""

from __future__ import annotations

import json
import logging
import os
import pickle
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import psutil
import pytest

from mirrorwire.core.errors import WorkersUnavailable
from mirrorwire.core.records import Extraction
from mirrorwire.extract import extract_page
from mirrorwire.workers import ExtractionBug, Job, Workers, page_queue, pool
from mirrorwire.workers.page_queue import CHUNK_PAGES, CHUNKS_AHEAD, MAX_BODY_BYTES
from mirrorwire.workers.page_reader import PageReader
from tests.extract.test_extract import page
from tests.support.hostile import PAGES, Hostile, beside, wrong
from tests.support.hostile import URL as HOSTILE_URL
from tests.support.hostile_patterns import PATTERNS

LIMIT_S = 1.0
PATIENT_S = 60.0
"""Where time is not what a page meets: a busy machine may be slow."""


@pytest.fixture(autouse=True)
def children_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have each pool start and end its children itself: that is what is tested here."""
    monkeypatch.setattr(pool, "PageReader", PageReader)


@contextmanager
def misbehaving(processes: int = 1, *, time_limit_s: float = PATIENT_S, **more: Any) -> Iterator[Workers]:
    others = children()  # those that the suite keeps
    with Workers(processes, time_limit_s=time_limit_s, child="tests.support.misbehaving_child", **more) as workers:
        yield workers
        mine = children() - others
    assert children() & mine == set()


def children() -> set[int]:
    """The pids of this process's children, zombies too."""
    return {child.pid for child in psutil.Process().children()}


def jobs(*deeds: str) -> list[Job]:
    return [Job(body=b"x", url=f"https://a.example/{deed}") for deed in deeds]


def run(workers: Workers, *deeds: str) -> list[Extraction]:
    return list(workers.extract(jobs(*deeds), source=None))


def told(found: list[Extraction]) -> list[Any]:
    """Of each page: its verdict's reason if it is broken, else the last word of its URL."""
    return [
        each.verdict.evidence["url"].rpartition("/")[2]
        if each.verdict.kind == "thin"
        else {key: value for key, value in each.verdict.evidence.items() if key != "limit_bytes"}
        for each in found
    ]


KILLED: dict[str, dict[str, Any]] = {
    "hang": {"reason": "killed", "limit": "time", "limit_s": LIMIT_S},
    "spin": {"reason": "killed", "limit": "time", "limit_s": LIMIT_S},
    "eat": {"reason": "killed", "limit": "memory"},
    "eat and go on": {"reason": "killed", "limit": "memory"},
    "segfault": {"reason": "died", "how": "SIGSEGV"},
    "exit": {"reason": "died", "how": "exit code 3"},
}


@pytest.mark.parametrize("deed", KILLED)
def test_a_page_that_takes_its_process_along_is_broken_and_its_neighbours_are_not(deed: str) -> None:
    with misbehaving(time_limit_s=KILLED[deed].get("limit_s", PATIENT_S)) as workers:
        found = run(workers, "a", deed, "b", "c")
        assert told(found) == ["a", KILLED[deed], "b", "c"]
        assert found[1].verdict.kind == "broken"
        first, second = found[0].verdict.evidence["pid"], found[2].verdict.evidence["pid"]
        assert first != second
        assert not psutil.pid_exists(first)
        assert told(run(workers, "d")) == ["d"]


def test_many_killed_pages_among_others_come_back_in_order() -> None:
    deeds = [("exit" if n % 5 == 2 else "segfault" if n % 7 == 3 else f"page {n}") for n in range(12)]
    with misbehaving(2) as workers:
        assert told(run(workers, *deeds)) == [KILLED.get(deed, deed) for deed in deeds]


def test_a_hanging_page_does_not_stop_the_others() -> None:
    with misbehaving(2, time_limit_s=6.0) as workers:
        found = workers.extract(jobs("hang", *map(str, range(30))), source=None)
        began = time.monotonic()
        assert next(found).verdict.kind == "broken"
        assert 5.5 < time.monotonic() - began < 30
        began = time.monotonic()
        assert len(list(found)) == 30
        assert time.monotonic() - began < 5


def test_the_time_limit_counts_for_each_page_alone() -> None:
    with misbehaving(time_limit_s=LIMIT_S) as workers:
        assert told(run(workers, *["a"] * 8, "hang", "hang", "b")) == [*["a"] * 8, *[KILLED["hang"]] * 2, "b"]


def test_pages_are_read_ahead_only_a_little() -> None:
    read = 0

    def endless() -> Iterator[Job]:
        nonlocal read
        while True:
            read += 1
            yield jobs("a")[0]

    with misbehaving(2) as workers:
        found = workers.extract(endless(), source=None)
        for _ in range(10):
            next(found)
        assert read <= 10 + 2 * CHUNK_PAGES * (CHUNKS_AHEAD + 1)


def test_a_call_that_is_left_alone_leaves_nothing_to_the_next() -> None:
    with misbehaving(2) as workers:
        found = workers.extract(jobs(*map(str, range(100))), source=None)
        next(found)
        with pytest.raises(RuntimeError, match="somebody else"):
            run(workers, "a")
        found.close()  # type: ignore[attr-defined]
        assert told(run(workers, "x", "y")) == ["x", "y"]


def test_no_page_starts_no_process() -> None:
    with misbehaving(2) as workers:
        before = children()
        assert run(workers) == []
        assert children() == before


def test_one_page_starts_one_process() -> None:
    with misbehaving(4) as workers:
        before = children()
        run(workers, "a")
        assert len(children() - before) == 1


def test_closing_ends_what_still_works() -> None:
    with misbehaving(2, time_limit_s=60) as workers:
        found = workers.extract(jobs("a", "hang", *"bcdefghijklmn", "hang"), source=None)
        next(found)
        began = time.monotonic()
    assert time.monotonic() - began < 30, "half of the limit of a page"


def test_what_is_too_large_to_be_an_article_is_not_even_sent() -> None:
    large = Job(body=b"x" * (MAX_BODY_BYTES + 1), url="https://a.example/large")
    with misbehaving() as workers:
        found = list(workers.extract([*jobs("a"), large, *jobs("b"), large], source=None))
    reason = {"reason": "too large", "bytes": MAX_BODY_BYTES + 1}
    assert told(found) == ["a", reason, "b", reason]


def test_large_pages_get_through() -> None:
    with misbehaving() as workers:
        large = [Job(body=bytes(n * 1_000_000), url="https://a.example/x") for n in (9, 1, 12, 3)]
        found = list(workers.extract(large, source=None))
    assert [each.verdict.evidence["body"] for each in found] == [9_000_000, 1_000_000, 12_000_000, 3_000_000]


# Bugs, and children that cannot be


@pytest.mark.parametrize(("deed", "words"), [("raise", "ValueError: a bug of ours"), ("recurse", "RecursionError")])
def test_a_bug_names_the_page_and_flies(deed: str, words: str) -> None:
    with misbehaving() as workers:
        found = workers.extract(jobs("a", deed, "b"), source=None)
        assert next(found).verdict.kind == "thin"
        with pytest.raises(ExtractionBug) as raised:
            next(found)
        assert raised.value.url == f"https://a.example/{deed}"
        assert words in str(raised.value)
        assert str(pickle.loads(pickle.dumps(raised.value))) == str(raised.value)
        assert told(run(workers, "b")) == ["b"]


@pytest.mark.parametrize("module", ["tests.no_such_module", "this"])
def test_children_that_never_come_up_are_one_error(module: str) -> None:
    with Workers(2, child=module) as workers, pytest.raises(WorkersUnavailable, match=r"in a row .*exit code"):
        run(workers, "a", "b")
    assert str(pickle.loads(pickle.dumps(WorkersUnavailable("why")))).endswith("why")


def test_a_python_that_is_not_there_is_that_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Workers(2) as workers, pytest.raises(WorkersUnavailable, match="nowhere"):
        run(workers, "a")


def test_an_idle_child_that_is_gone_is_replaced() -> None:
    with misbehaving() as workers:
        (found,) = run(workers, "a")
        os.kill(found.verdict.evidence["pid"], signal.SIGKILL)
        assert told(run(workers, "b", "c")) == ["b", "c"]


def test_a_child_that_has_grown_is_replaced() -> None:
    with misbehaving() as workers:
        found = [run(workers, "grow")[0] for _ in range(6)]
        assert len({each.verdict.evidence["pid"] for each in found}) == 6
        assert told(found) == ["grow"] * 6


# What a child knows, hears and says


def test_a_child_knows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("MIRRORWIRE_DATABASE_URL", "PGPASSWORD", "AIRFLOW__CORE__FERNET_KEY", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "secret")
    with misbehaving() as workers:
        (found,) = run(workers, "a")
    names = set(found.verdict.evidence["environment"])
    assert {name for name in names if not name.startswith(("PYTHON", "LC_"))} <= {
        "PATH", "LANG", "TZ", "TMPDIR", "LD_LIBRARY_PATH", "MALLOC_ARENA_MAX",
    }  # fmt: skip


def test_the_kernel_ends_a_child_before_its_parent_where_memory_is_used_up() -> None:
    with misbehaving() as workers:
        (answer,) = run(workers, "a")
        child = Path(f"/proc/{answer.verdict.evidence['pid']}/oom_score_adj").read_text(encoding="ascii")
    parent = Path("/proc/self/oom_score_adj").read_text(encoding="ascii")
    assert int(parent) < int(child) == 1000


def test_signals_to_the_whole_group_are_the_parents_business() -> None:
    with misbehaving() as workers:
        (found,) = run(workers, "a")
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            os.kill(found.verdict.evidence["pid"], number)
        time.sleep(0.2)
        (again,) = run(workers, "b")
        assert again.verdict.evidence["pid"] == found.verdict.evidence["pid"]


def test_what_a_child_writes_is_logged_once_and_not_in_full(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with misbehaving() as workers:
        run(workers, "write")
    (record,) = [record for record in caplog.records if "said" in record.getMessage()]
    assert "noise" in record.getMessage()
    assert len(record.getMessage()) < 5000


def test_a_crash_says_where(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING)
    with misbehaving() as workers:
        run(workers, "segfault")
    assert "misbehaving_child.py" in caplog.text


@pytest.mark.parametrize("deed", ["a", "hang", "spin"])
def test_children_die_with_their_parent(deed: str, tmp_path: Path) -> None:
    code = (
        "from mirrorwire.workers import *\nimport sys, time\n"
        "workers = Workers(1, time_limit_s=2, child='tests.support.misbehaving_child')\n"
        "page = lambda deed: Job(body=b'x', url='https://a.example/' + deed)\n"
        "found = workers.extract([page('a'), page(sys.argv[1])], source=None)\n"
        "print(next(found).verdict.evidence['pid'], flush=True)\n"
        "time.sleep(600)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code, deed], stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = psutil.Process(int(parent.stdout.readline()))
        time.sleep(0.2)
        assert child.is_running()
        parent.kill()
    # One that holds the interpreter's lock ends by its own limit on CPU time.
    gone, _ = psutil.wait_procs([child], timeout=200 if deed == "spin" else 20)
    assert gone


# Extraction itself


def test_workers_find_what_extraction_finds() -> None:
    bodies = [page(title=f"A storm, part {n}") for n in range(20)]
    url = "https://news.example/storm"
    with Workers(2) as workers:
        found = list(workers.extract([Job(body=body, url=url) for body in bodies], source=None))
        verdict = workers.verify(bodies[0], url=url, content_type=None, source=None)
    here = [extract_page(body, url=url, content_type=None, source=None, fetched_at=None) for body in bodies]
    assert found == here
    assert verdict == here[0].verdict


def test_a_killed_page_has_a_verdict_too() -> None:
    with misbehaving(time_limit_s=LIMIT_S) as workers:
        for deed, evidence in (("hang", KILLED["hang"]), ("exit", KILLED["exit"])):
            verdict = workers.verify(b"x", url=f"https://a.example/{deed}", content_type=None, source=None)
            assert (verdict.kind, verdict.evidence) == ("broken", evidence)


def test_boilerplate_reaches_the_child() -> None:
    with misbehaving() as workers:
        (found,) = workers.extract(jobs("a"), source=None, boilerplate=frozenset([3, -5]))
    assert found.verdict.evidence["boilerplate"] == [-5, 3]


# Hostile pages


@pytest.mark.slow
def test_every_hostile_page_is_answered_within_its_limits_and_none_is_cut_in_silence() -> None:
    pages = {**PAGES, **PATTERNS}
    made: dict[str, Hostile] = {}

    def each() -> Iterator[Job]:
        for name, make in pages.items():
            hostile = make()
            made[name] = replace(hostile, body=b"")
            yield Job(body=hostile.body, url=HOSTILE_URL, content_type=hostile.content_type)

    problems, highest_mb = {}, 0.0
    # A shorter limit than the pipeline's spares time here; what is real takes milliseconds.
    with Workers(2, time_limit_s=5, child="benchmarks.measuring_child") as workers:
        for name, found in zip(pages, workers.extract(each(), source=None), strict=True):
            highest_mb = max(highest_mb, found.verdict.evidence.get("peak_mb", 0.0))
            if problem := wrong(made[name], found):
                problems[name] = problem
    assert problems == {}
    assert 0 < highest_mb < 400


def test_a_page_that_takes_too_much_memory_is_one_line_of_the_command_and_not_its_end(tmp_path: Path) -> None:
    attributes = " ".join(f"a{n}=x" for n in range(30))
    file = tmp_path / "page.html"
    file.write_bytes(beside(f"<p {attributes}>The storm has reached the harbour.</p>" * 10_000).body)
    done = subprocess.run(
        [sys.executable, "-m", "mirrorwire.cli", "extract", str(file), "--url", HOSTILE_URL],
        env={**os.environ, "MIRRORWIRE_HOME": str(tmp_path)},
        capture_output=True,
        check=True,
    )
    row = json.loads(done.stdout)
    assert (row["verdict"], row["evidence"]["reason"], row["evidence"]["limit"]) == ("broken", "killed", "memory")
    assert done.stderr == b""


def test_pages_are_read_ahead_by_bytes_too(monkeypatch: pytest.MonkeyPatch) -> None:
    size, most = 100_000, 500_000
    monkeypatch.setattr(page_queue, "AHEAD_BYTES", most)
    given = 0

    def large() -> Iterator[Job]:
        nonlocal given
        for n in range(60):
            given += 1
            yield Job(body=page().ljust(size), url=f"https://a.example/{n}")

    ahead = []
    with Workers(2) as workers:
        for out, _ in enumerate(workers.extract(large(), source=None), 1):
            ahead.append(given - out)
    assert len(ahead) == 60
    assert max(ahead) * size < most + CHUNK_PAGES * size
    assert max(ahead) > 1
