"""The pool for looking back 回头看抽查库: what is closed, ours or taken over, with the look that it had last; and how far a 回头看 round is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import clock
from states import DONE
from storage.scope import EVERYTHING, Scope, narrowed
from storage.sql import Driver, Part, Row, as_date

PASSED, FAILED = "looked_back", "reopen"
"""The two ends of a look: it stands, or it is sent back."""
ROUND_SORT: Final = "look_back"
OURS, TAKEN_OVER = "ours", "taken_over"
WHOSE: Final = {OURS: "系统内办结", TAKEN_OVER: "存量转入"}
SEEN, UNSEEN = "seen", "unseen"
_CLOSED: Final = ", ".join(f"'{state}'" for state in DONE)
_LOOKS: Final = f"t.action IN ('{PASSED}', '{FAILED}')"
_LOOKED: Final = f"c.id IN (SELECT t.case_id FROM trail t WHERE t.jurisdiction = ? AND {_LOOKS} AND t.at >= ?)"
_SENT_BACK: Final = (
    f"c.id IN (SELECT t.case_id FROM trail t WHERE t.jurisdiction = ? AND t.action = '{FAILED}' AND t.at >= ?)"
)
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


def pooled(
    driver: Driver, jurisdiction: int, scope: Scope, pool: Pool, begun: date | None, place: tuple[int, int]
) -> tuple[list[Pooled], int]:
    """Return some of what is asked for, `place` being where they begin and how many at most, unit by unit and by the day of closing; and how many there are."""
    where, params = _asked(driver, jurisdiction, scope, pool, begun)
    start, most = place
    sql = (
        "SELECT c.id, c.number, u.name, r.name, c.problem, c.detail, c.state, c.verified_on, c.taken_over_on, COUNT(*) OVER () "
        f"FROM cases c JOIN units u ON u.id = c.unit_id JOIN rounds r ON r.id = c.round_id WHERE {where} "
        "ORDER BY c.unit_id, c.verified_on, c.id LIMIT ? OFFSET ?"
    )
    rows = driver.all(sql, [*params, most, start])
    looks = _last_looks(driver, [row[0] for row in rows], _since(pool, begun))
    return [_one(row, looks.get(row[0])) for row in rows], int(rows[0][9]) if rows else 0


def _one(row: Row, look: Look | None) -> Pooled:
    case, number, unit, around, problem, detail, state, closed, taken_over, _ = row
    return Pooled(case, number, unit, around, problem, detail, state, as_date(closed), taken_over is not None, look)


def units_pooled(
    driver: Driver, jurisdiction: int, scope: Scope, pool: Pool, begun: date | None
) -> list[tuple[int, str]]:
    """Return the units of which there is anything in the pool, or of the round that is asked for."""
    where, params = _asked(driver, jurisdiction, scope, Pool(during=pool.during), begun)
    sql = f"SELECT id, name FROM units WHERE id IN (SELECT c.unit_id FROM cases c WHERE {where}) ORDER BY id"
    return [(row[0], row[1]) for row in driver.all(sql, params)]


def progress_of_round(
    driver: Driver, jurisdiction: int, round_id: int, scope: Scope = EVERYTHING
) -> tuple[date | None, dict[int, Progress]]:
    """Return on which day a 回头看 round began, and how far it is with the earlier problems of each of its units."""
    begun, pool = begun_on(driver, jurisdiction, round_id), Pool(during=round_id)
    where, params = _asked(driver, jurisdiction, scope, pool, begun)
    rows = driver.all(f"SELECT c.id, c.unit_id FROM cases c WHERE {where}", params)
    sql = f"SELECT t.case_id, t.action FROM trail t WHERE t.jurisdiction = ? AND {_LOOKS} AND t.at >= ? ORDER BY t.idx"
    last: dict[int, str] = dict(driver.all(sql, (jurisdiction, _since(pool, begun)))) if rows else {}
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


def _asked(driver: Driver, jurisdiction: int, scope: Scope, pool: Pool, begun: date | None) -> Part:
    since = _since(pool, begun)
    within, more = narrowed(driver, scope)
    parts: list[tuple[str, Sequence[Any]]] = [(f"c.jurisdiction = ? AND NOT c.void{within}", [jurisdiction, *more])]
    if pool.during is None:
        parts.append((f"c.state IN ({_CLOSED})", ()))
    else:
        there = "c.unit_id IN (SELECT i.unit_id FROM inspections i WHERE i.round_id = ?) AND c.round_id <> ?"
        parts.append((there, (pool.during, pool.during)))
        parts.append((f"(c.state IN ({_CLOSED}) OR {_SENT_BACK})", (jurisdiction, since)))
    if pool.unit is not None:
        parts.append(("c.unit_id = ?", (pool.unit,)))
    if pool.whose:
        parts.append((f"c.taken_over_on IS {'NOT ' if pool.whose == TAKEN_OVER else ''}NULL", ()))
    if pool.looked:
        parts.append((_LOOKED if pool.looked == SEEN else f"NOT {_LOOKED}", (jurisdiction, since)))
    return " AND ".join(sql for sql, _ in parts), [value for _, values in parts for value in values]


def _last_looks(driver: Driver, cases: Sequence[int], since: int) -> dict[int, Look]:
    if not cases:
        return {}
    among, params = driver.among("t.case_id", cases)
    sql = f"SELECT t.case_id, t.action, t.at FROM trail t WHERE {among} AND {_LOOKS} AND t.at >= ? ORDER BY t.case_id, t.version"
    rows = driver.all(sql, [*params, since])
    return {case: Look(action, clock.local_date(clock.from_micros(at))) for case, action, at in rows}
