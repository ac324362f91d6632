"""Who may see a page: the address that was asked for must be ours, and the visitor must know the token.

A page of another site can have a browser send requests here, and with DNS rebinding read the answers as its own. So the
header Host must be an IP address, localhost or the host that was named at the start: no name of a stranger's.
"""

from __future__ import annotations

import hmac
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from ipaddress import ip_address
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from mirrorwire.web.user import User, form_key, let_in

COOKIE = "mirrorwire"
COOKIE_S = 30 * 24 * 3600
POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would send forms with "Origin: null", and we could not tell where they come from.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-DNS-Prefetch-Control": "off",
    "Cache-Control": "no-store",
}
"""What every answer says, unless it says something else of the kind itself."""
WRONG_HOST = (
    "The header Host of this request names no address of Mirrorwire: use an IP address, localhost, or --host.\n"
)
UNKNOWN = "Open the address that `mirrorwire web` printed when it started: it holds the token that these pages need.\n"


class Guard:
    """Lets requests through to an application that name our host and bring the token, by cookie, header or address."""

    def __init__(self, app: ASGIApp, *, token: str, host: str) -> None:
        self._app = app
        self._token = token.encode()
        self._cookie = hmac.digest(self._token, b"cookie", "sha256").hex().encode()
        self._host = host.lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or have the application answer it."""
        if scope["type"] != "http":
            return
        answer = self._refusal_or_welcome(scope)
        if answer is None:
            let_in(scope, self._user(scope))
        await (answer or self._app)(scope, receive, with_headers(send, HEADERS))

    def _user(self, scope: Scope) -> User:
        """Whoever has the token may do everything; the address that it came from is all that we know of them."""
        address, _ = scope.get("client") or ("an unknown address", 0)
        return User(
            name=f"token, from {address}",
            form_key=form_key(self._token, "token"),
            reads_all=lambda: True,
            may_read=lambda source: True,
            may_act=lambda source: True,
        )

    def _refusal_or_welcome(self, scope: Scope) -> Response | None:
        headers = Headers(scope=scope)
        if not is_ours(headers.get("host", ""), self._host):
            return PlainTextResponse(WRONG_HOST, status_code=421)
        words = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        brought = dict(words).get("token")
        if brought is not None:
            return self._welcome(scope, words) if self._same(brought, self._token) else _refusal()
        scheme, _, bearer = headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and self._same(bearer.strip(), self._token):
            return None
        if self._same(_cookie_in(headers), self._cookie):
            return None
        return _refusal()

    def _welcome(self, scope: Scope, words: list[tuple[str, str]]) -> Response:
        """Keep the visitor by a cookie, and have the token leave the address, which browsers remember and show."""
        query = urlencode([(name, value) for name, value in words if name != "token"])
        page = scope["path"].rpartition("/")[2]
        answer = RedirectResponse(f"./{page}{'?' if query else ''}{query}", status_code=303)
        answer.set_cookie(COOKIE, self._cookie.decode(), max_age=COOKIE_S, httponly=True, samesite="strict")
        return answer

    @staticmethod
    def _same(brought: str, known: bytes) -> bool:
        """Compare in a time that tells nothing of how much of it is right."""
        return hmac.compare_digest(brought.encode("utf-8", "surrogateescape"), known)


def with_headers(send: Send, headers: Mapping[str, str]) -> Send:
    """Return a way to send an answer that says all of these, unless it says something else of the kind itself."""

    async def send_guarded(message: Message) -> None:
        if message["type"] == "http.response.start":
            answered = MutableHeaders(scope=message)
            for name, value in headers.items():
                answered.setdefault(name, value)
        await send(message)

    return send_guarded


def is_ours(host: str, named: str) -> bool:
    """Tell whether a header Host is one no stranger's domain can bring: an address, localhost, the host named."""
    try:
        name = urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return False
    if name in ("localhost", named):
        return True
    try:
        ip_address(name)
    except ValueError:
        return False
    return True


def _cookie_in(headers: Mapping[str, str]) -> str:
    try:
        cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return cookie.value if cookie else ""


def _refusal() -> Response:
    return PlainTextResponse(UNKNOWN, status_code=401, headers={"WWW-Authenticate": "Bearer"})
