"""What pages show of cases, by id: words, people, measures, materials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.sql import Driver, as_date

_COLUMNS = (
    "id", "number", "unit_id", "answerable_id", "inspection_id", "round_id", "category", "problem", "detail", "basis", "amount",
    "responsible", "department", "person", "measures_said", "said", "note", "kind", "state", "version", "shown_version",
    "fed_back_on", "due_on", "first_due_on", "state_due_on", "owes", "rung", "flagged", "objections", "plan_returns",
    "returns", "extensions", "extension_until", "plan_approved", "cycle", "escalations", "submitted_on", "verified_on",
    "last_on", "text_hash", "unsigned", "void", "jurisdiction",
)  # fmt: skip
_DATES = (
    "fed_back_on",
    "due_on",
    "first_due_on",
    "state_due_on",
    "extension_until",
    "submitted_on",
    "verified_on",
    "last_on",
)


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as pages show it: its columns by name, its unit and round in words."""

    row: dict[str, Any]
    unit: str
    answerable: str
    round: str

    def __getattr__(self, name: str) -> Any:
        """Return a column of the case."""
        try:
            return self.row[name]
        except KeyError:
            raise AttributeError(name) from None


def shown_cases(driver: Driver, jurisdiction: int, ids: Sequence[int]) -> list[Shown]:
    """Return cases in the order of the ids; unknown and foreign ids are left out."""
    if not ids:
        return []
    among, params = driver.among("c.id", list(ids))
    sql = (
        f"SELECT u.name, a.name, r.name, {', '.join('c.' + name for name in _COLUMNS)} FROM cases c "
        "JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id JOIN rounds r ON r.id = c.round_id "
        f"WHERE c.jurisdiction = ? AND {among}"
    )
    found = {}
    for row in driver.all(sql, [jurisdiction, *params]):
        values = dict(zip(_COLUMNS, row[3:], strict=True))
        values |= {name: as_date(values[name]) for name in _DATES}
        found[values["id"]] = Shown(values, row[0], row[1], row[2])
    return [found[case] for case in ids if case in found]


@dataclass(frozen=True, slots=True)
class MeasureShown:
    """A measure of the plan in force."""

    no: int
    text: str
    person: str
    department: str
    due_on: date | None
    checked_by: str


def measures_of(driver: Driver, case: int) -> list[MeasureShown]:
    """Return the measures of a case."""
    rows = driver.all(
        "SELECT no, text, person, department, due_on, checked_by FROM measures WHERE case_id = ? ORDER BY no", (case,)
    )
    return [
        MeasureShown(no, text, person, department, as_date(due), checked)
        for no, text, person, department, due, checked in rows
    ]
