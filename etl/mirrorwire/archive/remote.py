"""Object stores through fsspec, opened alike for all that reads or writes there; what they raise, in words of ours."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from mirrorwire.archive.errors import ArchiveAway
from mirrorwire.core.errors import FolderUnusable
from mirrorwire.core.warc_places import refusal

_OPTIONS: dict[str, dict[str, Any]] = {
    "s3": {
        # Attempts beyond these are s3fs's own.
        "config_kwargs": {"connect_timeout": 5, "read_timeout": 30, "retries": {"max_attempts": 1}},
        "max_concurrency": 2,  # parts of 50 MB in memory
        "use_listings_cache": False,
    }
}
"""What a store is opened with; credentials, endpoint and region come from the environment, as its library reads it."""


def shown(url: str) -> str:
    """Return what may be printed of a location: no user, no password, no parameters."""
    return re.sub(r"//[^/]*@", "//", url.split("?", 1)[0])


def refuse_password(url: str) -> None:
    """Raise `FolderUnusable` for a location that names a password."""
    if re.match(r"[^/]*//[^/@]*:[^/]*@", url):
        raise FolderUnusable(shown(url), "names a password: credentials belong in the environment")


def files_at(url: str) -> tuple[Any, str]:
    """Return a store as a file system, and the path in it that the URL names; raises `FolderUnusable`."""
    if (reason := refusal(url)) is not None:  # also an object's own name may say ::, and would open another place
        raise FolderUnusable(shown(url), reason)
    import fsspec.core  # noqa: PLC0415  # only an object store needs it

    protocol = url.split("://", 1)[0]
    try:
        files, root = fsspec.core.url_to_fs(url, **_OPTIONS.get(protocol, {}))
    except ImportError as error:
        wanted = "pip install s3fs" if protocol == "s3" else str(error)
        raise FolderUnusable(shown(url), f"the library for {protocol}:// is not installed: {wanted}") from None
    except ValueError:
        raise FolderUnusable(shown(url), f"no kind of store is called {protocol}://") from None
    return files, str(root).rstrip("/")


@contextmanager
def typed(place: str) -> Iterator[None]:
    """Say what a store's library raises, in words of ours: theirs may quote a request with what signs it."""
    try:
        yield
    except (FolderUnusable, ArchiveAway):
        raise
    except FileNotFoundError:
        raise FolderUnusable(place, "no such bucket, or nothing of that name in it") from None
    except PermissionError:
        raise FolderUnusable(place, "the store refuses these credentials") from None
    except Exception as error:  # each library has its own
        name = type(error).__name__
        if "Credential" in name:
            raise FolderUnusable(place, f"no usable credentials in the environment ({name})") from None
        code = os.strerror(error.errno) if isinstance(error, OSError) and error.errno else name
        raise ArchiveAway(place, f"the store does not do what it is asked to ({code})") from None
