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
    elements: int = 5_000_000
    """Elements of a Word document, or of a table of one: such a document has 20,000 rows, and is read in half a minute."""
    tables: int = 2_000
    grid_columns: int = 200
    """Columns of the grid that lies under a Word table; dragged edges give it more than the table has."""
    reader_seconds: int = 60
    reader_bytes: int = 2 * 2**30
    """Address space of the separate process that reads old and odd files."""


DEFAULT = Limits()
