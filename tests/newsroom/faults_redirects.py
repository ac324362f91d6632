"""Redirects to where no reader of a publisher should go. They lead to `Call.elsewhere`, where a trap can count."""

from __future__ import annotations

import zlib

from .faults import Call, fault, page_of
from .web import Response

PRIVATE = (
    "http://127.0.0.2:{port}/",
    "http://localhost:{port}/",
    "http://[::1]:{port}/",
    "http://[::ffff:127.0.0.1]:{port}/",
    "http://0x7f.1:{port}/",
    "http://2130706433:{port}/",
    "http://0.0.0.0:{port}/",
    "http://10.0.0.1/",
    "http://169.254.169.254/latest/meta-data/",
)
STRANGER = "stranger.example"


@fault("redirect-private")
def redirect_private(call: Call) -> Response:
    """A redirect into the reader's own network: loopback in several spellings, a private net, cloud metadata."""
    target = PRIVATE[zlib.crc32(call.target.encode()) % len(PRIVATE)]
    return page_of(call, "", 302, Location=target.format(port=call.elsewhere))


@fault("redirect-file")
def redirect_file(call: Call) -> Response:
    """A redirect to a file of the reader's machine."""
    return page_of(call, "", 302, Location="file:///etc/hostname")


@fault("redirect-port")
def redirect_port(call: Call) -> Response:
    """A redirect to another port of the same address: a neighbour's service."""
    return page_of(call, "", 302, Location=f"http://127.0.0.1:{call.elsewhere}{call.target}")


@fault("redirect-stranger")
def redirect_stranger(call: Call) -> Response:
    """A redirect to a site that is no host of this publisher."""
    return page_of(call, "", 302, Location=f"http://{STRANGER}:{call.elsewhere}{call.target}")


@fault("redirect-www")
def redirect_www(call: Call) -> Response:
    """A redirect to the same name with www., which a name server may send anywhere."""
    return page_of(call, "", 302, Location=call.origin.replace("://", "://www.", 1) + call.target)
