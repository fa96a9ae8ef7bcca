"""What a paper 文书 is filled from: an inspection with its people, and of its cases the acts, measures, progress and files, read for all at once."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import clock
from storage.reads.measures import MeasureShown
from storage.reads.reviews import answers_said
from storage.setting import Setting, column, read_setting
from storage.sql import Driver, as_date


@dataclass(frozen=True, slots=True)
class Visit:
    """An inspection 巡察 of a unit in a round, as papers name it."""

    id: int
    unit_id: int
    unit: str
    round_id: int
    round: str
    feedback_on: date | None = None
    stay_from: date | None = None
    stay_to: date | None = None
    team: str = ""
    leader: str = ""
    attendees: str = ""
    required: str = ""
    contact: str = ""


@dataclass(frozen=True, slots=True)
class Place:
    """The jurisdiction by its name, and what its office has set."""

    name: str
    setting: Setting


@dataclass(frozen=True, slots=True)
class Acted:
    """An act of the log on a case: who did it in which role, when, with which answers as they are typed; of erased ones nothing is left."""

    case: int
    version: int
    on: date
    action: str
    who: str
    role: str
    answers: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Filed:
    """A file of a case: its kind, name, hash and measure, and the action with which it came."""

    kind: str
    name: str
    sha256: str
    measure: int | None
    action: str


def place_of(driver: Driver, jurisdiction: int) -> Place:
    """Return the jurisdiction as papers name it."""
    row = driver.one(f"SELECT j.name, {column('j.id')} FROM jurisdictions j WHERE j.id = ?", (jurisdiction,))
    assert row is not None
    return Place(row[0], read_setting(row[1]))


_VISIT = (
    "SELECT i.id, i.unit_id, u.name, i.round_id, r.name, i.feedback_on, i.stay_from, i.stay_to, t.fields, i.team, p.name, "
    "i.attendees, i.required, i.contact_office, i.contact_unit FROM inspections i JOIN units u ON u.id = i.unit_id "
    "JOIN rounds r ON r.id = i.round_id LEFT JOIN listed t ON t.id = i.team_id LEFT JOIN people p ON p.id = i.leader_id "
    "WHERE i.jurisdiction = ?"
)


def visit_of_case(driver: Driver, jurisdiction: int, case: int) -> Visit | None:
    """Return the inspection of a case, or None; of one passed on that of the unit that has it now."""
    passed = driver.one(
        "SELECT u.name, r.name FROM cases c JOIN units u ON u.id = c.answerable_id JOIN rounds r ON r.id = c.round_id "
        "WHERE c.id = ? AND c.jurisdiction = ? AND c.passed_on",
        (case, jurisdiction),
    )
    if passed:
        return visit_named(driver, jurisdiction, *passed)
    row = driver.one(f"{_VISIT} AND i.id = (SELECT inspection_id FROM cases WHERE id = ?)", (jurisdiction, case))
    return _visit(row) if row else None


def visit_named(driver: Driver, jurisdiction: int, unit: str, around: str) -> Visit | None:
    """Return the inspection of a unit in a round, both by name, or None; of one that only answers for its villages there no days and no team."""
    row = driver.one(f"{_VISIT} AND u.name = ? AND r.name = ?", (jurisdiction, unit, around))
    if row:
        return _visit(row)
    row = driver.one(
        "SELECT u.id, r.id FROM units u JOIN rounds r ON r.jurisdiction = u.jurisdiction WHERE u.jurisdiction = ? AND u.name = ? AND r.name = ?",
        (jurisdiction, unit, around),
    )
    return Visit(0, row[0], unit, row[1], around) if row else None


def visits_of_round(driver: Driver, jurisdiction: int, around: str) -> list[Visit]:
    """Return the inspections of a round by name."""
    return [_visit(row) for row in driver.all(f"{_VISIT} AND r.name = ? ORDER BY i.id", (jurisdiction, around))]


def _visit(row: Sequence[Any]) -> Visit:
    (
        number,
        unit_id,
        unit,
        round_id,
        around,
        fed_back,
        first,
        last,
        team,
        said,
        leader,
        attendees,
        required,
        *contacts,
    ) = row
    called = json.loads(team)["name"] if team else said
    return Visit(
        number, unit_id, unit, round_id, around, as_date(fed_back), as_date(first), as_date(last), called or "", leader or "",
        attendees or "", required or "", "；".join(filter(None, contacts)),
    )  # fmt: skip


def cases_for(driver: Driver, visit: Visit, *, found: bool = False) -> list[int]:
    """Return the cases of the round for which the unit of an inspection answers, and those found there that it has not passed on; no void ones.

    With `found` those passed on as well.
    """
    there = "inspection_id = ?" if found else "(inspection_id = ? AND NOT passed_on)"
    sql = (
        f"SELECT id FROM cases WHERE round_id = ? AND (answerable_id = ? OR {there}) AND NOT void ORDER BY unit_id, id"
    )
    return [row[0] for row in driver.all(sql, (visit.round_id, visit.unit_id, visit.id))]


def posts_of(driver: Driver, jurisdiction: int, roles: Sequence[str], day: date) -> dict[tuple[str, int | None], str]:
    """Return who holds these roles on a day in their own right, by role and unit; the latest, where several do."""
    among, params = driver.among("t.role", roles)
    sql = (
        f"SELECT t.role, t.unit_id, p.name FROM posts t JOIN people p ON p.id = t.person_id WHERE t.jurisdiction = ? AND {among} "
        "AND t.capacity <> 'stand_in' AND (t.starts_on IS NULL OR t.starts_on <= ?) AND (t.ends_on IS NULL OR t.ends_on >= ?) ORDER BY t.id"
    )
    return {(role, unit): name for role, unit, name in driver.all(sql, [jurisdiction, *params, day, day])}


def acts_on(driver: Driver, jurisdiction: int, cases: Sequence[int], actions: Sequence[str]) -> dict[int, list[Acted]]:
    """Return these acts on each case, the oldest first."""
    found: dict[int, list[Acted]] = defaultdict(list)
    if not cases or not actions:
        return found
    (among, params), (acting, names) = driver.among("t.case_id", cases), driver.among("t.action", actions)
    sql = (
        "SELECT t.case_id, t.version, t.at, t.action, p.name, t.body, x.body FROM trail t LEFT JOIN people p ON p.id = t.actor_id "
        f"LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx WHERE +t.jurisdiction = ? AND {among} AND {acting} "
        "ORDER BY t.case_id, t.version"
    )
    for case, version, at, action, who, body, texts in driver.all(sql, [jurisdiction, *params, *names]):
        entry = json.loads(bytes(body))
        on = entry.get("occurred_on")
        day = date.fromisoformat(on) if on else clock.local_date(clock.from_micros(at))
        role = (entry.get("actor") or {}).get("role") or ""
        said = answers_said(action, entry, texts)
        found[case].append(Acted(case, version, day, action, who or "", role, said))
    return found


def measures_in(driver: Driver, cases: Sequence[int]) -> dict[int, list[MeasureShown]]:
    """Return the measures of each case in the plan in force."""
    found: dict[int, list[MeasureShown]] = defaultdict(list)
    among, params = driver.among("case_id", cases)
    sql = (
        "SELECT case_id, no, text, person, department, due_on, checked_by, why, yearly FROM measures "
        f"WHERE {among} AND until_version IS NULL ORDER BY case_id, no"
    )
    for case, no, text, person, department, due, checked, why, yearly in driver.all(sql, params) if cases else ():
        found[case].append(MeasureShown(no, text, person, department, as_date(due), checked, why, yearly))
    return found


def files_in(driver: Driver, cases: Sequence[int]) -> dict[int, list[Filed]]:
    """Return the files of each case, in the order they came."""
    found: dict[int, list[Filed]] = defaultdict(list)
    among, params = driver.among("m.case_id", cases)
    sql = (
        "SELECT m.case_id, m.kind, m.name, m.sha256, m.measure_no, t.action FROM materials m "
        f"LEFT JOIN trail t ON t.case_id = m.case_id AND t.version = m.version WHERE {among} ORDER BY m.id"
    )
    for case, kind, name, sha256, measure, action in driver.all(sql, params) if cases else ():
        found[case].append(Filed(kind, name, sha256, measure, action or ""))
    return found


def told_in(driver: Driver, cases: Sequence[int]) -> dict[int, list[tuple[str, str, date]]]:
    """Return what each case was nagged about, the oldest first: clock, rung and day."""
    found: dict[int, list[tuple[str, str, date]]] = defaultdict(list)
    among, params = driver.among("a.case_id", cases)
    sql = (
        "SELECT a.case_id, a.rule, a.rung, t.at FROM alerts a JOIN trail t ON t.case_id = a.case_id AND t.version = a.version "
        f"WHERE {among} AND NOT a.skipped ORDER BY a.case_id, a.version"
    )
    for case, rule, rung, at in driver.all(sql, params) if cases else ():
        found[case].append((rule, rung, clock.local_date(clock.from_micros(at))))
    return found


def clues_of(driver: Driver, jurisdiction: int, around: str) -> list[tuple[str, str, date, date, date | None]]:
    """Return the clues of a round: number, receiver, handed over, due back, replied; nothing of what they are about."""
    sql = (
        "SELECT l.number, l.receiver, l.handed_on, l.due_on, l.replied_on FROM clues l JOIN rounds r ON r.id = l.round_id "
        "WHERE l.jurisdiction = ? AND r.name = ? ORDER BY l.handed_on, l.id"
    )
    rows = driver.all(sql, (jurisdiction, around))
    return [
        (number, receiver, as_date(handed) or date.min, as_date(due) or date.min, as_date(replied))
        for number, receiver, handed, due, replied in rows
    ]
