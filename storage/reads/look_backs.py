"""The pool for looking back 回头看抽查库: what is closed, ours or taken over, with the look that it had last; and how far a 回头看 round is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import clock
from states import DONE
from storage.reads.ledger.questions import led_by
from storage.reads.tasks import LOOKED_BACK_NOW
from storage.scope import Scope, cases_of
from storage.sql import Driver, Part, Row, as_date

PASSED, FAILED = "looked_back", "reopen"
"""The two ends of a look: it stands, or it is sent back."""
ROUND_SORT: Final = "look_back"
OURS, TAKEN_OVER = "ours", "taken_over"
WHOSE: Final = {OURS: "系统内办结", TAKEN_OVER: "存量转入"}
SEEN, UNSEEN, TO_LOOK = "seen", "unseen", "due"
"""Looked at; never looked at; never looked at, or due again."""
_CLOSED: Final = ", ".join(f"'{state}'" for state in DONE)
_LOOKS: Final = f"t.action IN ('{PASSED}', '{FAILED}')"
_NEVER: Final = 1 << 62


@dataclass(frozen=True, slots=True)
class Pool:
    """Which closed problems are asked for: whose, and whether they were looked at; of a 回头看 round the earlier ones of its units."""

    unit: int | None = None
    whose: str = ""
    looked: str = ""
    during: int | None = None
    """The round; what was looked at before it began counts as not looked at."""


@dataclass(frozen=True, slots=True)
class Look:
    """A look that a problem had: how it ended, and on which day."""

    action: str
    on: date


@dataclass(frozen=True, slots=True)
class Pooled:
    """A problem of the pool, with its last look; of a 回头看 round the last one in it."""

    id: int
    number: str
    unit_id: int
    unit: str
    round: str
    problem: str
    detail: str
    state: str
    closed_on: date | None
    taken_over: bool
    look: Look | None = None


@dataclass(slots=True)
class Progress:
    """How many earlier problems of a unit a 回头看 round has to look at, how many stood, and how many were sent back."""

    of: int = 0
    passed: int = 0
    failed: int = 0

    @property
    def left(self) -> int:
        """Return how many are still to be looked at."""
        return self.of - self.passed - self.failed


def begun_on(driver: Driver, jurisdiction: int, round_id: int) -> date | None:
    """Return the first day of a round: on which its first stay begins, None where no stay is entered."""
    sql = "SELECT MIN(stay_from) FROM inspections WHERE jurisdiction = ? AND round_id = ?"
    row = driver.one(sql, (jurisdiction, round_id))
    return as_date(row[0]) if row else None


def units_of_round(driver: Driver, jurisdiction: int, round_id: int) -> dict[int, str]:
    """Return the units that a round inspects: number and name."""
    sql = "SELECT u.id, u.name FROM inspections i JOIN units u ON u.id = i.unit_id WHERE i.jurisdiction = ? AND i.round_id = ? ORDER BY u.id"
    return dict(map(tuple, driver.all(sql, (jurisdiction, round_id))))


def pooled(
    driver: Driver, jurisdiction: int, scope: Scope, pool: Pool, begun: date | None, after: tuple[int, int], most: int
) -> list[Pooled]:
    """Return so many of what is asked for, unit by unit and the oldest first, from behind a place: a unit and a case."""
    sets, conditions = _asked(driver, jurisdiction, scope, pool, begun)
    named, source, within = led_by(sets)
    if driver.sqlite and not sets:  # in the order of that index, and no further than the page
        source = "cases c INDEXED BY ix_cases_jurisdiction_unit_id_id"
    where: list[Part] = [*within, *conditions, ("c.unit_id >= ? AND (c.unit_id, c.id) > (?, ?)", [after[0], *after])]
    sql = (
        f"{named}SELECT c.id, c.number, c.unit_id, (SELECT u.name FROM units u WHERE u.id = c.unit_id), "
        "(SELECT r.name FROM rounds r WHERE r.id = c.round_id), c.problem, c.detail, c.state, c.verified_on, c.taken_over_on "
        f"FROM {source} WHERE {' AND '.join(one for one, _ in where)} ORDER BY c.unit_id, c.id LIMIT ?"
    )
    rows = driver.all(sql, [value for _, values in (*sets, *where) for value in values] + [most])
    looks = _last_looks(driver, [row[0] for row in rows], _since(pool, begun))
    return [_one(row, looks.get(row[0])) for row in rows]


def count_pooled(driver: Driver, jurisdiction: int, scope: Scope, pool: Pool, begun: date | None) -> int:
    """Return how many there are of what is asked for."""
    sets, conditions = _asked(driver, jurisdiction, scope, pool, begun)
    named, source, within = led_by(sets)
    where = [*within, *conditions]
    sql = f"{named}SELECT COUNT(*) FROM {source} WHERE {' AND '.join(one for one, _ in where)}"
    row = driver.one(sql, [value for _, values in (*sets, *where) for value in values])
    return int(row[0]) if row else 0


def _one(row: Row, look: Look | None) -> Pooled:
    case, number, unit, unit_name, around, problem, detail, state, closed, taken_over = row
    return Pooled(
        case, number, unit, unit_name, around, problem, detail, state, as_date(closed), taken_over is not None, look
    )


def progress_of_round(
    driver: Driver, jurisdiction: int, round_id: int, scope: Scope
) -> tuple[date | None, dict[int, Progress]]:
    """Return on which day a 回头看 round began, and how far it is with the earlier problems of each of its units."""
    begun, pool = begun_on(driver, jurisdiction, round_id), Pool(during=round_id)
    sets, conditions = _asked(driver, jurisdiction, scope, pool, begun)
    named, source, within = led_by(sets)
    where = [*within, *conditions]
    rows = driver.all(
        f"{named}SELECT c.id, c.unit_id FROM {source} WHERE {' AND '.join(one for one, _ in where)}",
        [value for _, values in (*sets, *where) for value in values],
    )
    since, params = _looked(jurisdiction, _since(pool, begun), _LOOKS)
    last: dict[int, str] = dict(driver.all(f"SELECT t.case_id, t.action {since} ORDER BY t.idx", params))
    found: dict[int, Progress] = defaultdict(Progress)
    for case, unit in rows:
        one = found[unit]
        one.of += 1
        one.passed += last.get(case) == PASSED
        one.failed += last.get(case) == FAILED
    return begun, dict(found)


def _since(pool: Pool, begun: date | None) -> int:
    """Return from which instant on looks count; in a round without a day none does."""
    if pool.during is None:
        return 0
    return clock.micros(clock.start_of(begun)) if begun else _NEVER


def _looked(jurisdiction: int, since: int, which: str) -> Part:
    """Return where looks are found, by what they are and not by when: they are few of all that was done since."""
    return f"FROM trail t WHERE t.jurisdiction = ? AND {which} AND +t.at >= ?", [jurisdiction, since]


def _asked(
    driver: Driver, jurisdiction: int, scope: Scope, pool: Pool, begun: date | None
) -> tuple[list[Part], list[Part]]:
    """Return the queries that lead to few cases, and the conditions on all."""
    looks, since = _looked(jurisdiction, _since(pool, begun), _LOOKS)
    sets: list[Part] = [scope.ids(driver, jurisdiction)] if scope.few else []
    conditions: list[Part] = [("c.jurisdiction = ? AND NOT c.void", [jurisdiction])]
    if not scope.few and (within := scope.where(driver))[0]:
        conditions.append(within)
    units: tuple[int, ...] | None = None if pool.unit is None else (pool.unit,)
    if pool.during is None:
        conditions.append((f"c.state IN ({_CLOSED})", []))
    else:
        there = units_of_round(driver, jurisdiction, pool.during)
        units = tuple(unit for unit in there if units is None or unit in units)
        back, values = _looked(jurisdiction, _since(pool, begun), f"t.action = '{FAILED}'")
        again = f"(c.state IN ({_CLOSED}) OR c.id IN (SELECT t.case_id {back}))"
        conditions.append((f"c.round_id <> ? AND {again}", [pool.during, *values]))
    if units is not None:
        sets.append(cases_of(driver, jurisdiction, {"unit_id": units}))
    if pool.whose:
        conditions.append((f"c.taken_over_on IS {'NOT ' if pool.whose == TAKEN_OVER else ''}NULL", []))
    if pool.looked == SEEN:
        sets.append((f"SELECT DISTINCT t.case_id AS id {looks}", since))
    elif pool.looked in (UNSEEN, TO_LOOK):
        again = f" OR {LOOKED_BACK_NOW}" if pool.looked == TO_LOOK else ""
        conditions.append((f"(c.id NOT IN (SELECT t.case_id {looks}){again})", since))
    return sets, conditions


def _last_looks(driver: Driver, cases: Sequence[int], since: int) -> dict[int, Look]:
    if not cases:
        return {}
    among, params = driver.among("t.case_id", cases)
    sql = f"SELECT t.case_id, t.action, t.at FROM trail t WHERE {among} AND {_LOOKS} AND t.at >= ? ORDER BY t.case_id, t.version"
    rows = driver.all(sql, [*params, since])
    return {case: Look(action, clock.local_date(clock.from_micros(at))) for case, action, at in rows}
