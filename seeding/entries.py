"""How a problem enters: each way returns the day from which the inspection's plan need not wait for the problem."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

from seeding.walk import Walk
from states import AT_ONCE

Entry = Callable[[Walk], date]


def claimed(walk: Walk) -> date:
    """The unit claims it with the others; 立行立改 is begun at once instead."""
    day = walk.days.on(walk.problem.visit.fed, walk.pace.claim)
    return walk.rectify_at_once(day) if walk.problem.kind == AT_ONCE else walk.claim(day)


def kept(walk: Walk) -> date:
    """The unit objects in vain, then claims."""
    objected = walk.object(walk.days.on(walk.problem.visit.fed, walk.dice.choice((1, 2))))
    return walk.claim(walk.days.on(walk.keep(walk.days.on(objected, 5)), 1))


def withdrawn(walk: Walk) -> date:
    """The unit objects, and is right."""
    objected = walk.object(walk.days.on(walk.problem.visit.fed, walk.dice.choice((1, 2))))
    return walk.withdraw(walk.days.on(objected, walk.dice.randint(5, 7)))


def unclaimed(walk: Walk) -> date:
    """The unit lets all reminders go by, until the clock escalates it: five working days past the claim date."""
    due = walk.days.on(walk.problem.visit.fed, 5)
    return min(walk.days.on(due, 5), due + timedelta(days=15))


def entered_twice(walk: Walk) -> date:
    """A duplicate is void before anybody claims it."""
    return walk.void(walk.days.on(walk.problem.visit.fed, 1))
