"""Applying a move: from the subject as it was to the case as it will be, with its clocks and receipts."""

from __future__ import annotations

from copy import copy

from states import CLAIMED, CLOCKS, DISPUTED, WITHDRAWN
from storage.rows import CaseRow, ClockRow, clock_values
from workflow import effects
from workflow.clocks import begin, pause, run_on, state_clock
from workflow.deadlines import add
from workflow.effects import Effect
from workflow.facts import touches_siblings
from workflow.subject import Change, Subject
from workflow.wake import wake_at

QUIET = ("remind", "flag", "acknowledge")


def apply(s: Subject, states: dict[int, str]) -> Change:
    """Return the change of a move; `states` are the states after the batch of all cases in it."""
    change = Change(copy(s.case), _clocks_kept(s))
    case = change.case
    case.state, case.version = s.move.target(s.case.state), s.version
    if s.move.to is not None:
        case.entered = s.version
    if s.move.action not in QUIET:
        case.shown_version = s.version
    for name in s.move.then:
        effect: Effect = getattr(effects, name)
        effect(s, change)
    _stand_for_siblings(s, change, states)
    _ask_receipt(s, change)
    _sum_up(s, change)
    return change


def _clocks_kept(s: Subject) -> dict[str, ClockRow]:
    """A change of state ends the clocks of the old one; those beside it go on where they apply."""
    target = s.move.target(s.case.state)
    if s.move.to is None:
        return dict(s.facts.clocks)
    return {name: row for name, row in s.facts.clocks.items() if CLOCKS[name].beside and target in CLOCKS[name].state and name != "measure"}


def _stand_for_siblings(s: Subject, c: Change, states: dict[int, str]) -> None:
    """The plan clocks of an inspection stand still while one of its problems is disputed."""
    if not touches_siblings(s.move):
        return
    after = {**s.facts.siblings, **states, s.case.id: c.case.state}
    inspected = {case: after[case] for case in {*s.facts.siblings, s.case.id}}
    disputed = any(state == DISPUTED for state in inspected.values())
    if c.case.state == CLAIMED and disputed and (row := c.clocks.get("plan")):
        c.clocks["plan"] = pause(row, s.today)
    if (s.case.state == DISPUTED) != (c.case.state == DISPUTED):
        for case, (row, clocks) in s.facts.claimed_siblings.items():
            if case not in states and "plan" in clocks:
                _move_sibling(s, c, row, clocks, disputed=disputed)


def _move_sibling(s: Subject, c: Change, row: CaseRow, clocks: dict[str, ClockRow], *, disputed: bool) -> None:
    """A sibling's plan clock stands still, or runs on with what was left; its own version stays."""
    old = clocks["plan"]
    plan = pause(old, s.today) if disputed else run_on(old, s.today, s.profile, s.calendar)
    if plan == old:
        return
    c.also[row.id] = plan
    c.rows["clocks"].append(clock_values(plan))
    c.rows["siblings"].append((plan.due_on, wake_at(row, {**clocks, "plan": plan}, s.profile, s.calendar), row.id))


def _ask_receipt(s: Subject, c: Change) -> None:
    if not s.move.receipt:
        return
    due_on = add(s.today, s.profile.limits["acknowledge"], s.calendar)
    c.case.unsigned += 1
    c.rows["receipts"].append((s.case.id, s.version, s.move.action, due_on))
    if c.case.state != WITHDRAWN and "acknowledge" not in c.clocks:
        c.clocks["acknowledge"] = begin(s.case.id, "acknowledge", s.version, s.today, due_on)


def _sum_up(s: Subject, c: Change) -> None:
    """Derive what the state's clock says, then when to look again, and which clock rows to write."""
    case = c.case
    own = state_clock(case, c.clocks)
    case.state_due_on, case.owes, case.rung = (own.due_on, own.owes, own.rung) if own else (None, None, "")
    case.wake_at = wake_at(case, c.clocks, s.profile, s.calendar)
    case.retry_at = None
    old = s.facts.clocks
    c.rows["clocks_gone"] += [(s.case.id, name) for name in old if name not in c.clocks]
    c.rows["clocks"] += [clock_values(row) for name, row in c.clocks.items() if old.get(name) != row]


