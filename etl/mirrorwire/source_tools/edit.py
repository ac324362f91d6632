"""Write into a source's file what a person decides about its hosts."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from mirrorwire.core.config import read_source, source_path
from mirrorwire.core.errors import SourceFileError
from mirrorwire.core.records import Role
from mirrorwire.core.settings import Settings


def add_host(settings: Settings, key: str, origin: str, role: Role) -> Path:
    """Write another host into a source's file in the folder of one's own, and return its path.

    A bundled file is copied there. Its lines stay as they are. Raises `SourceFileError` where the file would be wrong
    with the host; then nothing is written.
    """
    known = source_path(settings, key)
    target = settings.own_sources / f"{key}.toml"
    table = f'[[hosts]]\nurl = "{_quoted(origin)}"\nrole = "{role}"\n'
    text = known.read_text(encoding="utf-8").rstrip("\n")
    target.parent.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=target.parent) as folder:
        draft = Path(folder) / target.name
        draft.write_text(f"{text}\n\n{table}", encoding="utf-8")
        try:
            read_source(draft)
        except SourceFileError as error:
            raise SourceFileError(str(target), f"not changed, it would be wrong: {error.problem}") from None
        draft.replace(target)
    return target


def _quoted(text: str) -> str:
    return "".join(rf"\u{ord(char):04x}" if char in '"\\' or not char.isprintable() else char for char in text[:300])
