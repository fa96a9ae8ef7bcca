"""Effects of closing 办结: acceptance, publication, looking back and what opens a case again. Named and pure, as those of workflow/effects.py."""

from __future__ import annotations

from states import STANDING
from workflow import clockwork
from workflow.clockwork import answered
from workflow.rule import effect
from workflow.subject import Change, Subject


@effect()
def mark_void(s: Subject, c: Change) -> None:
    """A void case is counted apart from one withdrawn on its merits."""
    c.case.void = True


@effect()
def settle(s: Subject, c: Change) -> None:
    """The case is settled."""
    c.case.settled_at = s.now
    c.case.flagged = ""


@effect()
def close(s: Subject, c: Change) -> None:
    """The problem is closed 销号."""
    c.case.verified_on = s.today
    c.case.flagged = ""
    clockwork.answer_extension(c)


@effect()
def unclose(s: Subject, c: Change) -> None:
    """A wrong acceptance is taken back; no text of it stays approved."""
    c.case.verified_on = None
    c.case.text_hash = None


@effect()
def run_publication(s: Subject, c: Change) -> None:
    """The result is to be made public within the limit; what was ordered at once is published with the feedback, and only looked back at."""
    if s.case.ordered_on is None:
        clockwork.run(s, c, "publication")
    else:
        run_look_back(s, c)


@effect()
def run_look_back(s: Subject, c: Change) -> None:
    """A closed case is looked at again; a standing item yearly."""
    clockwork.end(c, "pooled")
    clockwork.start(s, c, "look_back", clockwork.looked_back_by(s, s.case.kind))


@effect()
def end_look_back(s: Subject, c: Change) -> None:
    """It was looked at and stood: what is over is looked at no more, a standing item again a year on."""
    waited_for = clockwork.running(s, "look_back") or clockwork.running(s, "pooled")
    clockwork.end(c, "look_back")
    clockwork.end(c, "pooled")
    if s.case.kind == STANDING and waited_for:
        run_look_back(s, c)


@effect()
def unsettle(s: Subject, c: Change) -> None:
    """What was not to be made public is to be after all, with a text approved anew."""
    c.case.settled_at = None
    c.case.text_hash = None


@effect()
def run_ground_review(s: Subject, c: Change) -> None:
    """The ground for not publishing is reviewed at the date the group set."""
    clockwork.start(s, c, "ground_review", answered(s, "agreed", "review_on"))


@effect()
def count_reopening(s: Subject, c: Change) -> None:
    """A closed case is reopened: one round more, nothing of the old closing stands."""
    c.case.cycle = s.case.cycle + 1
    c.case.settled_at = c.case.verified_on = c.case.submitted_on = None
    c.case.text_hash = c.case.last_on = None
    c.case.from_escalated = c.case.extended = c.case.went_on = False
