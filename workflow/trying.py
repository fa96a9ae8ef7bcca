"""Trying a profile out 试算: what would become of the open cases of a round if it followed another profile from now on; nothing is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from states import CLAIMED, CLOCKS, OPEN, PLAN_REVIEW, UNIT_OWES
from storage.looks import Looks
from storage.rows import CaseRow, ClockRow, watched
from storage.sql import Driver
from storage.stays import stays_of
from workflow.agreed_dates import reckon
from workflow.days import criteria
from workflow.days.agreeing import limit_of_agreed
from workflow.days.anchors import FEEDBACK
from workflow.days.clocks import By, moved, rungs_reached, would_be
from workflow.days.profiles import Profile
from workflow.recompute import Moving
from workflow.rules import in_force


@dataclass(frozen=True, slots=True)
class Tried:
    """A case of which something would change: the dates that move, the criteria that it would meet tonight, what would be reminded of tonight."""

    case: int
    moves: tuple[Moving, ...] = ()
    flags: tuple[str, ...] = ()
    escalates: bool = False
    reminds: tuple[str, ...] = ()
    latest: Moving | None = None
    """The latest day that could be agreed on if its plan were approved today, where that moves."""

    @property
    def dates(self) -> tuple[Moving, ...]:
        """Return what moves: dates, and the latest that could be agreed on, which is no clock's."""
        return self.moves if self.latest is None else (*self.moves, self.latest)

    @property
    def earlier(self) -> int:
        """Return by how many days the date that moves most comes earlier; below zero where all come later."""
        return max(((one.before - one.after).days for one in self.moves), default=0)

    @property
    def worst(self) -> tuple[bool, bool, int, date, int]:
        """Return what puts the worst first."""
        next_due = min((one.after for one in self.moves), default=date.max)
        return not self.escalates, not self.flags, -self.earlier, next_due, self.case


@dataclass(frozen=True, slots=True)
class Trial:
    """What a profile would do to a round: how many of its cases are open, those that change, the worst first; how many dates stay, and why."""

    open: int
    changed: tuple[Tried, ...]
    held: int
    """Dates that would come today or before today: they stay."""
    set_by_people: int
    """Dates that people agreed on, ordered or granted: they stay."""

    @property
    def moving(self) -> int:
        """Return how many cases have a date that moves."""
        return sum(bool(one.moves) for one in self.changed)

    @property
    def agreeing(self) -> int:
        """Return for how many cases without an approved plan the latest day moves that could be agreed on."""
        return sum(one.latest is not None for one in self.changed)

    @property
    def flagged(self) -> int:
        """Return how many cases would be flagged tonight."""
        return sum(bool(one.flags) for one in self.changed)

    @property
    def escalated(self) -> int:
        """Return how many cases would be escalated tonight."""
        return sum(one.escalates for one in self.changed)

    @property
    def reminded(self) -> int:
        """Return for how many cases a reminder would go out tonight that would not otherwise."""
        return sum(bool(one.reminds) for one in self.changed)

    @property
    def most(self) -> tuple[int, int]:
        """Return by how many days a date comes earlier at most, and later at most."""
        days = [(one.after - one.before).days for case in self.changed for one in case.moves]
        return max((-day for day in days if day < 0), default=0), max((day for day in days if day > 0), default=0)


def try_profile(
    driver: Driver, jurisdiction: int, round_id: int, profile: Profile, today: date, hidden: Collection[int] = ()
) -> Trial:
    """Return what would change, but for cases hidden, if the round followed that profile: so many statements, however many cases it has."""
    looks = Looks(driver)
    open_now, rules = looks.at(watched, jurisdiction, OPEN, round_id), looks.at(in_force, jurisdiction, [round_id])
    (cases, clocks), (profiles, calendar) = open_now(), rules()
    there = [case for case in cases if case.state in OPEN and case.id not in hidden]
    before = By(profiles[round_id], calendar)
    after = By(profile, calendar)
    latest = _latest(driver, there, before, after, today)
    tried = [_tried(case, clocks[case.id], before, after, today, latest.get(case.id)) for case in there]
    rows = [row for case in there for row in clocks[case.id].values() if not row.paused_since]
    would = [(row, would_be(row, before, after)) for row in rows]
    held = sum(day is not None and day < row.due_on and day <= today for row, day in would)
    agreed = sum(before.date_of(row) is None and not CLOCKS[row.name].beside for row in rows)
    changed = sorted((one for one in tried if one is not None), key=lambda one: one.worst)
    return Trial(len(there), tuple(changed), held, agreed)


def _latest(driver: Driver, cases: Sequence[CaseRow], before: By, after: By, today: date) -> dict[int, Moving]:
    """Return where the latest day moves that could be agreed on, of what has no approved plan, if it were approved today."""
    waiting = [case for case in cases if case.state in (CLAIMED, PLAN_REVIEW)]
    counts_office = FEEDBACK in (*before.profile.anchors.values(), *after.profile.anchors.values())
    stays = stays_of(driver, waiting) if waiting and counts_office else {}
    found = {}
    for case in waiting:
        name, lay = limit_of_agreed(case.kind), stays.get(case.id, ())
        old, new = (reckon(name, case.counts_from, lay, today, by.profile, by.calendar).day for by in (before, after))
        if old != new:
            found[case.id] = Moving(case.id, "", old, new)
    return found


def _tried(
    case: CaseRow, clocks: Mapping[str, ClockRow], before: By, after: By, today: date, latest: Moving | None
) -> Tried | None:
    found = [(row, new) for row in clocks.values() if (new := moved(row, before, after, today, case.version + 1))]
    then = {**clocks, **{row.name: new for row, new in found}}
    moves = tuple(Moving(case.id, row.name, row.due_on, new.due_on) for row, new in found)
    flags, escalates = _tonight(case, clocks, then, before, after, today)
    reminds = tuple(
        name
        for name, row in then.items()
        if set(rungs_reached(row, today, after.profile, after.calendar))
        - set(rungs_reached(clocks[name], today, before.profile, before.calendar))
    )
    one = Tried(case.id, moves, flags, escalates, reminds, latest)
    return None if one == Tried(case.id) else one


def _tonight(
    case: CaseRow, clocks: Mapping[str, ClockRow], then: Mapping[str, ClockRow], before: By, after: By, today: date
) -> tuple[tuple[str, ...], bool]:
    """Return the criteria that are met tonight by the new numbers alone, and whether that escalates the case."""
    if case.state not in UNIT_OWES:
        return (), False
    was, will = (before.profile, before.calendar, today), (after.profile, after.calendar, today)
    old = {one.criterion for one in criteria.met(case, clocks, *was)}
    new = [one for one in criteria.met(case, then, *will) if one.criterion not in old]
    risen = set(criteria.escalating(case, then, *will)) - set(criteria.escalating(case, clocks, *was))
    return tuple(one.criterion for one in new), bool(risen) or any(one.escalates for one in new)
