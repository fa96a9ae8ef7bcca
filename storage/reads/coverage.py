"""Coverage 应巡尽巡 of a term: what became of each unit that is to be inspected; and the inspections of one round with their figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from storage.household import all_rows
from storage.sql import Driver, as_date

FED, UNDER_WAY, PLANNED, MISSING = "fed", "under_way", "planned", "missing"
STAGES: Final = {FED: "已反馈", UNDER_WAY: "巡察中", PLANNED: "已列入计划", MISSING: "未安排"}
"""What an inspection has come to, the furthest first; MISSING is a unit without one."""
INSPECTED: Final = (FED, UNDER_WAY)
_FAR: Final = tuple(STAGES)


@dataclass(frozen=True, slots=True)
class Term:
    """A term: its number, its name, its first and last day."""

    number: int
    name: str
    starts_on: date
    ends_on: date

    def has(self, day: date) -> bool:
        """Say whether a day is one of the term."""
        return self.starts_on <= day <= self.ends_on

    def day(self, today: date) -> date:
        """Return the day on which units are counted: today, within the term."""
        return min(max(today, self.starts_on), self.ends_on)


@dataclass(frozen=True, slots=True)
class Visited:
    """An inspection of a unit: of which round, by which team, from when to when, when it was fed back, what it has come to."""

    number: int
    unit: int
    unit_name: str
    round: str
    team: int | None
    stay_from: date | None
    stay_to: date | None
    feedback_on: date | None
    stage: str
    of: int = 0
    done: int = 0
    late: int = 0
    escalated: int = 0
    beside: int = 0
    """How many of those done were taken over closed 存量."""


@dataclass(frozen=True, slots=True)
class Covered:
    """A unit that counts in a term, with the inspection that has come furthest."""

    unit: int
    name: str
    sort: str
    above: str
    stage: str
    visit: Visited | None
    answerable: int = 0
    """The unit that answers for it: itself, where no other does."""


def current_term(driver: Driver, jurisdiction: int, today: date) -> Term | None:
    """Return the term of a day, else that which began last before it, else the first to come; None where there is none."""
    return _current(_terms(driver, jurisdiction), today)


def _terms(driver: Driver, jurisdiction: int) -> list[Term]:
    found = [
        Term(int(key), str(row["name"]), as_date(row["starts_on"]) or date.min, as_date(row["ends_on"]) or date.max)
        for key, row in all_rows(driver, "term", jurisdiction)
    ]
    return sorted(found, key=lambda one: one.starts_on)


def _current(there: Sequence[Term], today: date) -> Term | None:
    begun = [one for one in there if one.starts_on <= today]
    return begun[-1] if begun else next(iter(there), None)


def other_terms(driver: Driver, jurisdiction: int, today: date) -> list[Term]:
    """Return the terms that are not that of the day; a day of none of them counts with it."""
    there = _terms(driver, jurisdiction)
    now = _current(there, today)
    return [one for one in there if one is not now]


def rounds_of_other_terms(driver: Driver, jurisdiction: int, today: date) -> list[int]:
    """Return the rounds that belong to another term than that of the day; a round of no term belongs to none."""
    term = current_term(driver, jurisdiction, today)
    if term is None:
        return []
    sql = "SELECT id FROM rounds WHERE jurisdiction = ? AND term_id <> ? ORDER BY id"
    return [row[0] for row in driver.all(sql, (jurisdiction, term.number))]


def rounds_of_no_term(driver: Driver, jurisdiction: int) -> list[tuple[int, str]]:
    """Return number and name of the rounds of which nobody said to which term they belong: no coverage counts them."""
    sql = "SELECT id, name FROM rounds WHERE jurisdiction = ? AND term_id IS NULL ORDER BY id"
    return [(row[0], row[1]) for row in driver.all(sql, (jurisdiction,))]


def coverage_of(driver: Driver, jurisdiction: int, term: Term, today: date) -> list[Covered]:
    """Return the units that count in a term: those in being on its day, and those that ended in it after they were inspected.

    The missing come first, then the planned; two rounds that inspect a unit count once.
    """
    best: dict[int, Visited] = {}
    for visit in visits_of_term(driver, jurisdiction, term.number, today):
        if visit.unit not in best or _FAR.index(visit.stage) < _FAR.index(best[visit.unit].stage):
            best[visit.unit] = visit
    sql = (
        "SELECT u.id, u.name, u.sort, a.name, u.starts_on, u.ends_on, u.answerable_id FROM units u LEFT JOIN units a "
        "ON a.id = COALESCE(u.answerable_id, u.parent_id) WHERE u.jurisdiction = ? ORDER BY u.id"
    )
    found = []
    for number, name, sort, above, first, last, answerable in driver.all(sql, (jurisdiction,)):
        visit_there = best.get(number)
        if _counts(as_date(first), as_date(last), term.day(today), visit_there):
            stage = visit_there.stage if visit_there else MISSING
            found.append(Covered(number, name, sort, above or "", stage, visit_there, answerable or number))
    return sorted(found, key=lambda one: -_FAR.index(one.stage))


def _counts(first: date | None, last: date | None, day: date, visit: Visited | None) -> bool:
    begun, ended = first is None or first <= day, last is not None and last < day
    return begun and (not ended or (visit is not None and visit.stage in INSPECTED))


COLUMNS: Final = "i.id, i.unit_id, u.name, r.name, i.team_id, i.stay_from, i.stay_to, i.feedback_on"
INSPECTIONS: Final = "FROM inspections i JOIN rounds r ON r.id = i.round_id JOIN units u ON u.id = i.unit_id"

FED_BACK: Final = "NOT k.void AND k.ordered_on IS NULL"
"""What was ordered at once while the team was there is no feedback yet."""


def visits_of_term(driver: Driver, jurisdiction: int, term: int, today: date) -> list[Visited]:
    """Return the inspections of the rounds of a term."""
    sql = (
        f"SELECT {COLUMNS}, EXISTS (SELECT 1 FROM cases k WHERE k.inspection_id = i.id AND {FED_BACK}), 0, 0, 0, 0, 0 {INSPECTIONS} "
        "WHERE i.round_id IN (SELECT id FROM rounds WHERE jurisdiction = ? AND term_id = ?) ORDER BY i.id"
    )
    return [visit_of(row, today) for row in driver.all(sql, (jurisdiction, term))]


def visit_of(row: Sequence[Any], today: date) -> Visited:
    """Return an inspection as a row says it: COLUMNS, whether anything was fed back, and the figures of its problems."""
    number, unit, name, round_name, team, *days, has_cases, of, done, late, escalated, beside = row
    first, last, fed = map(as_date, days)
    stage = PLANNED
    if has_cases or (fed is not None and fed <= today):
        stage = FED
    elif first is not None and first <= today:
        stage = UNDER_WAY
    figures = (int(one or 0) for one in (of, done, late, escalated, beside))
    return Visited(number, unit, name, round_name, team, first, last, fed, stage, *figures)
