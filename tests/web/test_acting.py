"""What may be changed in the pages: by whom, from where, and that it is noted."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable
from typing import Any

import pytest

from mirrorwire.core.config import Settings
from mirrorwire.web.acting import ACTS
from tests.conftest import environment
from tests.support.command_forks import CommandForks
from tests.web.site import TOKEN, Answer, Site

Rows = Callable[..., list[dict[str, Any]]]

STOLEN = "0" * 64
FORBIDDEN: dict[str, dict[str, str]] = {
    "without a token": {"Authorization": ""},
    "with a wrong token": {"Authorization": "Bearer wrong"},
    "from another site": {"Origin": "https://evil.example"},
    "from a frame of another site": {"Origin": "null"},
    "from another port of the same host": {"Origin": "http://127.0.0.1:1"},
    "without an origin": {"Origin": ""},
    "with a browser that says it is another site": {"Sec-Fetch-Site": "cross-site"},
    "by a strange name": {"Host": "evil.example", "Origin": "http://evil.example"},
    "as plain text, which any page can send": {"Content-Type": "text/plain"},
}
"""Headers that a form of ours is sent with, and must change nothing."""


@pytest.fixture
def forms(pages: Site, rows: Rows) -> dict[str, dict[str, str]]:
    """A form of each act that would change something, by address."""
    rows("UPDATE link SET state = 'failed', tries = 9 WHERE link_id IN (SELECT link_id FROM rejection) RETURNING 1")
    article = rows("SELECT article_key FROM article ORDER BY article_id LIMIT 1")[0]["article_key"]
    capture = rows("SELECT capture_id FROM rejection LIMIT 1")[0]["capture_id"]
    host = rows("SELECT url FROM host WHERE role = 'mirror'")[0]["url"]
    return {
        "accept": {"id": str(capture)},
        "host": {"source": "courier", "host": host, "state": "down"},
        "forget": {"key": article, "confirm": article},
        "retry": {"source": "courier"},
    }


def stock(rows: Rows) -> list[Any]:
    """All that an act may change."""
    return [
        rows("SELECT capture_id, accepted, read_again FROM capture ORDER BY 1"),
        rows("SELECT host_id, ruling FROM breaker ORDER BY 1"),
        rows("SELECT article_key FROM article ORDER BY 1"),
        rows("SELECT article_key FROM tombstone ORDER BY 1"),
        rows("SELECT link_id, state, retry_asked FROM link ORDER BY 1"),
        rows("SELECT * FROM manual_act ORDER BY 1"),
    ]


def test_nobody_changes_anything_without_token_key_and_origin(
    pages: Site, rows: Rows, forms: dict[str, dict[str, str]]
) -> None:
    assert forms.keys() == ACTS.keys()
    key, before = pages.form_key(), stock(rows)
    for name, fields in forms.items():
        for words, headers in FORBIDDEN.items():
            answer = pages.post(name, fields | {"form_key": key}, headers)
            assert answer.status in (401, 403, 415, 421), (name, words, answer.status)
        for brought in ({}, {"form_key": ""}, {"form_key": STOLEN}, {"form_key": TOKEN}, {"form_key": "\ud800é"}):
            sent = {field: value.encode("utf-8", "surrogatepass") for field, value in (fields | brought).items()}
            assert pages.post(name, sent).status == 403, (name, brought)
        for method in ("GET", "HEAD", "PUT", "DELETE"):
            words = fields | {"form_key": key}
            assert pages.get(name, method=method, **words).status in (404, 405), (name, method)
    assert stock(rows) == before


def test_what_is_done_is_done_and_noted(pages: Site, rows: Rows, forms: dict[str, dict[str, str]]) -> None:
    key = pages.form_key()
    for n, (name, fields) in enumerate(forms.items(), start=1):
        answer = pages.post(name, fields | {"form_key": key})
        assert answer.status == 303, (name, answer.text)
        assert answer.headers["location"] == f"./acts?did={n}&source=courier"
        assert "Done:" in pages.get(answer.headers["location"].removeprefix("./")).text
    noted = rows("SELECT * FROM manual_act ORDER BY act_id")
    assert [act["kind"] for act in noted] == list(forms)
    assert all(act["done_by"] == "token, from 127.0.0.1" for act in noted)
    assert all(act["begun_at"] <= act["ended_at"] and act["outcome"] and not act["problem"] for act in noted)
    assert rows("SELECT accepted FROM capture WHERE capture_id = %s", forms["accept"]["id"]) == [{"accepted": True}]
    assert rows("SELECT ruling FROM breaker JOIN host USING (host_id) WHERE ruling IS NOT NULL") == [{"ruling": "down"}]
    assert rows("SELECT 1 FROM article WHERE article_key = %s", forms["forget"]["key"]) == []
    assert rows("SELECT done_at IS NOT NULL AS done FROM tombstone") == [{"done": True}]
    assert rows("SELECT count(*) AS n FROM link WHERE retry_asked")[0]["n"] > 0
    assert [act["act_id"] for act in pages.get("acts.json").facts["acts"]] == [4, 3, 2, 1]


def test_each_page_offers_the_forms_that_its_address_takes(
    pages: Site, rows: Rows, forms: dict[str, dict[str, str]]
) -> None:
    places = {
        "accept": pages.get("rejections"),
        "host": pages.get("source", key="courier"),
        "forget": pages.get("article", key=forms["forget"]["key"]),
        "retry": pages.get("source", key="courier"),
    }
    for name, page in places.items():
        assert f'<form action="{name}" method="post"' in page.text, name


def refused(answer: Answer) -> bool:
    return answer.status in (400, 404)


def test_forms_that_name_nothing_change_nothing(pages: Site, rows: Rows, forms: dict[str, dict[str, str]]) -> None:
    key, before = pages.form_key(), stock(rows)
    article = forms["forget"]["key"]
    for name, fields in (
        ("accept", {}),
        ("accept", {"id": "0"}),
        ("accept", {"id": "999999"}),
        ("accept", {"id": "1; DROP TABLE manual_act"}),
        ("host", {"source": "courier", "host": "https://evil.example", "state": "up"}),
        ("host", forms["host"] | {"state": "sideways"}),
        ("host", forms["host"] | {"source": "nobody"}),
        ("forget", {"key": article}),
        ("forget", {"key": article, "confirm": "yes"}),
        ("forget", {"key": "courier:0", "confirm": "courier:1"}),
        ("forget", {"key": "nobody:1", "confirm": "nobody:1"}),
        ("retry", {"source": "courier", "link": "https://evil.example/1"}),
        ("retry", {"source": "courier", "link": article}),
        ("retry", {}),
    ):
        answer = pages.post(name, fields | {"form_key": key})
        assert refused(answer), (name, fields, answer.status)
        assert "Traceback" not in answer.text
    assert stock(rows) == before


def test_a_takedown_that_fails_is_noted_with_its_reason(pages: Site, rows: Rows) -> None:
    unseen = {"key": "courier:1", "confirm": "courier:1", "form_key": pages.form_key()}
    assert pages.post("forget", unseen).status == 400
    (noted,) = rows("SELECT kind, subject, outcome, problem FROM manual_act")
    assert (noted["kind"], noted["subject"], noted["outcome"]) == ("forget", "courier:1", None)
    assert "no seed has ever shown that article" in noted["problem"]


def test_a_form_that_is_too_large_is_refused(pages: Site, rows: Rows) -> None:
    key = pages.form_key()
    assert pages.post("retry", {"source": "courier", "form_key": key, "link": "x" * 30_000}).status == 413
    many = {f"field{n}": "" for n in range(50)}
    assert pages.post("retry", {"source": "courier", "form_key": key, **many}).status == 400
    assert rows("SELECT * FROM manual_act") == []


def test_hostile_words_of_a_form_stay_text(pages: Site, rows: Rows) -> None:
    rows("UPDATE link SET state = 'failed' WHERE link_id IN (SELECT link_id FROM rejection) RETURNING 1")
    assert pages.post("retry", {"source": "courier", "form_key": pages.form_key()}).status == 303
    for text in ("<script>alert(1)</script>", "\x1b[31m\u202e", "'; DROP TABLE manual_act; --"):
        rows("UPDATE manual_act SET subject = %s, done_by = %s, outcome = %s RETURNING 1", text, text, text)
        page = pages.get("acts").text
        assert "<script" not in page
        assert "\x1b" not in page
        assert "\u202e" not in page


# An act that is killed at the n-th statement that changes anything, before or behind it.
KILLED = """
import json, os, signal, sys
from datetime import UTC, datetime
from mirrorwire.core.settings import Settings
from mirrorwire.store import db, queries
from mirrorwire.web import acting
from mirrorwire.web.page_request import PageRequest
from mirrorwire.web.user import User
stop, name, words = int(sys.argv[1]), sys.argv[2], json.loads(sys.argv[3])
n = 0
def step():
    global n
    n += 1
    if n == stop:
        os.kill(os.getpid(), signal.SIGKILL)
execute = queries.execute
def executed(conn, statement, /, **given):
    step()
    rows = execute(conn, statement, **given)
    step()
    return rows
queries.execute = executed
settings = Settings.from_env()
yes = lambda source: True
user = User(name="killed", form_key="", reads_all=lambda: True, may_read=yes, may_act=yes)
with db.connect(settings.database_url) as conn:
    now = datetime.now(UTC)
    acting.ACTS[name](PageRequest(settings=settings, conn=conn, words=words, user=user, now=now))
print("ended")
"""


def act_killed_at(forks: CommandForks, settings: Settings, stop: int, name: str, fields: dict[str, str]) -> bool:
    """Do an act in a process that is killed at a statement; returns whether it ended before."""
    ended = forks.run_program(KILLED, [str(stop), name, json.dumps(fields)], environment(settings))
    assert ended.code in (0, -signal.SIGKILL), ended.err
    return ended.code == 0


@pytest.mark.parametrize("name", ["accept", "host", "retry"])
def test_killed_at_any_statement_an_act_is_done_and_noted_or_neither(
    pages: Site, rows: Rows, settings: Settings, forks: CommandForks, forms: dict[str, dict[str, str]], name: str
) -> None:
    before = stock(rows)
    for stop in range(1, 60):
        if act_killed_at(forks, settings, stop, name, forms[name]):
            break
        after = stock(rows)
        assert (after[:-1] == before[:-1]) == (after[-1] == []), stop
        if after[-1]:
            break
    assert [act["ended_at"] is not None for act in rows("SELECT ended_at FROM manual_act")] == [True]
    assert stock(rows)[:-1] != before[:-1]


def test_a_takedown_that_was_killed_is_listed_and_ends_when_it_is_done_again(
    pages: Site, rows: Rows, settings: Settings, forks: CommandForks, forms: dict[str, dict[str, str]]
) -> None:
    key = forms["forget"]["key"]
    for stop in (30, 60, 90):
        assert not act_killed_at(forks, settings, stop, "forget", forms["forget"])
        assert rows("SELECT ended_at FROM manual_act ORDER BY act_id DESC LIMIT 1") == [{"ended_at": None}]
        assert "not ended" in pages.get("acts").text
    assert pages.post("forget", forms["forget"] | {"form_key": pages.form_key()}).status == 303
    assert rows("SELECT 1 FROM article WHERE article_key = %s", key) == []
    assert rows("SELECT done_at IS NOT NULL AS done FROM tombstone") == [{"done": True}]
    assert "taken down" in rows("SELECT outcome FROM manual_act ORDER BY act_id DESC LIMIT 1")[0]["outcome"]
