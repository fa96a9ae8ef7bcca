"""Cells as words: one text per cell, tidied the same way wherever it came from."""

from __future__ import annotations

import re
from datetime import date, datetime

from ledger.cells import Cell

EDGES = " \n\u3000\xa0\u200b\ufeff"
"""What is cut from both ends of a text. Tab and CR stay: an exported text must come back as it was."""
BLANKS = re.compile(r"[\s\u200b\ufeff]+")
BREAKS = re.compile(r"[\r\n]")
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffe\uffff]")
_COMPUTED = re.compile(r"[ \u00a0\u3000]*[=+\-@＝＋－＠\t\r\n]")
"""With what a cell begins that a spreadsheet would compute, in the full width of Chinese keyboards too."""
FULLWIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " "}


def cell_text(cell: Cell) -> str:
    """The words a cell shows: 1.0 is “1”, a date its ISO form, TRUE is 是."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        return f"{cell:.15g}"
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time().isoformat() != "00:00:00" else cell.date().isoformat()
    return cell.isoformat() if isinstance(cell, date) else str(cell)


def tidy_text(text: str) -> str:
    """A text of several lines: CRLF is LF, no blanks at the ends. What is tidy stays as it is."""
    return text.replace("\r\n", "\n").strip(EDGES)


def tidy_name(text: str) -> str:
    """A name or other short word: one line, every run of blanks one space. What is tidy stays as it is."""
    return BLANKS.sub(" ", text).strip()


def tidy_number(text: str) -> str:
    """A problem's number in the ledger: as a name, with its full-width digits made plain."""
    return tidy_name(text).translate({code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)})


def squeezed(text: str) -> str:
    """A word for comparison only: no blanks at all, full-width signs as their plain ones."""
    return BLANKS.sub("", text).translate(FULLWIDTH)


def as_text(cell: str) -> str:
    """Return a cell that stays text in any spreadsheet: what would be computed, or begins unseen, gets an apostrophe before it."""
    return f"'{cell}" if _COMPUTED.match(cell) else cell


def as_written(cell: str) -> str:
    """Return a cell without the apostrophe that `as_text` put before it."""
    return cell[1:] if cell.startswith("'") and _COMPUTED.match(cell[1:]) else cell
