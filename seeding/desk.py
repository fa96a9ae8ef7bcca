"""What lies on the desks today: drafts that wait for another's confirmation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from random import Random

from seeding.play import NotPlayed, Play
from seeding.problems import Problem
from seeding.walk import Act, Walk, pace_of
from states import ACTIONS, CLAIMED, FEEDBACK, HANDLER, OFFICE, RECTIFYING
from storage.engine import writing
from storage.sql import Driver
from workflow.drafts import draft

_OTHERS, _OWN = 2, 1
_IN_STATE = (
    "SELECT id FROM cases WHERE jurisdiction = ? AND state = ? AND answerable_id {} ? AND taken_over_on IS NULL "
    "ORDER BY id DESC LIMIT ?"
)
Prepared = Callable[[Walk], Act]


def leave_drafts(play: Play, problems: Sequence[Problem]) -> None:
    """Let handlers and the office prepare a few moves each; of the first unit's one, so that the rest waits for who looks."""
    problem_of = {play.cases[problem.number]: problem for problem in problems if problem.number in play.cases}
    with writing(play.engine) as work:
        driver = work.driver
        for state, (by, prepared) in _PREPARED.items():
            for case in _some(play, driver, state):
                act = prepared(_walk(play, problem_of[case]))
                actor = play.ground.cast.actor(by, act.problem.visit.place, act.problem.visit.team)
                drafted = draft(work, play.intent(act), actor, play.now)
                if drafted.draft is None:
                    raise NotPlayed(play.days.today, f"起草{ACTIONS[act.action].shown}", drafted.refused)
        work.commit()


def _some(play: Play, driver: Driver, state: str) -> Iterator[int]:
    first = play.ground.cast.units[0]
    for whose, most in (("<>", _OTHERS), ("=", _OWN)):
        for (case,) in driver.all(_IN_STATE.format(whose), (play.ground.jurisdiction, state, first, most)):
            yield int(case)


def _walk(play: Play, problem: Problem) -> Walk:
    dice = Random(problem.number)
    return Walk(problem, pace_of(dice, recent=True), play.days, dice)


def _claim(walk: Walk) -> Act:
    walk.claim(walk.days.today)
    return walk.acts[-1]


def _submit(walk: Walk) -> Act:
    walk.submit(walk.days.today)
    return walk.acts[-1]


def _void(walk: Walk) -> Act:
    return Act(walk.days.today, "void", walk.problem, OFFICE, {"ground": "error", "reason": "录入时误填了被巡察党组织"})


_PREPARED: Mapping[str, tuple[str, Prepared]] = {
    FEEDBACK: (HANDLER, _claim),
    RECTIFYING: (HANDLER, _submit),
    CLAIMED: (OFFICE, _void),
}
