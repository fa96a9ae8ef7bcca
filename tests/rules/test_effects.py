"""Each effect by itself, in front of a subject made by hand: the whole of what it changes, and nothing beside it.

Here from feedback to closing; what rises, what keeps the state and what the clock does: test_effects_under_way.py.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from storage.columns import ClockRow
from tests.rules.changes import (
    ANSWERED,
    CASE_,
    CLOCK,
    EXTENSION,
    NEXT,
    ROWS,
    UNANSWERED,
    begun,
    built,
    by,
    by_move,
    started,
)
from tests.rules.subjects import (
    CASE,
    HOW,
    TODAY,
    a_case,
    a_clock,
    changed,
    day,
    profile,
    subject,
    told_here,
    tried_elsewhere,
)
from workflow.days.clocks import Why, pause
from workflow.machine import EFFECTS
from workflow.subject import Birth

FACTS = {
    "run_at_once": {"measures"}, "run_rectify": {"measures", "stays"}, "run_rectify_again": {"measures"}, "run_rectify_ordered": {"measures"},
    "run_continuing": {"measures"}, "restore_rectify": {"measures"}, "run_decision": {"measures"}, "extend": {"measures"},
    "amend_words": {"found_words"}, "tell_overruled": {"opinions"}, "note_rung": {"measures", "opinions"},
    "count_plan_return": {"disowned"}, "count_return": {"disowned"},
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
    measures = [(CASE, NEXT, 1, "立即清运", "李敏", "村建中心", None, "", "", "")]
    assert built("take_one_measure", "rectify_at_once", answers=answers) == {
        CASE_: {"planned": 1}, ROWS: {"measures": measures}
    }  # fmt: skip


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
    assert built("take_measures", "submit_plan", case=a_case(planned=1), answers={"measures": [one, two]}) == {
        CASE_: {"planned": 2},
        ROWS: {
            "measures_gone": [(NEXT, CASE)],
            "measures": [
                (CASE, NEXT, 1, "甲", "李敏", "村建", day(5, 1), "查看", "工期", ""),
                (CASE, NEXT, 2, "乙", "王强", "财政", day(5, 2), "核账", "", ""),
            ],
        },
    }


def test_while_a_plan_is_reviewed_the_units_clock_stands() -> None:
    plan = a_clock("plan", day(4, 2))
    review = begun("review", day(3, 16), by("review"))
    assert built("run_review", "submit_plan", plan) == {CLOCK: {"plan": pause(plan, TODAY), "review": review}}
    assert built("run_review", "submit_plan") == {CLOCK: {"review": review}}


def test_returned_plans_are_counted_apart_from_returned_work() -> None:
    returned = {CASE_: {"plan_returns": 2}}
    assert built("count_plan_return", "return_plan", case=a_case(plan_returns=1), disowned=False) == returned
    assert built("count_plan_return", "return_plan", case=a_case(plan_returns=1), disowned=True) == returned


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
        "hand_in",
        "submit",
        *clocks,
        case=case,
        answers={
            "results": {"rules_new": 1, "money_repaid": 200},
            "rules": [{"kind": "rules_new", "name": "管护办法", "on": day(3, 1)}],
            "sums": [{"kind": "money_repaid", "amount": 200, "voucher": "收据 3 号"}],
        },
    )
    assert found == {
        CASE_: {"submitted_on": TODAY, "from_escalated": True},
        CLOCK: {row.name: pause(row, TODAY) for row in clocks[:4]},
        ROWS: {
            **_gone(),
            "results": [(CASE, NEXT, "rules_new", 1), (CASE, NEXT, "money_repaid", 200)],
            "achieved": [
                (CASE, NEXT, 1, "rules_new", "管护办法", "", day(3, 1), "", 1),
                (CASE, NEXT, 2, "money_repaid", "", "收据 3 号", None, "", 200),
            ],
        },
    }
    again = built("hand_in", "submit", case=a_case(from_escalated=True), answers={"results": {}})
    assert again == {CASE_: {"submitted_on": TODAY, "from_escalated": False}, ROWS: _gone()}


def test_what_is_taken_back_takes_its_figures_back() -> None:
    case = a_case(submitted_on=day(3, 1))
    assert built("take_back", "recall", case=case) == {
        CASE_: {"submitted_on": None},
        ROWS: _gone(),
    }


def _gone() -> dict[str, Any]:
    return {"results_gone": [(NEXT, CASE)], "achieved_gone": [(NEXT, CASE)]}


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


def test_returned_work_is_counted_and_answers_an_extension() -> None:
    case = a_case(returns=1, returns_since=3, **UNANSWERED)
    assert built("count_return", "return_work", EXTENSION, case=case, disowned=False) == ANSWERED | {
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
            **same, "plan_approved": True, "went_on": True, "last_on": day(9, 1), "submitted_on": None, "from_escalated": False, "extension_until": None,
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
        extended=True,
        went_on=True,
    )
    gone = dict.fromkeys(("settled_at", "verified_on", "submitted_on", "text_hash", "last_on"))
    assert built("count_reopening", "reopen", case=case) == {
        CASE_: {**gone, "cycle": 2, "from_escalated": False, "extended": False, "went_on": False}
    }


def test_every_effect_of_the_table_is_tried_by_itself() -> None:
    """A new effect comes with its test: its name stands here or beside, or with the story of its move."""
    told = "".join(file.read_text(encoding="utf-8") for file in Path(__file__).parent.glob("test_effects*.py"))
    assert [name for name in EFFECTS if f'"{name}"' not in told and not tried_elsewhere(name)] == [], HOW
