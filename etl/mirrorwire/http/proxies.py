"""Proxies that the environment names: which stands before a host, whether it can be used; its login stays there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote, urlsplit

from requests import Session
from requests.utils import get_environ_proxies, select_proxy

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PROXIES = ("http_proxy", "https_proxy", "all_proxy", "no_proxy")
_READ = (*_PROXIES, *map(str.upper, _PROXIES), "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
_PLACE = re.compile(r"(?:[\w.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


class Environment:
    """What the environment says of connections, read again only where it has changed.

    `requests` itself would go through all of it twice a request.
    """

    def __init__(self, session: Session) -> None:
        self._session = session
        self._known: dict[tuple[str | None, ...], dict[str, Any]] = {}

    def settings(self, url: str) -> dict[str, Any]:
        """Return the proxies and the CA bundle for this URL, as `Session.send` takes them."""
        parts = urlsplit(url)
        key = (parts.scheme, parts.netloc, *(os.environ.get(name) for name in _READ))
        if key not in self._known:
            self._known[key] = dict(self._session.merge_environment_settings(url, {}, True, None, None))
        return dict(self._known[key])


def proxy_of(url: str) -> str | None:
    """Return the proxy that requests for this URL go through, as scheme, name and port; `None` where there is none.

    As `requests` reads `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. User and password are left out.
    """
    proxy = select_proxy(url, get_environ_proxies(url))
    return _shown(proxy) if proxy else None


def unusable(url: str, proxies: Mapping[str, str]) -> str | None:
    """Return why the proxy of this URL cannot be used, `None` where it can or there is none.

    Looked at before anybody else does: what libraries say of a URL that they cannot read quotes it.
    """
    proxy = select_proxy(url, dict(proxies))
    if proxy is None:
        return None
    try:
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound:
        return "the proxy that the environment names is no URL with a host"
    if parts.scheme not in ("http", "https"):
        return f"the environment names a proxy of scheme {parts.scheme}: only http and https ones are used"
    return None


def without_secrets(text: str, proxies: Iterable[str]) -> str:
    """Return the text without what these proxies' URLs hold before their `@`, as they have it and decoded."""
    for proxy in proxies:
        secret = proxy.rpartition("://")[2].rpartition("@")[0]
        for part in (secret, secret.partition(":")[2]):
            for shape in {part, unquote(part)} - {""}:
                text = text.replace(shape, "…")
    return text


def _shown(proxy: str) -> str:
    # By hand: a login may hold anything, and what is no URL at all would come out whole from a parser.
    scheme = _SCHEME.match(proxy)
    place = re.split(r"[/?#]", proxy[scheme.end() if scheme else 0 :].rpartition("@")[2], maxsplit=1)[0]
    return f"{scheme[1].lower() if scheme else 'http'}://{place}" if _PLACE.fullmatch(place) else "a proxy"
