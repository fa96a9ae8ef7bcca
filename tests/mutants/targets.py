"""What is mutated, and by which tests it is held: those by themselves first, then whole stories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from states import ACTIONS
from tests.mutants.breeding import Mutant
from tests.mutants.trial import Suite


def _by(*names: str) -> Suite:
    return Suite(tuple(f"tests/{name}.py" for name in names))


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
    alone: Suite
    operators: tuple[str, ...] = ()
    bred: Callable[[Mutant], bool] = _every


STORIES: Final = Suite(tuple(
    f"tests/{name}.py" for name in (
        "test_machine", "test_lives", "test_opinions", "test_within_limits", "test_lateness", "test_measures", "test_late_lives",
        "test_reasons", "test_drafts", "test_engine", "test_corners", "web/test_manners", "web/test_dropping", "web/test_reporting",
    )
), alone=False)  # fmt: skip
_LISTS: Final = _by("rules/test_acts")
_SAYS: Final = ("Typo", "ReplaceTrueWithFalse", "ReplaceFalseWithTrue")
GUARDS: Final = (
    Target("workflow.guards", _by("rules/test_guards", "rules/test_declared")),
    Target("workflow.agreed_dates", _by("rules/test_guards", "rules/test_declared", "time/test_agreeing")),
    Target("workflow.days.agreeing", _by("time/test_agreeing")),
    Target("workflow.closing", _by("rules/test_effects", "rules/test_effects_under_way", "web/test_looking_back")),
    Target("workflow.coming_in", _by("test_taking_over", "test_taking_over_rules")),
    Target("workflow.effects", _by("rules/test_effects", "rules/test_effects_under_way")),
    Target("workflow.clockwork", _by("rules/test_effects", "rules/test_effects_under_way")),
    Target("workflow.may", _by("rules/test_may")),
    Target("workflow.judge", _by("rules/test_judge")),
    Target("workflow.opinions", _by("rules/test_weighing")),
    Target("workflow.days.calendar", _by("time/test_calendar")),
    Target("workflow.days.limits", _by("time/test_deadlines")),
    Target("workflow.days.profiles", _by("time/test_profiles")),
    Target("workflow.days.clocks", _by("time/test_clocks")),
    Target("workflow.days.criteria", _by("time/test_criteria")),
    Target("workflow.days.stops", _by("time/test_stops")),
    Target("workflow.days.wake", _by("time/test_explaining")),
    Target("workflow.days.explain", _by("time/test_explaining")),
    Target("workflow.days.lamp", _by("time/test_explaining")),
)
LISTS: Final = tuple(
    Target(module, _LISTS, _SAYS if module == "states" else ("Typo",), _names_an_act) for module in (
        "states", "web.manners", "web.tasks", "workflow.scan", "workflow.change", "storage.reads.reviews",
    )
)  # fmt: skip
TARGETS: Final = {one.module: one for one in (*GUARDS, *LISTS)}
