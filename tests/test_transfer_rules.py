"""变更责任主体, the rules by themselves: who may take a problem over, what goes with it, and by when the new unit owes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from states import DONE, SUBMITTED
from storage.columns import CaseRow, ClockRow
from tests.rules.subjects import PARENT, TODAY, UNIT, a_case, a_clock, changed, day, subject
from workflow.days.clocks import Why, pause
from workflow.machine import EFFECTS, GUARDS
from workflow.subject import Change, Successor

NEW = 30
SUCCESSOR = Successor("市水利局党组", NEW, "市水利局党组")


def said(rule: str, given: str | None = "市水利局党组", **facts: Any) -> str | None:
    """Return what a rule says when a successor is given, or none."""
    answers = {"successor": given} if given else {}
    found = GUARDS[rule](subject("transfer", answers=answers, **facts))
    return found.sentence if found else None


def test_who_takes_it_over_is_there_and_in_being() -> None:
    """Until somebody is named the rules say nothing; the last day still counts, and so does who answers for a village."""
    assert said("successor_in_being", given=None, successor=None) is None
    assert "没有党组织“水利局”" in (said("successor_in_being", "水利局", successor=None) or "")
    for starts, ends, holds in (
        (None, None, True),
        (TODAY, TODAY, True),
        (day(3, 3), None, False),
        (None, day(3, 1), False),
    ):
        one = replace(SUCCESSOR, starts_on=starts, ends_on=ends)
        assert (said("successor_in_being", successor=one) is None) == holds
    gone = Successor("武桥村党支部", NEW, "城伯镇党委", ends_on=day(3, 1))
    why = said("successor_in_being", "武桥村党支部", successor=gone)
    assert why == "武桥村党支部（由城伯镇党委负责）在今天尚未成立或已撤并，不能接手"


def test_it_is_another_than_the_one_that_answers_now() -> None:
    assert said("successor_is_another", successor=SUCCESSOR) is None
    assert said("successor_is_another", successor=None) is None
    same = replace(SUCCESSOR, answerable=PARENT)
    assert said("successor_is_another", given=None, successor=same) is None
    assert said("successor_is_another", successor=same) == "该问题已由市水利局党组负责，责任主体没有变"


def after(case: CaseRow, ground: str = "merged", *clocks: ClockRow, effect: str = "pass_on", **facts: Any) -> Change:
    """Return what an effect of a transfer makes of a case and its clocks."""
    answers = {"successor": SUCCESSOR.name, "ground": ground}
    s = subject("transfer", "office", *clocks, case=case, answers=answers, successor=SUCCESSOR, measures=(), **facts)
    EFFECTS[effect](s, change := changed(s))
    return change


@pytest.mark.parametrize(
    ("answerable", "unit", "ground", "before", "left"),
    [
        (PARENT, PARENT, "merged", False, True),  # its own problem: it has passed it on
        (PARENT, UNIT, "merged", False, False),  # a village goes on below the unit that its town was merged into
        (PARENT, UNIT, "unit", False, True),
        (PARENT, UNIT, "restructured", False, True),
        (PARENT, UNIT, "merged", True, True),  # who has it no more does not get it back by a merger of others
        (PARENT, NEW, "unit", True, False),  # it comes back to where it was found
    ],
)
def test_where_it_was_found_it_is_worked_on_as_before_only_below_a_merger(
    answerable: int, unit: int, ground: str, before: bool, left: bool
) -> None:
    case = replace(a_case(passed_on=before), unit_id=unit, answerable_id=answerable)
    change = after(case, ground)
    assert (change.case.answerable_id, change.case.unit_id, change.case.passed_on) == (NEW, unit, left)
    assert change.case.inspection_id == case.inspection_id


def test_who_was_responsible_is_named_anew_unless_it_is_closed() -> None:
    blank = {"responsible": "", "department": "", "person": ""}
    assert after(a_case(state="rectifying")).words == blank
    for state in DONE:
        assert after(a_case(state=state)).words == {}


AGREED = Why("agreed", since=TODAY, action="approve_plan", entry=4)


@pytest.mark.parametrize(
    ("name", "was", "kind", "state", "due"),
    [
        ("rectify", day(6, 1), "focused", "rectifying", day(6, 1)),  # time enough: the date stands
        ("rectify", day(3, 16), "focused", "rectifying", day(3, 16)),  # just ten working days
        ("rectify", day(3, 13), "focused", "rectifying", day(3, 16)),
        ("rectify", day(2, 1), "focused", "rectifying", day(3, 16)),  # the old unit was late
        ("rectify_short", day(3, 3), "at_once", "rectifying", day(3, 9)),  # seven days are all that 立行立改 has
        ("claim", day(3, 4), "focused", "feedback", day(3, 9)),  # five working days are all that a claim has
        ("plan", day(3, 4), "focused", "claimed", day(3, 16)),
        ("publication", day(3, 4), "focused", "verified", day(3, 16)),
    ],
)
def test_what_runs_goes_on_and_leaves_the_new_unit_time(name: str, was: date, kind: str, state: str, due: date) -> None:
    row = replace(
        a_clock(name, was, day(1, 5)), why=AGREED.text(), rung="red", tellings=3, told_on=day(2, 2), flags="overdue"
    )
    change = after(a_case(state=state, kind=kind, due_on=was, first_due_on=was), "merged", row, effect="carry_over")
    (new,) = change.clocks.values()
    assert (new.due_on, new.first_due_on, new.period, new.started_on) == (due, was, 6, TODAY)
    assert (new.rung, new.tellings, new.told_on, new.flags) == ("", 0, None, "")
    why = Why.of(new.why)
    assert why
    assert (why.how == "transferred") == (due != was)
    if name.startswith("rectify"):
        assert (change.case.due_on, change.case.first_due_on) == (due, was)


def test_what_waits_for_others_waits_on_with_as_much_left() -> None:
    """A claim paused with two working days left has five when it runs on; a plan that lay a month with the office has lost nothing."""
    claim = pause(a_clock("claim", day(2, 12), day(2, 5)), day(2, 10))
    new = after(a_case(state="disputed"), "unit", claim, effect="carry_over").clocks["claim"]
    assert (new.paused_since, new.due_on) == (TODAY, day(3, 9))
    plan = pause(a_clock("plan", day(3, 1), day(1, 5)), day(2, 1))
    new = after(a_case(state="plan_review"), "merged", plan, effect="carry_over").clocks["plan"]
    assert (new.paused_since, new.due_on) == (TODAY, day(3, 30))  # 28 days were left, and are


def test_held_for_an_extension_it_is_held_on() -> None:
    """The date of a rectification stands while it waits."""
    row = pause(a_clock("rectify", day(3, 4), day(1, 5)), day(2, 27))
    new = after(a_case(due_on=day(3, 4), extension_until=day(4, 1)), "merged", row, effect="carry_over").clocks
    assert {name: (one.due_on, one.paused_since) for name, one in new.items()} == {"rectify_short": (day(3, 16), TODAY)}


def test_what_is_handed_in_keeps_its_date_and_what_is_the_offices_is_left_alone() -> None:
    """The old unit is judged by the day on which it handed in; receipts are the new secretary's from today; progress is due anew."""
    handed = pause(a_clock("rectify", day(2, 1), day(1, 5)), day(2, 5))
    accept, sign = a_clock("acceptance", day(3, 5), day(2, 5)), a_clock("acknowledge", day(2, 7), day(2, 5))
    change = after(a_case(state=SUBMITTED, due_on=day(2, 1)), "merged", handed, accept, sign, effect="carry_over")
    assert (change.clocks, change.case.due_on) == ({"rectify": handed, "acceptance": accept}, day(2, 1))
    measure, told = a_clock("measure", day(3, 5)), a_clock("progress", day(3, 3), day(2, 3))
    clocks = after(a_case(), "merged", measure, told, effect="carry_over").clocks
    assert (clocks["measure"], clocks["progress"].due_on) == (measure, day(4, 2))


@pytest.mark.parametrize(
    ("state", "flagged", "since", "objections"),
    [
        ("feedback", "", 0, 0),
        ("claimed", "", 0, 1),
        ("rectifying", "", 0, 1),
        ("escalated", "overdue", 2, 1),
        ("disputed", "overdue", 2, 1),
    ],
)
def test_the_new_unit_is_judged_anew_and_may_object_once(state: str, flagged: str, since: int, objections: int) -> None:
    case = a_case(state=state, flagged="overdue", returns=2, returns_since=2, objections=1)
    made = after(case, "merged", effect="carry_over").case
    assert (made.flagged, made.returns_since, made.returns, made.objections) == (flagged, since, 2, objections)


def test_the_office_is_not_warned_again_of_a_text_that_it_approved() -> None:
    row = a_clock("publication", day(5, 1))
    for text, rung in ((None, ""), ("ab", "text")):
        case = a_case(state="verified", text_hash=text)
        assert after(case, "merged", row, effect="carry_over").clocks["publication"].rung == rung


def test_what_the_old_unit_prepared_is_taken_down() -> None:
    rows = after(a_case(), "merged", effect="spoil_drafts", prepared=(4, 9)).rows["drafts_spoilt"]
    assert [(state, number) for state, _, number in rows] == [("dropped", 4), ("dropped", 9)]
    assert {why for _, why, _ in rows} == {"责任主体已变更，起草件作废：请由接手的党组织重新起草"}
