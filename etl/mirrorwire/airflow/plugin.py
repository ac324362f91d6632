"""The pages of `mirrorwire web` in Airflow: an entry in the navigation, and a tab on each DAG for its source.

Airflow mounts a plugin's application without asking who visits it, so `mirrorwire.airflow.pages` does. Every process of
Airflow's reads this module: what the pages need is imported with the first request.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from airflow.plugins_manager import AirflowPlugin

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

PREFIX = "mirrorwire"


class LazyPages:
    """The ASGI application, made with the first request."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None
        self._lock = threading.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if self._app is None:
            from starlette.concurrency import run_in_threadpool

            await run_in_threadpool(self._make)
        assert self._app  # noqa: S101 - made above, or its error flew
        await self._app(scope, receive, send)

    def _make(self) -> None:
        from mirrorwire.airflow.pages import pages

        with self._lock:
            self._app = self._app or pages()


class MirrorwirePlugin(AirflowPlugin):
    """What Airflow adds; addresses are relative, so that they hold where Airflow itself lies under a path."""

    name = "mirrorwire"
    # Lists of the class, as Airflow declares and reads them.
    fastapi_apps: list[Any] = [{"app": LazyPages(), "url_prefix": f"/{PREFIX}", "name": "Mirrorwire"}]  # noqa: RUF012
    external_views: list[Any] = [  # noqa: RUF012
        {"name": "Mirrorwire", "href": f"{PREFIX}/sources", "destination": "nav", "url_route": PREFIX},
        {
            "name": "Source",
            "href": f"{PREFIX}/dag?dag_id={{DAG_ID}}",
            "destination": "dag",
            "url_route": "mirrorwire-source",
        },
    ]
