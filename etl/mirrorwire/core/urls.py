"""URLs: the canonical form, the article key that no host name enters, and the same page on another host."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, quote, unquote, urlencode, urljoin, urlsplit

from w3lib.url import canonicalize_url as _normalized

from mirrorwire.core.records import Host, Source

MAX_URL_CHARS = 2000
"""Longer ones are refused: a btree key holds about 2,700 bytes, and no article has had one."""

_TRACKER = re.compile(
    r"utm_|mtm_|pk_|at_(medium|campaign|link|format|ptr|bbc)|fb_action_|__twitter_|"
    r"(fbclid|gclid|gclsrc|dclid|gbraid|wbraid|srsltid|msclkid|yclid|ysclid|twclid|ttclid|igshid|igsh|mc_cid|mc_eid|"
    r"_ga|_gl|_hsenc|_hsmi|mkt_tok|vero_id|wt_mc|xtor|maca|ncid|cmpid|ocid|ref|ref_src)$",
    re.I,
)
_SESSION_NAMES = "jsessionid|phpsessid|aspsessionid[a-z]*|cfid|cftoken|sessionid|session_id|sessid|zenid|oscsid"
_SESSION = re.compile(rf"({_SESSION_NAMES})$", re.I)
_SESSION_STEP = re.compile(rf"(?:;|%3b)(?:{_SESSION_NAMES}|sid)(?:=|%3d)[^/;?#&]*", re.I)
_SHORT_SESSION = re.compile(r"(s|sid)$", re.I)
_SESSION_VALUE = re.compile(r"(?=.*\d)(?=.*[a-z])[0-9a-z,-]{20,}$", re.I)
"""A session's; that of an article's id, which some name `sid` too, is shorter."""
_VIEW = re.compile(r"(amp|output|outputtype|print|printable|share|nb|replytocom|sort|order|orderby)$", re.I)
_PAGING = re.compile(r"(page|paged|pg|start|offset)$", re.I)
"""What these name in a query is how an article is shown, or which page of it: it makes no other article."""
_DEFAULT_PORTS = {"http": 80, "https": 443}
_DAY = re.compile(r"^(\d{4})\D?(\d{1,2})\D?(\d{1,2})$")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_NO_HOST = re.compile(r"[\s\\/?#@<>^|%\"`{}]")  # the URL Standard's forbidden host code points, and a few more
_ABSOLUTE = re.compile(r"https?://", re.I)


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleUrl:
    """What a link to an article says: its URL, its key, and the day and slug that it names.

    The URL is the primary host's, unless the link's own host has other paths and the primary's cannot be made from it.
    """

    url: str
    article_key: str
    day: date | None
    slug: str | None


def read_link(link: str, source: Source, base: str | None = None) -> ArticleUrl | None:
    """Return what a link (relative to `base`, else to the primary host) says, `None` if it is no article's.

    One pass for what `article_url`, `article_key`, `day_in_url` and `slug_of` tell one by one, since seeds hold
    thousands.
    """
    canonical = canonical_url(link, base or source.primary.url)
    host = host_of(canonical, source) if canonical else None
    if canonical is None or host is None or host.role == "archive":
        return None
    key, match = _key(canonical, source, host)
    if key is None:
        return None
    url = page_on(canonical, source.primary, source) or on_host(canonical, host)
    return ArticleUrl(url=url, article_key=key, day=_day(match), slug=slug_of(link))


def canonical_url(url: str, base: str | None = None) -> str | None:
    """Return the URL without tracking parameters, session ids, fragment and default port, percent-encoded one way.

    `base` resolves a relative one. `None` for anything but http(s), a URL without a host, and one that is too long
    or cannot be read.
    """
    cleaned = _UNSAFE.sub("", url).strip()
    try:
        parts = _split(cleaned if base is None or _ABSOLUTE.match(cleaned) else urljoin(base, cleaned))
        if parts is None:
            return None
        query = _SESSION_STEP.sub("", parts.query)
        if query:
            pairs = parse_qsl(query, keep_blank_values=True)
            query = urlencode([pair for pair in pairs if not _is_of_visit(*pair)])
        path = _SESSION_STEP.sub("", parts.path)
        canonical = _normalized(parts._replace(netloc=_netloc(parts), path=path, query=query, fragment="").geturl())
        # A host name that IDNA knows no form of, or turns into one with spaces, is no server's.
        sound = len(canonical) <= MAX_URL_CHARS and canonical.isascii() and _split(canonical)
    except ValueError:
        return None
    return canonical if sound else None


def site_of(url: str) -> str | None:
    """Return what names the site of a URL: host and port, without `www.` and default ports, `None` if there is none.

    Hosts that differ only in `www.`, or in http and https on their default ports, are one site.
    """
    try:
        parts = _split(url)
        return _netloc(parts).removeprefix("www.") if parts else None
    except ValueError:
        return None


def origin_of(url: str) -> str | None:
    """Return the scheme and name of a URL as a host is listed, `None` for what is none."""
    canonical = canonical_url(url)
    return "{0.scheme}://{0.netloc}".format(urlsplit(canonical)) if canonical else None


def article_id(url: str, source: Source) -> str | None:
    """Return the id that the source's `article_url` finds in a URL, whoever's it is; `None` without one."""
    canonical = canonical_url(url)
    match = _match(canonical, source.article_url) if canonical else None
    return match.groupdict().get("id") if match else None


def host_of(url: str, source: Source) -> Host | None:
    """Return the source's host that a URL belongs to, or `None` for a stranger's."""
    site = site_of(url)
    return next((host for host in source.hosts if _site_of_origin(host.url) == site), None) if site else None


def is_known(url: str, source: Source) -> bool:
    """Whether a URL is on a host of the source, or on one of its other editions."""
    site = site_of(url)
    return any(_site_of_origin(host.url) == site for host in (*source.hosts, *source.editions))


def on_host(url: str, host: Host) -> str:
    """Return the URL of the same path on another of its publisher's hosts."""
    parts = urlsplit(url)
    path = parts.path or "/"
    return host.url + path + (f"?{parts.query}" if parts.query else "")


def page_on(url: str, host: Host, source: Source) -> str | None:
    """Return the URL of the same page on another of the source's hosts; `None` where it is not known.

    Between hosts of the same paths that is the path; to and from a `same-id` host, what the URL of an article names is
    put into the other's `article_path`. What is no article (a seed) has one path on all hosts.
    """
    home = host_of(url, source)
    if home is None or home == host or home.relation == host.relation == "same-path":
        return on_host(url, host)
    match = _match(url, home.article_url or source.article_url)
    if match is None:
        return on_host(url, host)
    groups = {name: quote(value, safe="/") for name, value in match.groupdict().items() if value}
    try:
        return host.url + host.article_path.format_map(groups) if host.article_path else None
    except KeyError:
        return None


def would_be_article(url: str, source: Source) -> bool:
    """Whether a canonical URL has the shape of the source's articles, whoever's host it lies on."""
    return _key(url, source, None)[0] is not None


def article_url(url: str, source: Source) -> str | None:
    """Return the URL of an article as its primary host has it, or `None` if it is no article of this source."""
    link = read_link(url, source)
    return link.url if link else None


def article_key(url: str, source: Source) -> str | None:
    """Return `<source>:<id>`, `None` when the URL is no article's.

    The id is the group `id` of the source's `article_url`, searched in path and query; a source without one, or a
    pattern without that group, takes the canonical path, with the canonical query where one is left: `/news.php?id=100`
    and `?id=101` are two articles. Percent-encoding makes no difference.
    """
    canonical = canonical_url(url, source.primary.url)
    return _key(canonical, source, host_of(canonical, source))[0] if canonical else None


def is_same_article(key: str, other: str) -> bool:
    """Whether two keys of one source are one article's: a query that only one of them has is ignored.

    A feed may add to its links what the page's own URL goes without.
    """
    (path, _, query), (other_path, _, other_query) = key.partition("?"), other.partition("?")
    return path == other_path and (query == other_query or not query or not other_query)


def day_in_url(url: str, source: Source) -> date | None:
    """Return the day that a URL names (the group `date` of `article_url`), `None` if it names none that exists."""
    canonical = canonical_url(url, source.primary.url)
    return _day(_key(canonical, source, host_of(canonical, source))[1]) if canonical else None


def slug_of(url: str) -> str | None:
    """Return the last step of a URL's path, decoded and without a session id; `None` for a URL that has none."""
    try:
        step = _SESSION_STEP.sub("", urlsplit(url).path).rstrip("/").rpartition("/")[2]
    except ValueError:
        return None
    return _UNSAFE.sub("", unquote(step)).strip() or None


def _key(url: str, source: Source, host: Host | None) -> tuple[str | None, re.Match[str] | None]:
    patterns = (host.article_url if host else ()) or source.article_url
    if not patterns:
        place = _place(url)
        return (f"{source.key}:{place}" if place else None), None
    match = _match(url, patterns)
    if match is None:
        return None, None
    named = _UNSAFE.sub("", match.groupdict().get("id") or "")  # decoded, so %00 is U+0000 by now
    return f"{source.key}:{named or _place(url) or '/'}", match


def _place(url: str) -> str | None:
    """What names a page that no pattern gives an id of: its path, and what of its query is no mere view of it.

    `None` for a front page: of it, a query with a number alone is an article (`/?p=100`).
    """
    parts = urlsplit(url)
    pairs = parse_qsl(parts.query, keep_blank_values=True)
    query = urlencode([pair for pair in pairs if not _is_view(*pair)])
    if not parts.path.strip("/") and not re.search(r"\d", query):
        return None
    return parts.path + (f"?{query}" if query else "")


def _is_of_visit(name: str, value: str) -> bool:
    """Whether a parameter states where a visitor came from, or which visit it is."""
    if _TRACKER.match(name) or _SESSION.match(name):
        return True
    return _SHORT_SESSION.match(name) is not None and _SESSION_VALUE.match(value) is not None


def _is_view(name: str, value: str) -> bool:
    return _VIEW.match(name) is not None or (_PAGING.match(name) is not None and value.isdigit() and len(value) < 4)


def _day(match: re.Match[str] | None) -> date | None:
    named = _DAY.match(match.groupdict().get("date") or "") if match else None
    try:
        return date(*(int(part) for part in named.groups())) if named else None
    except ValueError:
        return None


def _match(url: str, patterns: Iterable[str]) -> re.Match[str] | None:
    parts = urlsplit(url)
    searched = unquote(parts.path) + (f"?{unquote(parts.query)}" if parts.query else "")
    return next((match for pattern in patterns if (match := re.search(pattern, searched))), None)


def _split(url: str) -> SplitResult | None:
    parts = urlsplit(url)
    host = (parts.hostname or "").strip(".")
    return parts if parts.scheme in _DEFAULT_PORTS and host and not _NO_HOST.search(host) else None


def _netloc(parts: SplitResult) -> str:
    host = (parts.hostname or "").rstrip(".")
    host = f"[{host}]" if ":" in host else host
    port = parts.port
    return host if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{host}:{port}"


@lru_cache(maxsize=256)
def _site_of_origin(origin: str) -> str | None:
    return site_of(canonical_url(origin) or origin)  # canonical, so that a name in another script is in IDNA's form
