"""Real pages with something taken away: what other publishers' pages lack, these pages can be made to lack.

Each ablation takes a page's tree and changes it in place. What a page says to its readers stays, so that the gold
answers still hold.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from lxml import etree, html

from mirrorwire.extract.page_encoding import decode

Tree = Any
Ablation = Callable[[Tree], None]

_SEMANTIC_BOXES = ("article", "main", "section", "header", "figure", "hgroup", "address")
_SEMANTIC_FRAMES = ("nav", "aside", "footer")
_ITEM_ATTRIBUTES = (
    "itemprop", "itemscope", "itemtype", "itemid", "itemref", "property", "typeof", "vocab", "about", "resource", "rel",
)  # fmt: skip
_BLOCKS = frozenset(
    "html head body div section article main header footer aside nav p h1 h2 h3 h4 h5 h6 ul ol li dl dt dd table thead "
    "tbody tr td th figure figcaption blockquote form hr br script style link meta title noscript".split()
)
_SPACES = re.compile(r"\s+")


def without_json_ld(tree: Tree) -> None:
    """No script of type `application/ld+json`."""
    for script in list(tree.iter("script")):
        if "ld+json" in (script.get("type") or "").lower():
            script.drop_tree()


def without_scripts(tree: Tree) -> None:
    """No script at all, so no application's data either."""
    for script in list(tree.iter("script")):
        script.drop_tree()


def without_metas(tree: Tree) -> None:
    """No meta tag but those that name the encoding; `<title>` and the canonical link stay."""
    for meta in list(tree.iter("meta")):
        if meta.get("charset") is None and (meta.get("http-equiv") or "").lower() != "content-type":
            meta.drop_tree()


def without_items(tree: Tree) -> None:
    """No microdata, no RDFa, and no `rel=author` on links; head links keep their `rel`."""
    for element in tree.iter(etree.Element):
        if element.tag == "meta":
            continue
        for name in _ITEM_ATTRIBUTES:
            if name in element.attrib and not (name == "rel" and element.tag == "link"):
                del element.attrib[name]


def with_meaningless_names(tree: Tree) -> None:
    """Each class and id a token of its own, the same wherever it stands on the page, as style compilers make them."""
    known: dict[str, str] = {}
    for element in tree.iter(etree.Element):
        for attribute in ("class", "id"):
            if names := element.get(attribute):
                tokens = [known.setdefault(name, f"x{len(known) * 7919 % 100_003:05d}") for name in names.split()]
                element.set(attribute, " ".join(tokens))
        for attribute in [name for name in element.attrib if name.startswith("data-") or name == "aria-label"]:
            del element.attrib[attribute]


def without_semantic_tags(tree: Tree) -> None:
    """Boxes with a meaning become `div`, the words of `time` a `span`; the frame's (`nav`, `aside`, `footer`) stay."""
    for element in tree.iter(*_SEMANTIC_BOXES, "figcaption", "time"):
        element.tag = "span" if element.tag == "time" else "div"
        element.attrib.pop("datetime", None)


def without_frame_tags(tree: Tree) -> None:
    """`nav`, `aside` and `footer` become `div` too."""
    for element in tree.iter(*_SEMANTIC_FRAMES):
        element.tag = "div"


def minified(tree: Tree) -> None:
    """White space between blocks gone, the rest one space; no comments."""
    for comment in list(tree.iter(etree.Comment)):
        comment.drop_tree()
    _respaced(tree, "")


def pretty_printed(tree: Tree) -> None:
    """Line breaks and comments between blocks."""
    _respaced(tree, "\n      ")
    for element in list(tree.iter("div", "p", "article"))[:500]:
        comment = etree.Comment(" block ")
        comment.tail = "\n    "
        if element.getparent() is not None:
            element.addprevious(comment)


def paragraphs_as_boxes(tree: Tree) -> None:
    """Each `p` a `div`, as page builders write."""
    for paragraph in tree.iter("p"):
        if not any(child.tag in _BLOCKS - {"br"} for child in paragraph):
            paragraph.tag = "div"


def paragraphs_as_breaks(tree: Tree) -> None:
    """`p` elements in a row without names become text with two line breaks between, as old systems wrote."""
    for paragraph in list(tree.iter("p")):
        parent = paragraph.getparent()
        if parent is None or parent.tag in ("li", "td", "blockquote", "figcaption"):
            continue
        if any(child.tag in _BLOCKS - {"br"} for child in paragraph):
            continue
        for _ in range(2):
            paragraph.append(etree.Element("br"))
        paragraph.drop_tag()


def _respaced(tree: Tree, between: str) -> None:
    for element in tree.iter(etree.Element):
        if element.tag in ("pre", "textarea", "script", "style"):
            if element.tail and not element.tail.strip():
                element.tail = between
            continue
        if element.text:
            element.text = _spaced(element.text, element.tag in _BLOCKS, _is_block(next(iter(element), None)), between)
        if element.tail:
            parent = element.getparent()
            following = element.getnext()
            ends = following is None and parent is not None and parent.tag in _BLOCKS
            element.tail = _spaced(element.tail, _is_block(element), ends or _is_block(following), between)


def _spaced(text: str, block_before: bool, block_behind: bool, between: str) -> str:
    text = _SPACES.sub(" ", text)
    if text == " ":
        return between if block_before or block_behind else " "
    return (text.lstrip() if block_before else text) if not block_behind else text.rstrip()


def _is_block(element: Any) -> bool:
    return element is not None and element.tag in _BLOCKS


ABLATIONS: Mapping[str, Sequence[Ablation]] = {
    "as it is, written anew": (),
    "no JSON-LD": (without_json_ld,),
    "no meta tags": (without_metas,),
    "no microdata": (without_items,),
    "no JSON-LD, no meta tags": (without_json_ld, without_metas),
    "no metadata at all": (without_json_ld, without_metas, without_items),
    "no scripts": (without_scripts,),
    "meaningless classes and ids": (with_meaningless_names,),
    "no semantic tags": (without_semantic_tags,),
    "no semantic tags, frame too": (without_semantic_tags, without_frame_tags),
    "minified": (minified,),
    "pretty printed": (pretty_printed,),
    "paragraphs as div": (paragraphs_as_boxes,),
    "paragraphs as line breaks": (paragraphs_as_breaks,),
    "meaningless names, no semantic tags": (with_meaningless_names, without_semantic_tags),
    "no JSON-LD, meaningless names": (without_json_ld, with_meaningless_names),
    "no metadata, meaningless names": (without_json_ld, without_metas, without_items, with_meaningless_names),
    "no metadata, no semantic tags": (without_json_ld, without_metas, without_items, without_semantic_tags),
    "no metadata, line breaks": (without_json_ld, without_metas, without_items, paragraphs_as_breaks),
    "meaningless names, line breaks": (with_meaningless_names, paragraphs_as_breaks),
    "all of it, paragraphs kept": (
        without_scripts, without_metas, without_items, with_meaningless_names, without_semantic_tags,
        without_frame_tags, minified,
    ),
    "all of it": (
        without_scripts, without_metas, without_items, with_meaningless_names, without_semantic_tags,
        without_frame_tags, paragraphs_as_breaks, minified,
    ),
}  # fmt: skip


def ablated(body: bytes, steps: Sequence[Ablation]) -> bytes:
    """Return a page after some ablations, as UTF-8."""
    text, _ = decode(body, None)
    tree = html.document_fromstring(text.encode("utf-8", "replace"), parser=html.HTMLParser(encoding="utf-8"))
    for step in steps:
        step(tree)
    written: bytes = etree.tostring(tree, method="html", encoding="utf-8", doctype="<!DOCTYPE html>")
    return written
