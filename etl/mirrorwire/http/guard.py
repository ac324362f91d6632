"""What may be reached: http(s), the source's own hosts, public addresses."""

from __future__ import annotations

import socket
from collections.abc import Iterable
from contextlib import suppress
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from mirrorwire.core.errors import FetchFailed
from mirrorwire.core.records import Host, Source
from mirrorwire.core.urls import MAX_URL_CHARS, host_of

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address
_UNICAST = IPv6Network("2000::/3")  # all that IANA has given out; the rest has a meaning of its own, or none yet
_PRIVATE = tuple(
    ip_network(known)
    for known in "127.0.0.0/8 10.0.0.0/8 172.16.0.0/12 192.168.0.0/16 100.64.0.0/10 ::1/128 fc00::/7".split()
)
_NEVER = tuple(
    ip_network(known)
    for known in (
        # Clouds tell who asks there about the machine, its keys included: one and all, AWS, Google, Alibaba, Azure.
        "169.254.0.0/16 fd00:ec2::/32 fd20:ce::/32 100.100.100.200/32 168.63.129.16/32 "
        # IANA's special-purpose registries, where the standard library of some supported Python lacks them (Oracle's
        # metadata stand in the first one); Teredo would carry on to an IPv4 address that is not known.
        "192.0.0.0/24 192.88.99.0/24 2001::/23 3fff::/20"
    ).split()
)
ASCII_PRINTABLE = "".join(map(chr, range(33, 127)))
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Refused(FetchFailed):
    """A URL or the address behind it must not be reached; nothing was sent to it."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, "refused", reason)
        self.args = (url, reason)  # what it is pickled and rebuilt by


class MovedAway(Refused):
    """A host redirects for good to an origin that is none of the source's."""

    def __init__(self, url: str, reason: str, origin: str) -> None:
        super().__init__(url, reason)
        self.args = (url, reason, origin)
        self.origin = origin


def check_url(url: str, source: Source) -> Host:
    """Return the source's host that the URL belongs to; raises `Refused` for every other URL.

    One that names an address instead of a name is refused by it here already: behind a proxy nobody else looks.
    """
    if len(quote(url, safe=ASCII_PRINTABLE)) > MAX_URL_CHARS:
        raise Refused(f"{url[:200]}…", f"a URL of over {MAX_URL_CHARS} characters")
    try:
        parts = urlsplit(url)
        sound = bool(parts.hostname) and parts.port != 0
    except ValueError:
        raise Refused(url, "not a URL") from None
    if parts.scheme not in _DEFAULT_PORTS:
        raise Refused(url, f"scheme {parts.scheme or 'none'}: only http and https are asked")
    if not sound or "@" in parts.netloc:
        raise Refused(url, "not a plain host name")
    host = host_of(url, source)
    if host is None:
        raise Refused(url, f"{parts.netloc} is no host of {source.key}")
    if (address := _literal(parts.hostname or "")) is not None:
        check_address(url, address, private=may_be_private(url, source))
    return host


def may_be_private(url: str, source: Source) -> bool:
    """Whether a private address is fit for this URL: its source allows it, and lists exactly this origin."""
    return source.allow_private and _listed(url, source.hosts)


def is_verified(url: str, source: Source) -> bool | None:
    """Whether the server's certificate must hold, `None` for plain http: unless the source says so of this origin."""
    if not url.startswith("https:"):
        return None
    return not _listed(url, (host for host in source.hosts if host.tls == "unverified"))


def check_address(url: str, address: str, *, private: bool) -> None:
    """Raise `Refused` unless the IP address is public, or private or loopback where `private` says so.

    Link-local, multicast, unspecified, reserved, documentation and cloud metadata addresses are always refused
    (IANA's special-purpose address registries, RFC 6890). IPv6 ones that carry an IPv4 address are judged by it.
    """
    if not _is_fit(address, private):
        raise Refused(url, f"its address {address} is not public (a source file may say allow_private = true)")


@lru_cache(maxsize=1024)
def _is_fit(address: str, private: bool) -> bool:
    target = _meant(ip_address(address.partition("%")[0]))
    if any(target in network for network in _NEVER):
        return False
    if any(target in network for network in _PRIVATE):
        return private
    if isinstance(target, IPv6Address) and target not in _UNICAST:
        return False
    return target.is_global and not target.is_multicast and not target.is_reserved


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one carries to, or the address itself."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


@lru_cache(maxsize=1024)
def _literal(hostname: str) -> str | None:
    """The address that a URL's host is without any lookup, however written; `None` for a name."""
    name = hostname.rstrip(".")
    if name == "localhost" or name.endswith(".localhost"):  # RFC 6761
        return "127.0.0.1"
    with suppress(ValueError):
        return str(ip_address(name.partition("%")[0]))
    with suppress(OSError, UnicodeError, ValueError):
        return socket.inet_ntoa(socket.inet_aton(name))  # 2130706433, 0177.1, 0x7f.0.0.1: all 127.0.0.1
    return None


def _listed(url: str, hosts: Iterable[Host]) -> bool:
    origin = _origin(url)
    return any(_origin(host.url) == origin for host in hosts)


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)
