"""The REST API of the local Airflow."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

import requests

from mirrorwire.commands.airflow_environment import USER
from mirrorwire.core.errors import Transient


class StackFailed(Transient):
    """A part of the stack did not come up, or an API call was refused."""


class Airflow:
    """The REST API of a running stack. Every method raises StackFailed when the server refuses."""

    def __init__(self, url: str, password: str) -> None:
        self.url = url
        self._session = requests.Session()
        self._session.trust_env = False  # a proxy has no business between us and loopback
        answer = self._call("POST", "/auth/token", json={"username": USER, "password": password})
        self._session.headers["Authorization"] = f"Bearer {answer['access_token']}"

    def get(self, path: str, **params: str | int) -> dict[str, Any]:
        return self._call("GET", f"/api/v2{path}", params=params)

    def post(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        return self._call("POST", f"/api/v2{path}", json=body)

    def patch(self, path: str, body: Mapping[str, object]) -> dict[str, Any]:
        return self._call("PATCH", f"/api/v2{path}", json=body)

    def put(self, path: str) -> dict[str, Any]:
        return self._call("PUT", f"/api/v2{path}")

    def _call(self, method: str, path: str, **options: Any) -> dict[str, Any]:
        try:
            answer = self._session.request(
                method, self.url + path, timeout=30, headers={"Accept": "application/json"}, **options
            )
        except requests.RequestException as error:
            raise StackFailed(f"{method} {path}: {error}") from error
        if not answer.ok:
            raise StackFailed(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return cast(dict[str, Any], answer.json())
