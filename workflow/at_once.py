"""立行立改交办: what is ordered to be put right while the team is still there, its short form, and how the later list has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from clock import chinese_date
from grammar import Move
from states import AT_ONCE
from storage.columns import CaseRow
from workflow import clockwork
from workflow.answers import faulty_number
from workflow.clockwork import answered, counted
from workflow.measures import lay_down
from workflow.rule import Said, effect, rule
from workflow.subject import Change, Subject

BY_NOTICE: Final = "按立行立改通知书的要求立即整改"
"""The one measure of what was ordered, until the unit says in its own words what it did."""


@dataclass(frozen=True, slots=True)
class Presence:
    """The inspection that a problem would be ordered in: from when to when the team is there, and whether feedback was given."""

    stay_from: date | None = None
    stay_to: date | None = None
    fed_back: bool = False


def is_short(case: CaseRow) -> bool:
    """Say whether a short form is all that is asked: it was ordered at once, and no plan of it was ever wanted or approved."""
    return case.ordered_on is not None and not case.plan_approved


def suits(move: Move, case: CaseRow) -> bool:
    """Say whether a move is there for the case at all: of the form, short or long, in which it is handed in; listed later if it was ordered."""
    unfit = {"long_form" if is_short(case) else "short_form", *(() if case.ordered_on else ("was_ordered",))}
    return not unfit & set(move.only_if)


@rule(lasting=True)
def short_form(s: Subject) -> Said:
    """The short form is for what was ordered at once."""
    return (
        None if is_short(s.case) else "不是立行立改交办的问题，或者已有批准的方案：请办理“申请销号”，并附整改报告和承诺"
    )


@rule(lasting=True)
def long_form(s: Subject) -> Said:
    """What was ordered at once is handed in by its short form."""
    return "立行立改交办的问题，不用报告和承诺：请办理“立行立改销号申请”" if is_short(s.case) else None


@rule("visit", lasting=True)
def inspection_under_way(s: Subject) -> Said:
    """It is ordered while the team is there, and before feedback."""
    visit: Presence = s.facts.visit
    if visit.fed_back:
        return "本次巡察已经反馈，不能再交办立行立改：请作为反馈的问题办理"
    if visit.stay_from is None:
        return "本次巡察没有登记驻点日期：请巡察办先在登记里“登记驻点”"
    if s.today < visit.stay_from:
        return f"巡察组 {chinese_date(visit.stay_from)} 进驻，进驻以后才能交办立行立改"
    if visit.stay_to is not None and s.today > visit.stay_to:
        return f"巡察组 {chinese_date(visit.stay_to)} 已经撤离，不能再交办立行立改：请列入反馈的问题"
    return None


@rule("visit", field="done_by", lasting=True)
def done_before_they_leave(s: Subject) -> Said:
    """It is to be done within the limit of 立行立改, and before the team leaves."""
    visit: Presence = s.facts.visit
    day, latest = s.answers["done_by"], counted(s, "at_once", s.today).day
    if day <= s.today:
        return "整改期限应晚于今天"
    if visit.stay_to is not None and day > visit.stay_to:
        return f"整改期限应在巡察组撤离以前，最晚 {chinese_date(visit.stay_to)}"
    if day > latest:
        return f"立行立改 {s.profile.limits['at_once']}，整改期限最晚 {chinese_date(latest)}"
    return None


@rule(over=True)
def was_ordered(s: Subject) -> Said:
    """Only what was ordered at once comes into the list of feedback later."""
    return None if s.case.ordered_on is not None else "不是立行立改交办的问题"


@rule("listed", over=True)
def listed_once(s: Subject) -> Said:
    """It comes into the list of feedback once."""
    return "该问题已列入反馈清单" if s.facts.listed else None


@rule("inspection_numbers", field="list_number", lasting=True)
def new_number_free(s: Subject) -> Said:
    """The number that the list gives it is no other problem's of the inspection."""
    number = s.answers["list_number"]
    taken: frozenset[str] = s.facts.inspection_numbers
    if fault := faulty_number(number):
        return fault
    return f"编号 {number} 在本次巡察的问题中已经使用" if number in taken - {s.case.number} else None


@effect()
def be_ordered(s: Subject, c: Change) -> None:
    """It is 立行立改, and under way from the day on which it was ordered."""
    c.case.kind = AT_ONCE
    c.case.started_on = s.today


@effect()
def take_the_notice_for_measure(s: Subject, c: Change) -> None:
    """Until the unit says what it did, what the notice asks is its one measure: evidence and progress have a place."""
    person, department = s.answers.get("person", ""), s.answers.get("department", "")
    lay_down(s, c, [(BY_NOTICE, person, department, None, "", "", "")])


@effect("measures")
def run_ordered(s: Subject, c: Change) -> None:
    """It runs to the date of the notice."""
    clockwork.rectify_by(s, c, answered(s, "ordered", "done_by"))


@effect()
def take_measure_done(s: Subject, c: Change) -> None:
    """What the unit did stands in place of what the notice asked."""
    lay_down(s, c, [(s.answers["measure"], "", "", None, "", "", "")])


@effect()
def say_result(s: Subject, c: Change) -> None:
    """The one line of what came of it is what the unit says of itself in the ledger."""
    c.words["said"] = s.answers["said"]


@effect("found_words")
def take_list_number(s: Subject, c: Change) -> None:
    """It has the number of the list from now on; the number under which it was ordered stays in its birth, and finds it too."""
    c.case.number = s.answers["list_number"]
