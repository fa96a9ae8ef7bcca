"""Effects of coming in 存量转入: work under way or closed outside the system. Named and pure, as those of workflow/effects.py."""

from __future__ import annotations

import clock
from states import CLOCKS, CONTINUING
from workflow import clockwork
from workflow.clockwork import counted
from workflow.days.clocks import pause
from workflow.measures import lay_down, split_measures
from workflow.rule import effect
from workflow.subject import Change, Subject


@effect()
def take_in(s: Subject, c: Change) -> None:
    """What was under way or closed outside the system comes in as the ledger says it: kind, dates, how often extended and returned."""
    birth, until = s.intent.birth, s.answers.get("extended_to")
    c.case.kind = s.answers["kind"]
    c.case.first_due_on = (birth.due_on if birth else None) or until
    c.case.due_on = until or c.case.first_due_on
    c.case.extensions = max(s.answers.get("extended", 0), 1 if until else 0)
    c.case.extended = c.case.extensions > 0
    c.case.returns = s.answers.get("returned", 0)


@effect()
def take_measures_in(s: Subject, c: Change) -> None:
    """The measures that the ledger lists are the plan's, each with the ledger's person, department and date."""
    birth = s.intent.birth
    person, department = (birth.person, birth.department) if birth else ("", "")
    told = split_measures(s.answers.get("ledger_measures", ""))
    lay_down(s, c, [(words, person, department, c.case.due_on, "", "", "") for words in told])


@effect()
def stand_approved(s: Subject, c: Change) -> None:
    """What was planned outside the system counts as approved; what is to go on has its last date from here."""
    c.case.plan_approved = True
    c.case.started_on = s.today
    if c.case.kind == CONTINUING:
        c.case.last_on = counted(s, "continuing", s.today).day


@effect()
def run_review_anew(s: Subject, c: Change) -> None:
    """The office runs the joint review of what was filed outside the system; the unit's plan clock counts from today, and is paused."""
    clockwork.run(s, c, "plan")
    c.clocks["plan"] = pause(c.clocks["plan"], s.today)
    clockwork.run(s, c, "review")


@effect()
def run_rectify_anew(s: Subject, c: Change) -> None:
    """The rectification goes on: late by the paper's date, its ladder begins today."""
    row = clockwork.rectify_anew(s, c)
    c.clocks[row.name] = row


@effect()
def run_acceptance_anew(s: Subject, c: Change) -> None:
    """What was handed in outside the system waits for acceptance from today; it is judged by the day on which it was done."""
    c.case.submitted_on = s.answers.get("done_on", s.today)
    row = clockwork.rectify_anew(s, c)
    c.clocks[row.name] = pause(row, s.today)
    clockwork.run(s, c, "acceptance")


@effect()
def stand_closed(s: Subject, c: Change) -> None:
    """It was closed 销号 outside the system, on the day that the ledger says."""
    c.case.verified_on = s.answers.get("closed_on") or s.answers["published_on"]
    c.case.submitted_on = s.answers.get("done_on", c.case.verified_on)


@effect()
def stand_published(s: Subject, c: Change) -> None:
    """It was made public outside the system, and settled with that day."""
    c.case.settled_at = clock.micros(clock.start_of(s.answers["published_on"]))


@effect()
def pool_for_look_back(s: Subject, c: Change) -> None:
    """It may be looked back at like any other; nobody is reminded of each."""
    clockwork.start(s, c, "pooled", clockwork.looked_back_by(s, c.case.kind))


@effect()
def run_ground_review_anew(s: Subject, c: Change) -> None:
    """The ground for not publishing is reviewed within the limit from today."""
    clockwork.start(s, c, "ground_review", counted(s, CLOCKS["ground_review"].within, s.today))


@effect()
def tell_together(s: Subject, c: Change) -> None:
    """Each unit has one letter of all that was taken over with it: the entry that bears it says which they are."""
    if s.intent.letter is not None:
        c.inputs = {"letter": s.intent.letter}
        c.telling = {role: {"letter": s.intent.letter} for role in s.move.tells}
