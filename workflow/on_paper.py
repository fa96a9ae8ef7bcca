"""Entering on paper 代录: the office enters what the secretary signed; the paper's day decides, and the secretary confirms it or does not own it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import Final

from clock import chinese_date
from grammar import Move
from states import CLOCKS, ESCALATED, RECTIFYING, ROLES, SECRETARY, STATES
from storage.papers import Paper
from storage.rows import ClockRow
from storage.ties import Tie
from workflow import clockwork
from workflow.days.clocks import state_clock, unit_clock
from workflow.measures import lay_down
from workflow.refusal import Refusal
from workflow.rule import Said, effect, rule
from workflow.subject import Change, Subject

BY_DATE: Final = ("overdue", "unclaimed")
"""The criteria that were met by nothing but a date gone by."""
NOT_ON_PAPER: Final = "“{}”不能代录：只有须由书记签字的单位事项可以代录"


def who_enters(move: Move) -> Refusal:
    """Return what is said to who enters a paper and may not."""
    return Refusal(
        f"“{move.shown}”的签字件应由{ROLES['office']}代录" if move.on_paper else NOT_ON_PAPER.format(move.shown)
    )


def against_paper(s: Subject) -> list[Refusal]:
    """Return what is against entering it from paper: it bears a day, on which the case stood where it does, and who enters it is not tied."""
    if not s.intent.received:
        return []
    day, since = s.intent.occurred_on, s.facts.stands_since
    said: list[Refusal] = []
    if day is None:
        said.append(Refusal("请填写“签字日期”：签字件上写的日子，是否按期看这一天", "occurred_on", missing=True))
    elif since is not None and day < since:
        said.append(
            Refusal(
                f"签字日期 {chinese_date(day)} 早于{_began(s)} {chinese_date(since)}：请核对是不是这一步的签字件",
                "occurred_on",
            )
        )
    ties: Collection[Tie] = s.facts.enterer_ties
    if any(tie.person == s.actor.person_id and tie.on(s.today) for tie in ties):
        said.append(Refusal("您对该党组织有回避关系，不能代录它的签字件，须由他人代录"))
    return said


def _began(s: Subject) -> str:
    return "督办以前开始这一步之日" if s.case.state == ESCALATED else f"进入“{STATES[s.case.state].shown}”之日"


def receive(s: Subject, c: Change) -> None:
    """The secretary owes a confirmation, and is told; what was only late because the paper lay with the office is not held against the unit."""
    if "confirm_paper" not in c.clocks:
        clockwork.run(s, c, "confirm_paper")
    c.telling[SECRETARY] = {**c.telling.get(SECRETARY, {}), "received": True}
    held = s.case.flagged.split(",")
    if gone := [name for name in held if name in _flagged_meanwhile(s, c)]:
        c.case.flagged = ",".join(name for name in held if name not in gone)
        c.inputs = {**c.inputs, "unflagged": gone}


def _flagged_meanwhile(s: Subject, c: Change) -> frozenset[str]:
    """Return what was flagged of a date that the paper keeps, and nothing that was flagged before.

    It is by the clock that the paper stops or ends, or that escalated the case.
    """
    if s.case.state == ESCALATED:
        flags, due = s.facts.risen_by, s.case.due_on
    elif (row := unit_clock(s.case, s.facts.clocks)) and _stands_still(c.clocks.get(row.name)):
        flags, due = row.flags.split(","), s.case.state_due_on
    else:
        return frozenset()
    return frozenset(flags).intersection(BY_DATE) if due is not None and s.done_on <= due else frozenset()


def _stands_still(row: ClockRow | None) -> bool:
    return row is None or row.paused_since is not None


@rule(over=True)
def paper_waits(s: Subject) -> Said:
    """There is a paper to confirm."""
    return None if clockwork.running(s, "confirm_paper") else "没有待确认的代录"


@rule("papers")
def not_who_entered_it(s: Subject) -> Said:
    """Who entered a paper does not confirm it, in whatever other post, nor prepare that."""
    papers: Sequence[Paper] = s.facts.papers
    own = {paper.enterer for paper in papers} & {s.actor.person_id, s.intent.prepared_by} - {None}
    return "签字件由您或起草人代录，须由他人确认" if own else None


@rule()
def paper_confirmed(s: Subject) -> Said:
    """Nothing is accepted on a paper that the secretary has not confirmed, or does not own, nor is a part taken off beside it."""
    if clockwork.is_disowned(s):
        return f"书记不认代录的签字件，不能据此办理：{'请先' if s.move.splits else '请退回，或先'}处理不认的代录"
    row = clockwork.running(s, "confirm_paper")
    back = "" if s.move.splits else "；可以退回"
    return f"代录的签字件还没有经书记确认（期限 {chinese_date(row.due_on)}），确认以后才能办理{back}" if row else None


@rule(over=True)
def paper_disowned(s: Subject) -> Said:
    """The secretary does not own a paper, and the office has not said yet what it did about it."""
    return None if clockwork.is_disowned(s) else "没有书记不认的代录"


@rule("disowned", over=True)
def claim_disowned(s: Subject) -> Said:
    """The problem was claimed by a paper that the secretary does not own, and nothing has been filed on that since."""
    claimed = clockwork.is_disowned(s) and s.facts.disowned
    return None if claimed else "只有代录的认领、立行立改，书记不认的，才能退回重新认领"


@rule(field="new_on")
def time_to_claim_again(s: Subject) -> Said:
    """The unit has so many days to claim again as after an objection."""
    day: date = s.answers["new_on"]
    least = clockwork.counted(s, "claim_left", s.today).day
    return f"认领须留出时间，最早到 {chinese_date(least)}" if day < least else None


@effect()
def claim_anew(s: Subject, c: Change) -> None:
    """The claim is owed again, by a new date; what began by the paper has not begun, but for the date that the ledger has."""
    clockwork.start(s, c, "claim", clockwork.answered(s, "agreed", "new_on"))
    if s.case.state != RECTIFYING:
        return
    lay_down(s, c, [])
    c.case.started_on = None
    clockwork.answer_extension(c)
    if not clockwork.dated_by_ledger(s):
        c.case.due_on = c.case.first_due_on = None


@effect("papers")
def confirm_papers(s: Subject, c: Change) -> None:
    """All papers that wait are the unit's own from now on; the entry names them."""
    _answer(s, c)


@effect("papers")
def disown_papers(s: Subject, c: Change) -> None:
    """The secretary did not sign that: what it did stands, and the office owes an answer; its day gives the unit nothing."""
    papers: Sequence[Paper] = s.facts.papers
    _answer(s, c)
    clockwork.run(s, c, "disowned_paper")
    flags = [*s.case.flagged.split(","), *(name for paper in papers for name in paper.unflagged)]
    c.case.flagged = ",".join(filter(None, dict.fromkeys(flags)))
    came = state_clock(s.case, s.facts.clocks)
    if came and any(paper.version == s.case.entered for paper in papers):
        for name, row in c.clocks.items():
            if CLOCKS[name].unit and row.paused_since and row.paused_since < came.started_on:
                c.clocks[name] = replace(row, paused_since=came.started_on)


def _answer(s: Subject, c: Change) -> None:
    papers: Sequence[Paper] = s.facts.papers
    c.inputs = {
        "papers": [
            {"version": one.version, "action": one.action, "signed_on": one.signed_on.isoformat()} for one in papers
        ]
    }
    clockwork.end(c, "confirm_paper")


@effect()
def settle_papers(s: Subject, c: Change) -> None:
    """The office has said what it did about a paper that was not owned."""
    clockwork.end(c, "disowned_paper")
