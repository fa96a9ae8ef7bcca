"""Measures 措施 as a ledger's text lists them: “1.…；2.…；3.…”."""

from __future__ import annotations

import re
from typing import Final

MOST: Final = 100
_NUMBERED: Final = re.compile(r"(?:(?<=^)|(?<=[；;。\n]))\s*\d{1,2}[.．、]")
_EDGES: Final = " ；;。\n"


def split_measures(said: str) -> list[str]:
    """Return the measures that a ledger's text lists, each without its number."""
    return [part for one in _NUMBERED.split(said) if (part := one.strip(_EDGES))][:MOST]
