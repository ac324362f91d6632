"""The application: an address a page, each as HTML and as JSON, a connection that only reads for each request."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp

from mirrorwire.core.config import Settings
from mirrorwire.core.errors import MirrorwireError, UnknownSource, WrongUse
from mirrorwire.store import db, pages
from mirrorwire.web import answers, archived, reading, records, standing
from mirrorwire.web.guard import Guard
from mirrorwire.web.page_request import Facts, NotThere, PageRequest

MAX_STATEMENT_S = 20.0
PAGES: dict[str, Callable[[PageRequest], Facts]] = {
    "sources": standing.sources,
    "source": standing.source,
    "search": reading.search,
    "article": reading.article,
    "rejections": records.rejections,
    "runs": records.runs,
    "run": records.run,
}
"""Pages by address. All lie side by side, so that their links hold wherever the application is mounted."""
FILES = {"style.css": "text/css", "icon.svg": "image/svg+xml"}
Endpoint = Callable[[Request], Response]
Reply = Callable[[Request, PageRequest], Response]


def application(settings: Settings, database_url: str, *, token: str, host: str) -> ASGIApp:
    """Return the pages over a migrated database; who comes without the token, or by a strange name, sees nothing."""
    app = FastAPI(title="Mirrorwire", docs_url=None, redoc_url=None, openapi_url=None)

    def add(path: str, endpoint: Endpoint) -> None:
        app.add_api_route(path, endpoint, methods=["GET"], response_model=None)

    add("/", _to_sources)
    for name, media_type in FILES.items():
        add(f"/{name}", _file(name, media_type))
    for name, page in PAGES.items():
        endpoint = _endpoint(settings, database_url, _page(name, page))
        add(f"/{name}", endpoint)
        add(f"/{name}.json", endpoint)
    add(
        "/search.csv",
        _endpoint(settings, database_url, lambda _, page_request: answers.csv_answer(reading.results(page_request))),
    )
    add("/capture", _endpoint(settings, database_url, lambda _, page_request: archived.archived(page_request)))
    return Guard(app, token=token, host=host)


def _to_sources(request: Request) -> Response:
    return RedirectResponse("./sources", status_code=303)


def _file(name: str, media_type: str) -> Endpoint:
    headers = {"Cache-Control": "max-age=60"}

    def endpoint(request: Request) -> Response:
        return Response(answers.file(name), media_type=media_type, headers=headers)

    return endpoint


def _page(name: str, page: Callable[[PageRequest], Facts]) -> Reply:
    return lambda request, page_request: answers.answer(request, name, page(page_request))


def _endpoint(settings: Settings, database_url: str, reply: Reply) -> Endpoint:
    """What the server calls for a request: it is given a connection, and errors become a page."""

    def endpoint(request: Request) -> Response:
        try:
            with db.connect(database_url) as conn:
                pages.only_read(conn, MAX_STATEMENT_S)
                words = dict(request.query_params)
                return reply(request, PageRequest(settings=settings, conn=conn, words=words, now=datetime.now(UTC)))
        except (NotThere, UnknownSource) as error:
            return _problem(request, str(error), 404)
        except WrongUse as error:
            return _problem(request, str(error), 400)
        except MirrorwireError as error:
            return _problem(request, str(error), 503)
        except psycopg.errors.QueryCanceled:
            return _problem(request, f"the database took longer than {MAX_STATEMENT_S:.0f} s: ask for less", 503)

    return endpoint


def _problem(request: Request, problem: str, status: int) -> Response:
    return answers.answer(request, "problem", {"problem": problem}, status=status)
