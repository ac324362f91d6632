"""The text that names a database: read, shown without its password, completed with how long to wait. No network."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlencode

import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from mirrorwire.core.errors import WrongUse

NAME = "MIRRORWIRE_DATABASE_URL"
DEFAULTS = {
    # A peer that is gone is noticed within 30 s: 12 s of silence, then three questions, 6 s apart.
    "keepalives_idle": "12",
    "keepalives_interval": "6",
    "keepalives_count": "3",
    "tcp_user_timeout": "30000",  # ms, of what was sent and nobody has taken
    "connect_timeout": "10",
    "fallback_application_name": "mirrorwire",  # PGAPPNAME and the URL's own come before it
}
"""What a connection says where its URL says nothing."""
_ENCODE = "write / @ : # ? and % in a user or password as %2F %40 %3A %23 %3F and %25"


def parts_of(url: str) -> dict[str, Any]:
    """Return the parameters of a connection string; raises `WrongUse` with what is wrong, never with what it holds."""
    problem = _problem(url)
    parts: dict[str, Any] = {}
    try:
        parts = {} if problem else conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        # What libpq says of it repeats the text, password and all.
        problem = f"cannot be read: {_ENCODE}" if "://" in url else "cannot be read as key='value' words"
    places = [str(parts.get(key) or "") for key in ("host", "port", "dbname")]
    if not problem and "://" in url and any("@" in place and not place.startswith("/") for place in places):
        problem = f"has an @ in host, port or name: {_ENCODE}"
    if not problem and not all(port.isdigit() for port in str(parts.get("port") or "0").split(",") if port):
        problem = f"has a port that is no number: {_ENCODE}"
    if problem:
        raise WrongUse(f"{NAME} {problem}")
    return parts


def complete(url: str) -> str:
    """Return a connection string with `DEFAULTS` for what it does not say, and UTF-8 for what is sent."""
    return make_conninfo(**(DEFAULTS | parts_of(url) | {"client_encoding": "UTF8"}))


def shown(url: str) -> str:
    """Return what may be printed of a database URL: host, port and name."""
    parts = parts_of(url)
    return f"{parts.get('host') or 'localhost'}:{parts.get('port') or 5432}/{parts.get('dbname') or ''}"


def as_url(url: str, scheme: str = "postgresql") -> str:
    """Return a connection string of any form as a URL of that scheme, as SQLAlchemy and yoyo want it."""
    parts = parts_of(url)
    user = quote(str(parts.pop("user", "") or ""), safe="")
    password = parts.pop("password", None)
    login = user + (f":{quote(str(password), safe='')}" if password else "") + ("@" if user else "")
    name = quote(str(parts.pop("dbname", "") or ""), safe="")
    host, port = str(parts.pop("host", "") or ""), parts.pop("port", None)
    if host.startswith("/") or "," in host:
        parts |= {"host": host} | ({"port": port} if port else {})
        place = ""
    else:
        place = (f"[{host}]" if ":" in host else host) + (f":{port}" if port else "")
    return f"{scheme}://{login}{place}/{name}" + (f"?{urlencode(parts, quote_via=quote, safe='')}" if parts else "")


def _problem(url: str) -> str | None:
    scheme, mark, _ = url.partition("://")
    if mark and "=" not in scheme and scheme not in ("postgresql", "postgres"):
        return "must begin with postgresql://"
    if not mark and "=" not in url:
        return "must begin with postgresql://"
    return None
