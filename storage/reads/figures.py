"""The figures of the reports: counted from the cases as they stand, each with what it is counted of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from states import DONE, ESCALATED, STATES, WITHDRAWN
from storage.reads.counted import CAME_IN_CLOSED, OURS
from storage.reads.coverage import rounds_of_other_terms
from storage.reads.lamps import late
from storage.sql import Driver, Part


def stats(driver: Driver, jurisdiction: int, today: date, round_id: int | None = None) -> dict[str, Any]:
    """Return the figures of the reports; the denominator `of` leaves out what was withdrawn or void.

    Of all rounds together it counts the term that it is: the rounds of another term are left out, and what was taken over closed 存量
    as well. Both were counted before, elsewhere, and stand beside.
    """
    others = [] if round_id else rounds_of_other_terms(driver, jurisdiction, today)
    among, params = _among(driver, jurisdiction, round_id, others)
    scope = among if round_id else f"{among} AND {OURS}"
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
        **_organised(driver, jurisdiction, round_id, others),
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
        "taken_over": _taken_over(driver, jurisdiction, round_id),
        "split_off": _one(
            driver,
            f"SELECT COUNT(*) FROM cases c WHERE c.jurisdiction = ? {scope} AND c.split_from IS NOT NULL AND NOT c.void",
            params,
        ),
        "other_terms": _of_rounds(driver, others),
    }


def _among(
    driver: Driver, jurisdiction: int, round_id: int | None, others: Sequence[int], of: str = "c.round_id"
) -> Part:
    """Return the condition that says of which rounds it is, with the jurisdiction before its parameters."""
    if round_id:
        return f"AND {of} = ?", [jurisdiction, round_id]
    if not others:
        return "", [jurisdiction]
    found, params = driver.among(of, others)
    return f"AND NOT ({found})", [jurisdiction, *params]


def _taken_over(driver: Driver, jurisdiction: int, round_id: int | None) -> dict[str, int]:
    """What was taken over 存量转入: how much of it was under way, and how much closed as it came in."""
    scope, params = ("AND c.round_id = ?", [jurisdiction, round_id]) if round_id else ("", [jurisdiction])
    row = driver.one(
        f"SELECT COUNT(*), COUNT(CASE WHEN {CAME_IN_CLOSED} THEN 1 END) FROM cases c "
        f"WHERE c.jurisdiction = ? {scope} AND c.taken_over_on IS NOT NULL AND NOT c.void",
        params,
    )
    all_, closed = (int(row[0]), int(row[1])) if row else (0, 0)
    return {"problems": all_, "running": all_ - closed, "closed": closed}


def _of_rounds(driver: Driver, rounds: Sequence[int]) -> dict[str, int]:
    """What the rounds of other terms hold: how many they are, their problems, and how many of these are not settled."""
    if not rounds:
        return {"rounds": 0, "problems": 0, "open": 0}
    found, params = driver.among("c.round_id", rounds)
    done = ", ".join(f"'{state}'" for state in (*DONE, WITHDRAWN))
    row = driver.one(
        f"SELECT COUNT(*), COUNT(CASE WHEN c.state NOT IN ({done}) THEN 1 END) FROM cases c WHERE {found} AND NOT c.void",
        params,
    )
    problems, open_ = (int(row[0]), int(row[1])) if row else (0, 0)
    return {"rounds": len(rounds), "problems": problems, "open": open_}


def _organised(driver: Driver, jurisdiction: int, round_id: int | None, others: Sequence[int]) -> dict[str, int]:
    scope, params = _among(driver, jurisdiction, round_id, others, "round_id")
    rounds = _one(driver, "SELECT COUNT(*) FROM rounds WHERE jurisdiction = ?", [jurisdiction])
    return {
        "rounds": 1 if round_id else rounds - len(others),
        "organisations": _one(
            driver, f"SELECT COUNT(DISTINCT unit_id) FROM inspections WHERE jurisdiction = ? {scope}", params
        ),
        "clues": _one(driver, f"SELECT COUNT(*) FROM clues WHERE jurisdiction = ? {scope}", params),
    }


def _achieved(driver: Driver, scope: str, params: Sequence[Any]) -> dict[str, Any]:
    """What was achieved counts while its case is accepted; basically done 基本完成 is not, and states its figures again."""
    accepted, states = driver.among("c.state", DONE)
    sql = (
        "SELECT r.kind, SUM(r.amount) FROM results r JOIN cases c ON c.id = r.case_id AND r.until_version IS NULL "
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
