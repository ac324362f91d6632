"""Content codings are undone, under a cap."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable
from importlib import import_module

import pytest

from mirrorwire.http.codings import TooLarge, Undecodable, decoded

TEXT = "Die Größe zählt nicht. ".encode() * 2000


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
def test_codings_are_undone_and_capped_and_torn_ones_refused(coding: str) -> None:
    if coding == "gzip":
        pack: Callable[[bytes], bytes] = gzip.compress
    elif coding == "deflate":
        pack = zlib.compress
    elif coding == "br":
        pack = pytest.importorskip("brotli", minversion="1.2").compress
    else:
        pytest.importorskip("zstandard")
        pack = import_module("zstandard").ZstdCompressor().compress
    assert decoded(pack(TEXT), coding.upper(), 10**6) == TEXT
    assert decoded(pack(gzip.compress(TEXT)), f"gzip, {coding}", 10**6) == TEXT
    assert decoded(pack(TEXT), coding, len(TEXT)) == TEXT
    assert decoded(b"", coding, 100) == b""
    with pytest.raises(TooLarge):
        decoded(pack(bytes(2 * 10**7)), coding, 10**6)
    for cut in (1, len(pack(TEXT)) // 2):
        with pytest.raises(Undecodable):
            decoded(pack(TEXT)[:-cut], coding, 10**6)
    with pytest.raises(Undecodable):
        decoded(b"<html>" * 100, coding, 10**6)


def test_bare_deflate_several_gzip_members_and_padding_are_read() -> None:
    bare = zlib.compressobj(wbits=-15)
    assert decoded(bare.compress(TEXT) + bare.flush(), "deflate", 10**6) == TEXT
    assert decoded(gzip.compress(b"one") + gzip.compress(b"two") + bytes(8), "gzip", 100) == b"onetwo"
    with pytest.raises(TooLarge):
        decoded(gzip.compress(bytes(60)) * 2, "gzip", 100)
    with pytest.raises(Undecodable):
        decoded(TEXT, "gzip, gzip, gzip, gzip", 10**6)


@pytest.mark.parametrize(
    "said", ["", "identity", "none", "UTF-8", "utf8", "ISO-8859-1", "windows-1256", "8bit", "binary"]
)
def test_what_is_no_coding_changes_nothing(said: str) -> None:
    assert decoded(TEXT, said, len(TEXT)) is TEXT
    assert decoded(gzip.compress(TEXT), f"{said}, gzip", len(TEXT)) == TEXT
    for other in ("rot13", "compress", "exi", "gzip;q=1"):
        with pytest.raises(Undecodable, match="unknown content coding"):
            decoded(TEXT, other, len(TEXT))
