"""Whole numbers as addresses and forms write them."""

from __future__ import annotations

from typing import Final

LARGEST: Final = 2**63 - 1
"""No larger than a database can be asked for."""


def number_in(text: str, most: int = LARGEST) -> int | None:
    """Return the number that a text writes in plain digits, no larger than `most`; None of anything else."""
    plain = text.isascii() and text.isdecimal() and len(text) <= len(str(LARGEST))
    return int(text) if plain and int(text) <= most else None
