"""Where WARC files may lie, ours and others': folders of this machine, and object stores by the names of their schemes.

The library behind object stores opens much more: web pages, archives within archives, one address inside another.
Source files come from strangers, and what they name is asked from within.
"""

from __future__ import annotations

STORES = ("s3", "s3a", "gs", "gcs", "az", "abfs", "abfss", "adl", "oss", "oci", "ocilake", "tos")


def refusal(location: str) -> str | None:
    """Return why nothing is opened at a location, for people; `None` for a path, file:// or an object store."""
    scheme, colon, _ = location.partition("://")
    if "::" in location and not location.startswith("/"):
        return "names one place inside another (::): give a folder, file:// or an object store itself"
    if not colon or scheme in ("file", *STORES):
        return None
    if scheme in ("http", "https"):
        return "WARC files are read from a folder or an object store, not over http"
    return f"no kind of store is called {scheme}://: there are file://, {', '.join(f'{store}://' for store in STORES)}"
