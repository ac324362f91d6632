"""What the libraries and the system raise on the way of a get, as failures of ours."""

from __future__ import annotations

import http.client
import re
import ssl
import time
from collections.abc import Iterable

import requests
import urllib3

from mirrorwire.core.errors import FetchFailed
from mirrorwire.core.exchange import Outcome
from mirrorwire.http.connection import Hop
from mirrorwire.http.proxies import without_secrets

CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]+")
"""What has no place in a line that people read, nor in a header."""


def failure(url: str, error: Exception, hop: Hop, total_s: float, proxies: Iterable[str]) -> FetchFailed:
    """Return what requests, urllib3, http.client or the system raised as one of our kinds, with a reason for people."""
    inner = innermost(error)
    kind: Outcome = "http_error"
    reason = str(inner) or type(inner).__name__
    late = time.monotonic() >= hop.deadline
    if late or isinstance(inner, TimeoutError):
        kind = "timeout"
        reason = f"not done after {total_s:g} s" if late else reason
    elif isinstance(inner, urllib3.exceptions.NewConnectionError):  # a kind of urllib3's timeouts
        kind, reason = "unreachable", inner.args[-1].rpartition("): ")[2]
    elif isinstance(inner, urllib3.exceptions.ConnectTimeoutError):
        kind, reason = "timeout", str(inner.args[-1])
    elif isinstance(inner, urllib3.exceptions.TimeoutError):
        kind, reason = "timeout", "nothing came in time"
    elif isinstance(inner, ssl.SSLCertVerificationError):
        kind, reason = "unreachable", f"TLS certificate refused: {inner.verify_message}"
    elif isinstance(inner, OSError) and not isinstance(inner, requests.RequestException):
        kind, reason = "unreachable", inner.strerror or reason
    elif isinstance(error, (requests.exceptions.SSLError, requests.exceptions.ProxyError)):
        kind = "unreachable"
    elif isinstance(inner, http.client.LineTooLong) or reason.startswith("got more than"):  # http.client's own caps
        kind = "too_large"
    return FetchFailed(url, kind, CONTROL.sub(" ", without_secrets(reason, proxies))[:500])


def innermost(error: BaseException) -> BaseException:
    """What lies under the wrappings of requests and urllib3."""
    for _ in range(10):
        inner = getattr(error, "reason", None)
        if not isinstance(inner, BaseException):
            inner = next((part for part in error.args if isinstance(part, BaseException)), None)
        if inner is None:
            break
        error = inner
    return error
