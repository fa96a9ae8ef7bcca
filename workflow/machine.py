"""The machine: the table of moves handed to `transitions`, with our guards as its conditions."""

from __future__ import annotations

import logging
from collections.abc import Callable, Container
from typing import Any

from transitions import EventData, Machine

from states import BORN, MOVES, STATES
from workflow import guards
from workflow.subject import Subject

Guard = Callable[[Subject], str | None]

logging.getLogger("transitions").setLevel(logging.WARNING)  # at INFO it costs five times the move


def guard_named(name: str) -> Guard:
    """Return the guard of that name; an unknown name stops the start."""
    found: Guard | None = getattr(guards, name, None)
    if found is None or name.startswith("_"):
        message = f"states.py 用到未知的条件 {name}"
        raise LookupError(message)
    return found


GUARDS: dict[str, Guard] = {name: guard_named(name) for move in MOVES for name in move.only_if}


def _condition(guard: Guard) -> Callable[[EventData], bool]:
    def holds(event: EventData) -> bool:
        subject: Any = event.model
        return guard(subject) is None

    return holds


CONDITIONS = {name: _condition(guard) for name, guard in GUARDS.items()}


def _build() -> Machine:
    machine = Machine(model=None, states=[BORN, *STATES], initial=None, auto_transitions=False, send_event=True)
    for move in MOVES:
        for origin in move.origin:
            machine.add_transition(
                move.action, origin, move.target(origin), conditions=[CONDITIONS[n] for n in move.only_if]
            )
    return machine


MACHINE = _build()


def reasons(subject: Subject, only: Container[str] | None = None) -> list[str]:
    """Return the sentences of every guard that does not hold, or of those named alone."""
    asked = [name for name in subject.move.only_if if only is None or name in only]
    return [sentence for name in asked if (sentence := GUARDS[name](subject)) is not None]


def trigger(subject: Subject) -> bool:
    """Let `transitions` have the last word: move `subject.state`, or return False and leave it."""
    return bool(MACHINE.events[subject.move.action].trigger(subject))
