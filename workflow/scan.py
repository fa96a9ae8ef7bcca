"""The scan 扫描: what is due is a query, so nothing is missed after any downtime; each rung is told once."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Engine

import clock
from states import UNIT_OWES
from storage.engine import reading, writing
from storage.rows import CaseRow, ClockRow, ask_clocks, clocks_of, lock, put_off, set_wake, take_head
from storage.sql import Driver
from storage.work import Work
from trail.entry import Dice
from workflow.days import criteria
from workflow.days.calendar import Calendar
from workflow.days.clocks import rungs_reached
from workflow.days.profiles import Profile
from workflow.days.wake import wake_at
from workflow.engine import fire
from workflow.outcome import Outcome
from workflow.papers import draft_what_was_told
from workflow.rules import ask_profiles, calendar_of, profiles_followed
from workflow.subject import Intent, scheduler

log = structlog.get_logger()
RETRY = timedelta(hours=1)
_DUE = (
    "SELECT id, jurisdiction FROM cases WHERE wake_at <= ? AND (retry_at IS NULL OR retry_at <= ?) {} "
    "ORDER BY wake_at, id LIMIT ?"
)


@dataclass(slots=True)
class Scanned:
    """What a scan found and fired."""

    due: int = 0
    fired: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)


def scan(engine: Engine, now: datetime, batch: int, *, dry_run: bool = False, dice: Dice = os.urandom) -> Scanned:
    """Remind, flag and escalate all that is due now, in batches of their own transactions.

    A jurisdiction in which somebody is moving is passed over while there are others: so several schedulers share the work.
    """
    run = _Run(engine, now, dry_run, dice, Scanned(), set())
    busy: set[int] = set()
    while (wanted := _next_batch(run, batch, busy)) or busy:
        wait = not wanted  # what is left lies where others are moving
        if wait:
            busy.clear()
            wanted = _next_batch(run, batch, busy)
        for place, cases in wanted.items():
            if not _scan_cases(run, place, cases, wait=wait):
                busy.add(place)
            wait = False
    return run.found


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of the duty: what it was given, what it found, and the cases it has dealt with."""

    engine: Engine
    now: datetime
    dry_run: bool
    dice: Dice
    found: Scanned
    seen: set[int]


def _next_batch(run: _Run, batch: int, busy: Collection[int]) -> dict[int, list[int]]:
    """Return the next due cases of each jurisdiction not busy; what this scan saw already is passed over, so it ends."""
    instant = clock.micros(run.now)
    with reading(run.engine) as work:
        driver = work.driver
        among, params = driver.among("jurisdiction", busy)
        elsewhere = f"AND NOT {among}" if busy else ""
        rows = driver.all(_DUE.format(elsewhere), (instant, instant, *(params if busy else ()), batch + len(run.seen)))
    fresh: dict[int, list[int]] = {}
    for case, jurisdiction in rows:
        if case not in run.seen:
            fresh.setdefault(jurisdiction, []).append(case)
    return fresh


def _scan_cases(run: _Run, jurisdiction: int, cases: Sequence[int], *, wait: bool) -> bool:
    """Scan cases of one jurisdiction in one transaction; False when somebody is moving there and we are not to wait."""
    try:
        with writing(run.engine) as work:
            if not wait and not take_head(work.driver, jurisdiction):
                return False
            fired = list(_wake(work, jurisdiction, cases, run.now, run.dice))
            work.rollback() if run.dry_run else work.commit()
    except Exception as error:  # noqa: BLE001 whatever it is, it must not hold up the others; it is logged
        if len(cases) == 1:
            _put_off(run, cases[0], error)
        else:  # one bad case must not hold up the others
            for case in cases:
                _scan_cases(run, jurisdiction, [case], wait=True)
            return True
    else:
        run.found.fired += fired
    run.seen.update(cases)
    run.found.due += len(cases)
    return True


def _put_off(run: _Run, case: int, error: Exception) -> None:
    log.error("scan.failed", case=case, exc_info=error)
    run.found.failed.append({"case": case, "why": f"{type(error).__name__}: {error}"})
    if run.dry_run:
        return
    with writing(run.engine) as work:
        put_off(work.driver, case, clock.micros(run.now + RETRY))
        work.commit()


def _wake(work: Work, jurisdiction: int, cases: Sequence[int], now: datetime, dice: Dice) -> Iterator[dict[str, Any]]:
    """Remind, then flag, then escalate: each an entry of its own, all in one transaction."""
    actor = scheduler(jurisdiction)
    woken = _look(work.driver, jurisdiction, cases, now)
    found: list[dict[str, Any]] = []
    for action, is_due in _DUE_FOR.items():
        intents = [Intent(action, case) for case in woken.cases if is_due(woken, case)]
        if intents:
            outcomes = fire(work, intents, actor, now, dice=dice)
            found += _told(work.driver, outcomes, action)
            woken = _look(work.driver, jurisdiction, cases, now)
    _rewake(work.driver, woken, now)
    draft_what_was_told(work.driver, jurisdiction, found, woken.cases, now)
    yield from found


@dataclass(frozen=True, slots=True)
class _Woken:
    """The cases of a batch as they stand behind the lock."""

    cases: dict[int, CaseRow]
    clocks: dict[int, dict[str, ClockRow]]
    profiles: dict[int, Profile]
    calendar: Calendar
    today: date

    def is_to_remind(self, case: int) -> bool:
        """Say whether a clock has reached a rung."""
        profile = self.profiles[self.cases[case].round_id]
        return any(rungs_reached(one, self.today, profile, self.calendar) for one in self.clocks[case].values())

    def is_to_flag(self, case: int) -> bool:
        """Say whether a criterion is met."""
        row = self.cases[case]
        profile = self.profiles[row.round_id]
        return row.state in UNIT_OWES and bool(criteria.met(row, self.clocks[case], profile, self.calendar, self.today))

    def is_to_escalate(self, case: int) -> bool:
        """Say whether a flagged criterion escalates."""
        row = self.cases[case]
        profile = self.profiles[row.round_id]
        found = criteria.escalating(row, self.clocks[case], profile, self.calendar, self.today)
        return row.state in UNIT_OWES and bool(found)


_DUE_FOR: dict[str, Callable[[_Woken, int], bool]] = {
    "remind": _Woken.is_to_remind, "flag": _Woken.is_to_flag, "escalate": _Woken.is_to_escalate,
}  # fmt: skip


def _look(driver: Driver, jurisdiction: int, cases: Sequence[int], now: datetime) -> _Woken:
    asked = [ask_clocks(driver, cases), ask_profiles(driver, cases)]
    head, rows, [clocks, followed] = lock(driver, jurisdiction, cases, asked)
    profiles = profiles_followed(driver, followed)
    today = clock.local_date(clock.from_micros(max(clock.micros(now), head.last_at)))
    return _Woken(rows, clocks_of(cases, clocks), profiles, calendar_of(driver, jurisdiction, head.calendar), today)


def _told(driver: Driver, outcomes: Sequence[Outcome], action: str) -> Iterator[dict[str, Any]]:
    done = [outcome for outcome in outcomes if outcome.outcome == "done"]
    if not done:
        return
    among, params = driver.among("case_id", [outcome.case for outcome in done])
    sql = (
        f"SELECT case_id, version, rule, rung, period FROM alerts WHERE {among} AND NOT skipped ORDER BY case_id, rule"
    )
    by_entry: dict[tuple[int, int], list[tuple[str, str, int]]] = {}
    for case, version, rule, rung, period in driver.all(sql, params):
        by_entry.setdefault((case, version), []).append((rule, rung, period))
    for outcome in done:
        for rule, rung, period in by_entry.get((outcome.case or 0, outcome.version or 0), []):
            clock_name, criterion = (rule, None) if action == "remind" else (None, rule)
            told = {"case": outcome.case, "action": action, "rung": rung, "criterion": criterion, "period": period}
            yield told | ({"clock": clock_name} if clock_name else {})


def _rewake(driver: Driver, woken: _Woken, now: datetime) -> None:
    """A case woken with nothing to tell (a calendar moved its dates) gets its wake-up reckoned anew."""
    for case, row in woken.cases.items():
        right = wake_at(row, woken.clocks[case], woken.profiles[row.round_id], woken.calendar)
        if right != row.wake_at and (row.wake_at or 0) <= clock.micros(now):
            set_wake(driver, case, right)


def batch_size(engine: Engine, sqlite: int, postgres: int) -> int:
    """Return how many cases a batch takes on this database."""
    return sqlite if engine.dialect.name == "sqlite" else postgres
