"""Cases as pages show them, by id: their columns, their words, the cases near them; and as lines of a list."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from states import CLOCKS
from storage.columns import COLUMNS, DATES, FLAGS, WORDS, CaseRow
from storage.reads.dictionaries import topics_in_line
from storage.reads.lamps import LAMP_ON
from storage.scope import Scope
from storage.sql import Driver, as_date

_COLUMNS = (*COLUMNS, *WORDS)
_DATES = (*DATES, "lamp_on")


@dataclass(frozen=True, slots=True)
class Shown:
    """A case as pages show it: its columns by name, its unit and round in words."""

    row: dict[str, Any]
    unit: str
    answerable: str
    round: str
    source: str = ""
    """The upper office that fed it back, and whose round of theirs it was; empty for what is this office's own."""

    def __getattr__(self, name: str) -> Any:
        """Return a column of the case."""
        try:
            return self.row[name]
        except KeyError:
            raise AttributeError(name) from None

    def as_row(self) -> CaseRow:
        """Return the case as rules look at it."""
        return CaseRow(*(self.row[name] for name in COLUMNS))


def shown_cases(driver: Driver, jurisdiction: int, ids: Sequence[int]) -> list[Shown]:
    """Return cases in the order of the ids; unknown and foreign ids are left out."""
    if not ids:
        return []
    among, params = driver.among("c.id", list(ids))
    sql = (
        f"SELECT u.name, a.name, r.name, s.fields, r.source_said, {', '.join('c.' + name for name in _COLUMNS)}, {LAMP_ON}, "
        f"{topics_in_line(driver)} FROM cases c "
        "JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id JOIN rounds r ON r.id = c.round_id "
        "LEFT JOIN listed s ON s.id = r.source_id "
        f"WHERE +c.jurisdiction = ? AND {among}"
    )
    # The `+` keeps SQLite from taking an index that begins with the jurisdiction: that would read all cases of it.
    found = {}
    for row in driver.all(sql, [jurisdiction, *params]):
        values = dict(zip((*_COLUMNS, "lamp_on", "topics"), row[5:], strict=True))
        values |= {name: as_date(values[name]) for name in _DATES}
        values |= {name: bool(values[name]) for name in FLAGS}
        found[values["id"]] = Shown(values, row[0], row[1], row[2], _source(row[3], row[4]))
    return [found[case] for case in ids if case in found]


def _source(correspondent: str | None, said: str | None) -> str:
    return " ".join(filter(None, (json.loads(correspondent)["name"], said))) if correspondent else ""


def cases_within(driver: Driver, jurisdiction: int, scope: Scope) -> list[int]:
    """Return the ids of the cases of a scope."""
    return [row[0] for row in driver.all(*scope.ids(driver, jurisdiction))]


def is_case(driver: Driver, jurisdiction: int, case: int) -> bool:
    """Say whether the jurisdiction has a case of that number."""
    return driver.one("SELECT 1 FROM cases WHERE id = ? AND jurisdiction = ?", (case, jurisdiction)) is not None


def places_of(driver: Driver, jurisdiction: int, cases: Sequence[int]) -> dict[int, str]:
    """Return what cases are called without a word of theirs: unit and number."""
    among, params = driver.among("c.id", list(cases) or [0])
    sql = f"SELECT c.id, u.name, c.number FROM cases c JOIN units u ON u.id = c.unit_id WHERE c.jurisdiction = ? AND {among}"
    return {case: f"{unit} 第 {number} 号" for case, unit, number in driver.all(sql, [jurisdiction, *params])}


def words_shown(driver: Driver, ids: Sequence[int]) -> dict[int, dict[str, str]]:
    """Return the words of cases that a person reads before acting on them."""
    columns = ("problem", "detail", "responsible", "department", "person")
    among, params = driver.among("id", list(ids))
    rows = driver.all(f"SELECT id, {', '.join(columns)} FROM cases WHERE {among}", params) if ids else []
    return {row[0]: dict(zip(columns, row[1:], strict=True)) for row in rows}


def filed_beside(driver: Driver, cases: Sequence[Shown], states: Sequence[str]) -> list[Shown]:
    """Return the other cases in these states of the round of some, for which the same unit answers, by unit and in order."""
    first = cases[0]
    among, params = driver.among("state", states)
    rows = driver.all(
        f"SELECT id FROM cases WHERE jurisdiction = ? AND answerable_id = ? AND round_id = ? AND {among} ORDER BY unit_id, id",
        [first.jurisdiction, first.answerable_id, first.round_id, *params],
    )
    known = {case.id for case in cases}
    return shown_cases(driver, first.jurisdiction, [row[0] for row in rows if row[0] not in known])


MOST_NEAR = 300


def near_cases(driver: Driver, case: Shown, hidden: Collection[int] = ()) -> list[Shown]:
    """Return the other cases of the unit, of its villages and of the unit that answers for it, but for those hidden: the first MOST_NEAR."""
    rows = driver.all(
        "SELECT id FROM cases WHERE jurisdiction = ? AND answerable_id = ? AND id <> ? AND void = ? ORDER BY round_id DESC, unit_id, id LIMIT ?",
        (case.jurisdiction, case.answerable_id, case.id, False, MOST_NEAR),
    )
    return shown_cases(driver, case.jurisdiction, [row[0] for row in rows if row[0] not in hidden])


@dataclass(frozen=True, slots=True)
class CaseLine:
    """A case as one line of a list."""

    id: int
    number: str
    unit: str
    problem: str
    state: str
    due_on: date | None
    state_due_on: date | None
    lamp_on: date | None
    owes: str | None
    rung: str
    flagged: bool
    version: int
    recurring: dict[str, date] = field(default_factory=dict)
    """By when what is due again and again is due next, by its clock."""


def list_cases(driver: Driver, jurisdiction: int, unit: str | None = None, state: str | None = None) -> list[CaseLine]:
    """Return cases with their units, in order of id; `unit` takes in the villages it answers for."""
    where, params = ["c.jurisdiction = ?"], [jurisdiction]
    found: list[Any] = list(params)
    if unit is not None:
        where.append("(u.name = ? OR a.name = ?)")
        found += [unit, unit]
    if state is not None:
        where.append("c.state = ?")
        found.append(state)
    sql = (
        f"SELECT c.id, c.number, u.name, c.problem, c.detail, c.state, c.due_on, c.state_due_on, {LAMP_ON}, c.owes, c.rung, c.flagged, c.version "
        "FROM cases c JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id "
        f"WHERE {' AND '.join(where)} ORDER BY c.id"
    )
    cases = [_listed(row) for row in driver.all(sql, found)]
    recurring = _recurring(driver, " AND ".join(where), found)
    return [replace(one, recurring=recurring[one.id]) if one.id in recurring else one for one in cases]


def _recurring(driver: Driver, where: str, params: Sequence[Any]) -> dict[int, dict[str, date]]:
    """Return when what is due again and again is due next in these cases, where it is not paused."""
    names, words = driver.among("k.name", [one.name for one in CLOCKS.values() if one.recurs_by] or [""])
    sql = (
        "SELECT k.case_id, k.name, k.due_on FROM clocks k JOIN cases c ON c.id = k.case_id JOIN units u ON u.id = c.unit_id "
        f"JOIN units a ON a.id = c.answerable_id WHERE {where} AND {names} AND k.paused_since IS NULL"
    )
    found: dict[int, dict[str, date]] = {}
    for case, name, due in driver.all(sql, [*params, *words]):
        if day := as_date(due):
            found.setdefault(case, {})[name] = day
    return found


def _listed(row: Sequence[Any]) -> CaseLine:
    case, number, unit, problem, detail, state, due, state_due, lamp, owes, rung, flagged, version = row
    words = f"{problem}：{detail}" if detail else problem
    return CaseLine(
        case, number, unit, words, state, as_date(due), as_date(state_due), as_date(lamp), owes, rung, bool(flagged), version,
    )  # fmt: skip
