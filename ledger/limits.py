"""How large a ledger may be before it is refused unread."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds on one file. Defaults hold a ledger of 200,000 rows and keep reading it under 1 GB."""

    file_bytes: int = 50 * 2**20
    unpacked_bytes: int = 300 * 2**20
    unpack_ratio: int = 100
    """Only asked of files that unpack to more than `ratio_from_bytes`: small XML packs very well."""
    ratio_from_bytes: int = 32 * 2**20
    rows: int = 200_000
    text_chars: int = 20_000
    reader_seconds: int = 60
    reader_bytes: int = 2 * 2**30
    """Address space of the separate process that reads old and odd files."""


DEFAULT = Limits()
