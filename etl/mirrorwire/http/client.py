"""One GET: guarded at every hop, ended at a deadline, capped in bytes, whole or a typed failure."""

from __future__ import annotations

import http.client
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any
from urllib.parse import urldefrag, urljoin, urlsplit

import requests
import urllib3

from mirrorwire.core.closing import Closing
from mirrorwire.core.errors import FetchFailed
from mirrorwire.core.exchange import Exchange, Truncation
from mirrorwire.core.records import Host, Source
from mirrorwire.core.urls import is_known, origin_of, site_of
from mirrorwire.http import connection
from mirrorwire.http.codings import ACCEPT_ENCODING, TooLarge, Undecodable, decoded
from mirrorwire.http.failures import CONTROL, failure, innermost
from mirrorwire.http.guard import MovedAway, Refused, check_url, is_verified, may_be_private
from mirrorwire.http.limits import (
    IMPATIENCE,
    MAX_FAILED_BYTES,
    MAX_REDIRECT_BYTES,
    MAX_REDIRECTS,
    PAGE_CAPS,
    Caps,
    Timeouts,
)
from mirrorwire.http.proxies import Environment, unusable

MAX_RETRY_AFTER_S = 86_400.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})
CONDITIONAL = frozenset({"if-none-match", "if-modified-since"})

_PERMANENT = frozenset({301, 308})
_ENDED_BY: dict[str, Truncation] = {"too_large": "length", "timeout": "time"}
_BROKEN = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)
_CHUNK_BYTES = 65_536


class _Session(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        """None: even when it does not follow, requests would read and decode a redirect's body without a cap."""
        return None


class Client(Closing):
    """Gets documents of a source's hosts over pooled connections; threads may share it.

    Proxies and CA bundles come from the environment, as `requests` reads them; cookies are not kept.
    """

    def __init__(self, *, user_agent: str, timeouts: Timeouts | None = None, connections: int = 8) -> None:
        self.user_agent = user_agent
        self._timeouts = timeouts or Timeouts()
        self._slow: set[str | None] = set()
        self._session = _Session()
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self._headers = {
            "User-Agent": user_agent,
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Encoding": ACCEPT_ENCODING,
        }
        self._environment = Environment(self._session)
        for scheme in ("http://", "https://"):
            adapter = connection.GuardedAdapter(pool_connections=connections, pool_maxsize=connections)
            self._session.mount(scheme, adapter)

    def get(
        self,
        url: str,
        source: Source,
        *,
        headers: Mapping[str, str] | None = None,
        caps: Caps = PAGE_CAPS,
        on_redirect: Callable[[str], None] | None = None,
    ) -> Exchange:
        """Return the response, whatever its status; its `url` and `host` tell who served it, after redirects.

        Up to `MAX_REDIRECTS` are followed, among the source's hosts only; the answer, or the failure, holds their
        responses, with the first `MAX_REDIRECT_BYTES` of the bodies. The failure holds what came of the last one
        too. `on_redirect` is called with each target before it is asked; it may wait, which does not count, or raise.
        Raises `FetchFailed` with kind `unreachable` (no answer), `timeout`, `refused` (as `Refused`), `too_large`, or
        `http_error` (a broken answer).
        """
        site = site_of(url)
        try:
            exchange = self._got(url, source, headers=headers, caps=caps, on_redirect=on_redirect)
        except FetchFailed as error:
            if error.kind == "timeout":
                self._slow.add(site)
            raise
        self._slow.discard(site)
        return exchange

    def _got(
        self,
        url: str,
        source: Source,
        *,
        headers: Mapping[str, str] | None,
        caps: Caps,
        on_redirect: Callable[[str], None] | None,
    ) -> Exchange:
        began = time.monotonic()
        patience = IMPATIENCE if site_of(url) in self._slow else 1.0
        deadline_s = self._timeouts.total_s * patience
        sent = dict(headers or {})
        redirects: list[Exchange] = []
        host = check_url(url, source)
        try:
            for _ in range(MAX_REDIRECTS + 1):
                exchange = self._exchange(url, host, source, headers=sent, caps=caps, began=began, total_s=deadline_s)
                target = _redirect_target(exchange)
                if target is None:
                    return replace(exchange, redirects=tuple(redirects)) if redirects else exchange
                redirects.append(_shortened(exchange, MAX_REDIRECT_BYTES))
                host = _checked(target, source, exchange)
                if site_of(target) != site_of(url):
                    sent = {name: value for name, value in sent.items() if name.lower() not in CONDITIONAL}
                if on_redirect is not None:
                    paused = time.monotonic()
                    on_redirect(target)
                    began += time.monotonic() - paused
                url = target
            raise FetchFailed(url, "http_error", f"more than {MAX_REDIRECTS} redirects")
        except FetchFailed as error:
            error.exchanges = (*redirects, *error.exchanges)
            raise

    def be_impatient(self, url: str) -> None:
        """Give the host of a URL, which failed others, the shorter time from the first; until it answers."""
        self._slow.add(site_of(url))

    def close(self) -> None:
        """Close the pooled connections."""
        self._session.close()

    def _exchange(
        self,
        url: str,
        host: Host,
        source: Source,
        *,
        headers: Mapping[str, str],
        caps: Caps,
        began: float,
        total_s: float,
    ) -> Exchange:
        prepared = requests.PreparedRequest()  # by hand: the session's own way asks ~/.netrc, and is slow
        try:
            prepared.prepare(method="GET", url=url, headers={**self._headers, **headers})
        except (requests.RequestException, UnicodeError, ValueError) as error:
            raise Refused(url, str(error)) from None
        sent_url = str(prepared.url)
        if sent_url != url:
            check_url(sent_url, source)  # as requests reads it, which is what it will connect to
        hop = connection.Hop(
            url=url,
            hostname=(urlsplit(sent_url).hostname or "").rstrip("."),
            private=may_be_private(sent_url, source),
            read_s=self._timeouts.read_s,
            deadline=began + total_s,
            wire_bytes=caps.wire_bytes,
        )
        verified = is_verified(sent_url, source)
        settings = self._environment.settings(sent_url)
        if verified is False:
            settings["verify"] = False
        if reason := unusable(sent_url, settings["proxies"]):
            raise FetchFailed(url, "unreachable", reason)
        fetched_at = datetime.now(UTC)
        try:
            response = self._sent(prepared, hop, settings)
        except TooLarge as error:
            raise FetchFailed(url, "too_large", str(error)) from None
        except _BROKEN as error:
            raise failure(url, error, hop, total_s, settings["proxies"].values()) from None
        body, whole = bytearray(), False
        wire = content = b""
        failed: FetchFailed | None = None
        try:
            with response:
                _read(response, caps.wire_bytes, body)
            wire, whole = bytes(body), True
            content = decoded(wire, response.headers.get("Content-Encoding"), caps.decoded_bytes)
        except TooLarge as error:
            failed = FetchFailed(url, "too_large", str(error))
        except Undecodable as error:
            failed = FetchFailed(url, "http_error", str(error))
        except _BROKEN as error:
            failed = failure(url, error, hop, total_s, settings["proxies"].values())
        exchange = Exchange(
            url=sent_url,
            host=host.url,
            status=response.status_code,
            reason=CONTROL.sub(" ", response.reason or ""),
            request_headers=tuple((name, str(value)) for name, value in prepared.headers.items()),
            headers=tuple((name, CONTROL.sub(" ", value)) for name, value in response.raw.headers.items()),
            body=bytes(body) if failed else content,
            fetched_at=fetched_at,
            elapsed_s=time.monotonic() - began,
            tls_verified=verified,
            sent=None if failed or content is wire else wire,
            truncated=_ENDED_BY.get(failed.kind, "disconnect") if failed and not whole else None,
            address=hop.address,
        )
        if failed:
            failed.exchanges = (_shortened(exchange, MAX_FAILED_BYTES),)
            raise failed
        return exchange

    def _sent(
        self, prepared: requests.PreparedRequest, hop: connection.Hop, settings: Mapping[str, Any]
    ) -> requests.Response:
        for last in (False, True):
            timeout = (min(self._timeouts.connect_s, hop.left_s), min(self._timeouts.read_s, hop.left_s))
            try:
                with connection.on(hop):
                    return self._session.send(prepared, timeout=timeout, allow_redirects=False, **settings)
            except requests.ConnectionError as error:
                # A pooled connection that the server had closed meanwhile says nothing about the host.
                if last or hop.connected or not isinstance(innermost(error), ConnectionError):
                    raise
        raise AssertionError("unreachable")


def retry_after_s(exchange: Exchange) -> float | None:
    """Return the seconds that Retry-After asks for (RFC 9110, 10.2.3), at most a day, or `None`."""
    value = (exchange.header("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]+", value):
        return min(float(value), MAX_RETRY_AFTER_S)
    try:
        until = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError):  # what it raises for what no clock shows
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return min(max((until - exchange.fetched_at).total_seconds(), 0.0), MAX_RETRY_AFTER_S)


def _checked(target: str, source: Source, redirect: Exchange) -> Host:
    try:
        return check_url(target, source)
    except Refused as error:
        reason, origin = f"{error.reason}; redirected from {redirect.url}", origin_of(target)
        if redirect.status in _PERMANENT and origin and not is_known(origin, source):
            raise MovedAway(error.url, reason, origin) from None
        raise Refused(error.url, reason) from None


def _shortened(exchange: Exchange, most: int) -> Exchange:
    if len(exchange.body) <= most:
        return exchange
    return replace(exchange, body=exchange.body[:most], sent=None, truncated="length")


def _redirect_target(exchange: Exchange) -> str | None:
    location = exchange.header("Location")
    if exchange.status not in REDIRECTS or not location:
        return None
    with suppress(UnicodeError):
        location = location.encode("latin-1").decode()  # the header's bytes, mostly UTF-8 where not ASCII
    try:
        return urldefrag(urljoin(exchange.url, location.strip())).url
    except ValueError:
        raise FetchFailed(exchange.url, "http_error", f"redirect to no URL: {location[:200]!r}") from None


def _read(response: requests.Response, cap: int, body: bytearray) -> None:
    """Add the body's bytes without transfer coding; a short one raises, by its Content-Length or last chunk."""
    stated = response.headers.get("Content-Length", "")
    if stated.isdecimal() and len(stated) < 20 and int(stated) > cap:
        raise TooLarge(f"{stated} bytes stated, more than {cap}")
    while chunk := response.raw.read1(_CHUNK_BYTES, decode_content=False):
        body += chunk
        if len(body) > cap:
            raise TooLarge(f"more than {cap} bytes on the wire")
