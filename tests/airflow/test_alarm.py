"""What `MIRRORWIRE_ON_FAILURE` may name, and what is told of a failure: the callback is a function of a context."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from mirrorwire.airflow.alarm import on_failure
from mirrorwire.core.errors import RunFailed

ALARMS: list[dict[str, Any]] = []
FAILED = RunFailed("run 7 of courier", ("every host is down", "a page said\x1b[2J this"))


class Instance:
    """A task instance as far as it is asked: for the run's number, which `discover` left."""

    def xcom_pull(self, *, task_ids: str, key: str) -> int | None:
        return 7 if (task_ids, key) == ("discover", "run") else None


class Notifier:
    def __call__(self, context: dict[str, Any]) -> None:
        ALARMS.append(context["mirrorwire"])


notifier = Notifier()
number = 7


def broken(context: dict[str, Any]) -> None:
    raise RuntimeError("the chat is down")


@pytest.fixture(autouse=True)
def no_alarms() -> None:
    ALARMS.clear()


@pytest.mark.parametrize("name", ["Notifier", "notifier"])
def test_a_notifier_or_its_class_gets_source_run_and_reasons(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("MIRRORWIRE_ON_FAILURE", f"{__name__}:{name}")
    on_failure("courier")({"ti": Instance(), "exception": FAILED})
    assert ALARMS == [{"source": "courier", "run": 7, "reasons": ["every host is down", "a page said [2J this"]}]


def test_a_check_that_did_not_come_to_a_judgement_has_a_reason_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIRRORWIRE_ON_FAILURE", f"{__name__}:notifier")
    on_failure("courier")({"ti": Instance(), "exception": TimeoutError("timed out")})
    on_failure("courier")({"ti": Instance()})
    assert [alarm["reasons"] for alarm in ALARMS] == [["timed out"], ["the task check did not end by itself"]]


def test_nobody_is_told_where_nobody_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MIRRORWIRE_ON_FAILURE", raising=False)
    on_failure("courier")({"ti": Instance(), "exception": FAILED})
    assert ALARMS == []


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("alerts", "it must be written module:name, as in alerts:slack"),
        ("no.such.module:slack", "No module named 'no'"),
        (f"{__name__}:slack", "has no attribute 'slack'"),
        (f"{__name__}:number", "it is no notifier or function"),
    ],
)
def test_a_name_that_names_nobody_is_one_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, name: str, problem: str
) -> None:
    monkeypatch.setenv("MIRRORWIRE_ON_FAILURE", name)
    with caplog.at_level(logging.ERROR):
        on_failure("courier")({"ti": Instance(), "exception": FAILED})
    (record,) = caplog.records
    assert problem in record.getMessage()
    assert record.getMessage().endswith("Nobody was notified of this failure")


def test_what_a_notifier_raises_is_left_to_airflow_to_log(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MIRRORWIRE_ON_FAILURE", f"{__name__}:broken")
    with pytest.raises(RuntimeError, match="the chat is down"):
        on_failure("courier")({"ti": Instance(), "exception": FAILED})
