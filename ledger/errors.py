"""What keeps an import out, as pages and the command show it: the row and what it is called, the column, the value, the sentence."""

from __future__ import annotations

from typing import Any, Final

from ledger.headers import SYNONYMS
from ledger.running import NAMES
from ledger.sheet import Row, Sheet, SheetFault

SHOWN: Final = {"category": "方面", "problem": "问题", "detail": "具体表现", "basis": "定性依据", "amount": "涉及金额"}
_USUAL: Final = {
    **{key: names[0] for key, names in (SYNONYMS | NAMES).items()},
    **SHOWN,
    "unit": "单位",
    "number": "编号",
    "round": "轮次",
    "team": "巡察组",
}
Error = dict[str, Any]


def of_fault(fault: SheetFault, sheet: Sheet) -> Error:
    """Return a fault of the file itself."""
    return _error(fault.row, sheet.place(fault.row), fault.column, fault.value, fault.message)


def of_row(row: Row, sheet: Sheet, name: str, message: str) -> Error:
    """Return what is wrong with a row at one field, under the name that its column has there."""
    column = sheet.label(row, name) or _USUAL.get(name, name)
    value = row.running.in_column(name) if row.running and name in NAMES else getattr(row, name)
    return _error(row.row, sheet.place(row.row), column, str(value or ""), message)


def of_the_whole(message: str, column: str = "", value: str = "") -> Error:
    """Return what is wrong with the whole import, and stands in no row."""
    return _error(0, "", column, value, message)


def _error(row: int, place: str, column: str, value: str, message: str) -> Error:
    return {"row": row, "place": place, "column": column, "value": value, "message": message}
