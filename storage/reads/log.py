"""The log as the auditor reads it: newest first, filtered, by keyset."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from storage.reads.timeline import NOT_IN_OWN_RIGHT, made_in
from storage.scope import Scope
from storage.sql import Driver, Part, Row


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of the log."""

    index: int
    at: int
    case: int | None
    unit: str
    number: str
    action: str
    origin: str
    to: str
    actor: str
    role: str
    via: str
    occurred_on: str | None
    leaf: str
    on_behalf: str | None
    capacity: str
    """How the post was held in which it was made, where not in one's own right."""


FEW: Final = 1_000
"""Of more cases than these the log is walked backwards: among all entries theirs come soon enough."""
MOST_PEOPLE: Final = 40
_END: Final = 2**63 - 1
# `at` never runs backwards within a tree: a day is a stretch of the log.
_FIRST_AT = (
    "COALESCE((SELECT a.idx FROM trail a WHERE a.jurisdiction = ? AND a.at >= ? ORDER BY a.at, a.idx LIMIT 1), ?)"
)
_SHOWN = (
    "SELECT t.idx, t.at, t.case_id, u.name, c.number, t.action, p.name, t.leaf, t.body, s.id, s.capacity FROM latest CROSS JOIN trail t "
    "LEFT JOIN cases c ON c.id = t.case_id LEFT JOIN units u ON u.id = c.unit_id LEFT JOIN people p ON p.id = t.actor_id "
    f"{NOT_IN_OWN_RIGHT} WHERE t.jurisdiction = ? AND t.idx = latest.idx ORDER BY t.idx DESC"
)


def log_lines(driver: Driver, jurisdiction: int, filters: Mapping[str, Any], scope: Scope, limit: int) -> list[LogLine]:
    """Return entries newest first, of all or of the cases of a scope alone.

    Filters: number, action, person and unit (parts of names), from, to (microseconds), before (index), via, paper.
    """
    conditions: list[Part] = [("t.jurisdiction = ?", [jurisdiction])]
    newest = f"ORDER BY t.idx DESC LIMIT {limit}"
    found_by = filters.get("number") is not None or filters.get("unit") is not None
    cases = [_of_cases(driver, jurisdiction, filters)] if found_by else []
    cases += [] if scope.whole else [_of_scope(driver, jurisdiction, scope)]
    if any(is_few for _, is_few in cases):
        # Few cases lead alone: told the jurisdiction too, SQLite would read its whole log.
        conditions, newest = [], ""
    conditions += [condition for condition, _ in cases]
    conditions += _of_entry(driver, jurisdiction, filters)
    found, params = _of_people(driver, jurisdiction, filters, conditions, newest)
    latest = f"WITH found AS MATERIALIZED ({found}), latest AS MATERIALIZED (SELECT idx FROM found ORDER BY idx DESC LIMIT {limit})"
    rows = driver.all(f"{latest} {_SHOWN}", [*params, jurisdiction])
    held = {(row[0], row[9]): row[10] for row in rows}
    return [_line(row, held) for row in {row[0]: row for row in rows}.values()]


def _of_entry(driver: Driver, jurisdiction: int, filters: Mapping[str, Any]) -> Iterator[Part]:
    """Yield what the entry itself must say."""
    for name, condition in {"action": "t.action = ?", "before": "t.idx < ?"}.items():
        if filters.get(name) is not None:
            yield condition, [filters[name]]
    for name, sign in {"from": ">=", "to": "<"}.items():
        if filters.get(name) is not None:
            yield f"t.idx {sign} {_FIRST_AT}", [jurisdiction, filters[name], _END]
    if filters.get("via"):
        yield f"{_body(driver)} LIKE ?", [f'%"via":"{filters["via"]}"%']
    if filters.get("paper"):
        yield _of_another_day(driver), []


def _of_cases(driver: Driver, jurisdiction: int, filters: Mapping[str, Any]) -> tuple[Part, bool]:
    """Return the condition that the entry is of a case with the number, found in a unit of the name; and whether these are few."""
    where, params = ["c.jurisdiction = ?"], [jurisdiction]
    if filters.get("number") is not None:
        where.append("c.number = ?")
        params.append(filters["number"])
    if filters.get("unit") is not None:
        among, units = driver.among("c.unit_id", _named(driver, "units", jurisdiction, filters["unit"]) or [0])
        where.append(among)
        params += units
    cases = f"FROM cases c WHERE {' AND '.join(where)}"
    found = [row[0] for row in driver.all(f"SELECT c.id {cases} LIMIT {FEW + 1}", params)]
    if len(found) > FEW:
        return (f"EXISTS (SELECT 1 {cases} AND c.id = t.case_id)", params), False
    return driver.among("t.case_id", found or [0]), True


def _of_scope(driver: Driver, jurisdiction: int, scope: Scope) -> tuple[Part, bool]:
    """Return the condition that the entry is of a case of the scope; and whether these are few."""
    if scope.few:
        ids, params = scope.ids(driver, jurisdiction)
        found = [row[0] for row in driver.all(f"SELECT id FROM ({ids}) AS few LIMIT {FEW + 1}", params)]
        if len(found) <= FEW:
            return driver.among("t.case_id", found or [0]), True
    where, params = scope.where(driver)
    return (f"EXISTS (SELECT 1 FROM cases c WHERE c.id = t.case_id AND {where})", params), False


def _of_people(
    driver: Driver, jurisdiction: int, filters: Mapping[str, Any], conditions: Sequence[Part], newest: str
) -> Part:
    """Return the query for the places of the entries found: of each person's the newest, where few bear the name."""
    sql = f"SELECT t.idx FROM trail t WHERE {' AND '.join(condition for condition, _ in conditions)}"
    params = [value for _, values in conditions for value in values]
    if filters.get("person") is None:
        return f"{sql} {newest}", params
    people = _named(driver, "people", jurisdiction, filters["person"]) or [0]
    if len(people) > MOST_PEOPLE:
        among, values = driver.among("t.actor_id", people)
        return f"{sql} AND {among} {newest}", [*params, *values]
    each = [f"SELECT idx FROM ({sql} AND t.actor_id = ? {newest}) AS p{place}" for place in range(len(people))]
    return " UNION ALL ".join(each), [value for person in people for value in (*params, person)]


def _named(driver: Driver, table: str, jurisdiction: int, words: str) -> list[int]:
    """Return the rows of a table of names (units, people) in whose name the words stand; any sign is only a sign."""
    contains = "instr" if driver.sqlite else "strpos"
    rows = driver.all(
        f"SELECT id FROM {table} WHERE jurisdiction = ? AND {contains}(name, ?) > 0", (jurisdiction, words)
    )
    return [row[0] for row in rows]


def _body(driver: Driver) -> str:
    return "CAST(t.body AS TEXT)" if driver.sqlite else "convert_from(t.body, 'UTF8')"


def _of_another_day(driver: Driver) -> str:
    """Return the condition that an entry's paper, or the decision it enters, bears another day than the entry."""
    day = (
        "date(t.at / 1000000 + 28800, 'unixepoch')"
        if driver.sqlite
        else "to_char(to_timestamp(t.at / 1000000) AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD')"
    )
    papers = (('"occurred_on":"', '"'), ('"decision":{"number":%,"on":"', '"}'))
    body = _body(driver)
    either = (f"({body} LIKE '%{said}%' AND {body} NOT LIKE '%{said}' || {day} || '{end}%')" for said, end in papers)
    return f"({' OR '.join(either)})"


def paper_day(entry: Mapping[str, Any]) -> str | None:
    """Return the day that the entry's paper bears: its own, or that of the decision it enters."""
    return entry.get("occurred_on") or (entry.get("decision") or {}).get("on")


def _line(row: Row, held: Mapping[tuple[int, int | None], str | None]) -> LogLine:
    index, at, case, unit, number, action, actor, leaf, body = row[:9]
    entry = _read(body)
    return LogLine(
        index, at, case, unit or "", number or "", action, entry.get("from", ""), entry.get("to", ""), actor or "",
        (entry.get("actor") or {}).get("role") or "", entry.get("via", ""), paper_day(entry), bytes(leaf).hex(),
        entry.get("on_behalf"), held.get((index, made_in(entry))) or "",
    )  # fmt: skip


def _read(body: Any) -> dict[str, Any]:
    try:
        entry = json.loads(bytes(body))
    except (TypeError, ValueError):  # a damaged body is shown as far as it goes; verify says so
        return {}
    return entry if isinstance(entry, dict) else {}


def checkpoints(driver: Driver, jurisdiction: int, limit: int = 20) -> list[tuple[int, int, str]]:
    """Return the last checkpoints: size, instant (microseconds), note."""
    sql = "SELECT size, at, note FROM checkpoints WHERE jurisdiction = ? ORDER BY size DESC LIMIT ?"
    return [(row[0], row[1], row[2]) for row in driver.all(sql, (jurisdiction, limit))]


def entry_at(driver: Driver, jurisdiction: int, index: int) -> tuple[int | None, str] | None:
    """Return case and action of an entry, or None where there is none."""
    row = driver.one("SELECT case_id, action FROM trail WHERE jurisdiction = ? AND idx = ?", (jurisdiction, index))
    return (row[0], row[1]) if row else None
