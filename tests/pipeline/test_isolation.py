"""One item never stops another: a bug of ours on one page of twenty, at each step, and nineteen articles are loaded."""

from __future__ import annotations

import inspect
import json
import pkgutil
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

import mirrorwire.extract
import mirrorwire.load.articles
import mirrorwire.pipeline.discover_step
import mirrorwire.pipeline.extract_batch
import mirrorwire.pipeline.fetch_step
import mirrorwire.store.captures
import mirrorwire.store.keep_extraction
from mirrorwire import extract
from mirrorwire.core import bugs
from mirrorwire.core.config import Settings
from mirrorwire.core.errors import FolderUnusable
from mirrorwire.core.exchange import Exchange
from mirrorwire.core.records import Extraction
from mirrorwire.discover import read_seeds
from mirrorwire.http.client import Client
from mirrorwire.load import incoming
from mirrorwire.store import one_by_one, signatures
from mirrorwire.workers import ExtractionBug, Job, Workers, process
from mirrorwire.workers.child import _result as result_in_child
from mirrorwire.workers.child import extract_or_verify
from mirrorwire.workers.messages import Chunk
from tests.conftest import Ran, environment
from tests.pipeline.test_pipeline import Rows
from tests.support.bug_child import MARK, TARGET, Injected, sabotage
from tests.support.command_forks import CommandForks
from tests.support.ingest import ingest
from tests.support.publisher import Publisher, Reply, article, feed, publishing, source_file

NUMBERS = range(1, 21)
BAD = 7
URL = "https://a.example/Detail/2026/11/20/7/story"
Command = Callable[..., Ran]


@pytest.fixture
def lenient(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production: bugs are taken at the walls."""
    monkeypatch.delenv(bugs.STRICT)


@pytest.fixture
def daily(settings: Settings) -> Iterator[Publisher]:
    """A publisher of twenty articles in a feed, as the source `daily`; one page is marked."""
    with publishing() as publisher:
        for n in NUMBERS:
            publisher.page(n)
        publisher.routes[publisher.page(BAD)] = Reply(body=marked(BAD))
        publisher.routes["/feed"] = Reply(body=feed(*NUMBERS))
        source_file(settings.sources or Path(), publisher, seeds=(("feed", "/feed"),))
        yield publisher


def marked(n: int) -> bytes:
    return article(n).encode().replace(b"</body>", MARK + b"</body>")


def loaded(rows: Rows) -> set[int]:
    return {int(row["article_key"].partition(":")[2]) for row in rows("SELECT article_key FROM articles")}


def nineteen() -> set[int]:
    return {*NUMBERS} - {BAD}


def raise_on_marked(monkeypatch: pytest.MonkeyPatch, tasks: str, function: str) -> None:
    monkeypatch.setitem(Workers.__init__.__kwdefaults__, "child", "tests.support.bug_child")
    monkeypatch.setattr(process, "_KEPT", (*process._KEPT, TARGET))
    monkeypatch.setenv(TARGET, f"{tasks}:{function}")


def functions_of_extraction() -> list[str]:
    """The functions of `mirrorwire.extract` that reading the marked page calls, by the names of their modules.

    The two that are called from outside are not among them: what they raise has its place at the caller's.
    """
    named = {}
    for module in pkgutil.walk_packages(mirrorwire.extract.__path__, "mirrorwire.extract."):
        for name, value in vars(import_module(module.name)).items():
            if inspect.isfunction(value) and value.__module__ == module.name and name not in mirrorwire.extract.__all__:
                named[value.__code__] = f"{module.name}.{name}"
    called = set()

    def watch(frame: FrameType, event: str, _: object) -> None:
        if event == "call" and frame.f_code in named:
            called.add(named[frame.f_code])

    sys.setprofile(watch)
    try:
        for task in ("verify", "extract"):
            extract_or_verify(Job(body=marked(BAD), url=URL), Chunk(task=task, jobs=(), source=None))  # type: ignore[arg-type]
    finally:
        sys.setprofile(None)
    return sorted(called)


def test_whichever_function_of_extraction_raises_it_is_the_pages_outcome() -> None:
    names = functions_of_extraction()
    assert len(names) > 60
    chunk, good = Chunk(task="extract", jobs=(), source=None), Job(body=article(8).encode(), url=URL)
    for name in names:
        state = {"meets": True}
        undo = sabotage(name, lambda state=state: state["meets"])  # type: ignore[misc]
        try:
            met = result_in_child(extract_or_verify, Job(body=marked(BAD), url=URL), chunk)
            state["meets"] = False
            fine = result_in_child(extract_or_verify, good, chunk)
        finally:
            undo()
        if isinstance(met, bugs.Bug):
            assert (met.error, met.item) == (f"Injected: in {name.rpartition('.')[2]}", URL)
            assert "mirrorwire/extract/" in met.place
            assert "Traceback" in met.traceback
        assert isinstance(fine, Extraction) and fine.article, name


@pytest.mark.parametrize(
    "function",
    [
        "mirrorwire.extract.page.parse_page",
        "mirrorwire.extract.text.read_text",
        "mirrorwire.extract.published.read_times",
    ],
)
def test_a_page_that_extraction_raises_on_is_rejected_and_nineteen_are_loaded(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None, function: str
) -> None:
    raise_on_marked(monkeypatch, "verify,extract", function)
    done = ingest(settings)
    assert loaded(rows) == nineteen()
    (rejection,) = rows("SELECT verdict, evidence FROM rejection")
    assert rejection["verdict"] == "broken"
    assert rejection["evidence"]["error"] == f"Injected: in {function.rpartition('.')[2]}"
    assert "Traceback" in rejection["evidence"]["traceback"]
    assert done.failures == ()
    assert [bug.items for bug in done.bugs] == [1]
    assert any("a bug of ours met" in warning for warning in done.warnings)
    before = len(daily.paths("/Detail"))
    assert ingest(settings).bugs == []
    assert len(daily.paths("/Detail")) == before
    assert loaded(rows) == nineteen()


def test_a_page_that_only_judging_raises_on_is_loaded(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    raise_on_marked(monkeypatch, "verify", "mirrorwire.extract.verdict.judge")
    ingest(settings)
    assert loaded(rows) == {*NUMBERS}


def test_a_new_extractor_reads_what_the_old_one_raised_on(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    raise_on_marked(monkeypatch, "extract", "mirrorwire.extract.text.read_text")
    ingest(settings)
    monkeypatch.undo()
    for step in ("discover_step", "extract_step"):
        monkeypatch.setattr(f"mirrorwire.pipeline.{step}.EXTRACTOR_VERSION", extract.EXTRACTOR_VERSION + 1)
    ingest(settings)
    assert loaded(rows) == {*NUMBERS}
    assert rows("SELECT FROM rejection") == []


def test_a_bug_that_meets_many_pages_fails_the_run_once_the_rest_is_loaded(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    bad = {3, 7, 11, 15}
    for n in bad:
        daily.routes[f"/Detail/2026/11/20/{n}/story"] = Reply(body=marked(n))
    raise_on_marked(monkeypatch, "extract", "mirrorwire.extract.text.read_text")
    done = ingest(settings)
    assert loaded(rows) == {*NUMBERS} - bad
    (failure,) = done.failures
    assert "a bug of ours met 4 items" in failure
    assert "Injected: in read_text" in failure
    assert "mirrorwire/extract/extraction.py:" in failure


def test_in_strict_mode_a_bug_flies(settings: Settings, daily: Publisher, monkeypatch: pytest.MonkeyPatch) -> None:
    raise_on_marked(monkeypatch, "verify,extract", "mirrorwire.extract.text.read_text")
    with pytest.raises(ExtractionBug, match="Injected"):
        ingest(settings)


Raises = Callable[[Any], bool]


def raise_where(monkeypatch: pytest.MonkeyPatch, holder: Any, name: str, meets: Callable[..., bool]) -> None:
    original = getattr(holder, name)

    def raising(*words: Any, **named: Any) -> Any:
        if meets(*words, **named):
            raise Injected(name)
        return original(*words, **named)

    monkeypatch.setattr(holder, name, raising)


def test_a_response_that_the_client_raises_on_is_one_hosts_failure_and_tried_again(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    with monkeypatch.context() as patched:
        raise_where(patched, Client, "get", lambda client, url, *_, **__: url.endswith(f"/{BAD}/story"))
        done = ingest(settings)
    assert loaded(rows) == nineteen()
    assert [row["url"].rpartition("/")[0][-1] for row in done.left] == [str(BAD)]
    (attempt,) = rows("SELECT outcome, detail FROM attempt WHERE outcome <> 'ok' AND link_id IS NOT NULL")
    assert attempt["outcome"] == "http_error" and "a bug of ours: Injected: get" in attempt["detail"]
    rows("UPDATE link SET next_try_at = '-infinity' RETURNING 1")
    ingest(settings)
    assert loaded(rows) == {*NUMBERS}


def test_a_response_that_the_archive_raises_on_waits_for_another_try(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    with monkeypatch.context() as patched:
        raise_where(patched, mirrorwire.archive.writer.warc, "records", lambda exchange, *_: MARK in exchange.body)
        done = ingest(settings)
    assert loaded(rows) == nineteen()
    assert len(done.left) == len(done.bugs) == 1
    (link,) = rows("SELECT state, tries, last_problem, traceback FROM link JOIN bug USING (link_id)")
    assert (link["state"], link["tries"]) == ("pending", 1)
    assert "a bug of ours" in link["last_problem"] and "Injected" in link["traceback"]
    rows("UPDATE link SET next_try_at = '-infinity' RETURNING 1")
    ingest(settings)
    assert loaded(rows) == {*NUMBERS}


def test_a_robots_txt_that_cannot_be_archived_holds_all_the_same(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    daily.routes["/robots.txt"] = Reply(body=b"User-agent: *\nDisallow: /Detail/2026/11/20/7/\n")
    raise_where(
        monkeypatch, mirrorwire.archive.writer.warc, "records", lambda exchange, *_: b"Disallow" in exchange.body
    )
    done = ingest(settings)
    assert loaded(rows) == nineteen()
    assert [bug.item for bug in done.bugs] == [f"{daily.url}/robots.txt"]


def test_a_seed_that_its_reader_raises_on_leaves_the_others(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    daily.routes["/other"] = Reply(body=feed(1, 2))
    source_file(settings.sources or Path(), daily, seeds=(("feed", "/other"), ("feed", "/feed")))

    raise_where(monkeypatch, read_seeds, "read_feed", lambda body, *, url, **_: url.endswith("/other"))
    done = ingest(settings)
    assert loaded(rows) == {*NUMBERS}
    assert any("/other" in warning and "Injected" in warning for warning in done.warnings)
    assert [bug.items for bug in done.bugs] == [1]


def test_a_seed_that_raises_behind_its_reader_leaves_the_others(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    daily.routes["/other"] = Reply(body=feed(1, 2))
    source_file(settings.sources or Path(), daily, seeds=(("feed", "/other"), ("feed", "/feed")))
    raise_where(monkeypatch, read_seeds, "copies_of", lambda fetcher, seed, path: path == "/other")
    done = ingest(settings)
    assert loaded(rows) == {*NUMBERS}
    assert [(bug.item, bug.items) for bug in done.bugs] == [("/other", 1)]


def test_discovery_that_fails_as_a_whole_leaves_what_is_captured_its_way(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("mirrorwire.pipeline.load_step.load", lambda *_, **__: {})
        patched.setattr("mirrorwire.pipeline.load_step.WAITS_S", ())
        ingest(settings)
    assert loaded(rows) == set()
    raise_where(monkeypatch, mirrorwire.pipeline.discover_step, "read_seeds", lambda *_, **__: True)
    done = ingest(settings)
    assert loaded(rows) == {*NUMBERS}
    assert any("discover: Injected" in failure for failure in done.failures)


def test_a_fetch_that_breaks_off_as_a_whole_leaves_what_is_captured_its_way(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    with monkeypatch.context() as patched:
        raise_where(
            patched, mirrorwire.pipeline.fetch_step, "_fetch_link", lambda _, link, *__: "/11/story" in link.url
        )
        done = ingest(settings)
    captured = loaded(rows)
    assert captured and captured < {*NUMBERS} - {11}
    assert any("Injected: _fetch_link" in failure for failure in done.failures)
    ingest(settings)
    assert loaded(rows) == {*NUMBERS}


def test_a_record_that_cannot_be_taken_out_of_the_archive_is_one_pages(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    read: Callable[..., Exchange] = mirrorwire.pipeline.extract_batch.read_capture

    def reading(*words: Any, **named: Any) -> Exchange:
        exchange = read(*words, **named)
        if MARK in exchange.body:
            raise Injected("read")
        return exchange

    monkeypatch.setattr(mirrorwire.pipeline.extract_batch, "read_capture", reading)
    monkeypatch.setattr("mirrorwire.fetch.keep_reading.keep_extraction", lambda *_, **__: False)
    done = ingest(settings)
    assert loaded(rows) == nineteen()
    assert len(done.bugs) == 1 and done.failures == ()


@pytest.mark.parametrize(
    ("holder", "name", "meets"),
    [
        (mirrorwire.store.keep_extraction, "content_hash", lambda title, text: title.endswith(f" {BAD}")),
        (signatures, "signature", lambda text: f"district {BAD} " in text),
        (incoming, "article_of", lambda fields, text: fields["title"].endswith(f" {BAD}")),
        (mirrorwire.load.articles, "_beginning", lambda versions: versions[0].article.title.endswith(f" {BAD}")),
    ],
    ids=["extract", "dedupe", "load, taken in", "load, written"],
)
def test_an_article_that_a_step_raises_on_is_put_aside_and_nineteen_are_loaded(
    settings: Settings,
    daily: Publisher,
    rows: Rows,
    monkeypatch: pytest.MonkeyPatch,
    lenient: None,
    holder: Any,
    name: str,
    meets: Callable[..., bool],
) -> None:
    with monkeypatch.context() as patched:
        raise_where(patched, holder, name, meets)
        done = ingest(settings)
        assert loaded(rows) == nineteen()
        assert len(done.bugs) == 1 and done.failures == ()
        ingest(settings)
    (rejection,) = rows("SELECT capture_id, verdict, evidence FROM rejection")
    assert rejection["verdict"] == "broken" and f"Injected: {name}" in rejection["evidence"]["error"]
    assert loaded(rows) == nineteen()
    with mirrorwire.store.db.connect(settings.database_url or "") as conn:
        mirrorwire.store.extractions.accept(conn, [rejection["capture_id"]], "daily")
    ingest(settings)
    assert loaded(rows) == {*NUMBERS}
    assert rows("SELECT FROM rejection") == []


def test_an_article_that_search_cannot_index_is_passed_over(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    with mirrorwire.store.db.connect(settings.database_url or "") as conn:
        conn.execute(
            "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "IF new.words @@ '7'::tsquery THEN RAISE data_exception; END IF; RETURN new; END $$"
        )
        conn.execute("CREATE TRIGGER refuse BEFORE INSERT ON article_search FOR EACH ROW EXECUTE FUNCTION refuse()")
    done = ingest(settings)
    assert loaded(rows) == {*NUMBERS}
    (found,) = rows("SELECT count(*) AS n FROM article_search")
    assert found["n"] == len(NUMBERS) - len(rows("SELECT FROM bug"))
    assert 0 < found["n"] < len(NUMBERS)
    assert all(bug.error.startswith("DataException") for bug in done.bugs)


def test_a_row_that_the_database_refuses_is_one_pages(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    with mirrorwire.store.db.connect(settings.database_url or "") as conn:
        conn.execute(f"ALTER TABLE extraction ADD CHECK (fields ->> 'title' NOT LIKE '% {BAD}')")
    done = ingest(settings)
    assert loaded(rows) == nineteen()
    assert [bug.error.partition(":")[0] for bug in done.bugs] == ["CheckViolation"]


def test_a_disk_that_is_full_is_no_items_fault(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    def full(*_: Any, **__: Any) -> None:
        raise FolderUnusable("/archive", "No space left on device")

    monkeypatch.setattr("mirrorwire.archive.writer.ArchiveWriter.write", full)
    done = ingest(settings)
    assert any("No space left on device" in failure for failure in done.failures)
    assert rows("SELECT FROM bug") == rows("SELECT FROM rejection") == []
    assert {row["tries"] for row in rows("SELECT tries FROM link")} <= {0}


@pytest.fixture
def command(settings: Settings, forks: CommandForks) -> Command:
    """Run the command line in a process of its own, with children that raise on marked pages."""
    code = (
        "from mirrorwire.workers import Workers, process; from mirrorwire import cli; "
        "Workers.__init__.__kwdefaults__['child'] = 'tests.support.bug_child'; "
        f"process._KEPT = (*process._KEPT, {TARGET!r}); cli.main()"
    )

    def run(*words: str) -> Ran:
        env = environment(settings, **{TARGET: "verify,extract:mirrorwire.extract.page.parse_page", bugs.STRICT: ""})
        return forks.run_program(code, words, env)

    return run


def test_by_hand_the_other_articles_are_loaded_and_the_exit_code_is_3(
    command: Command, daily: Publisher, rows: Rows
) -> None:
    done = command("ingest", "daily", "--format", "json")
    assert done.code == 3, done.err
    (counts,) = json.loads(done.out)
    assert (counts["inserted"], counts["bugs"]) == (19, 1)
    assert "Injected: in parse_page" in done.err and "mirrorwire bugs daily" in done.err
    listed = json.loads(command("bugs", "daily", "--format", "json").out)
    assert [row["item"] for row in listed] == [f"{daily.url}/Detail/2026/11/20/{BAD}/story"]
    assert "Traceback" in listed[0]["traceback"]
    assert command("bugs", "courier").err == "mirrorwire: no item has met a bug of ours\n"
    assert command("ingest", "daily").code == 0
    assert loaded(rows) == nineteen()


def test_a_manifest_answers_for_every_page(command: Command, tmp_path: Path) -> None:
    lines = []
    for n in range(1, 6):
        (tmp_path / f"{n}.html").write_bytes(marked(n) if n == 3 else article(n).encode())
        lines.append(json.dumps({"id": str(n), "file": f"{n}.html", "url": URL.replace("/7/", f"/{n}/")}))
    (tmp_path / "m.jsonl").write_text("\n".join(lines), encoding="utf-8")
    done = command("extract", "--manifest", str(tmp_path / "m.jsonl"))
    found = [json.loads(line) for line in done.out.splitlines()]
    assert [row["verdict"] for row in found] == ["article", "article", "broken", "article", "article"]
    assert done.code == 3
    assert done.err.startswith("mirrorwire: 3: a bug of ours: Injected: in parse_page")
    assert "Traceback" in found[2]["evidence"]["traceback"]


def test_a_front_page_that_extraction_raises_on_is_probed(command: Command, daily: Publisher) -> None:
    daily.routes["/"] = Reply(body=marked(1))
    done = command("hosts", "probe", "daily")
    assert done.code == 0, done.err
    assert "Traceback" not in done.out + done.err


def test_a_batch_that_fails_for_no_items_sake_fails_the_step(monkeypatch: pytest.MonkeyPatch, lenient: None) -> None:
    def work(size: int, claimed: one_by_one.Claimed) -> list[int]:
        raise Injected("before anything was claimed")

    with pytest.raises(Injected):
        list(one_by_one.in_batches(work, None, 1000))  # type: ignore[arg-type]


def test_bad_items_among_a_thousand_cost_few_batches(lenient: None) -> None:
    waiting, bad, tries = list(range(1000)), {0, 333, 999}, []

    class Aside:
        def put(self, capture_id: int, extractor_version: int, bug: bugs.Bug) -> None:
            assert bug.error == "Injected: 333" or capture_id in bad
            waiting.remove(capture_id)

    def work(size: int, claimed: one_by_one.Claimed) -> int:
        tries.append(size)
        claimed[:] = [(item, 1) for item in waiting[:size]]
        for item, _ in claimed:
            if item in bad:
                raise Injected(str(item))
        del waiting[:size]
        return len(claimed)

    assert sum(one_by_one.in_batches(work, Aside(), 1000)) == 997  # type: ignore[arg-type]
    assert waiting == []
    assert len(tries) < 100


def test_a_bug_of_ours_shuts_no_host(
    settings: Settings, daily: Publisher, rows: Rows, monkeypatch: pytest.MonkeyPatch, lenient: None
) -> None:
    bad = {17, 18, 19, 20}  # one after the other
    raise_where(monkeypatch, Client, "get", lambda client, url, *_, **__: url.split("/")[-2] in {str(n) for n in bad})
    ingest(settings)
    assert loaded(rows) == {*NUMBERS} - bad
    assert rows("SELECT state FROM host JOIN breaker USING (host_id) WHERE state <> 'closed'") == []
