"""What MkDocs does beside its own for `make docs`: pages from above docs/, the API page, links into the code.

In the repository README.md and its like stand above docs/, and pages link to files of code. The site has docs/ alone:
the pages are added to it, links are bent to them, and a link to a file that is no page becomes its name.
"""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

import mirrorwire

ROOT = Path(__file__).resolve().parents[2]
TOP_PAGES = {
    "README.md": "overview.md",
    "CONTRIBUTING.md": "CONTRIBUTING.md",
    "SECURITY.md": "SECURITY.md",
    "CHANGELOG.md": "CHANGELOG.md",
}
"""Pages above docs/, and where the site has them."""

API_INTRODUCTION = """\
# Python API

The stable names of `import mirrorwire`, as their docstrings explain them. Examples: [From Python](python.md).
"""

SHIM = "https://unpkg.com/iframe-worker/shim"
"""The script without which browsers search no page from disk. Material takes it from a network; ours stands beside."""

_CODE = re.compile(r"^ *```.*?^ *```", re.M | re.S)
_LINK = re.compile(r"(!?)\[([^][]*(?:\[[^][]*\][^][]*)?)\]\(([^()\s]+)\)")


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages from above docs/, and the API page."""
    for name, place in TOP_PAGES.items():
        text = (ROOT / name).read_text(encoding="utf-8")
        files.append(File.generated(config, place, content=text))
    files.append(File.generated(config, "api.md", content=api_page()))
    shim = (ROOT / "docs" / "site" / "iframe-worker.js").read_text(encoding="utf-8")
    files.append(File.generated(config, "assets/iframe-worker.js", content=shim))
    return files


def api_page() -> str:
    """Return a page on which mkdocstrings writes each stable name's signature and docstring."""
    names = [name for name in mirrorwire.__all__ if not name.startswith("__")]
    parts = [f"::: {place_of(name)}\n    options:\n      heading: {name}\n      toc_label: {name}\n" for name in names]
    return "\n".join([API_INTRODUCTION, *parts])


def place_of(name: str) -> str:
    """Return the full name of what a stable name stands for: `mirrorwire.api.store.Store` of `Store`."""
    value = getattr(mirrorwire, name)
    return f"{value.__module__}.{value.__qualname__}"


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Return a page's text with its links as the site has them; blocks of code stay."""
    place = page.file.src_uri
    origins = {site: name for name, site in TOP_PAGES.items()}
    folder = PurePosixPath(origins.get(place, f"docs/{place}")).parent
    parts = []
    end = 0
    for code in _CODE.finditer(markdown):
        parts += [_bent(markdown[end : code.start()], folder, place), code.group()]
        end = code.end()
    parts.append(_bent(markdown[end:], folder, place))
    return "".join(parts)


def on_post_page(output: str, page: Page, config: MkDocsConfig) -> str:
    """Return a page's HTML that loads nothing over a network."""
    return output.replace(SHIM, f"{'../' * page.url.count('/')}assets/iframe-worker.js")


def on_post_template(output_content: str, template_name: str, config: MkDocsConfig) -> str:
    """Return a page of the theme's own, such as 404.html, that loads nothing over a network."""
    return output_content.replace(SHIM, "assets/iframe-worker.js")


def _bent(text: str, folder: PurePosixPath, place: str) -> str:
    """Return text whose links, written from a folder of the repository, lead from a page of the site."""

    def bent(link: re.Match[str]) -> str:
        mark, words, target = link.groups()
        if re.match(r"[a-z]+:|#", target):
            return link.group()
        # The words may hold a picture, whose target is bent too.
        words = _bent(words, folder, place)
        path, _, anchor = target.partition("#")
        on_site = _on_site(folder, path)
        if on_site is None:
            return words
        up = "../" * place.count("/")
        return f"{mark}[{words}]({up}{on_site}{'#' if anchor else ''}{anchor})"

    return _LINK.sub(bent, text)


def _on_site(folder: PurePosixPath, path: str) -> str | None:
    """Return where the site has a file that is named from a folder of the repository; None where it has it not."""
    file = (ROOT / folder / path).resolve().relative_to(ROOT).as_posix()
    if file in TOP_PAGES:
        return TOP_PAGES[file]
    return file.removeprefix("docs/") if file.startswith("docs/") else None
