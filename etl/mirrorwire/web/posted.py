"""Forms that were sent: read with a bound, and refused where they may come from another site."""

from __future__ import annotations

import hmac
from urllib.parse import parse_qsl, urlsplit

from starlette.requests import Request

from mirrorwire.web.user import User

FORM = "application/x-www-form-urlencoded"
KEY_FIELD = "form_key"
MAX_BYTES = 20_000
MAX_FIELDS = 20


class FormRefused(Exception):
    """A form that changes nothing: HTTP status, and the reason in words."""

    def __init__(self, status: int, reason: str) -> None:
        super().__init__(status, reason)
        self.status, self.reason = status, reason


async def fields_of(request: Request, user: User, *, known_as: str | None) -> dict[str, str]:
    """Return the fields of a form that one of our own pages sent.

    `known_as` is another name and port of ours, as browsers know it, where a proxy stands before the server. Raises
    `FormRefused`. Three things must hold, each of which a page of another site cannot bring: the header `Origin` names
    us, `Sec-Fetch-Site`, where a browser sends it, says the same, and the form holds the user's key.
    """
    _check_origin(request, known_as)
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != FORM:
        raise FormRefused(415, f"a form must be sent as {FORM}")
    fields = _read(await _body(request))
    brought = fields.pop(KEY_FIELD, "").encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(brought, user.form_key.encode()):
        raise FormRefused(403, "this form is not one of ours, or an old one: load its page again")
    return fields


def _check_origin(request: Request, known_as: str | None) -> None:
    """Raise `FormRefused` for a request that does not say that a page of ours has sent it."""
    headers = request.headers
    try:
        origin = urlsplit(headers.get("origin", "")).netloc.lower()
    except ValueError:
        origin = ""
    ours = {headers.get("host", "").lower(), (known_as or "").lower()} - {""}
    if origin not in ours or headers.get("sec-fetch-site", "same-origin") != "same-origin":
        raise FormRefused(403, "this form was sent from another site: nothing was changed")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BYTES:
            raise FormRefused(413, f"the form has over {MAX_BYTES:,} bytes")
    return bytes(body)


def _read(body: bytes) -> dict[str, str]:
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError:
        raise FormRefused(400, f"the form has over {MAX_FIELDS} fields") from None
    return dict(pairs)
