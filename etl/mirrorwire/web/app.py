"""The application: an address a page, each as HTML and as JSON, and those that forms are sent to.

A page has a connection that only reads; what changes something has another, and asks first who sent the form.
"""

from __future__ import annotations

from collections.abc import AsyncIterable, AsyncIterator, Callable
from contextlib import ExitStack
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import psycopg
from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.types import ASGIApp

from mirrorwire.core.config import Settings
from mirrorwire.core.errors import MirrorwireError, UnknownSource, WrongUse
from mirrorwire.store import db, pages
from mirrorwire.web import acting, answers, archived, metrics, posted, reading, records, standing
from mirrorwire.web.guard import Guard
from mirrorwire.web.page_request import Facts, NotAllowed, NotThere, PageRequest
from mirrorwire.web.user import user_of

MAX_STATEMENT_S = 20.0
PAGES: dict[str, Callable[[PageRequest], Facts]] = {
    "sources": standing.sources,
    "source": standing.source,
    "search": reading.search,
    "article": reading.article,
    "rejections": records.rejections,
    "runs": records.runs,
    "run": records.run,
    "alarms": records.alarms,
    "acts": records.acts,
}
"""Pages by address. All lie side by side, so that their links hold wherever the application is mounted."""
FILES = {"style.css": "text/css", "icon.svg": "image/svg+xml"}
Endpoint = Callable[[Request], Response]
Reply = Callable[[Request, PageRequest], Response]
Opened = Callable[[], Settings]
"""Gives the settings, with the URL of a migrated database; whatever it raises is told in a page."""


def application(settings: Settings, database_url: str, *, token: str, host: str) -> ASGIApp:
    """Return the pages over a migrated database; who comes without the token, or by a strange name, sees nothing."""
    opened = replace(settings, database_url=database_url)
    return Guard(unguarded(lambda: opened), token=token, host=host)


def unguarded(opened: Opened, *, known_as: str | None = None) -> FastAPI:
    """Return the pages for a guard to stand before, which lets users in (`mirrorwire.web.user`).

    `known_as` is the name and port that browsers know us by, where that is not what the header Host says.
    """
    app = FastAPI(title="Mirrorwire", docs_url=None, redoc_url=None, openapi_url=None)

    def add(path: str, endpoint: Endpoint) -> None:
        app.add_api_route(path, endpoint, methods=["GET"], response_model=None)

    add("/", _to_sources)
    for name, media_type in FILES.items():
        add(f"/{name}", _file(name, media_type))
    for name, page in PAGES.items():
        endpoint = _reading(opened, _page(name, page))
        add(f"/{name}", endpoint)
        add(f"/{name}.json", endpoint)
    add("/search.csv", _reading(opened, lambda _, page_request: answers.csv_answer(reading.results(page_request))))
    add("/capture", _reading(opened, lambda _, page_request: archived.archived(page_request)))
    add("/metrics", _reading(opened, metrics.answer))
    for name, act in acting.ACTS.items():
        _add_act(app, opened, name, act, known_as)
    return app


def _to_sources(request: Request) -> Response:
    return RedirectResponse("./sources", status_code=303)


def _file(name: str, media_type: str) -> Endpoint:
    headers = {"Cache-Control": "max-age=60"}

    def endpoint(request: Request) -> Response:
        return Response(answers.file(name), media_type=media_type, headers=headers)

    return endpoint


def _page(name: str, page: Callable[[PageRequest], Facts]) -> Reply:
    return lambda request, page_request: answers.answer(request, name, page(page_request))


def _reading(opened: Opened, reply: Reply) -> Endpoint:
    """What the server calls for a page: it is given a connection that only reads."""

    def endpoint(request: Request) -> Response:
        return _answered(request, opened, dict(request.query_params), reply, is_reading=True)

    return endpoint


def _add_act(
    app: FastAPI, opened: Opened, name: str, act: Callable[[PageRequest], acting.Act], known_as: str | None
) -> None:
    """Add the address of a form, which answers with the page of what was done."""

    def reply(request: Request, page_request: PageRequest) -> Response:
        done = act(page_request)
        where = urlencode({"did": done.act_id, "source": done.source})
        return RedirectResponse(f"./acts?{where}", status_code=303)

    async def endpoint(request: Request) -> Response:
        try:
            fields = await posted.fields_of(request, user_of(request), known_as=known_as)
        except posted.FormRefused as refused:
            return _problem(request, refused.reason, refused.status)
        return await run_in_threadpool(_answered, request, opened, fields, reply, is_reading=False)

    app.add_api_route(f"/{name}", endpoint, methods=["POST"], response_model=None)


def _answered(request: Request, opened: Opened, words: dict[str, str], reply: Reply, *, is_reading: bool) -> Response:
    """Answer a request over a connection of its own; what goes wrong is told in a page."""
    with ExitStack() as open_until_answered:
        try:
            settings = opened()
            conn = open_until_answered.enter_context(db.connect(settings.database_url or ""))
            if is_reading:
                pages.only_read(conn, MAX_STATEMENT_S)
            now = datetime.now(UTC)
            page_request = PageRequest(settings=settings, conn=conn, words=words, user=user_of(request), now=now)
            answer = reply(request, page_request)
        except NotAllowed as error:
            return _problem(request, str(error), 403)
        except (NotThere, UnknownSource) as error:
            return _problem(request, str(error), 404)
        except WrongUse as error:
            return _problem(request, str(error), 400)
        except MirrorwireError as error:
            return _problem(request, str(error), 503)
        except psycopg.errors.QueryCanceled:
            return _problem(request, f"the database took longer than {MAX_STATEMENT_S:.0f} s: ask for less", 503)
        if isinstance(answer, StreamingResponse):  # what it sends later asks the database, too
            answer.body_iterator = _closing(answer.body_iterator, open_until_answered.pop_all())
        return answer


async def _closing(parts: AsyncIterable[Any], used: ExitStack) -> AsyncIterator[Any]:
    """Send parts, and give back what was used for them, whether they were all sent or the reader went away."""
    try:
        async for part in parts:
            yield part
    finally:
        used.close()


def _problem(request: Request, problem: str, status: int) -> Response:
    return answers.answer(request, "problem", {"problem": problem}, status=status)
