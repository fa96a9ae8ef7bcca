"""The machine: the table of moves handed to `transitions`, with our guards as its conditions. It decides the state."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from transitions import EventData, Machine

from grammar import Move
from states import MOVES, STATES, UNBORN
from workflow import (
    agreed_dates,
    assisting,
    at_once,
    avoidance,
    closing,
    coming_in,
    copies,
    effects,
    gatherings,
    guards,
    handing_over,
    joint_review,
    on_paper,
    splitting,
)
from workflow.refusal import Refusal
from workflow.rule import Effect, Rule
from workflow.subject import Subject
from workflow.vocabulary import must_be_known

logging.getLogger("transitions").setLevel(logging.WARNING)  # at INFO it costs five times the move


WRITTEN_IN = (
    guards,
    effects,
    agreed_dates,
    assisting,
    at_once,
    avoidance,
    closing,
    coming_in,
    copies,
    gatherings,
    handing_over,
    joint_review,
    on_paper,
    splitting,
)
"""The modules in which guards and effects are written."""
Named = TypeVar("Named", Rule, Effect)


def guard_named(name: str) -> Rule:
    """Return the guard of that name; an unknown name stops the start."""
    return _written(name, Rule, "条件")


def effect_named(name: str) -> Effect:
    """Return the effect of that name; an unknown name stops the start."""
    return _written(name, Effect, "效果")


def _written(name: str, sort: type[Named], said: str) -> Named:
    found = next((one for module in WRITTEN_IN if isinstance(one := vars(module).get(name), sort)), None)
    if found is None:
        message = f"states.py 用到未知的{said} {name}：{' '.join(one.__name__ for one in WRITTEN_IN)} 里都没有"
        raise LookupError(message)
    return found


must_be_known()
GUARDS: dict[str, Rule] = {name: guard_named(name) for move in MOVES for name in move.only_if}
EFFECTS: dict[str, Effect] = {name: effect_named(name) for move in MOVES for name in move.then}


def _condition(guard: Rule) -> Callable[[EventData], bool]:
    def holds(event: EventData) -> bool:
        subject: Any = event.model
        return guard(subject) is None

    return holds


CONDITIONS = {name: _condition(guard) for name, guard in GUARDS.items()}


def _build() -> Machine:
    machine = Machine(model=None, states=[UNBORN, *STATES], initial=None, auto_transitions=False, send_event=True)
    for move in MOVES:
        for origin in move.origin:
            machine.add_transition(
                move.action, origin, move.target(origin), conditions=[CONDITIONS[n] for n in move.only_if]
            )
    return machine


MACHINE = _build()


def target(state: str, action: str) -> str | None:
    """Return where an action leads from a state; None where it does not lead from there."""
    event = MACHINE.events.get(action)
    arrows = event.transitions.get(state) if event else None
    return str(arrows[0].dest) if arrows else None


def moves_from(state: str) -> list[Move]:
    """Return the moves that lead from a state, in the order of the life."""
    return [move for move in MOVES if target(state, move.action) is not None]


def arrows() -> Iterator[tuple[Move, str, str]]:
    """Yield every arrow: the move, from where, and to where, in the order of the life."""
    for move in MOVES:
        for origin in (UNBORN, *STATES):
            if (to := target(origin, move.action)) is not None:
                yield move, origin, to


def reasons(subject: Subject, asked: Callable[[Rule], bool] | None = None) -> list[Refusal]:
    """Return why each guard that does not hold does not, or of those alone that are asked."""
    rules = [GUARDS[name] for name in subject.move.only_if]
    return [why for rule in rules if (asked is None or asked(rule)) and (why := rule(subject)) is not None]


def trigger(subject: Subject) -> bool:
    """Let `transitions` have the last word: move `subject.state`, or return False and leave it."""
    return bool(MACHINE.events[subject.move.action].trigger(subject))


def facts_of(move: Move) -> frozenset[str]:
    """Return the facts that the guards and effects of a move declare."""
    return frozenset().union(
        *(GUARDS[name].facts for name in move.only_if), *(EFFECTS[name].facts for name in move.then)
    )
