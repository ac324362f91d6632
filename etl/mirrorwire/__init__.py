"""Mirrorwire: reads a publisher's news from whichever of its domains still serves it.

From Python, its stable names are those of `__all__`; docs/python.md has examples of each. All else may change with any
version. A name is imported when it is first asked for, so that `import mirrorwire` and the command line stay quick.
"""

from __future__ import annotations

TYPE_CHECKING = False  # as typing has it, which takes longer to import than all of this

if TYPE_CHECKING:
    from mirrorwire.api.articles import Articles
    from mirrorwire.api.pages import read_page, read_warc
    from mirrorwire.api.records import Cluster, Difference, Page, StoredArticle, Version
    from mirrorwire.api.store import Store
    from mirrorwire.api.store import open_store as open
    from mirrorwire.core.errors import MirrorwireError, WrongUse
    from mirrorwire.core.records import Article
    from mirrorwire.dedupe.revision import Piece
    from mirrorwire.pipeline.passes import PassResult

__version__ = "0.1.0"
"""The version of the package, and the only place where it stands: the wheel takes it from here."""

__all__ = [
    "Article",
    "Articles",
    "Cluster",
    "Difference",
    "MirrorwireError",
    "Page",
    "PassResult",
    "Piece",
    "Store",
    "StoredArticle",
    "Version",
    "WrongUse",
    "__version__",
    "open",
    "read_page",
    "read_warc",
]

_PLACES = {
    "Article": "core.records",
    "Articles": "api.articles",
    "Cluster": "api.records",
    "Difference": "api.records",
    "MirrorwireError": "core.errors",
    "Page": "api.records",
    "PassResult": "pipeline.passes",
    "Piece": "dedupe.revision",
    "Store": "api.store",
    "StoredArticle": "api.records",
    "Version": "api.records",
    "WrongUse": "core.errors",
    "open": "api.store",
    "read_page": "api.pages",
    "read_warc": "api.pages",
}
"""The module in which each stable name stands."""

_OWN_NAMES = {"open": "open_store"}
"""Those that have another name in their module."""


if not TYPE_CHECKING:  # a type checker would take every name for one that there is

    def __getattr__(name: str) -> object:
        """Import a stable name when it is first asked for (PEP 562)."""
        from importlib import import_module  # noqa: PLC0415 - the command line asks for none

        place = _PLACES.get(name)
        if place is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = getattr(import_module(f"{__name__}.{place}"), _OWN_NAMES.get(name, name))
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
