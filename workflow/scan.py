"""The scan 扫描: what is due is a query, so nothing is missed after any downtime; each rung is told once."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Engine
from sqlmodel import Session

import clock
from states import UNIT_OWES
from storage.engine import is_sqlite, reading, writing
from storage.rows import lock_cases, lock_head, put_off, read_clocks, set_wake
from storage.sql import Driver
from trail.entry import Dice
from workflow import criteria
from workflow.clocks import rungs_reached
from workflow.engine import Outcome, fire
from workflow.rules import calendar_of, profiles_of
from workflow.subject import Intent, scheduler
from workflow.wake import wake_at

log = structlog.get_logger()
RETRY = timedelta(hours=1)
_DUE = "SELECT id, jurisdiction FROM cases WHERE wake_at <= ? AND (retry_at IS NULL OR retry_at <= ?) ORDER BY wake_at, id LIMIT ?"


@dataclass(slots=True)
class Scanned:
    """What a scan found and fired."""

    due: int = 0
    fired: list[dict[str, Any]] = field(default_factory=list)
    failed: list[dict[str, Any]] = field(default_factory=list)


def scan(engine: Engine, now: datetime, batch: int, *, dry_run: bool = False, dice: Dice = os.urandom) -> Scanned:
    """Remind, flag and escalate all that is due now, in batches of their own transactions."""
    found = Scanned()
    seen: set[int] = set()
    while wanted := _next_batch(engine, now, batch, seen):
        for jurisdiction, cases in wanted.items():
            seen.update(cases)
            found.due += len(cases)
            _scan_cases(engine, jurisdiction, cases, now, found, dry_run=dry_run, dice=dice)
    return found


def _next_batch(engine: Engine, now: datetime, batch: int, seen: set[int]) -> dict[int, list[int]]:
    """Return the next due cases of each jurisdiction; what this scan saw already is passed over, so it ends."""
    instant = clock.micros(now)
    with reading(engine) as session:
        rows = Driver(session).all(_DUE, (instant, instant, batch + len(seen)))
    fresh: dict[int, list[int]] = {}
    for case, jurisdiction in rows:
        if case not in seen:
            fresh.setdefault(jurisdiction, []).append(case)
    return fresh


def _scan_cases(  # noqa: PLR0913 one batch of a scan
    engine: Engine, jurisdiction: int, cases: Sequence[int], now: datetime, found: Scanned, *, dry_run: bool, dice: Dice
) -> None:
    try:
        with writing(engine) as session:
            fired = list(_wake(session, jurisdiction, cases, now, dice))
            session.rollback() if dry_run else session.commit()
        found.fired += fired
    except Exception as error:
        if len(cases) > 1:  # one bad case must not hold up the others
            for case in cases:
                _scan_cases(engine, jurisdiction, [case], now, found, dry_run=dry_run, dice=dice)
            return
        log.exception("scan.failed", case=cases[0])
        found.failed.append({"case": cases[0], "why": f"{type(error).__name__}: {error}"})
        with writing(engine) as session:
            put_off(Driver(session), cases[0], clock.micros(now + RETRY))
            session.commit()


def _wake(session: Session, jurisdiction: int, cases: Sequence[int], now: datetime, dice: Dice) -> Iterator[dict[str, Any]]:
    """Remind, then flag, then escalate: each an entry of its own, all in one transaction."""
    actor = scheduler(jurisdiction)
    for action in ("remind", "flag", "escalate"):
        wanted = _wanted(session, jurisdiction, cases, now)[action]
        intents = [Intent(action, case) for case in wanted]
        outcomes = fire(session, intents, actor, now, dice=dice) if intents else []
        yield from _told(session, outcomes, action)
    _rewake(session, jurisdiction, cases, now)


def _wanted(session: Session, jurisdiction: int, cases: Sequence[int], now: datetime) -> dict[str, list[int]]:
    driver = Driver(session)
    head = lock_head(driver, jurisdiction)
    rows = lock_cases(driver, jurisdiction, cases)
    clocks = read_clocks(driver, list(rows))
    profiles = profiles_of(session, driver, {row.round_id for row in rows.values()})
    calendar = calendar_of(session, jurisdiction, head.calendar)
    today = clock.local_date(clock.from_micros(max(clock.micros(now), head.last_at)))
    wanted: dict[str, list[int]] = {"remind": [], "flag": [], "escalate": []}
    for case, row in rows.items():
        profile = profiles[row.round_id]
        if any(rungs_reached(one, today, profile, calendar) for one in clocks[case].values()):
            wanted["remind"].append(case)
        if row.state in UNIT_OWES and criteria.met(row, clocks[case], profile, calendar, today):
            wanted["flag"].append(case)
        if row.state in UNIT_OWES and criteria.escalating(row, clocks[case], profile):
            wanted["escalate"].append(case)
    return wanted


def _told(session: Session, outcomes: Sequence[Outcome], action: str) -> Iterator[dict[str, Any]]:
    done = [outcome for outcome in outcomes if outcome.outcome == "done"]
    if not done:
        return
    driver = Driver(session)
    among, params = driver.among("case_id", [outcome.case for outcome in done])
    sql = f"SELECT case_id, version, rule, rung, period FROM alerts WHERE {among} AND NOT skipped ORDER BY case_id, rule"  # noqa: S608
    by_entry: dict[tuple[int, int], list[tuple[str, str, int]]] = {}
    for case, version, rule, rung, period in driver.all(sql, params):
        by_entry.setdefault((case, version), []).append((rule, rung, period))
    for outcome in done:
        for rule, rung, period in by_entry.get((outcome.case or 0, outcome.version or 0), []):
            criterion = None if action == "remind" else rule
            told = {"case": outcome.case, "action": action, "rung": rung, "criterion": criterion, "period": period}
            yield told | ({"clock": rule} if action == "remind" else {})


def _rewake(session: Session, jurisdiction: int, cases: Sequence[int], now: datetime) -> None:
    """A case woken with nothing to tell (a calendar moved its dates) gets its wake-up reckoned anew."""
    driver = Driver(session)
    head = lock_head(driver, jurisdiction)
    rows = lock_cases(driver, jurisdiction, cases)
    clocks = read_clocks(driver, list(rows))
    profiles = profiles_of(session, driver, {row.round_id for row in rows.values()})
    calendar = calendar_of(session, jurisdiction, head.calendar)
    for case, row in rows.items():
        right = wake_at(row, clocks[case], profiles[row.round_id], calendar)
        if right != row.wake_at and (row.wake_at or 0) <= clock.micros(now):
            set_wake(driver, case, right)


def batch_size(engine: Engine, sqlite: int, postgres: int) -> int:
    """Return how many cases a batch takes on this database."""
    with reading(engine) as session:
        return sqlite if is_sqlite(session) else postgres
