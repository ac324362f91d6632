"""The pages inside Airflow's api-server: their guard, their settings, and the page of a DAG's source."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from urllib.parse import urlencode, urlsplit

from airflow.api_fastapi.core_api.security import bearer_scheme, get_user
from airflow.configuration import conf
from airflow.sdk.exceptions import AirflowFailException
from fastapi import HTTPException
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from mirrorwire.airflow.connections import server_settings
from mirrorwire.airflow.fleet_dags import BACKFILL, FLEET, SWEEP
from mirrorwire.airflow.rights import user_of_airflow
from mirrorwire.core.errors import Permanent
from mirrorwire.core.settings import Settings
from mirrorwire.pipeline.steps import prepare
from mirrorwire.web.app import unguarded
from mirrorwire.web.guard import HEADERS, POLICY, with_headers
from mirrorwire.web.user import let_in

FRAMED = HEADERS | {
    "Content-Security-Policy": POLICY.replace("frame-ancestors 'none'", "frame-ancestors 'self'"),
}
"""Airflow shows the pages in a frame of its own."""
OF_A_SOURCE = ("ingest_", "backfill_")
OF_THE_FLEET = (FLEET, SWEEP, BACKFILL)


def pages() -> ASGIApp:
    """Return the pages behind Airflow's log-in, over the database that its tasks work in."""
    app = unguarded(opened, known_as=urlsplit(conf.get("api", "base_url", fallback="")).netloc or None)
    app.add_api_route("/dag", _source_of_dag, methods=["GET"], response_model=None)
    return AirflowGuard(app)


@cache
def opened() -> Settings:
    """Return the settings, with the URL of a migrated database; read once, an error is not kept.

    Raises `Permanent` where no database is named.
    """
    try:
        settings = server_settings()
    except AirflowFailException as error:
        raise Permanent(str(error)) from None
    return replace(settings, database_url=prepare(settings))


class AirflowGuard:
    """Lets those through to an application whom Airflow knows, by its cookie or a bearer token."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have the application answer it."""
        if scope["type"] != "http":
            return
        request = Request(scope)
        try:
            known = await get_user(request, None, await bearer_scheme(request))
        except HTTPException as refused:
            text = f"{refused.detail}: log in to Airflow, then load this page again.\n"
            answer: ASGIApp = PlainTextResponse(text, refused.status_code)
        else:
            let_in(scope, await run_in_threadpool(user_of_airflow, known))
            answer = self._app
        await answer(scope, receive, with_headers(send, FRAMED))


def _source_of_dag(request: Request) -> Response:
    """Lead to the page of a DAG's source, or of all sources for the DAGs of the fleet."""
    dag_id = request.query_params.get("dag_id", "")
    if dag_id in OF_THE_FLEET:
        return RedirectResponse("./sources", status_code=303)
    for prefix in OF_A_SOURCE:
        if dag_id.startswith(prefix):
            words = urlencode({"key": dag_id.removeprefix(prefix)})
            return RedirectResponse(f"./source?{words}", status_code=303)
    return PlainTextResponse("This DAG reads no source of Mirrorwire.\n", status_code=404)
