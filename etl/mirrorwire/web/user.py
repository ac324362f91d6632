"""Who visits the pages, and what they may: known by the token of `mirrorwire web`, or to Airflow."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass

from starlette.requests import Request
from starlette.types import Scope

_KEY = "mirrorwire.user"
"""Where an ASGI scope holds the user."""


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """A person or a program that was let in.

    `name` is noted with what they change. `form_key` is what their forms must bring: no other site knows it.
    `may_read` and `may_act` answer for the key of a source; `reads_all` tells whether no source is closed to them.
    """

    name: str
    form_key: str
    reads_all: Callable[[], bool]
    may_read: Callable[[str], bool]
    may_act: Callable[[str], bool]


def form_key(secret: bytes, name: str) -> str:
    """Return what the forms of a user of that name must bring."""
    return hmac.digest(secret, b"forms of " + name.encode("utf-8", "surrogateescape"), "sha256").hex()


def let_in(scope: Scope, user: User) -> None:
    """Have a request's endpoint know who asks."""
    scope[_KEY] = user


def user_of(request: Request) -> User:
    """Return who asks; a `KeyError` is a bug: every request passes a guard first."""
    user: User = request.scope[_KEY]
    return user
