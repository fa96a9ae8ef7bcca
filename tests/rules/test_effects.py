"""Each effect by itself, in front of a subject made by hand: the whole of what it changes, and nothing beside it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from storage.columns import CaseRow, ClockRow
from tests.rules.subjects import (
    CASE,
    HOW,
    ME,
    OTHER,
    TODAY,
    a_case,
    a_clock,
    a_material,
    changed,
    day,
    profile,
    subject,
    told_here,
    tried_elsewhere,
)
from workflow.days.clocks import Dated, Why, begin, pause
from workflow.machine import EFFECTS
from workflow.subject import Birth

NEXT = 6  # the case stands at version 5
CLOCK, CASE_, ROWS = "clocks", "case", "rows"


def built(
    name: str, action: str, *clocks: ClockRow, role: str = "office", also: Any = None, **made: Any
) -> dict[str, Any]:
    """Return all that an effect changes: columns of the case, clocks (None where one ended), rows, words and what is told."""
    s = subject(action, role, *clocks, **made)
    c = changed(s)
    for row in also or ():
        c.clocks[row.name] = row
    before = dict(c.clocks)
    EFFECTS[name](s, c)
    columns = [one.name for one in fields(CaseRow)]
    parts = {
        CASE_: {one: getattr(c.case, one) for one in columns if getattr(c.case, one) != getattr(s.case, one)},
        CLOCK: {one: c.clocks.get(one) for one in before | c.clocks if c.clocks.get(one) != before.get(one)},
        ROWS: {one: rows for one, rows in c.rows.items() if rows},
        "words": c.words, "inputs": c.inputs, "telling": c.telling, "reminder": c.reminder,
    }  # fmt: skip
    return {part: what for part, what in parts.items() if what}


def begun(name: str, due: date, why: Why, on: date = TODAY) -> ClockRow:
    """Return a clock that this move begins."""
    return begin(CASE, name, NEXT, on, Dated(due, why))


def by(name: str, since: date = TODAY) -> Why:
    return Why("limit", name, since)


def by_move(how: Any, action: str, on: date = TODAY) -> Why:
    return Why(how, since=on, action=action, entry=NEXT)


def started(name: str, due: date, why: Why) -> dict[str, Any]:
    """Return a change that begins one clock."""
    return {CLOCK: {name: begun(name, due, why)}}


FACTS = {
    "run_at_once": {"measures"}, "run_rectify": {"measures"}, "run_rectify_again": {"measures"}, "run_rectify_ordered": {"measures"},
    "run_continuing": {"measures"}, "restore_rectify": {"measures"}, "run_decision": {"measures"}, "extend": {"measures"},
    "tell_overruled": {"opinions"}, "note_rung": {"measures", "opinions"},
}  # fmt: skip


def test_each_effect_declares_the_facts_it_looks_at() -> None:
    looking = told_here((name for name, effect in EFFECTS.items() if effect.facts), FACTS)
    assert {name: set(EFFECTS[name].facts) for name in looking} == FACTS


# Feedback, claim, objection


def test_a_problem_is_born_with_its_kind_and_the_ledgers_date() -> None:
    birth = Birth(3, 1, 21, 22, "1", "路灯不亮", due_on=day(5, 1))
    s = subject("feed_back", answers={"kind": "standing"}, case=a_case(state="∅", kind="focused"))
    for given, due in ((birth, day(5, 1)), (None, None)):
        c = changed(s)
        EFFECTS["be_born"](replace(s, intent=replace(s.intent, birth=given)), c)
        assert (c.case.kind, c.case.due_on, c.case.first_due_on) == ("standing", due, due)


def test_claim_is_due_five_working_days_after_feedback() -> None:
    """Saturday 28 February is worked."""
    case = a_case(fed_back_on=day(2, 27))
    assert built("run_claim", "feed_back", case=case) == started("claim", day(3, 5), by("claim", day(2, 27)))


def test_who_is_responsible_is_named_as_far_as_it_is_asked() -> None:
    answers = {"responsible": "林建国", "department": "村建中心", "person": "李敏", "text": "属实"}
    named = {name: answers[name] for name in ("responsible", "department", "person")}
    assert built("name_responsible", "claim", answers=answers) == {"words": named}
    assert built("name_responsible", "claim", answers={"person": "李敏"}) == {"words": {"person": "李敏"}}
    assert built("name_person", "order_rework", answers=answers) == {"words": {"person": "李敏"}}


@pytest.mark.parametrize(
    ("fed_back", "objections", "due", "why"),
    [
        (TODAY, 0, day(4, 2), by("plan")),
        (day(2, 4), 0, day(3, 5), by("claim_left")),
        (day(2, 4), 1, day(3, 16), by("plan_again")),
        (TODAY, 1, day(4, 2), by("plan")),
    ],
)
def test_a_plan_is_due_a_month_after_feedback_and_what_the_office_took_is_given_back(
    fed_back: date, objections: int, due: date, why: Why
) -> None:
    case = a_case(state="feedback", fed_back_on=fed_back, objections=objections)
    assert built("run_plan", "claim", case=case) == started("plan", due, why)


@pytest.mark.parametrize(
    ("effect", "action", "answer", "clock", "how"),
    [
        ("run_plan_again", "return_plan", "new_on", "plan", "agreed"),
        ("run_plan_ordered", "order_plan", "plan_on", "plan", "ordered"),
        ("run_ground_review", "withhold", "review_on", "ground_review", "agreed"),
    ],
)
def test_a_date_that_a_move_sets_begins_its_clock(effect: str, action: str, answer: str, clock: str, how: str) -> None:
    due = day(5, 20)
    assert built(effect, action, answers={answer: due}) == started(clock, due, by_move(how, action))


@pytest.mark.parametrize(
    ("effect", "clock", "due"),
    [
        ("run_fact_check", "fact_check", day(3, 16)), ("run_acceptance", "acceptance", day(4, 2)),
        ("run_publication", "publication", day(4, 2)), ("run_look_back", "look_back", day(9, 2)),
    ],
)  # fmt: skip
def test_a_state_has_its_limit_from_today(effect: str, clock: str, due: date) -> None:
    assert built(effect, "submit") == started(clock, due, by(clock))


def test_a_standing_item_is_looked_at_again_after_a_year() -> None:
    due = TODAY.replace(year=2027)
    assert built("run_look_back", "publicize", case=a_case(kind="standing")) == started(
        "look_back", due, by("standing_look_back")
    )


@pytest.mark.parametrize(("effect", "clock", "left"), [("restore_plan", "plan", 5), ("resume_claim", "claim", 3)])
def test_a_clock_that_stood_runs_on_with_what_was_left(effect: str, clock: str, left: int) -> None:
    """From Thursday the 5th to Tuesday the 10th: five days of a plan, three working days of a claim."""
    stood = pause(a_clock(clock, day(3, 10), day(2, 20)), day(3, 5))
    why = Why("resumed", None, day(3, 20), paused=day(3, 5), was=day(3, 10), left=left)
    running = replace(stood, due_on=day(3, 25), paused_since=None, why=why.text())
    assert built(effect, "keep", stood, on=day(3, 20)) == {CLOCK: {clock: running}}
    assert built(effect, "keep") == {}


def test_a_claim_that_stood_has_three_working_days_at_least() -> None:
    stood = pause(a_clock("claim", day(3, 6)), day(3, 5))
    row = built("resume_claim", "keep", stood, on=day(3, 20))[CLOCK]["claim"]
    assert row.due_on == day(3, 25)
    assert Why.of(row.why) == Why("resumed", "claim_left", day(3, 20), paused=day(3, 5), was=day(3, 6), left=1)


def test_an_objection_is_counted_and_the_claim_stands_still() -> None:
    assert built("count_objection", "object", case=a_case(objections=2)) == {CASE_: {"objections": 3}}
    claim = a_clock("claim", day(3, 9))
    assert built("pause_claim", "object", claim) == {CLOCK: {"claim": replace(claim, paused_since=TODAY)}}
    assert built("pause_claim", "object") == {}


def test_what_is_rectified_at_once_has_one_measure() -> None:
    answers = {"measure": "立即清运", "person": "李敏", "department": "村建中心"}
    measures = [(CASE, 1, "立即清运", "李敏", "村建中心", None, "", "")]
    assert built("take_one_measure", "rectify_at_once", answers=answers) == {
        ROWS: {"measures_gone": [(CASE,)], "measures": measures}
    }


def test_at_once_has_the_ledgers_date_where_it_lies_ahead_and_within_seven_days() -> None:
    def run(due: date | None) -> tuple[Any, Any]:
        case = a_case(state="feedback", kind="at_once", due_on=due)
        found = built("run_at_once", "rectify_at_once", case=case, measures=())
        assert found[CASE_]["started_on"] == TODAY
        row = found[CLOCK]["rectify_short"]
        return row.due_on, Why.of(row.why)

    own = day(3, 9), by("at_once")
    ledger = by_move("ledger", "rectify_at_once")
    assert run(None) == own
    assert run(TODAY) == own
    assert run(day(3, 3)) == (day(3, 3), ledger)
    assert run(day(3, 9)) == (day(3, 9), ledger)
    assert run(day(3, 10)) == own


def test_what_is_void_or_settled_is_so_on_record() -> None:
    assert built("mark_void", "void") == {CASE_: {"void": True}}
    s = subject("withdraw", case=a_case(flagged="overdue"))
    c = changed(s)
    EFFECTS["settle"](s, c)
    assert (c.case.settled_at, c.case.flagged) == (s.now, "")


# The plan


def test_the_measures_of_a_filed_plan_replace_those_before() -> None:
    one = {"text": "甲", "person": "李敏", "department": "村建", "on": day(5, 1), "check": "查看", "why": "工期"}
    two = {"text": "乙", "person": "王强", "department": "财政", "on": day(5, 2), "check": "核账"}
    assert built("take_measures", "submit_plan", answers={"measures": [one, two]}) == {
        ROWS: {
            "measures_gone": [(CASE,)],
            "measures": [
                (CASE, 1, "甲", "李敏", "村建", day(5, 1), "查看", "工期"),
                (CASE, 2, "乙", "王强", "财政", day(5, 2), "核账", ""),
            ],
        }
    }


def test_while_a_plan_is_reviewed_the_units_clock_stands() -> None:
    plan = a_clock("plan", day(4, 2))
    review = begun("review", day(3, 16), by("review"))
    assert built("run_review", "submit_plan", plan) == {CLOCK: {"plan": pause(plan, TODAY), "review": review}}
    assert built("run_review", "submit_plan") == {CLOCK: {"review": review}}


def test_returned_plans_are_counted_apart_from_returned_work() -> None:
    assert built("count_plan_return", "return_plan", case=a_case(plan_returns=1)) == {CASE_: {"plan_returns": 2}}


def test_an_approved_plan_starts_rectification_and_what_goes_on_has_its_last_date() -> None:
    assert built("approve", "approve_plan") == {CASE_: {"plan_approved": True, "started_on": TODAY}}
    assert built("approve", "approve_plan", case=a_case(kind="continuing")) == {
        CASE_: {"plan_approved": True, "started_on": TODAY, "last_on": TODAY.replace(year=2027)}
    }


# The date of rectification


@pytest.mark.parametrize(
    ("effect", "action", "answer", "how"),
    [
        ("run_rectify", "approve_plan", "agreed_on", "agreed"), ("run_rectify_again", "return_work", "new_on", "agreed"),
        ("run_rectify_ordered", "order_rework", "final_on", "ordered"), ("run_continuing", "continue_work", "next_review_on", "agreed"),
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    ("due", "clock", "other"), [(day(3, 22), "rectify_short", "rectify"), (day(3, 23), "rectify", "rectify_short")]
)
def test_an_agreed_date_runs_in_days_up_to_twenty_and_in_months_beyond(
    effect: str, action: str, answer: str, how: str, due: date, clock: str, other: str
) -> None:
    """The other ladder ends; the first date ever agreed on stays visible."""
    old = a_clock(other, day(3, 30))
    case = a_case(first_due_on=day(3, 20), due_on=day(3, 21))
    row = replace(begun(clock, due, by_move(how, action)), first_due_on=day(3, 20))
    found = built(effect, action, old, case=case, answers={answer: due}, measures=())
    assert found == {CASE_: {"due_on": due}, CLOCK: {clock: row, other: None}}
    fresh = built(effect, action, answers={answer: due}, measures=())
    assert fresh == {CASE_: {"due_on": due, "first_due_on": due}, CLOCK: {clock: replace(row, first_due_on=due)}}


def test_with_the_date_the_next_measure_whose_eve_lies_ahead_begins_to_run() -> None:
    """The eve is one working day before: of a Tuesday the Monday, of a Monday the Friday."""

    def run(*measures: tuple[int, date | None], also: Any = ()) -> Any:
        answers = {"agreed_on": day(6, 1)}
        return built("run_rectify", "approve_plan", answers=answers, measures=measures, also=also)[CLOCK].get("measure")

    def runs(due: date, number: int) -> ClockRow:
        return begun("measure", due, Why("measure", number=number))

    assert run() is None
    assert run((1, None), (2, day(3, 2)), (3, day(3, 3))) is None
    assert run((1, day(5, 8)), (2, day(3, 4)), (3, day(3, 3))) == runs(day(3, 4), 2)
    assert run((2, day(3, 5)), (1, day(3, 5))) == runs(day(3, 5), 1)
    assert run((1, day(5, 8)), also=[a_clock("measure", day(4, 4))]) is None


def test_half_way_to_a_measure_is_reckoned_in_days_as_its_clock_reckons_it() -> None:
    """From Friday to Sunday there is a day between, though no working day."""
    under = profile(rungs={"measure": {"eve": "half"}})
    made: dict[str, Any] = {"answers": {"agreed_on": day(6, 1)}, "on": day(3, 6), "under": under}
    found = built("run_rectify", "approve_plan", measures=((1, day(3, 7)), (2, day(3, 8))), **made)[CLOCK]
    assert found["measure"] == begun("measure", day(3, 8), Why("measure", number=2), day(3, 6))


# Handing in and coming back


def test_what_is_handed_in_is_judged_by_this_day_and_all_clocks_of_the_unit_stand() -> None:
    clocks = [a_clock(name, day(4, 2)) for name in ("rectify", "rectify_short", "extension", "measure", "acknowledge")]
    case = a_case(state="escalated")
    found = built(
        "hand_in", "submit", *clocks, case=case, answers={"results": {"rules_new": 1, "money_repaid": "2.00"}}
    )
    assert found == {
        CASE_: {"submitted_on": TODAY, "from_escalated": True},
        CLOCK: {row.name: pause(row, TODAY) for row in clocks[:4]},
        ROWS: {
            "results_gone": [(CASE,)],
            "results": [(CASE, NEXT, "rules_new", 1), (CASE, NEXT, "money_repaid", "2.00")],
        },
    }
    again = built("hand_in", "submit", case=a_case(from_escalated=True), answers={"results": {}})
    assert again == {CASE_: {"submitted_on": TODAY, "from_escalated": False}, ROWS: {"results_gone": [(CASE,)]}}


def test_what_is_taken_back_takes_its_figures_back() -> None:
    case = a_case(submitted_on=day(3, 1))
    assert built("take_back", "recall", case=case) == {CASE_: {"submitted_on": None}, ROWS: {"results_gone": [(CASE,)]}}


def test_what_is_taken_back_runs_on_to_its_date() -> None:
    stood = [pause(a_clock(name, day(4, 2)), day(3, 1)) for name in ("rectify", "extension", "measure", "acknowledge")]
    running = {row.name: replace(row, paused_since=None) for row in stood[:3]}
    assert built("restore_rectify", "recall", *stood, measures=()) == {CLOCK: running}
    short = pause(a_clock("rectify_short", day(4, 2)), day(3, 1))
    assert built("restore_rectify", "recall", short, measures=()) == {
        CLOCK: {short.name: replace(short, paused_since=None)}
    }


def test_an_extension_that_was_asked_still_holds_the_ladder() -> None:
    rectify, extension = (pause(a_clock(name, day(4, 2)), day(3, 1)) for name in ("rectify", "extension"))
    asked = a_case(extension_until=day(5, 1))
    found = built("restore_rectify", "recall", rectify, extension, case=asked, measures=())
    assert found == {CLOCK: {"extension": replace(extension, paused_since=None)}}
    s = subject("recall", "secretary", rectify, case=asked, measures=())
    c = changed(s)
    c.clocks.clear()  # the state has changed: what stood was dropped
    EFFECTS["restore_rectify"](s, c)
    assert c.clocks == {"rectify": rectify}


@pytest.mark.parametrize(("due", "day_"), [(day(5, 20), day(5, 20)), (None, TODAY)])
def test_where_an_acceptance_in_between_ended_the_clock_the_date_is_restored(due: date | None, day_: date) -> None:
    found = built("restore_rectify", "recall", case=a_case(due_on=due), measures=())
    (row,) = found[CLOCK].values()
    assert (row.due_on, Why.of(row.why)) == (day_, by_move("restored", "recall"))


EXTENSION = a_clock("extension", day(3, 9))
UNANSWERED = {"extension_until": day(5, 1), "submitted_on": day(3, 1), "from_escalated": True}
ANSWERED = {CLOCK: {"extension": None}}


def test_returned_work_is_counted_and_answers_an_extension() -> None:
    case = a_case(returns=1, returns_since=3, **UNANSWERED)
    assert built("count_return", "return_work", EXTENSION, case=case) == ANSWERED | {
        CASE_: {
            "returns": 2,
            "returns_since": 4,
            "submitted_on": None,
            "from_escalated": False,
            "extension_until": None,
        }
    }


@pytest.mark.parametrize(
    ("kind", "then"), [("focused", "continuing"), ("at_once", "continuing"), ("standing", "standing")]
)
def test_what_goes_on_is_approved_and_continuing(kind: str, then: str) -> None:
    case = a_case(kind=kind, **UNANSWERED)
    found = built("go_on", "continue_work", EXTENSION, case=case, answers={"last_on": day(9, 1)})
    same = {} if kind == then else {"kind": then}
    assert found == ANSWERED | {
        CASE_: {
            **same, "plan_approved": True, "last_on": day(9, 1), "submitted_on": None, "from_escalated": False, "extension_until": None,
        }
    }  # fmt: skip


def test_what_is_closed_leaves_no_flag_and_no_extension_open() -> None:
    case = a_case(extension_until=day(5, 1), flagged="returned")
    assert built("close", "verify", EXTENSION, case=case) == ANSWERED | {
        CASE_: {"verified_on": TODAY, "flagged": "", "extension_until": None}
    }


def test_a_wrong_acceptance_is_taken_back_with_its_text() -> None:
    case = a_case(verified_on=TODAY, text_hash="ab")
    assert built("unclose", "rescind", case=case) == {CASE_: {"verified_on": None, "text_hash": None}}


def test_of_a_reopened_case_nothing_of_the_old_closing_stands() -> None:
    case = a_case(
        cycle=1,
        settled_at=1,
        verified_on=TODAY,
        submitted_on=TODAY,
        text_hash="ab",
        last_on=day(9, 1),
        from_escalated=True,
    )
    gone = dict.fromkeys(("settled_at", "verified_on", "submitted_on", "text_hash", "last_on"))
    assert built("count_reopening", "reopen", case=case) == {CASE_: {**gone, "cycle": 2, "from_escalated": False}}


# Escalation


def test_a_case_rises_with_what_the_unit_owed_and_counts_afresh() -> None:
    case = a_case(escalations=1, returns_since=2, **UNANSWERED)
    rectify = a_clock("rectify", day(4, 2), flags="overdue")
    found = built("rise", "escalate_by_hand", rectify, EXTENSION, case=case)
    risen = {"owed_on": day(4, 2), "escalations": 2, "returns_since": 0}
    answered = {"from_escalated": False, "submitted_on": None, "extension_until": None}
    assert found == ANSWERED | {CASE_: {**risen, **answered}}


def test_the_clock_escalates_by_the_criterion_of_the_latest_period() -> None:
    """Each criterion that says escalate is on record with the period of the clock that bears its flag."""
    rectify = a_clock("rectify", day(4, 2), flags="overdue,returned", period=9)
    other = a_clock("measure", day(4, 2), flags="overdue", period=4)
    found = built("rise", "escalate", rectify, other)
    assert found[ROWS] == {"alerts": [(CASE, "overdue", "escalate", 9, NEXT, False)]}
    assert found["inputs"] == {"criterion": "overdue", "period": 9}


def test_what_lay_with_others_is_given_back_as_a_case_rises() -> None:
    def owed(*clocks: ClockRow, **case: Any) -> Any:
        found = built("rise", "escalate_by_hand", *clocks, case=a_case(owed_on=day(1, 1), **case), on=day(3, 20))
        return found.get(CASE_, {}).get("owed_on", day(1, 1))

    rectify = a_clock("rectify", day(4, 2))
    assert owed(rectify) == day(4, 2)
    assert owed(rectify, a_clock("plan", day(3, 30)), a_clock("acceptance", day(3, 1))) == day(3, 30)
    assert owed(pause(rectify, day(3, 10))) == day(4, 12)
    assert owed(a_clock("acceptance", day(3, 1))) is None
    assert owed(due_on=day(4, 2)) is None
    assert owed(submitted_on=day(3, 10)) is None
    assert owed(due_on=day(4, 2), submitted_on=day(3, 10)) == day(4, 12)


def test_under_escalation_office_and_group_have_their_limits_and_measures_come_due() -> None:
    two = {
        "put": begun("put", day(3, 16), by("put")), "decision": begun("decision", day(4, 2), by("decision")),
    }  # fmt: skip
    measures = ((1, day(5, 8)),)
    assert built("run_decision", "escalate", measures=measures) == {CLOCK: two}
    submitted = built("run_decision", "escalate_by_hand", case=a_case(state="submitted"), measures=measures)
    assert submitted == {CLOCK: {**two, "measure": begun("measure", day(5, 8), Why("measure", number=1))}}


# What keeps the state


def test_the_secretary_signs_for_all() -> None:
    receipt = a_clock("acknowledge", day(3, 4))
    assert built("sign_for", "acknowledge", receipt, role="secretary", case=a_case(unsigned=3)) == {
        CASE_: {"unsigned": 0}, CLOCK: {"acknowledge": None}, ROWS: {"signed": [(NEXT, ME, CASE)]},
    }  # fmt: skip


def test_an_opinion_is_of_one_party() -> None:
    found = built("note_opinion", "opine", role="discipline", answers={"opinion": "return", "text": "缺佐证"})
    assert found == {ROWS: {"opinions": [(CASE, NEXT, "discipline", ME, "return")]}}


def test_a_party_that_was_passed_over_is_told_in_which_answer_to_read_why() -> None:
    said = [(5, "team", OTHER, "return"), (5, "discipline", OTHER, "return")]
    why = {"organisation": "passed_over", "team": "not_adopted", "discipline": "minute_no"}
    assert built("tell_overruled", "verify", opinions=said) == {
        "inputs": {"overruled": why}, "telling": {role: {"overruled": answer} for role, answer in why.items()},
    }  # fmt: skip
    agreed = [(5, role, OTHER, "agree") for role in ("team", "discipline", "organisation")]
    assert built("tell_overruled", "verify", opinions=agreed) == {}


def test_progress_is_noted_with_its_figures_where_there_are_any() -> None:
    answers = {"measure_no": 2, "text": "已修 9 盏"}
    plain = (CASE, NEXT, 2, "已修 9 盏", "")
    assert built("note_progress", "progress", answers=answers) == {ROWS: {"progress": [plain]}}
    answers["figures"] = "9 盏"
    assert built("note_progress", "progress", answers=answers) == {ROWS: {"progress": [(*plain[:4], "9 盏")]}}


def test_an_extension_is_asked_and_holds_the_ladder() -> None:
    assert built("ask_extension", "request_extension", case=a_case(extensions=1), answers={"until": day(5, 1)}) == {
        CASE_: {"extensions": 2, "extension_until": day(5, 1)},
        CLOCK: {"extension": begun("extension", day(3, 9), by("extension"))},
    }
    clocks = [a_clock(name, day(4, 2)) for name in ("rectify", "rectify_short", "measure")]
    held = {row.name: pause(row, TODAY) for row in clocks[:2]}
    assert built("hold_rectify", "request_extension", *clocks) == {CLOCK: held}


def test_granted_days_begin_a_new_period() -> None:
    case = a_case(extension_until=day(5, 1), due_on=day(4, 2), first_due_on=day(4, 2))
    found = built("extend", "grant_extension", EXTENSION, case=case, answers={"until": day(5, 1)}, measures=())
    row = replace(begun("rectify", day(5, 1), by_move("granted", "grant_extension")), first_due_on=day(4, 2))
    assert found == {CASE_: {"due_on": day(5, 1), "extension_until": None}, CLOCK: {"rectify": row, "extension": None}}


@pytest.mark.parametrize("name", ["rectify", "rectify_short"])
def test_a_refusal_leaves_three_working_days(name: str) -> None:
    asked = a_case(extension_until=day(5, 1), due_on=day(3, 1))

    def refused(due: date) -> tuple[Any, Any]:
        row = pause(a_clock(name, due), day(3, 1))
        found = built("not_extend", "refuse_extension", row, EXTENSION, case=asked)
        assert found[CASE_]["extension_until"] is None
        assert found[CLOCK]["extension"] is None
        assert found[CLOCK][name].paused_since is None
        assert Why.of(row.why) == Why("agreed")
        return found[CASE_].get("due_on"), Why.of(found[CLOCK][name].why)

    assert refused(day(3, 4)) == (day(3, 5), Why("refused", "refused_left", TODAY))
    assert refused(day(3, 5)) == (day(3, 5), Why("agreed"))
    assert refused(day(4, 2)) == (day(4, 2), Why("agreed"))


def test_the_approved_text_ends_the_warning_to_approve_it() -> None:
    texts = (a_material("proof_party", "cd"), a_material("text", "ef"))
    row = a_clock("publication", day(4, 2))
    assert built("approve_the_text", "approve_text", row, materials=texts) == {
        CASE_: {"text_hash": "ef"}, CLOCK: {"publication": replace(row, rung="text")},
    }  # fmt: skip
    told = replace(row, rung="late")
    assert built("approve_the_text", "approve_text", told, materials=texts) == {CASE_: {"text_hash": "ef"}}
    assert built("approve_the_text", "approve_text", materials=texts) == {CASE_: {"text_hash": "ef"}}


def test_what_is_put_to_the_group_ends_the_offices_clock_for_it() -> None:
    assert built("put_to_group", "put_to_group", a_clock("put", day(3, 16))) == {CLOCK: {"put": None}}


# What the clock does


def test_all_rungs_reached_are_told_once_the_highest_in_words() -> None:
    """Waking on 30 March, both reminders of a date on 6 April have come: the yellow one is told, the green one is on record."""
    row = a_clock("rectify", day(4, 6))
    quiet = a_clock("acknowledge", day(12, 1))
    found = built("note_rung", "remind", quiet, row, on=day(3, 30), measures=(), opinions=[])
    told = {"rule": "rectify", "rung": "yellow", "period": 4, "due_on": "2026-04-06", "skipped": ["green"]}
    assert found == {
        CLOCK: {"rectify": replace(row, rung="yellow", tellings=1, told_on=day(3, 30))},
        ROWS: {"alerts": [(CASE, "rectify", "green", 4, NEXT, True), (CASE, "rectify", "yellow", 4, NEXT, False)]},
        "inputs": {"told": [told]},
        "telling": {role: {"told": [told]} for role in ("handler", "secretary", "leader")},
        "reminder": True,
    }


def test_of_three_rungs_that_have_come_two_are_on_record_alone() -> None:
    row = a_clock("rectify", day(4, 6))
    found = built("note_rung", "remind", row, on=day(4, 7), measures=(), opinions=[])
    assert found["inputs"]["told"][0]["skipped"] == ["green", "yellow"]
    assert [(rung, skipped) for _, _, rung, _, _, skipped in found[ROWS]["alerts"]] == [
        ("green", True),
        ("yellow", True),
        ("red", False),
    ]


def test_a_later_telling_keeps_the_day_of_the_first() -> None:
    row = a_clock("rectify", day(4, 6), rung="yellow", tellings=2, told_on=day(3, 27))
    found = built("note_rung", "remind", row, on=day(4, 7), measures=(), opinions=[])
    assert found[CLOCK] == {"rectify": replace(row, rung="red", tellings=3, told_on=day(3, 27))}


def test_two_clocks_at_once_are_one_reminder_for_whoever_both_concern() -> None:
    rows = a_clock("rectify", day(4, 6), rung="yellow"), a_clock("acknowledge", day(4, 6))
    found = built("note_rung", "remind", *rows, on=day(4, 7), measures=(), opinions=[])
    assert [one["rule"] for one in found["inputs"]["told"]] == ["rectify", "acknowledge"]
    assert [one["rung"] for one in found["telling"]["secretary"]["told"]] == ["red", "late"]
    assert [one["rule"] for one in found["telling"]["leader"]["told"]] == ["rectify"]


def test_measures_that_have_come_are_told_together_and_the_next_one_runs() -> None:
    """The clock runs to 6 May; a late scan on 7 May finds 8 May reached too. What lies before it was told, what has no date is not."""
    row = a_clock("measure", day(5, 6))
    measures = ((1, day(5, 5)), (2, day(5, 6)), (3, day(5, 8)), (4, day(5, 20)), (5, None))
    found = built("note_rung", "remind", row, on=day(5, 7), measures=measures, opinions=[])
    reached = [{"no": 2, "due_on": "2026-05-06"}, {"no": 3, "due_on": "2026-05-08"}]
    assert found["inputs"]["told"][0]["measures"] == reached
    assert found[CLOCK] == {"measure": begun("measure", day(5, 20), Why("measure", number=4), day(5, 7))}
    assert set(found["telling"]) == {"handler"}
    with_another = built(
        "note_rung", "remind", a_clock("rectify", day(5, 6)), row, on=day(5, 7), measures=measures, opinions=[]
    )
    assert [one.get("measures") for one in with_another["inputs"]["told"]] == [None, reached]
    last = built("note_rung", "remind", row, on=day(5, 7), measures=measures[:3], opinions=[])
    assert last[CLOCK] == {"measure": None}


def test_half_way_through_a_review_only_the_silent_are_told() -> None:
    review = a_clock("review", day(3, 16))

    def told(row: ClockRow, on: date) -> set[str]:
        opinions = [(4, "team", OTHER, "agree"), (5, "discipline", OTHER, "agree")]  # the first one of the state before
        return set(built("note_rung", "remind", row, on=on, measures=(), opinions=opinions)["telling"])

    assert told(review, day(3, 9)) == {"team", "organisation"}
    assert told(replace(review, rung="middle"), day(3, 17)) == {"head", "office"}
    assert told(a_clock("fact_check", day(3, 16)), day(3, 9)) == {"team"}


def test_of_another_clock_half_way_those_who_spoke_are_told_too() -> None:
    check = a_clock("fact_check", day(3, 16))
    found = built("note_rung", "remind", check, on=day(3, 9), measures=(), opinions=[(5, "team", OTHER, "agree")])
    assert set(found["telling"]) == {"team"}
    late = a_clock("review", day(3, 16), rung="middle")
    spoken = [(5, "office", OTHER, "agree")]
    assert set(built("note_rung", "remind", late, on=day(3, 17), measures=(), opinions=spoken)["telling"]) == {
        "head",
        "office",
    }


def test_a_flag_shows_from_what_it_was_reckoned() -> None:
    row = a_clock("rectify", day(4, 1), told_on=day(3, 20), tellings=3, flags="returned")
    found = built("note_flag", "flag", row, on=day(4, 16), case=a_case(flagged="returned"))
    assert found == {
        CASE_: {"flagged": "returned,overdue"},
        CLOCK: {"rectify": replace(row, flags="returned,overdue")},
        ROWS: {"alerts": [(CASE, "overdue", "flag", 4, NEXT, False)]},
        "inputs": {
            "criteria": [
                {
                    "criterion": "overdue", "clock": "rectify", "period": 4, "due_on": "2026-04-01", "days_late": 15,
                    "first_told_on": "2026-03-20", "tellings": 3, "returns": 0, "configured": {"days": 15},
                }
            ]
        },
    }  # fmt: skip


def test_two_criteria_at_once_stand_side_by_side() -> None:
    row = a_clock("rectify", day(4, 1), told_on=day(3, 20))
    found = built("note_flag", "flag", row, on=day(4, 16), case=a_case(flagged="overdue", returns_since=2))
    assert found[CASE_] == {"flagged": "overdue,returned"}
    assert found[CLOCK]["rectify"].flags == "overdue,returned"


def test_every_effect_of_the_table_is_tried_by_itself() -> None:
    """A new effect comes with its test: its name stands here, or with the story of its move."""
    told = Path(__file__).read_text(encoding="utf-8")
    assert [name for name in EFFECTS if f'"{name}"' not in told and not tried_elsewhere(name)] == [], HOW
