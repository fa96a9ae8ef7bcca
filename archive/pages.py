"""How many pages a file has, where that can be told without opening it: of a PDF, as its page tree counts them."""

from __future__ import annotations

import re
import zlib
from pathlib import Path
from typing import Final

LARGEST: Final = 32 << 20
_COUNT: Final = re.compile(rb"/Type\s*/Pages\b[^<>]*?/Count\s+(\d{1,6})|/Count\s+(\d{1,6})[^<>]*?/Type\s*/Pages\b")
_PACKED: Final = re.compile(rb"/ObjStm\b.*?stream\r?\n", re.DOTALL)
_MOST_UNPACKED: Final = 8 << 20


def pages_of(path: Path) -> int | None:
    """Return how many pages a PDF has; None of what is none, is large, or does not say so plainly."""
    if path.stat().st_size > LARGEST:
        return None
    with path.open("rb") as file:
        return pages_in(file.read()) if file.read(5) == b"%PDF-" and not file.seek(0) else None


def pages_in(pdf: bytes) -> int | None:
    """Return how many pages a PDF has, or None."""
    counts = [int(one or other) for one, other in _COUNT.findall(pdf)]
    for found in _PACKED.finditer(pdf):
        try:
            unpacked = zlib.decompressobj().decompress(pdf[found.end() :], _MOST_UNPACKED)
        except zlib.error:
            continue
        counts += [int(one or other) for one, other in _COUNT.findall(unpacked)]
    return max(counts, default=0) or None
