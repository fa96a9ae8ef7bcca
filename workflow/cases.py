"""Reading cases: what is not a move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from states import CLOCKS, DONE, ESCALATED, STATES, WITHDRAWN
from storage.reads.lamps import LAMP_ON, late
from storage.sql import Driver, as_date


@dataclass(frozen=True, slots=True)
class Listed:
    """A case in a list."""

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


def list_cases(driver: Driver, jurisdiction: int, unit: str | None = None, state: str | None = None) -> list[Listed]:
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
    """Return when what is due again and again is due next in these cases, where it does not stand still."""
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


def _listed(row: Sequence[Any]) -> Listed:
    case, number, unit, problem, detail, state, due, state_due, lamp, owes, rung, flagged, version = row
    words = f"{problem}：{detail}" if detail else problem
    return Listed(
        case, number, unit, words, state, as_date(due), as_date(state_due), as_date(lamp), owes, rung, bool(flagged), version,
    )  # fmt: skip


def stats(driver: Driver, jurisdiction: int, today: date, round_id: int | None = None) -> dict[str, Any]:
    """Return the figures of the reports; the denominator `of` leaves out what was withdrawn or void."""
    scope, params = ("AND c.round_id = ?", [jurisdiction, round_id]) if round_id else ("", [jurisdiction])
    rows = driver.all(
        f"SELECT c.state, c.void, COUNT(*) FROM cases c WHERE c.jurisdiction = ? {scope} GROUP BY c.state, c.void",
        params,
    )
    by_state = dict.fromkeys(STATES, 0)
    for state, void, count in rows:
        by_state[state] += 0 if void else count
    problems = sum(by_state.values())
    of = problems - by_state[WITHDRAWN]
    done = sum(by_state[state] for state in DONE)
    return {
        **_organised(driver, jurisdiction, round_id),
        "problems": problems,
        **_achieved(driver, scope, params),
        "by_state": by_state,
        "done": done,
        "of": of,
        "rate": round(100 * done / of, 2) if of else None,
        "overdue": _overdue(driver, scope, params, today),
        "flagged": _one(
            driver, f"SELECT COUNT(*) FROM cases c WHERE c.jurisdiction = ? {scope} AND c.flagged <> ''", params
        ),
        "escalated": by_state[ESCALATED],
    }


def _organised(driver: Driver, jurisdiction: int, round_id: int | None) -> dict[str, int]:
    scope, params = ("AND round_id = ?", [jurisdiction, round_id]) if round_id else ("", [jurisdiction])
    return {
        "rounds": 1 if round_id else _one(driver, "SELECT COUNT(*) FROM rounds WHERE jurisdiction = ?", params),
        "organisations": _one(
            driver, f"SELECT COUNT(DISTINCT unit_id) FROM inspections WHERE jurisdiction = ? {scope}", params
        ),
        "clues": _one(driver, f"SELECT COUNT(*) FROM clues WHERE jurisdiction = ? {scope}", params),
    }


def _achieved(driver: Driver, scope: str, params: Sequence[Any]) -> dict[str, Any]:
    """What was achieved counts while its case is accepted; basically done 基本完成 is not, and states its figures again."""
    accepted, states = driver.among("c.state", DONE)
    sql = (
        "SELECT r.kind, SUM(r.amount) FROM results r JOIN cases c ON c.id = r.case_id "
        f"WHERE c.jurisdiction = ? {scope} AND {accepted} GROUP BY r.kind"
    )
    sums = {kind: int(amount) for kind, amount in driver.all(sql, [*params, *states])}
    fen = sums.get("money_recovered", 0)
    rules = sums.get("rules_new", 0) + sums.get("rules_revised", 0)
    return {"rules": rules, "recovered_yuan": fen // 100 if fen % 100 == 0 else fen / 100}


def _overdue(driver: Driver, scope: str, params: Sequence[Any], today: date) -> int:
    condition, days = late(today)
    return _one(
        driver, f"SELECT COUNT(*) FROM cases c WHERE c.jurisdiction = ? {scope} AND {condition}", [*params, *days]
    )


def _one(driver: Driver, sql: str, params: Sequence[Any]) -> int:
    row = driver.one(sql, params)
    return int(row[0]) if row else 0
