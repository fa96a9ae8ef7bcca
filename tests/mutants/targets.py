"""What is mutated, and by which tests it is held: those by themselves first, then whole stories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from states import ACTIONS
from tests.mutants.breeding import Mutant


def _every(_: Mutant) -> bool:
    return True


def _names_an_act(mutant: Mutant) -> bool:
    """A misspelt action, wherever a list or a line is keyed by it; of the life itself also what a row says yes or no to."""
    if mutant.module == "states" and mutant.operator != "Typo":
        return True
    return any(f'"{action}"' in mutant.before and f'"{action}"' not in mutant.after for action in ACTIONS)


@dataclass(frozen=True, slots=True)
class Target:
    """A module, the tests that need nothing else, and which of its mutants are bred."""

    module: str
    alone: tuple[str, ...]
    operators: tuple[str, ...] = ()
    bred: Callable[[Mutant], bool] = _every

    @property
    def stages(self) -> tuple[tuple[str, ...], ...]:
        """Return the tests in the order in which they are tried."""
        return self.alone, STORIES


STORIES: Final = tuple(
    f"tests/{name}.py" for name in (
        "test_machine", "test_lives", "test_opinions", "test_within_limits", "test_lateness", "test_measures", "test_late_lives",
        "test_reasons", "test_drafts", "test_engine", "test_corners", "web/test_manners",
    )
)  # fmt: skip
_LISTS: Final = ("tests/rules/test_acts.py",)
_SAYS: Final = ("Typo", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue")
RULES: Final = (
    Target("workflow.guards", ("tests/rules/test_guards.py",)),
    Target("workflow.effects", ("tests/rules/test_effects.py",)),
    Target("workflow.may", ("tests/rules/test_may.py",)),
    Target("workflow.judge", ("tests/rules/test_judge.py",)),
    Target("workflow.opinions", ("tests/rules/test_weighing.py",)),
    Target("workflow.days.calendar", ("tests/time/test_calendar.py",)),
    Target("workflow.days.limits", ("tests/time/test_deadlines.py",)),
    Target("workflow.days.profiles", ("tests/time/test_profiles.py",)),
    Target("workflow.days.clocks", ("tests/time/test_clocks.py",)),
    Target("workflow.days.criteria", ("tests/time/test_criteria.py",)),
    Target("workflow.days.wake", ("tests/time/test_explaining.py",)),
    Target("workflow.days.explain", ("tests/time/test_explaining.py",)),
    Target("workflow.days.lamp", ("tests/time/test_explaining.py",)),
)
LISTS: Final = tuple(
    Target(module, _LISTS, _SAYS if module == "states" else ("Typo",), _names_an_act) for module in (
        "states", "web.manners", "web.tasks", "workflow.scan", "workflow.offers", "workflow.drawing", "workflow.change",
        "storage.reads.reviews", "notifications.render",
    )
)  # fmt: skip
TARGETS: Final = {one.module: one for one in (*RULES, *LISTS)}
