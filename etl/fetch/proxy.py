"""Which proxy of the environment stands between this process and a host, told without what logs in to it."""

from __future__ import annotations

import re

from requests.utils import get_environ_proxies, select_proxy

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*)://")
_PLACE = re.compile(r"(?:[\w.-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::[0-9]{1,5})?")


def proxy_of(url: str) -> str | None:
    """Return the proxy that requests for this URL go through, as scheme, name and port; `None` where there is none.

    As `requests` reads `HTTP_PROXY`, `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`. User and password are left out.
    """
    proxy = select_proxy(url, get_environ_proxies(url))
    return _shown(proxy) if proxy else None


def _shown(proxy: str) -> str:
    # By hand: a login may hold anything, and what is no URL at all would come out whole from a parser.
    scheme = _SCHEME.match(proxy)
    place = re.split(r"[/?#]", proxy[scheme.end() if scheme else 0 :].rpartition("@")[2], maxsplit=1)[0]
    return f"{scheme[1].lower() if scheme else 'http'}://{place}" if _PLACE.fullmatch(place) else "a proxy"
