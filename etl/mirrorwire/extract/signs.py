"""Signs of what a page is that no page states in so many words: a heading that its title repeats, goods, shelves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from mirrorwire.extract.likeness import words_of
from mirrorwire.extract.normalize import is_site, site_names
from mirrorwire.extract.page import Page, inline, within
from mirrorwire.extract.structured import Structured

MIN_TITLE_WORDS = 3
MIN_HEADING_SHARE = 0.6
"""A heading of which a smaller share of the words stands in the title names something else."""
MAX_HEADINGS = 60
MAX_HEADING_CHARS = 400
MIN_UNMARKED_SHARE = 0.4
"""A text that is no heading, but makes up this share of the title, stands for one."""
MIN_UNMARKED_CHARS = 8
MAX_SPACE_CHARS = 200
MANY_GOODS = 30
"""Elements whose class names a product or a price: a review that links to shops has a few, a shelf has dozens."""
MIN_PRICES = 2
_HEADINGS: tuple[str, ...] = ("h1", "h2", "h3", "h4")
_FRAME = ("nav", "footer")
_NO_HEADINGS = frozenset({"a", "option", "li", "button", "label"})
_PRODUCT_TYPES = frozenset({"Product", "ProductGroup", "IndividualProduct", "ProductModel", "OfferCatalog"})
_PRODUCT_OG = re.compile(r"(?:^|[.:_])(?:product|item|ecommerce|offer)\b", re.I)
_PRODUCTS: Any = etree.XPath(
    "boolean(//*[contains(@itemtype,'schema.org/Product') or contains(@itemtype,'schema.org/IndividualProduct')])"
)
_NAMES = "concat(@class,'|',@id,'|',@name)"
_FOLDED = f"translate({_NAMES}, 'ABCDEFGHIJKLMNOPQRSTUVWXYZ-_ ', 'abcdefghijklmnopqrstuvwxyz')"
_CART: Any = etree.XPath(
    "boolean(//body/descendant-or-self::*[@class or @id or @name]"
    f"[contains({_FOLDED},'addtocart') or contains({_FOLDED},'addtobasket') or contains({_FOLDED},'addtobag')])"
)
_CART_NAMES = (b"addtocart", b"addtobasket", b"addtobag")
_GOODS = ("product", "price", "cart")
_COUNTS: tuple[Any, ...] = tuple(
    etree.XPath(f"count(//@class[contains(.,'{name}') or contains(.,'{name.capitalize()}')])") for name in _GOODS
)
_FILE_ENDING = re.compile(r"\.\w{2,5}$")
_BETWEEN_WORDS = re.compile(r"[-_+]|%20")
_SHELVES = frozenset(
    "c p category categories collection collections browse shop store product products department departments "
    "tag tags topic topics search".split()
)


def titled_words(page: Page, data: Structured, titles: Sequence[str]) -> int:
    """Return how many words of the page's title a heading of the page repeats, or a text that stands for one.

    A site's name, and a heading of one or two words, say nothing: sections and documents have such. Scripts without
    spaces are counted in pairs of characters.
    """
    if page.tree is None or not titles:
        return 0
    sites = site_names([data.meta("og:site_name", "application-name")], page.url)
    wanted = [words_of(title.lower()) for title in titles]
    most = 0
    for text in _shown_headings(page):
        words = words_of(text.lower())
        shared = max(len(words & title_words) for title_words in wanted)
        if shared > most and shared >= MIN_HEADING_SHARE * len(words) and not is_site(text, sites):
            most = shared
    if most >= MIN_TITLE_WORDS:
        return most
    return _unmarked_words(page, [title for title in titles if len(words_of(title.lower())) >= MIN_TITLE_WORDS], sites)


def goods(page: Page, data: Structured) -> str | None:
    """Return how the page offers something to buy: it says that it is a `product`, or has a button for the `cart`."""
    if page.tree is None:
        return None
    is_product = _PRODUCT_TYPES & data.types or _PRODUCT_OG.search(data.meta("og:type") or "")
    if is_product or data.meta("product:price:amount", "og:price:amount"):
        return "product"
    if b"Product" in page.source and _PRODUCTS(page.tree):
        return "product"
    return "cart" if _may_have_cart(page.source) and _CART(page.tree) else None


def is_shelf(page: Page) -> bool:
    """Return whether the page is built like a shop's: of products with their prices."""
    if page.tree is None or _mentions(page.source, "price") < MIN_PRICES:
        return False
    if sum(_mentions(page.source, name) for name in _GOODS) < MANY_GOODS:
        return False
    products, prices, carts = (int(count(page.tree)) for count in _COUNTS)
    return prices >= MANY_GOODS or (prices >= MIN_PRICES and products + prices + carts >= MANY_GOODS)


def is_on_shelf(url: str) -> bool:
    """Return whether a URL's path has a step by which shops and archives name a shelf (`/c/`, `/category/`)."""
    return not _SHELVES.isdisjoint(_path_of(url).lower().split("/")[:-1])


def path_steps(url: str) -> list[str]:
    """Return the steps of a URL's path that are not empty; none where the URL cannot be read."""
    return [step for step in _path_of(url).split("/") if step]


def words_in_step(step: str) -> list[str]:
    """Return the words of a step of a path, without a file's ending (`a-storm-breaks.html`)."""
    return [word for word in _BETWEEN_WORDS.split(_FILE_ENDING.sub("", step)) if word]


def _path_of(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _may_have_cart(source: bytes) -> bool:
    """Whether a cart's button is named anywhere in the markup, scripts and all: asking each element takes longer."""
    folded = source.lower().translate(None, b"-_ ")
    return any(name in folded for name in _CART_NAMES)


def _mentions(source: bytes, name: str) -> int:
    """How often a name stands in the markup, at least as often as in its classes."""
    return source.count(name.encode()) + source.count(name.capitalize().encode())


def _shown_headings(page: Page) -> Iterator[str]:
    if page.tree is None:
        return
    for heading in islice(page.tree.iter(*_HEADINGS), MAX_HEADINGS):
        if not within(heading, *_FRAME):
            text = inline(heading)
            if text and len(text) <= MAX_HEADING_CHARS:
                yield text


def _unmarked_words(page: Page, titles: Sequence[str], sites: frozenset[str]) -> int:
    """How many words the first text outside links has that is a title, or much of it."""
    body = None if page.tree is None else page.tree.find("body")
    if body is None or not titles:
        return 0
    spellings = [title.casefold() for title in titles]
    longest = max(map(len, spellings)) + MAX_SPACE_CHARS
    for element in body.iter(etree.Element):
        text = element.text
        if not text or element.tag in _NO_HEADINGS or not MIN_UNMARKED_CHARS <= len(text) <= longest:
            continue
        shown = " ".join(text.split()).casefold()
        for title in spellings:
            enough_chars = max(MIN_UNMARKED_CHARS, MIN_UNMARKED_SHARE * len(title))
            if len(shown) >= enough_chars and shown in title and not is_site(shown, sites):
                return len(words_of(shown))
    return 0
