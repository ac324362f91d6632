"""Whatever is wrong with a host, a healthy mirror gives the same rows; nobody waits long, and nobody goes astray.

Every row of docs/faults.md is one `mirrorwire ingest` over real sockets, counted at the server;
`pytest tests/fetch/test_faults.py --write-docs` writes it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.fetch.breaker import MAX_FAILURES
from tests.conftest import ROOT
from tests.newsroom.faults import RETRY_AFTER_S
from tests.support.fault_cases import FAULTS, Fault
from tests.support.fault_many import BEGIN
from tests.support.fault_run import IngestChild, Measured, Runs
from tests.support.fault_table import Row, table

DOCUMENT = ROOT / "docs" / "faults.md"
ALONE = [fault for fault in FAULTS if fault.alone]
EVERYWHERE = [fault for fault in FAULTS if fault.everywhere]
COMMON = {
    "nothing",
    "refuses",
    "DNS fails",
    "TLS expired",
    "500 always",
    "429 with Retry-After",
    "redirect to a private address",
    "truncated gzip",
    "wrong charset",
    "seizure notice, 200 on all paths",
    "challenge, 403",
    "soft 404, 200",
    "redirect of every path to the mirror",
}
"""A fault of each layer: those of `make test`. The table whole is run by `make test-all`."""
MOST_ROBOTS = 2
LIMITED = next(fault for fault in FAULTS if fault.answer == "429")

pytestmark = pytest.mark.timeout(400)


class Bench:
    """Runs each row once, and keeps it for the table."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self.rows: dict[tuple[str, bool], Row] = {}

    def healthy(self, fault: Fault) -> Measured:
        return self._runs.healthy(fault)

    def run(self, fault: Fault, *, everywhere: bool = False) -> Measured:
        key = (fault.name, everywhere)
        if key not in self.rows:
            well, measured = self._runs.healthy(fault), self._runs.measure(fault, everywhere=everywhere)
            self.rows[key] = Row(fault=fault, everywhere=everywhere, healthy=well, measured=measured)
        return self.rows[key].measured


@pytest.fixture(scope="module")
def bench(
    server: Settings, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Bench]:
    with IngestChild() as child:
        found = Bench(Runs(server, child, tmp_path_factory.mktemp("faults")))
        yield found
    if request.config.getoption("--write-docs"):
        missing = [key for key in keys() if key not in found.rows]
        assert not missing, f"docs/faults.md is written whole or not at all; these did not run: {missing}"
        _, begin, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)  # another test's part
        DOCUMENT.write_text(table(found.rows[key] for key in keys()) + begin + rest, encoding="utf-8")


def keys() -> list[tuple[str, bool]]:
    """Every row, in the table's order."""
    return [
        (fault.name, everywhere)
        for fault in FAULTS
        for everywhere, is_run in ((False, fault.alone), (True, fault.everywhere is not None))
        if is_run
    ]


def cases(faults: list[Fault]) -> list[Any]:
    """Each fault as a parameter, with its name; `slow` where it is not one of the common ones."""
    assert {fault.name for fault in FAULTS} >= COMMON
    return [
        pytest.param(fault, id=fault.name, marks=() if fault.name in COMMON else pytest.mark.slow) for fault in faults
    ]


@pytest.mark.parametrize("fault", cases(ALONE))
def test_a_healthy_mirror_gives_the_same_rows(bench: Bench, fault: Fault) -> None:
    healthy, found = bench.healthy(fault), bench.run(fault)
    assert found.stock == healthy.stock
    assert found.outcome.code == 0
    warned = found.told.splitlines()
    assert all(line.startswith("mirrorwire: courier: warning: ") and "primary" in line for line in warned), warned
    assert fault.warned in found.told
    expected, ended = set(fault.outcomes.split()), set(found.attempts["primary"])
    assert expected & ended and ended <= expected | {"ok", "gone"}, found.attempts
    assert found.primary.requests <= fault.requests, found.primary
    documents = Counter(found.mirror.asked)
    assert documents.pop("/", 0) <= MAX_FAILURES, "the front page, to which the primary may redirect"
    assert documents.total() <= healthy.primary.requests + 1
    assert max(documents.values(), default=1) == 1, "asked twice for one document"
    assert max(found.primary.robots, found.mirror.robots) <= MOST_ROBOTS
    assert_bounded(fault, found, healthy)


@pytest.mark.parametrize("fault", cases(EVERYWHERE))
def test_a_fault_of_all_hosts_is_told_and_costs_little(bench: Bench, fault: Fault) -> None:
    healthy, found = bench.healthy(fault), bench.run(fault, everywhere=True)
    count = {"all": len(healthy.stock), "none": 0, "those it spares": found.spared}[fault.everywhere or ""]
    assert len(found.stock) == count
    assert found.stock.items() <= healthy.stock.items()
    assert found.outcome.code in ((0,) if fault.everywhere == "all" else (1, 3)), found.told
    beside = [line for line in found.told.splitlines() if ": warning: " not in line]
    assert bool(beside) == bool(found.outcome.code)
    assert fault.warned in found.told
    expected = set(fault.outcomes.split())
    for seen, role in ((found.primary, "primary"), (found.mirror, "mirror")):
        ended = set(found.attempts[role])
        assert ended <= expected | {"ok", "gone"} and (role == "mirror" or expected & ended), found.attempts
        assert seen.requests <= fault.most_requests_everywhere, seen
        assert seen.robots <= MOST_ROBOTS
    assert_bounded(fault, found, healthy)


def assert_bounded(fault: Fault, found: Measured, healthy: Measured) -> None:
    assert found.elsewhere == 0, f"somebody came where nobody may: {found.outcome.astray}"
    # Beside a healthy run's own time: the machine may have other things to do.
    assert found.outcome.elapsed_s <= fault.most_s + 2 * healthy.outcome.elapsed_s
    assert found.outcome.peak_mb <= healthy.outcome.peak_mb + fault.most_mb


def test_a_host_that_asks_for_a_pause_gets_it(bench: Bench) -> None:
    seen = bench.run(LIMITED).primary
    assert [at_s for at_s in seen.at_s[1:] if at_s < seen.at_s[0] + RETRY_AFTER_S] == []


def test_the_document_has_every_row(request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--write-docs"):
        pytest.skip("it is being written")
    part = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)[0]
    lines = [line.split(" | ")[:2] for line in part.splitlines() if line[:2] == "| "]
    found = [(name.removeprefix("| "), where == "all hosts") for name, where in lines[1:]]
    assert found == keys()
