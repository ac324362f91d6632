"""Where a draft is written: to a new file, once it is right."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory

from mirrorwire.core.config import read_source
from mirrorwire.core.errors import SourceFileError, WrongUse

KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")


def target_of(file: str | None, key: str | None) -> Path | None:
    """Return where a draft is to be written; raises `WrongUse` for a place, or a key, that does not fit."""
    if key is not None and not KEY.fullmatch(key):
        raise WrongUse(f"{key[:100]!r} is no key: a small letter, then small letters, digits, - and _, up to 40")
    if file is None:
        return None
    path = Path(file).expanduser()
    if path.exists():
        raise WrongUse(f"{file}: is there already, and is not written over")
    if not path.parent.is_dir():
        raise WrongUse(f"{path.parent}: no such folder")
    if path.suffix != ".toml" or not KEY.fullmatch(path.stem) or (key is not None and path.stem != key):
        raise WrongUse(f"{file}: a source file is called {key or 'its key'}.toml")
    return path


def keep(text: str, key: str, target: Path | None) -> None:
    """Check a draft as any source file, and write it to `target`, if there is one, whole or not at all.

    Raises `SourceFileError` for a draft that would be wrong: then nothing is written.
    """
    with TemporaryDirectory(dir=target.parent if target else None) as folder:
        draft = Path(folder) / f"{key}.toml"
        try:
            draft.write_text(text, encoding="utf-8")
            read_source(draft)
        except SourceFileError as error:
            raise SourceFileError(f"{target or key}", f"not written, it would be wrong: {error.problem}") from None
        if target is not None:
            draft.replace(target)
