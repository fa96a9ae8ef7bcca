"""The home's groups: tasks under a heading by their date, and in each what one hand does together is one line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from states import ACTIONS
from web.manners import MANNERS
from web.tasks import CAME_BACK, UNHELD, Task

MOST_TOGETHER: Final = 50
FEW: Final = 3
# The first group stands open; of the others only the beginning does.
MOST_SHOWN, SHOWN = 80, 6


@dataclass(frozen=True, slots=True)
class Bundle:
    """Tasks of one verb that are one line: done together with one form or click, or one after another."""

    verb: str
    tasks: list[Task]

    @property
    def size(self) -> int:
        """Return how many tasks they are."""
        return len(self.tasks)

    @property
    def together(self) -> bool:
        """Say whether one form takes all of them."""
        return self.tasks[0].bundled and not self.tasks[0].post

    @property
    def href(self) -> str:
        """Return where one begins: the form for all of them, or the first, whose page leads to the next."""
        first = self.tasks[0]
        if not self.together:
            return first.href if first.action else ""
        cases = [task.case.id for _, own in self.by_unit for task in own][:MOST_TOGETHER]
        return f"/acts/{first.action}?" + "&".join(f"case={case}" for case in cases)

    @property
    def by_unit(self) -> list[tuple[str, list[Task]]]:
        """Return the tasks unit by unit, the unit with the earliest first."""
        found: dict[str, list[Task]] = {}
        for task in self.tasks:
            found.setdefault(task.case.unit, []).append(task)
        return list(found.items())


@dataclass(frozen=True, slots=True)
class Group:
    """A group of tasks under a heading, bundled by verb where there are many; what can wait is folded behind its first."""

    name: str
    tasks: list[Task]
    shown: int

    @property
    def bundles(self) -> list[Bundle]:
        """Return the tasks by verb, in order of their first date."""
        found: dict[tuple[str, str], list[Task]] = {}
        for task in self.tasks:
            found.setdefault((task.verb, _apart(task)), []).append(task)
        split: list[Bundle] = []
        for (verb, _), tasks in found.items():
            few = 1 if tasks[0].post or tasks[0].bundled else FEW
            split += [Bundle(verb, tasks)] if len(tasks) > few else [Bundle(verb, [task]) for task in tasks]
        return sorted(split, key=lambda bundle: bundle.tasks[0].due_on or date.max)


def _apart(task: Task) -> str:
    """Return what keeps tasks of a verb apart: what is filed or judged as one is one unit's, and what has no act is settled case by case."""
    if not task.action:
        return task.case.unit
    manner = MANNERS[task.action]
    of_a_unit = bool(ACTIONS[task.action].filing) or manner.of_a_round or (manner.bundled and manner.judges)
    return task.case.unit if of_a_unit else ""


def grouped(tasks: Sequence[Task], today: date) -> list[Group]:
    """Return what nobody holds and what came back before all else, then the tasks as today's (and late), this week's, and later."""
    ahead = {
        UNHELD: [task for task in tasks if task.verb == UNHELD],
        CAME_BACK: [task for task in tasks if task.mends],
    }
    tasks = [task for task in tasks if task.verb != UNHELD and not task.mends]
    week = today + timedelta(days=7)
    tests: tuple[tuple[str, Callable[[Any], bool]], ...] = (
        ("今天必须", lambda t: t.due_on is None or t.due_on <= today),
        ("七天之内", lambda t: t.due_on is not None and today < t.due_on <= week),
        ("以后", lambda t: t.due_on is not None and t.due_on > week),
    )
    groups = [(name, found) for name, test in tests if (found := [task for task in tasks if test(task)])]
    first = [Group(name, found, SHOWN) for name, found in ahead.items() if found]
    return first + [Group(name, found, SHOWN if place else MOST_SHOWN) for place, (name, found) in enumerate(groups)]
