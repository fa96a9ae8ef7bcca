"""One after another: where a case stands among all that wait for the viewer by the same act, and which comes next."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from storage.sql import Driver
from web.manners import MANNERS
from web.tasks import Task, waiting_by
from web.viewer import Viewer


@dataclass(frozen=True, slots=True)
class Turn:
    """The place of a task among those of its act, in the order of the home, and its neighbours."""

    verb: str
    at: int
    count: int
    before: Task | None
    after: Task | None


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of the same act after one was done: the next, and how many there are with it."""

    next: Task
    count: int


def turn_of(driver: Driver, viewer: Viewer, action: str, case: int, today: date) -> Turn | None:
    """Return where a case stands among those that wait by an act; nothing where it waits alone, or not for the viewer."""
    tasks = _one_by_one(driver, viewer, action, today)
    place = next((place for place, task in enumerate(tasks) if task.case.id == case), None)
    if place is None or len(tasks) == 1:
        return None
    before = tasks[place - 1] if place else None
    after = tasks[place + 1] if place + 1 < len(tasks) else None
    return Turn(tasks[place].verb, place + 1, len(tasks), before, after)


def left_after(
    driver: Driver, viewer: Viewer, action: str, done: Collection[int], wanted: int | None, today: date
) -> Left | None:
    """Return what is left after some were done: the one that stood behind them where it still waits, else the first."""
    tasks = [task for task in _one_by_one(driver, viewer, action, today) if task.case.id not in done]
    if not tasks:
        return None
    return Left(next((task for task in tasks if task.case.id == wanted), tasks[0]), len(tasks))


def _one_by_one(driver: Driver, viewer: Viewer, action: str, today: date) -> list[Task]:
    """Return the tasks of an act that is made case by case; what one click or one form does for all has no turns."""
    manner = MANNERS[action]
    return [] if manner.one_click or manner.bundled else waiting_by(driver, viewer, action, today)
