"""What is counted beside cases as of a day: clues by receiver, warnings by rung, the late ones by name, the time that cases spend in their states."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import clock
from storage.accountability import KIND as ACCOUNTABILITY
from storage.reads.coverage import rounds_of_other_terms
from storage.reads.standings import AsOf, fulfils, select, standing_there
from storage.sql import Driver, Part, as_date

MOST_LATE: Final = 500
PIECES: Final = "COALESCE(pieces, 1)"
"""How many pieces a clue is."""
_DAY: Final = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Clues:
    """Clues 问题线索 handed to one receiver: how many pieces, how many are answered, concluded, and late."""

    receiver: str
    handed: int
    answered: int
    closed: int
    late: int


@dataclass(frozen=True, slots=True)
class LateCase:
    """A case that is late as of the day: since which day."""

    id: int
    number: str
    unit: str
    problem: str
    responsible: str
    state: str
    since: date


def end_of(of: AsOf) -> int:
    """Return the instant at which the day is over."""
    return clock.micros(clock.start_of(of.on + timedelta(days=1)))


def clues_of(driver: Driver, of: AsOf) -> list[Clues]:
    """Return the clues by receiver, without a round those of the term; they belong to no unit, so only who sees all cases has any."""
    if not of.scope.whole or of.unit is not None:
        return []
    only, params = _of_the_term(driver, of, "round_id")
    sql = (
        f"SELECT receiver, SUM({PIECES}), SUM(CASE WHEN replied_on <= ? THEN {PIECES} ELSE 0 END), "
        f"SUM(CASE WHEN closed_on <= ? THEN {PIECES} ELSE 0 END), "
        f"SUM(CASE WHEN due_on < ? AND (replied_on IS NULL OR replied_on > ?) THEN {PIECES} ELSE 0 END) "
        f"FROM clues WHERE jurisdiction = ? AND handed_on <= ?{only} GROUP BY receiver ORDER BY receiver"
    )
    rows = driver.all(sql, [of.on, of.on, of.on, of.on, of.jurisdiction, of.on, *params])
    return [Clues(receiver, *map(int, numbers)) for receiver, *numbers in rows]


@dataclass(frozen=True, slots=True)
class HeldToAccount:
    """What was decided about one unit 问责: decisions, organisations and persons until the day, and those of the month."""

    unit: str
    decisions: int
    organisations: int
    persons: int
    month: tuple[int, int]


def held_to_account(driver: Driver, of: AsOf) -> list[HeldToAccount]:
    """Return by unit who was held to account by decisions until the day; only who sees all cases has any."""
    if not of.scope.whole or of.unit is not None or of.round is not None:
        return []
    sql = "SELECT l.fields, u.name FROM listed l JOIN units u ON u.id = {} WHERE l.jurisdiction = ? AND l.kind = ?"
    unit = (
        "CAST(l.fields::json ->> 'unit_id' AS BIGINT)" if not driver.sqlite else "json_extract(l.fields, '$.unit_id')"
    )
    found: dict[str, list[dict[str, Any]]] = {}
    for fields, name in driver.all(sql.format(unit), (of.jurisdiction, ACCOUNTABILITY)):
        row = json.loads(fields)
        if not row["gone"] and date.fromisoformat(row["decided_on"]) <= of.on:
            found.setdefault(name, []).append(row)
    return [_held(name, rows, (of.since or of.on).isoformat()) for name, rows in sorted(found.items())]


def _held(unit: str, rows: Sequence[Mapping[str, Any]], since: str) -> HeldToAccount:
    recent = [row for row in rows if row["decided_on"] >= since]
    organisations, persons = (sum(row[name] or 0 for row in rows) for name in ("organisations", "persons"))
    month = (sum(row["organisations"] or 0 for row in recent), sum(row["persons"] or 0 for row in recent))
    return HeldToAccount(unit, len(rows), organisations, persons, month)


def letters_of(driver: Driver, of: AsOf) -> list[tuple[str, int, int]]:
    """Return by kind how many papers 文书 were issued 签发 in the month of reporting, and how many until its day, those of other terms left out.

    What is void counts nowhere, what was numbered outside by the day on it; they go to many, so only who sees all cases has any.
    """
    if not of.scope.whole or of.unit is not None:
        return []
    only, params = _of_the_term(driver, of, "p.round_id")
    sql = (
        "SELECT p.paper, COUNT(CASE WHEN p.signed_on >= ? THEN 1 END), COUNT(*) FROM papers p "
        f"WHERE p.jurisdiction = ? AND p.state <> 'void' AND p.signed_on <= ?{only} GROUP BY p.paper ORDER BY p.paper"
    )
    return [
        (paper, int(now), int(ever))
        for paper, now, ever in driver.all(sql, [of.since or of.on, of.jurisdiction, of.on, *params])
    ]


def _of_the_term(driver: Driver, of: AsOf, around: str) -> Part:
    """Return the condition on the column of the round: the one that is named, else none of another term."""
    if of.round is not None:
        return f" AND {around} = ?", [of.round]
    others = rounds_of_other_terms(driver, of.jurisdiction, of.on)
    if not others:
        return "", []
    among, params = driver.among(around, others)
    return f" AND ({around} IS NULL OR NOT ({among}))", params


def warnings_of(driver: Driver, of: AsOf) -> list[tuple[str, str, int, int]]:
    """Return by clock and rung how often was warned until the end of the day, and of how many cases."""
    told, until, after = " JOIN alerts a ON a.case_id = c.id AND NOT a.skipped", "", list[int]()
    if of.past:  # until when each was told stands in its entry; `+ 0` keeps the index of all instants out of it
        told += " JOIN trail t ON t.jurisdiction = c.jurisdiction AND t.case_id = a.case_id AND t.version = a.version"
        until, after = " AND t.at + 0 < ?", [end_of(of)]
    columns = "a.rule, a.rung, COUNT(*), COUNT(DISTINCT a.case_id)"
    sql, params = select(columns, standing_there(driver, of, beyond=told), f"{until} GROUP BY 1, 2", after=after)
    found: dict[tuple[str, str], tuple[int, int]] = {}
    for rule, rung, times, cases in driver.all(sql, params):  # a case stands in one part alone
        before = found.get((rule, rung), (0, 0))
        found[rule, rung] = before[0] + times, before[1] + cases
    return [(rule, rung, times, cases) for (rule, rung), (times, cases) in sorted(found.items())]


def late_cases(driver: Driver, of: AsOf) -> list[LateCase]:
    """Return the cases that are late, who has been longest first, no more than MOST_LATE."""
    condition, days = fulfils("overdue", of)
    there = standing_there(driver, of, beyond=" JOIN cases k ON k.id = c.id JOIN units u ON u.id = c.answerable_id")
    columns = (
        "c.id AS id, k.number AS number, u.name AS unit, substr(k.problem, 1, 120) AS problem, k.responsible AS responsible, "
        "c.state AS state, c.late_from AS since"
    )
    sql, params = select(columns, there, f" AND {condition}", after=days)
    rows = driver.all(
        f"SELECT id, number, unit, problem, responsible, state, since FROM ({sql}) found ORDER BY since, id LIMIT {MOST_LATE}",
        params,
    )
    return [
        LateCase(number, said, unit, problem, responsible, state, as_date(since) or of.on)
        for number, said, unit, problem, responsible, state, since in rows
    ]


def days_in_states(driver: Driver, of: AsOf) -> list[tuple[str, int, float]]:
    """Return by state how many cases were ever in it until the end of the day, and how many days each was in it on the average."""
    ids, params = select("c.id", standing_there(driver, of))
    end = end_of(of)
    sql = (
        "SELECT s.state, COUNT(DISTINCT s.case_id), SUM(CASE WHEN s.to_at IS NULL OR s.to_at > ? THEN ? ELSE s.to_at END - s.from_at) "
        f"FROM standings s WHERE s.from_at < ? AND s.case_id IN ({ids}) GROUP BY s.state"
    )
    found = driver.all(sql, [end, end, end, *params])
    return [(state, int(cases), float(spent) / _DAY / int(cases)) for state, cases, spent in found]
