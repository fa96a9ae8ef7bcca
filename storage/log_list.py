"""The log as the auditor reads it: newest first, filtered, by keyset."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from storage.sql import Driver


@dataclass(frozen=True, slots=True)
class Line:
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


_FILTERS = {
    "number": "c.number = ?", "action": "t.action = ?", "person": "{contains}(p.name, ?) > 0", "unit": "{contains}(u.name, ?) > 0",
    "from": "t.at >= ?", "to": "t.at < ?", "before": "t.idx < ?",
}  # fmt: skip


def log_lines(driver: Driver, jurisdiction: int, filters: Mapping[str, Any], limit: int) -> list[Line]:
    """Return entries newest first; filters: number, action, person and unit (parts of names), from, to (microseconds), before (index), via, paper."""
    where: list[str] = ["t.jurisdiction = ?"]
    params: list[Any] = [jurisdiction]
    for name, condition in _FILTERS.items():
        if filters.get(name) is not None:
            where.append(condition.format(contains="instr" if driver.sqlite else "strpos"))
            params.append(filters[name])
    if filters.get("via"):
        where.append(f"{_body(driver)} LIKE ?")
        params.append(f'%"via":"{filters["via"]}"%')
    if filters.get("paper"):
        where.append(_of_another_day(driver))
    sql = (
        "SELECT t.idx, t.at, t.case_id, u.name, c.number, t.action, p.name, t.leaf, t.body FROM trail t LEFT JOIN cases c ON c.id = t.case_id "
        f"LEFT JOIN units u ON u.id = c.unit_id LEFT JOIN people p ON p.id = t.actor_id WHERE {' AND '.join(where)} ORDER BY t.idx DESC LIMIT ?"
    )
    return [_line(*row) for row in driver.all(sql, [*params, limit])]


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


def _line(
    index: int,
    at: int,
    case: int | None,
    unit: str | None,
    number: str | None,
    action: str,
    actor: str | None,
    leaf: bytes,
    body: bytes,
) -> Line:
    entry = _read(body)
    actor_said = entry.get("actor") or {}
    return Line(
        index, at, case, unit or "", number or "", action, entry.get("from", ""), entry.get("to", ""), actor or "", actor_said.get("role") or "",
        entry.get("via", ""), paper_day(entry), bytes(leaf).hex(), entry.get("on_behalf"),
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
