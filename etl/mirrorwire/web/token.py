"""The token that opens the pages: made once, kept in a file that its owner alone can read."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from mirrorwire.core.errors import FolderUnusable, WrongUse

FILE = "web-token"
"""Its name under the data folder."""
BYTES = 32
LEAST_CHARS = 16
OTHERS = 0o077


def kept_token(path: Path) -> str:
    """Return the token in a file, which is made with a new one where there is none.

    Raises `WrongUse` for a file that others may read, or that holds no token, and `FolderUnusable` for one that cannot
    be read or made.
    """
    try:
        return _made(path)
    except FileExistsError:
        pass
    except OSError as error:
        raise FolderUnusable(str(path), error.strerror or str(error)) from None
    return _read(path)


def _made(path: Path) -> str:
    """Write a new token; of several that try at once, one does."""
    path.parent.mkdir(0o700, parents=True, exist_ok=True)
    token = secrets.token_urlsafe(BYTES)
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(number, "w", encoding="ascii") as file:
        file.write(token + "\n")
    return token


def _read(path: Path) -> str:
    try:
        if path.stat().st_mode & OTHERS:
            raise WrongUse(f"{path}: others may read this token: chmod 600 {path}")
        token = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise FolderUnusable(str(path), error.strerror or str(error)) from None
    except UnicodeDecodeError:
        token = ""
    if len(token) < LEAST_CHARS or not token.replace("-", "").replace("_", "").isalnum():
        raise WrongUse(
            f"{path}: holds no token, which has at least {LEAST_CHARS} letters, digits, - and _: "
            "remove the file, and a new one is made"
        )
    return token
