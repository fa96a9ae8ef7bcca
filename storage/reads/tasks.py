"""What waits for somebody: the cases that meet a condition, each condition named here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final, NewType

from states import CLAIMED, CLOCKS, MOVES, OFFICE, PUBLICIZED, RECTIFYING, STAND_IN, VERIFIED
from storage.reads.reviews import why_back
from storage.scope import EVERYTHING, Scope, narrowed
from storage.sql import Driver, Row, as_date

MOST = 200
Condition = NewType("Condition", str)
"""A condition over `cases c`; said here, never made from input."""

UNSIGNED: Final = Condition("c.unsigned > 0")
UNSIGNED_LONG: Final = Condition(
    f"{UNSIGNED} AND EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id AND k.name = '{CLOCKS['acknowledge'].name}' AND k.due_on < ?)"
)
"""Of which the days for signing 签收 ended before the day given."""
WITH_OFFICE: Final = Condition("c.owes = 'office' AND c.settled_at IS NULL")
_LATE: Final = sorted({rung.name for one in CLOCKS.values() if one.owes == OFFICE for rung in one.rungs if rung.late})
_IS_LATE: Final = f"c.rung IN ({', '.join(map(repr, _LATE))})"
OFFICE_LATE: Final = Condition(f"c.owes = 'office' AND {_IS_LATE}")
WAS_ESCALATED: Final = Condition("c.escalations > 0")
PLAN_RETURNED: Final = Condition("c.plan_returns > 0")
PLAN_NOT_RETURNED: Final = Condition("c.plan_returns = 0")
WORK_RETURNED: Final = Condition("c.returns > 0")
_PROVED: Final = (
    "c.planned > 0 AND NOT EXISTS (SELECT 1 FROM measures m WHERE m.case_id = c.id AND m.until_version IS NULL AND NOT EXISTS ("
    "SELECT 1 FROM materials e WHERE e.case_id = m.case_id AND e.kind = 'evidence' AND e.measure_no = m.no AND e.cycle = c.cycle))"
)
PROVED: Final = Condition(f"c.returns = 0 AND {_PROVED}")
"""Never returned, and every measure has its evidence."""
NOT_PROVED: Final = Condition(f"c.returns = 0 AND NOT ({_PROVED})")
EXTENSION_ASKED: Final = Condition("c.extension_until IS NOT NULL")
NO_EXTENSION_ASKED: Final = Condition("c.extension_until IS NULL")
TEXT_APPROVED: Final = Condition("c.text_hash IS NOT NULL")
NOBODY_NAMED: Final = Condition(f"c.responsible = '' AND c.state IN ('{CLAIMED}', '{RECTIFYING}')")
"""Whose new unit has not said yet who is responsible for it, while the unit owes the next step."""
PAPER_TO_CONFIRM: Final = Condition("c.id IN (SELECT k.case_id FROM clocks k WHERE k.name = 'confirm_paper')")
"""In which the office has entered a paper that the secretary has not answered for."""
PAPER_DISOWNED: Final = Condition("c.id IN (SELECT k.case_id FROM clocks k WHERE k.name = 'disowned_paper')")
"""In which the secretary does not own what was entered, and the office has not dealt with it."""
TO_PUBLICIZE: Final = Condition(f"c.owes = '{CLOCKS['publication'].owes}'")
"""Its result is to be made public; what was taken over closed is only looked back at."""
ON_ITS_DAY: Final = Condition("c.rung = 'day'")
"""Whose own clock has come to its day: it is due, and nobody was late before."""
SHORT_FORM: Final = Condition("c.ordered_on IS NOT NULL AND NOT c.plan_approved")
"""Ordered while the team was there: it is handed in by a short form."""
LONG_FORM: Final = Condition("(c.ordered_on IS NULL OR c.plan_approved)")
NO_TEXT_APPROVED: Final = Condition("c.text_hash IS NULL")
_TO_PUT: Final = f"EXISTS (SELECT 1 FROM clocks k WHERE k.case_id = c.id AND k.name = '{CLOCKS['put'].name}')"
TO_PUT: Final = Condition(_TO_PUT)
"""To be put to the leading group; then a decision is waited for."""
PUT: Final = Condition(f"NOT {_TO_PUT}")


def in_state(state: str, *more: Condition) -> Condition:
    """Return the condition that a case is in a state, and meets the others too."""
    return Condition(" AND ".join([f"c.state = '{state}'", *more]))


def in_states(states: Iterable[str], *more: Condition) -> Condition:
    """Return the condition that a case is in one of some states, and meets the others too."""
    named = ", ".join(f"'{state}'" for state in states)
    return Condition(" AND ".join([f"c.state IN ({named})", *more]))


def any_of(*conditions: Condition) -> Condition:
    """Return the condition that a case meets one of these at least."""
    return Condition(" OR ".join(f"({one})" for one in conditions))


LOOKED_BACK_NOW: Final = any_of(
    in_state(PUBLICIZED, ON_ITS_DAY), in_state(VERIFIED, Condition("c.ordered_on IS NOT NULL"), ON_ITS_DAY)
)
"""Made public, or ordered at once and so closed without a publication of its own: the date that it has is that of the look-back."""


def without_opinion(role: str) -> Condition:
    """Return the condition that nobody of a role has given an opinion since the case came into its state."""
    return Condition(
        f"NOT EXISTS (SELECT 1 FROM opinions o WHERE o.case_id = c.id AND o.version > c.entered AND o.role = '{role}')"
    )


def in_rounds(rounds: Iterable[int]) -> Condition:
    """Return the condition that a case is of one of some rounds."""
    return Condition(f"c.round_id IN ({', '.join(map(str, map(int, rounds)))})")


def after_opinions(roles: Iterable[str]) -> Condition:
    """Return the condition that these have given their opinions since the case came into its state, or that it is late."""
    heard = " AND ".join(f"NOT ({without_opinion(role)})" for role in roles)
    return Condition(f"({heard} OR {_IS_LATE})")


@dataclass(frozen=True, slots=True)
class Given:
    """What was said of a case since it came into its state, by role, and what says who is asked: its round and state, whether it was escalated."""

    round_id: int
    state: str
    escalated: bool
    opinions: dict[str, str]


def opinions_given(driver: Driver, cases: Sequence[int]) -> dict[int, Given]:
    """Return the opinions on cases since they came into their state."""
    found: dict[int, Given] = {}
    if cases:
        among, params = driver.among("c.id", list(cases))
        sql = (
            "SELECT c.id, c.round_id, c.state, c.escalations, o.role, o.opinion FROM cases c "
            f"LEFT JOIN opinions o ON o.case_id = c.id AND o.version > c.entered WHERE {among}"
        )
        for case, around, state, escalations, role, opinion in driver.all(sql, params):
            given = found.setdefault(case, Given(around, state, bool(escalations), {}))
            given.opinions.update({role: opinion} if role else {})
    return found


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case that waits, as a line of a to-do list."""

    id: int
    number: str
    unit: str
    problem: str
    state: str
    due_on: date | None
    rung: str
    flagged: str
    unsigned: int
    answerable: str
    extra: int = 0
    """How many cases the line stands for, where it does for others too."""


LINE: Final = "c.id, c.number, u.name, c.problem, c.state, c.state_due_on, c.rung, c.flagged, c.unsigned, a.name"
NAMED: Final = "JOIN units u ON u.id = c.unit_id JOIN units a ON a.id = c.answerable_id"
"""What a line shows of `cases c`, and where the names in it come from."""


def line_of(row: Row) -> Waiting:
    """Return the line that a row of LINE's columns makes."""
    case, number, unit, problem, state, due, rung, flagged, unsigned, answerable = row
    return Waiting(case, number, unit, problem, state, as_date(due), rung, flagged, unsigned, answerable)


def waiting(
    driver: Driver,
    jurisdiction: int,
    condition: Condition,
    params: Sequence[Any] = (),
    scope: Scope = EVERYTHING,
    by: str = "c.state_due_on",
    most: int = MOST,
) -> list[Waiting]:
    """Return at most so many cases that meet a condition, the earliest date first."""
    where, found = _where(driver, jurisdiction, condition, params, scope)
    sql = f"SELECT {LINE} FROM cases c {NAMED} {where} ORDER BY {by} IS NULL, {by}, c.id LIMIT {most}"
    return [line_of(row) for row in driver.all(sql, found)]


def count_waiting(
    driver: Driver,
    jurisdiction: int,
    condition: Condition,
    params: Sequence[Any] = (),
    scope: Scope = EVERYTHING,
) -> int:
    """Return how many cases meet such a condition in all."""
    where, found = _where(driver, jurisdiction, condition, params, scope)
    row = driver.one(f"SELECT COUNT(*) FROM cases c {where}", found)
    return row[0] if row else 0


_UNHELD = (
    "SELECT u.id, u.parent_id FROM units u WHERE u.jurisdiction = ? AND NOT EXISTS (SELECT 1 FROM posts h "
    "JOIN accounts k ON k.person_id = h.person_id AND k.state = 'open' WHERE h.jurisdiction = u.jurisdiction "
    f"AND h.role = 'secretary' AND h.capacity <> '{STAND_IN}' AND h.unit_id = u.id AND (h.starts_on IS NULL OR h.starts_on <= ?) "
    "AND (h.ends_on IS NULL OR h.ends_on >= ?))"
)
_OWED_BY_UNIT: Final = "c.owes IN ('secretary', 'handler') OR c.unsigned > 0"


def unheld(
    driver: Driver, jurisdiction: int, day: date, below: Sequence[int] | None = None, scope: Scope = EVERYTHING
) -> list[Waiting]:
    """Return the first case of each unit that owes something and whose secretary's post nobody holds who can sign in; stand-ins do not count.

    The first is what the unit owes by the nearest day, which stands as its date.
    `extra` is how many cases of the unit wait so; `below` are the units above which are asked for, else all.
    """
    vacant = [
        unit
        for unit, parent in driver.all(_UNHELD, (jurisdiction, day, day))
        if below is None or (parent in below and unit not in below)
    ]
    owed = _owed_by_units(driver, jurisdiction, vacant, scope) if vacant else {}
    firsts = {min(own, key=lambda case: (own[case] or date.max, case)): own for own in owed.values()}
    among, params = driver.among("c.id", list(firsts) or [0])
    lines = [line_of(row) for row in driver.all(f"SELECT {LINE} FROM cases c {NAMED} WHERE {among}", params)]
    found = [replace(line, due_on=firsts[line.id][line.id], extra=len(firsts[line.id])) for line in lines]
    return sorted(found, key=lambda line: (line.due_on or date.max, line.id))


def _owed_by_units(
    driver: Driver, jurisdiction: int, units: Sequence[int], scope: Scope
) -> dict[int, dict[int, date | None]]:
    """Return of each unit the cases in which it owes something, with the nearest day: of its clocks alone, and none that is paused."""
    among, params = driver.among("c.answerable_id", list(units))
    also, more = narrowed(driver, scope)
    sql = (
        "SELECT c.answerable_id, c.id, MIN(k.due_on) FROM cases c LEFT JOIN clocks k ON k.case_id = c.id "
        "AND k.owes IN ('secretary', 'handler') AND k.paused_since IS NULL "
        f"WHERE c.jurisdiction = ? AND ({_OWED_BY_UNIT}) AND {among}{also} GROUP BY c.answerable_id, c.id"
    )
    found: dict[int, dict[int, date | None]] = {}
    for unit, case, due in driver.all(sql, [jurisdiction, *params, *more]):
        found.setdefault(unit, {})[case] = as_date(due)
    return found


def _where(
    driver: Driver, jurisdiction: int, condition: Condition, params: Sequence[Any], scope: Scope
) -> tuple[str, list[Any]]:
    also, more = narrowed(driver, scope)
    return f"WHERE c.jurisdiction = ? AND ({condition}){also}", [jurisdiction, *params, *more]


def unsigned_actions(driver: Driver, cases: Sequence[int]) -> dict[int, list[str]]:
    """Return the actions that wait for a signature 签收, of each case."""
    among, params = driver.among("r.case_id", list(cases) or [0])
    sql = (
        "SELECT r.case_id, t.action FROM receipts r JOIN trail t ON t.case_id = r.case_id AND t.version = r.version "
        f"WHERE r.signed_version IS NULL AND {among} ORDER BY r.case_id, r.version"
    )
    found: dict[int, list[str]] = {}
    for case, action in driver.all(sql, params):
        found.setdefault(case, []).append(action)
    return found


def return_reasons(driver: Driver, cases: Sequence[int]) -> dict[int, str]:
    """Return why each case last came back, in the words of who returned it."""
    among, params = driver.among("t.case_id", list(cases) or [0])
    back, actions = driver.among("t.action", [move.action for move in MOVES if move.sends_back])
    sql = (
        "SELECT t.case_id, x.body FROM trail t JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        f"WHERE {back} AND {among} ORDER BY t.version"
    )
    return {case: why_back(body) for case, body in driver.all(sql, [*actions, *params])}
