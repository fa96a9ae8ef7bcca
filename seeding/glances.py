"""Glances 一瞥: what the story reads of the database, ready to be shown."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import clock
from states import ACTIONS, CLOCKS, CRITERIA, GROUP, ROLES, RUNGS, STATES
from storage.sql import Driver


@dataclass(frozen=True, slots=True)
class Named:
    """A case as a sentence names it."""

    unit: str
    number: str
    problem: str
    state: str

    def __str__(self) -> str:
        return f"{self.unit} {self.number} 号"


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of a case's road: who did what in which role, when, and the state behind it."""

    index: int
    at: datetime
    who: str
    role: str
    action: str
    state: str
    note: str


def named_cases(driver: Driver, cases: Iterable[int]) -> dict[int, Named]:
    """Return the names of cases by id."""
    wanted = sorted(set(cases))
    if not wanted:
        return {}
    among, params = driver.among("c.id", wanted)
    columns = "c.id, u.name, c.number, c.problem, c.detail, c.state"
    sql = f"SELECT {columns} FROM cases c JOIN units u ON u.id = c.unit_id WHERE {among}"  # noqa: S608
    return {
        case: Named(unit, number, f"{problem}：{detail}", state)
        for case, unit, number, problem, detail, state in driver.all(sql, params)
    }


def criteria_of(driver: Driver, case: int) -> list[dict[str, Any]]:
    """Return the criteria with their inputs as the case's last flag recorded them."""
    sql = "SELECT body FROM trail WHERE case_id = ? AND action = 'flag' ORDER BY version DESC LIMIT 1"
    row = driver.one(sql, (case,))
    criteria: list[dict[str, Any]] = json.loads(bytes(row[0]))["inputs"]["criteria"] if row else []
    return criteria


def escalated_case(driver: Driver) -> int | None:
    """Return the case whose road shows most: escalated by the clock, reworked by order and made public."""
    sql = (
        "SELECT c.id FROM cases c JOIN trail t ON t.case_id = c.id AND t.action = 'escalate' "
        "ORDER BY CASE WHEN c.state = 'publicized' THEN 0 ELSE 1 END, c.version DESC, c.id DESC LIMIT 1"
    )
    row = driver.one(sql)
    return row[0] if row else None


def road_of(driver: Driver, case: int) -> list[Step]:
    """Return the moves of a case in their order."""
    people: dict[int, str] = dict(driver.all("SELECT id, name FROM people"))
    rows = driver.all(
        "SELECT idx, at, body FROM trail WHERE case_id = ? AND version IS NOT NULL ORDER BY version", (case,)
    )
    return [_step(index, at, json.loads(bytes(body)), people) for index, at, body in rows]


def _step(index: int, at: int, entry: dict[str, Any], people: dict[int, str]) -> Step:
    role = ROLES.get(entry["actor"]["role"] or "", "定时任务")
    who = people.get(entry["actor"]["person"], "—")
    return Step(
        index, clock.from_micros(at).astimezone(clock.SHANGHAI), who, role, ACTIONS[entry["action"]].shown,
        STATES[entry["to"]].shown, _note(entry, people),
    )  # fmt: skip


def _note(entry: dict[str, Any], people: dict[int, str]) -> str:
    if entry["on_behalf"] == GROUP:
        number = entry["decision"] and entry["decision"]["number"]
        return f"领导小组决定{f'，{number}' if number else ''}"
    if entry["prepared_by"]:
        return f"{people.get(entry['prepared_by'], '—')}起草"
    if entry["action"] in _FOUND:
        return "；".join(_FOUND[entry["action"]](entry["inputs"]))
    due = entry["after"]["due_on"]
    return f"期限 {due}" if due and entry["action"] in _SETS_DATE else ""


def _met(one: dict[str, Any]) -> str:
    return {
        "overdue": f"逾期 {one['days_late']} 天",
        "returned": f"被退回 {one['returns']} 次",
        "unclaimed": f"提醒 {one['tellings']} 次未办",
    }[one["criterion"]]


_FOUND: dict[str, Callable[[dict[str, Any]], Iterable[str]]] = {
    "remind": lambda inputs: (
        f"{CLOCKS[one['rule']].shown}·{RUNGS[one['rung']].partition('（')[0]}" for one in inputs["told"]
    ),
    "flag": lambda inputs: map(_met, inputs["criteria"]),
    "escalate": lambda inputs: [CRITERIA[inputs["criterion"]].shown],
}
_SETS_DATE = frozenset({
    "approve_plan", "rectify_at_once", "return_work", "continue_work", "reopen", "order_rework", "grant_extension",
})  # fmt: skip
