"""Applying a move: from the subject as it was to the case as it will be, with its clocks and receipts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from states import CLAIMED, CLOCKS, DISPUTED, WITHDRAWN
from storage.rows import CaseRow, ClockRow, clock_values
from storage.stops import spans_for
from workflow.clockwork import is_of_rectification, run_to_stopped
from workflow.copies import Letter, Pressing, letters, press, pressings, send
from workflow.days.clocks import begin, by_limit, pause, run_on, state_clock
from workflow.days.stops import stopped_still
from workflow.days.wake import wake_at
from workflow.facts import touches_siblings
from workflow.machine import EFFECTS
from workflow.may import assists
from workflow.on_paper import receive
from workflow.subject import Change, Subject


@dataclass(frozen=True, slots=True)
class After:
    """How a batch leaves things: the cases in it, who answers in which inspections for one of them that is then disputed, which bear a letter or press."""

    cases: frozenset[int]
    disputed: frozenset[tuple[int, int]]
    letters: Mapping[int, Letter]
    pressings: Mapping[int, list[Pressing]]

    @classmethod
    def of(cls, subjects: Iterable[Subject]) -> After:
        """Return how these moves leave things; the machine has moved each subject."""
        subjects = tuple(subjects)
        targets = [(s.case, s.answerable, s.state) for s in subjects]
        return cls(
            frozenset(case.id for case, _, _ in targets),
            frozenset((case.inspection_id, unit) for case, unit, to in targets if to == DISPUTED),
            letters(subjects),
            pressings(subjects),
        )

    def is_disputed(self, s: Subject, unit: int) -> bool:
        """Say whether a problem of the subject's inspection for which the unit answers is then disputed, in the batch or outside it."""
        outside = (case for case, answerable in s.facts.disputed.items() if answerable == unit)
        return (s.case.inspection_id, unit) in self.disputed or not self.cases.issuperset(outside)


def apply(s: Subject, after: After) -> Change:
    """Return the change of a move that the machine has made, in a batch that leaves things so."""
    change = Change(s.case.copy(), _clocks_kept(s))
    case = change.case
    case.state, case.version = s.state, s.version
    if s.state != s.case.state:
        case.entered = s.version
        case.owed_on = None
    if not s.move.quiet:
        case.shown_version = s.version
    for name in s.move.then:
        EFFECTS[name](s, change)
    _let_recur(s, change)
    _pause_for_siblings(s, change, after)
    _ask_receipt(s, change)
    if s.intent.received:
        receive(s, change)
    if letter := after.letters.get(s.case.id):
        send(s, change, letter)
    press(change, after.pressings.get(s.case.id, ()))
    _pass_over_stops(s, change)
    _sum_up(s, change)
    return change


def _clocks_kept(s: Subject) -> dict[str, ClockRow]:
    """A change of state ends the clocks of the old one; those beside it go on where they apply, unless they are paused."""
    if s.state == s.case.state:
        return dict(s.facts.clocks)
    return {
        name: row
        for name, row in s.facts.clocks.items()
        if CLOCKS[name].beside
        and not CLOCKS[name].with_state
        and s.state in CLOCKS[name].state
        and row.paused_since is None
    }


def _let_recur(s: Subject, c: Change) -> None:
    """What is due again and again begins with its state, or anew with the act that does it; one that was paused runs on."""
    for one in CLOCKS.values():
        if one.recurs_by and s.state in one.state and _begins_anew(s, c.clocks.get(one.name), one.recurs_by):
            _begin(s, c, one.name)


def _begins_anew(s: Subject, row: ClockRow | None, recurs_by: str) -> bool:
    if s.state == s.case.state:
        return row is not None and s.move.action == recurs_by and not (s.post and assists(s.post, s.case))
    # A day that went by while others had the case is nobody's fault.
    return row is None or row.due_on < s.today


def _begin(s: Subject, c: Change, name: str) -> None:
    """A clock begins today with its own limit."""
    due = by_limit(CLOCKS[name].within, s.today, s.profile, s.calendar)
    c.clocks[name] = begin(s.case.id, name, s.version, s.today, due)


def _pause_for_siblings(s: Subject, c: Change, after: After) -> None:
    """The plan clocks of what a unit answers for in an inspection are paused while one of these problems is disputed."""
    if not touches_siblings(s.move):
        return
    if c.case.state == CLAIMED and (row := c.clocks.get("plan")):
        disputed = after.is_disputed(s, c.case.answerable_id)
        c.clocks["plan"] = pause(row, s.today) if disputed else run_on(row, s.today, s.profile, s.calendar)
    for unit in _disputes_of(s, c):
        disputed = after.is_disputed(s, unit)
        for case, (sibling, clocks) in s.facts.claimed_siblings.items():
            if sibling.answerable_id == unit and case not in after.cases and "plan" in clocks:
                _move_sibling(s, c, sibling, clocks, disputed=disputed)


def _disputes_of(s: Subject, c: Change) -> set[int]:
    """Return the units among whose problems of the inspection a dispute begins or ends with the move."""
    before = {s.case.answerable_id} if s.case.state == DISPUTED else set()
    after = {c.case.answerable_id} if c.case.state == DISPUTED else set()
    return before ^ after


def _move_sibling(s: Subject, c: Change, row: CaseRow, clocks: dict[str, ClockRow], *, disputed: bool) -> None:
    """A sibling's plan clock is paused, or runs on with what was left; its own version stays."""
    old = clocks["plan"]
    plan = pause(old, s.today) if disputed else run_on(old, s.today, s.profile, s.calendar)
    plan = stopped_still(plan, spans_for(s.stops, row), s.profile, s.calendar)
    if plan == old:
        return
    c.also[row.id] = plan
    c.rows["clocks"].append(clock_values(plan))
    c.rows["siblings"].append((plan.due_on, wake_at(row, {**clocks, "plan": plan}, s.profile, s.calendar), row.id))


def _ask_receipt(s: Subject, c: Change) -> None:
    if not s.move.wants_receipt or not s.bears_letter:
        return
    due = by_limit("acknowledge", s.today, s.profile, s.calendar)
    c.case.unsigned += 1
    c.rows["receipts"].append((s.case.id, s.version, s.move.action, due.day))
    if c.case.state != WITHDRAWN and "acknowledge" not in c.clocks:
        c.clocks["acknowledge"] = begin(s.case.id, "acknowledge", s.version, s.today, due)


def _pass_over_stops(s: Subject, c: Change) -> None:
    """Every clock that the move begins, pauses or lets run on passes over the stopped days, as those do that stood before."""
    spans = spans_for(s.stops, c.case)
    for name, row in c.clocks.items():
        run_to_stopped(c, name, stopped_still(row, spans, s.profile, s.calendar))


def _sum_up(s: Subject, c: Change) -> None:
    """Derive what the state's clock says, then when to look again, and which clock rows to write."""
    case = c.case
    own = state_clock(case, c.clocks)
    case.state_due_on, case.owes, case.rung = (own.due_on, own.owes, own.rung) if own else (None, None, "")
    if (
        own and is_of_rectification(own.name) and case.due_on
    ):  # what was taken over late is late, though its ladder begins anew
        case.state_due_on = case.due_on
    case.wake_at = wake_at(case, c.clocks, s.profile, s.calendar)
    case.retry_at = None
    old = s.facts.clocks
    c.rows["clocks_gone"] += [(s.case.id, name) for name in old if name not in c.clocks]
    c.rows["clocks"] += [clock_values(row) for name, row in c.clocks.items() if old.get(name) != row]
