"""The two publishers that a newsroom can be: the Courier, and a shelf of saved pages."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote, unquote, urlsplit

from . import pages, seeds
from .content import ALL_NEWS, SECTIONS, Edition
from .web import PNG, XML, Kind, Response, html_page

_DETAIL = re.compile(r"/Detail/\d{4}/\d{1,2}/\d{1,2}/(\d{1,12})(?:/[^/]*)?", re.ASCII)
_SECTION = re.compile(r"/Section/(\d{1,5})(?:/(\d{1,6}))?", re.ASCII)
_TAG = re.compile(r"/Tags/([^/]+)(?:/(\d{1,6}))?", re.ASCII)
_MONTH = re.compile(r"/SiteMap/(\d{4}-\d\d)/sitemap-news-\1\.xml", re.ASCII)
_MOST_READ = 4


class Courier:
    """The Sample Courier at one time. Canonical and listed addresses are always the primary origin's."""

    def __init__(self, edition: Edition, origins: Mapping[str, str]) -> None:
        self.edition = edition
        self._origins = origins
        self._by_id = {article.id: article for article in edition.articles}
        self._names = {number: name for name, number in SECTIONS.items()}
        self._photos = {article.photo.rpartition(".")[0] for article in edition.articles}

    def respond(self, target: str) -> Response:
        """The answer to a request target; the query is ignored, as is an article's slug and date."""
        path = urlsplit(target).path or "/"
        if path == "/":
            return self._html(Kind.LISTING, pages.front_page(self.edition.articles))
        if path == "/rss.xml" or path.startswith("/rss/"):
            return self._feed(path)
        if path == "/sitemap.xml":
            return self._xml(Kind.SITEMAP, seeds.sitemap_index(self.edition, self._origins["primary"]))
        if match := _MONTH.fullmatch(path):
            if match[1] in seeds.months(self.edition):
                return self._xml(Kind.SITEMAP, seeds.monthly_sitemap(self.edition, match[1]))
        elif match := _DETAIL.fullmatch(path):
            return self._article(int(match[1]))
        elif match := _SECTION.fullmatch(path):
            return self._listing(int(match[1]), int(match[2] or 1))
        elif match := _TAG.fullmatch(path):
            return self._tag(unquote(match[1]), match[1], int(match[2] or 1))
        elif path.startswith("/Photo/"):
            return self._photo(unquote(path.removeprefix("/Photo/")))
        return not_found()

    def _article(self, article_id: int) -> Response:
        article = self._by_id.get(article_id)
        if article is None:
            return not_found()
        related = [self._by_id[other] for other in article.related if other in self._by_id]
        text = pages.article_page(
            article, related=related, most_read=self.edition.articles[-_MOST_READ:], origins=self._origins
        )
        # The page changes with what its cards show; Last-Modified must too, or a reader is told 304 wrongly.
        changed_at = self.edition.changed_at
        modified = max([article.modified, *(changed_at[other] for other in article.related if other in changed_at)])
        return Response(kind=Kind.ARTICLE, body=text.encode(), modified=modified)

    def _feed(self, path: str) -> Response:
        by_path: dict[str, str | None] = {f"/rss/rss-{name.lower()}.xml": name for name in SECTIONS}
        by_path["/rss.xml"] = None
        if path not in by_path:
            return not_found()
        return self._xml(Kind.FEED, seeds.feed(self.edition, self._origins["primary"], by_path[path]))

    def _listing(self, number: int, page: int) -> Response:
        if page < 1 or (number != ALL_NEWS and number not in self._names):
            return not_found()
        name = self._names.get(number)
        listed = [article for article in self.edition.articles if name in (None, article.section)]
        text = pages.listing_page(name or "News", listed, path=f"/Section/{number}", page=page)
        return self._html(Kind.LISTING, text)

    def _tag(self, tag: str, raw: str, page: int) -> Response:
        listed = [article for article in self.edition.articles if tag in article.tags]
        if page < 1 or not listed:
            return not_found()
        path = f"/Tags/{quote(tag, safe='')}"
        return self._html(Kind.LISTING, pages.listing_page(f"Tag: {tag}", listed, path=path, page=page))

    def _photo(self, name: str) -> Response:
        if not name.endswith(".png") or name.removesuffix(".png") not in self._photos:
            return not_found()
        body = pages.placeholder_png(name)
        return Response(kind=Kind.IMAGE, body=body, content_type=PNG, modified=self.edition.built_at)

    def _html(self, kind: Kind, text: str) -> Response:
        return Response(kind=kind, body=text.encode(), modified=self.edition.built_at)

    def _xml(self, kind: Kind, text: str) -> Response:
        return Response(kind=kind, body=text.encode(), content_type=XML, modified=self.edition.built_at)


class SavedPages:
    """Saved pages under /pages/<id>.html, byte for byte, with no charset told; /sitemap.xml lists them.

    Rows of the manifest (JSON lines) need `id` and `file` (relative to the manifest, gzip or plain). Raises
    ValueError for a row without them, an id that stands twice, or a file outside the manifest's folder.
    """

    def __init__(self, manifest: Path, origin: str) -> None:
        self._files: dict[str, Path] = {}
        folder = manifest.resolve().parent
        for number, line in enumerate(manifest.read_text(encoding="utf-8").splitlines(), start=1):
            if not line.strip():
                continue
            row = json.loads(line)
            if not isinstance(row, dict) or not {"id", "file"} <= row.keys():
                raise ValueError(f"{manifest}:{number}: a row needs id and file")
            page_id, file = str(row["id"]), (folder / str(row["file"])).resolve()
            if page_id in self._files or not file.is_relative_to(folder):
                raise ValueError(f"{manifest}:{number}: {page_id} stands twice or lies outside the folder")
            self._files[page_id] = file
        self._urls = {page_id: f"/pages/{quote(page_id, safe='')}.html" for page_id in self._files}
        self._sitemap = seeds.plain_sitemap(origin + path for path in self._urls.values()).encode()
        self._modified = datetime.fromtimestamp(manifest.stat().st_mtime, UTC)

    def respond(self, target: str) -> Response:
        """A saved page's bytes, the sitemap, or a plain list of links at /; 404 for the rest."""
        path = urlsplit(target).path or "/"
        if path == "/sitemap.xml":
            return Response(kind=Kind.SITEMAP, body=self._sitemap, content_type=XML, modified=self._modified)
        if path == "/":
            links = "".join(f'<li><a href="{path}">{path}</a></li>\n' for path in self._urls.values())
            body = html_page("Saved pages", f"<h1>Saved pages</h1>\n<ul>\n{links}</ul>\n").encode()
            return Response(kind=Kind.LISTING, body=body, modified=self._modified)
        file = self._files.get(unquote(path.removeprefix("/pages/").removesuffix(".html")))
        if file is None or not path.startswith("/pages/") or not path.endswith(".html"):
            return not_found()
        body = gzip.decompress(file.read_bytes()) if file.suffix == ".gz" else file.read_bytes()
        modified = datetime.fromtimestamp(file.stat().st_mtime, UTC)
        return Response(kind=Kind.ARTICLE, body=body, content_type="text/html", modified=modified)


def not_found() -> Response:
    """The publisher's 404."""
    return Response(kind=Kind.MISSING, body=pages.not_found_page().encode(), status=404)
