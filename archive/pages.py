"""How many pages a file has, where that can be told without opening it: of a PDF, as its page tree counts them."""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from itertools import chain
from pathlib import Path
from typing import Final

LARGEST: Final = 32 << 20
_TREE: Final = re.compile(rb"(?<![^<>])[^<>]*?/Type\s*/Pages\b[^<>]*")
"""The dictionary of a page tree, tried at its first sign alone: a file made to be read slowly is read as fast as any other."""
_COUNT: Final = re.compile(rb"/Count\s+(\d{1,6})")
_MOST_UNPACKED: Final = 8 << 20


def pages_of(path: Path) -> int | None:
    """Return how many pages a PDF has; None of what is none, is large, or does not say so plainly."""
    if path.stat().st_size > LARGEST:
        return None
    with path.open("rb") as file:
        return pages_in(file.read()) if file.read(5) == b"%PDF-" and not file.seek(0) else None


def pages_in(pdf: bytes) -> int | None:
    """Return how many pages a PDF has, or None."""
    parts = chain([pdf], _unpacked(pdf))
    counts = (int(count) for part in parts for tree in _TREE.findall(part) for count in _COUNT.findall(tree))
    return max(counts, default=0) or None


def _unpacked(pdf: bytes) -> Iterator[bytes]:
    """Yield what its streams of objects hold, until one is not packed as they are or it is too much."""
    end, left = 0, _MOST_UNPACKED
    while left > 0 and (found := pdf.find(b"/ObjStm", end)) >= 0 and (begins := pdf.find(b"stream", found)) >= 0:
        end = pdf.find(b"endstream", begins)
        end = end if end >= 0 else len(pdf)
        packed = pdf[begins:end].removeprefix(b"stream").lstrip(b"\r\n")
        try:
            content = zlib.decompressobj().decompress(packed, left)
        except zlib.error:
            return
        left -= len(content)
        yield content
