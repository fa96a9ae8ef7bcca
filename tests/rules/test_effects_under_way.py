"""Each effect by itself, as in test_effects.py: what rises, what keeps the state, what the clock does."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from storage.columns import ClockRow
from tests.rules.changes import ANSWERED, CASE_, CLOCK, EXTENSION, NEXT, ROWS, UNANSWERED, begun, built, by, by_move
from tests.rules.subjects import (
    CASE,
    ME,
    OTHER,
    TODAY,
    a_case,
    a_clock,
    a_material,
    day,
)
from workflow.days.clocks import Why, pause

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
    rectify = a_clock("rectify", day(4, 2), flags="overdue,returned", period=9, told_on=day(3, 20))
    other = a_clock("measure", day(4, 2), flags="overdue", period=4)
    found = built("rise", "escalate", rectify, other, on=day(4, 17))
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
        ROWS: {"opinions_overruled": [(NEXT, CASE, 5), (NEXT, CASE, 5)]},
    }  # fmt: skip
    agreed = [(5, role, OTHER, "agree") for role in ("team", "discipline", "organisation")]
    assert built("tell_overruled", "verify", opinions=agreed) == {}


def test_progress_is_noted_with_its_figures_where_there_are_any() -> None:
    answers = {"measure_no": 2, "text": "已修 9 盏"}
    plain = (CASE, NEXT, 2, "已修 9 盏", "", None)
    assert built("note_progress", "progress", answers=answers) == {ROWS: {"progress": [plain]}}
    answers["figures"] = "9 盏"
    assert built("note_progress", "progress", answers=answers) == {ROWS: {"progress": [(*plain[:4], "9 盏", None)]}}


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
    assert found == {
        CASE_: {"due_on": day(5, 1), "extension_until": None, "extended": True},
        CLOCK: {"rectify": row, "extension": None},
    }


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
