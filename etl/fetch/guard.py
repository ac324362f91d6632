"""What may be reached: http(s), the source's own hosts, public addresses."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import quote, urlsplit

from etl.errors import FetchFailed
from etl.records import Host, Source
from etl.urls import MAX_URL_CHARS, host_of

_NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are the IPv4 address
_SHARED = ip_network("100.64.0.0/10")  # RFC 6598
_METADATA = frozenset(ip_address(known) for known in ("169.254.169.254", "100.100.100.200", "fd00:ec2::254"))
ASCII_PRINTABLE = "".join(map(chr, range(33, 127)))
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Refused(FetchFailed):
    """A URL or the address behind it must not be reached; nothing was sent to it."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, "refused", reason)
        self.args = (url, reason)  # what it is pickled and rebuilt by


def check_url(url: str, source: Source) -> Host:
    """Return the source's host that the URL belongs to; raises `Refused` for every other URL."""
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
    return host


def may_be_private(url: str, source: Source) -> bool:
    """Whether a private address is fit for this URL: its source allows it, and lists exactly this origin."""
    return source.allow_private and _origin(url) in {_origin(host.url) for host in source.hosts}


def check_address(url: str, address: str, *, private: bool) -> None:
    """Raise `Refused` unless the IP address is public, or private or loopback where `private` says so.

    Link-local, multicast, unspecified, reserved and cloud metadata addresses are always refused.
    """
    found = _meant(ip_address(address.partition("%")[0]))
    never = found.is_link_local or found.is_multicast or found.is_unspecified or found in _METADATA
    if found.is_loopback:
        fit = private
    elif never or found.is_reserved:
        fit = False
    else:
        fit = found.is_global or (private and (found.is_private or found in _SHARED))
    if not fit:
        raise Refused(url, f"its address {address} is not public (a source file may say allow_private = true)")


def _meant(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one carries to, or the address itself."""
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if inner is None and address in _NAT64:
            inner = IPv4Address(int(address) & 0xFFFFFFFF)
        return inner or address
    return address


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or _DEFAULT_PORTS.get(parts.scheme)
