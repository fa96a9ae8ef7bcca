"""What an import did, as the preview and the command line tell it, and where in a sheet something is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

from ledger.classing import Unknown
from ledger.headers import SYNONYMS
from ledger.running import NAMES
from ledger.sheet import Row, Sheet

SHOWN: Final = {"category": "方面", "problem": "问题", "detail": "具体表现", "basis": "定性依据", "amount": "涉及金额"}
"""What is found, as faults and notices name it."""
_USUAL: Final = {key: names[0] for key, names in (SYNONYMS | NAMES).items()} | SHOWN | {
    "unit": "单位", "number": "编号", "round": "轮次", "team": "巡察组",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Altered:
    """A column of the unit's own side that the ledger says otherwise: of which row and problem, its words, what stood and what will stand."""

    row: int
    unit: str
    number: str
    column: str
    was: str
    will_be: str


@dataclass(slots=True)
class Brought:
    """What an import did; with any error nothing of it may be kept."""

    problems: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    withdrawn: int = 0
    """Problems that the leading group withdrew, and that are not brought in again."""
    notices: list[str] = field(default_factory=list)
    errors: list[dict[str, Any]] = field(default_factory=list)
    unclaimed: list[str] = field(default_factory=list)
    """Units with new problems that nobody could claim."""
    alarms: list[str] = field(default_factory=list)
    """Of the notices those that nobody may overlook."""
    new_units: list[str] = field(default_factory=list)
    """Units that the system does not know yet, and that the import makes if it may."""
    alike: dict[str, list[str]] = field(default_factory=dict)
    """Of these units those whose names come near: a slip of the pen makes no unit."""
    changes: list[Altered] = field(default_factory=list)
    """What the unit said of known problems and the ledger says otherwise."""
    rounds_alike: list[str] = field(default_factory=list)
    """Of a new round the rounds whose names come near: a slip of the pen makes no round."""
    unknown: list[Unknown] = field(default_factory=list)
    """Aspects that the dictionary of the round does not know."""
    dictionary: int | None = None
    """The version that the round is bound to."""
    marked: int = 0
    """Topics that were marked."""
    becomes: dict[int, str] = field(default_factory=dict)
    """Of work taken over what each row becomes and why, by its number in the sheet."""
    taken_over: dict[str, int] = field(default_factory=dict)
    """How many rows come into each state so."""


def refused(sheet: Sheet) -> Brought:
    """Return what a sheet's own faults say, before anything is looked up; without faults an empty report."""
    errors = [{"row": f.row, "column": f.column, "value": f.value, "message": f.message} for f in sheet.faults]
    return Brought(problems=len(sheet.rows), notices=list(sheet.notices), errors=errors)


def error_at(row: Row, sheet: Sheet, name: str, message: str) -> dict[str, Any]:
    """Return what is wrong with a row, at its cell: the column by the sheet's own name, and what stands there."""
    column = dict(sheet.labels).get(name, _USUAL.get(name, name))
    value = row.running.in_column(name) if row.running and name in NAMES else getattr(row, name)
    return {"row": row.row, "column": column, "value": str(value or ""), "message": message}
