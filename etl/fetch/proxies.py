"""Proxies that the environment names: whether one can be used, and that its password stays where it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import unquote, urlsplit

from requests.utils import select_proxy


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
