"""The names by which strangers call their encodings: those of the WHATWG standard, and nothing else that Python knows.

Python has codecs that are no encodings of pages (`undefined`, `idna`, `hex`, `unicode_escape`): some raise on
any bytes, some spell markup in letters. Source: https://encoding.spec.whatwg.org/#names-and-labels
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import webencodings
from webencodings.labels import LABELS

PRESCAN_BYTES = 4096
"""How far a declaration in markup is looked for; the standard says 1024, and real pages need more."""
_WIDER = {"gbk": "gb18030", "x-user-defined": "cp1252"}
"""GB 18030 holds all of GBK, and GB 2312 with it; what is called user-defined the HTML standard takes for Windows."""
_PARAMETER = re.compile(r"""(?:^|;)\s*+([^\s;=]++)\s*+=\s*+("[^"]*+"?|'[^']*+'?|[^;,\s]*+)""")
_ATTRIBUTE = re.compile(r"""([^\s"'>/=]++)(?:\s*+=\s*+("[^"]*+"?|'[^']*+'?|[^\s"'>]++))?""")
_DECLARING = re.compile(
    r"""<!--.*?(?:-->|$)|<meta(?=[\s/])(?P<meta>(?:[^<>="']|"[^"]*"|'[^']*'|=)*+)|<\?xml\s(?P<xml>[^<>]*+)|<body\b""",
    re.I | re.S,
)
_IN_CONTENT = re.compile(r"""charset\s*+=\s*+["']?\s*+([^\s"';,]++)""", re.I)


def encoding_of(label: str | None) -> str | None:
    """Return the Python codec of an encoding by any of its labels, `None` for what the standard does not know.

    `None` too for what the standard refuses to decode (`hz-gb-2312`, `iso-2022-kr`): it is then guessed from the bytes.
    Blanks and quotes around a label do not count, nor does the case of its letters.
    """
    encoding = webencodings.lookup(label.strip("\t\n\f\r \"'")) if label and label.isascii() else None
    if encoding is None or encoding.name == "replacement":
        return None
    return _WIDER.get(encoding.name) or str(encoding.codec_info.name)


CODECS = sorted({codec for label in LABELS if (codec := encoding_of(label)) is not None})
"""All that `encoding_of` can return."""


def encoding_of_header(content_type: str | None) -> str | None:
    """Return the Python codec that a `Content-Type` names as its `charset`, `None` where none is known."""
    for name, value in _PARAMETER.findall(content_type or ""):
        if name.lower() == "charset" and (codec := encoding_of(value)) is not None:
            return codec
    return None


def encoding_of_markup(body: bytes) -> str | None:
    """Return the Python codec that a page's first meta tags or its XML declaration name, `None` where none is known.

    Source: https://html.spec.whatwg.org/#prescan-a-byte-stream-to-determine-its-encoding
    """
    head = body[:PRESCAN_BYTES].decode("latin-1")
    return next((codec for label in _labels(head) if (codec := encoding_of(label)) is not None), None)


def _labels(head: str) -> Iterator[str]:
    for tag in _DECLARING.finditer(head):
        attributes = {name.lower(): value for name, value in _ATTRIBUTE.findall(tag["meta"] or tag["xml"] or "")}
        if tag["xml"] is not None:
            yield attributes.get("encoding", "")
        elif tag["meta"] is not None:
            yield attributes.get("charset", "")
            if "content" in attributes.get("http-equiv", "").lower():
                yield from _IN_CONTENT.findall(attributes.get("content", ""))
        elif not tag[0].startswith("<!--"):
            return  # the body begins
