"""存量转入, the rules by themselves: the effects and conditions of what comes in, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

import clock
from states import ACTIONS
from tests.rules.subjects import INSPECTION, PARENT, TODAY, UNIT, a_case, subject
from workflow.days.clocks import Why
from workflow.machine import EFFECTS, GUARDS
from workflow.subject import Birth, Change, Intent, Subject

BIRTH = Birth(
    INSPECTION, 1, UNIT, PARENT, "1", "路灯不亮", due_on=date(2026, 2, 1), person="李敏", department="村建中心"
)


def coming(action: str, due: date | None = date(2026, 2, 1), **answers: Any) -> Subject:
    """A problem that is about to come in."""
    case = a_case(
        state="∅", version=0, fed_back_on=date(2025, 11, 20), taken_over_on=TODAY, taken_over_as=ACTIONS[action].to
    )
    said = {"feedback_on": date(2025, 11, 20), "kind": "focused", **answers}
    return replace(
        subject(action, case=case, answers=said), intent=Intent(action, birth=replace(BIRTH, due_on=due), answers=said)
    )


def came(s: Subject, *effects: str) -> Change:
    """What the effects make of it."""
    c = Change(s.case.copy(), {})
    for name in effects:
        EFFECTS[name](s, c)
    return c


def test_dates_extensions_and_returns_come_in_as_the_ledger_says() -> None:
    c = came(coming("take_over", extended_to=date(2026, 4, 30), returned=2), "take_in")
    assert (c.case.first_due_on, c.case.due_on, c.case.extensions, c.case.returns) == (
        date(2026, 2, 1),
        date(2026, 4, 30),
        1,
        2,
    )
    assert came(coming("take_over", None, extended_to=date(2026, 4, 30)), "take_in").case.first_due_on == date(
        2026, 4, 30
    )
    assert came(coming("take_over", extended=2), "take_in").case.extensions == 2


def test_measures_come_in_with_person_department_and_date() -> None:
    c = came(coming("take_over", ledger_measures="1.维修；2.建账"), "take_in", "take_measures_in")
    assert c.rows["measures"] == [
        (7, 1, number, words, "李敏", "村建中心", date(2026, 2, 1), "", "", "")
        for number, words in ((1, "维修"), (2, "建账"))
    ]


def test_what_is_to_go_on_has_its_last_date_from_here() -> None:
    assert came(coming("take_over", kind="continuing"), "take_in", "stand_approved").case.last_on == date(2027, 3, 2)
    c = came(coming("take_over"), "take_in", "stand_approved")
    assert (c.case.plan_approved, c.case.started_on, c.case.last_on) == (True, TODAY, None)


@pytest.mark.parametrize(
    ("due", "stands", "ladder", "how"),
    [
        (date(2026, 2, 1), date(2026, 2, 1), date(2026, 4, 2), "taken_over"), (date(2026, 4, 2), date(2026, 4, 2), date(2026, 4, 2), "taken_over"),
        (date(2026, 4, 3), date(2026, 4, 3), date(2026, 4, 3), "ledger"), (None, date(2026, 6, 2), date(2026, 6, 2), "limit"),
    ],
)  # fmt: skip
def test_the_ladder_has_a_month_at_least(due: date | None, stands: date, ladder: date, how: str) -> None:
    """Late, on the very day, a day later, and without a date on paper: then the kind's own limit."""
    c = came(coming("take_over", due), "take_in", "run_rectify_anew")
    row = c.clocks["rectify"]
    why = Why.of(row.why)
    assert why is not None
    assert (c.case.due_on, row.due_on, why.how) == (stands, ladder, how)


def test_review_and_acceptance_hold_the_unit_s_clock() -> None:
    c = came(coming("take_over_review"), "take_in", "run_review_anew")
    assert (c.clocks["plan"].paused_since, c.clocks["plan"].due_on, set(c.clocks)) == (
        TODAY,
        date(2026, 4, 2),
        {"plan", "review"},
    )
    c = came(coming("take_over_submitted", done_on=date(2026, 1, 20)), "take_in", "run_acceptance_anew")
    assert (c.case.submitted_on, c.clocks["rectify"].paused_since, "acceptance" in c.clocks) == (
        date(2026, 1, 20),
        TODAY,
        True,
    )


def test_what_was_closed_has_the_days_of_the_ledger() -> None:
    s = coming("take_over_published", published_on=date(2026, 1, 20))
    c = came(s, "take_in", "stand_closed", "stand_published", "pool_for_look_back")
    assert (c.case.verified_on, c.case.submitted_on) == (date(2026, 1, 20), date(2026, 1, 20))
    assert clock.local_date(clock.from_micros(c.case.settled_at or 0)) == date(2026, 1, 20)
    assert c.clocks["pooled"].due_on == date(2026, 9, 2)
    standing = came(replace(s, answers={**s.answers, "kind": "standing"}), "take_in", "pool_for_look_back")
    assert standing.clocks["pooled"].due_on == date(2027, 3, 2)
    withheld = came(coming("take_over_withheld", closed_on=date(2026, 1, 8)), "run_ground_review_anew")
    assert withheld.clocks["ground_review"].due_on == date(2026, 9, 2)


def test_only_what_bears_the_letter_tells() -> None:
    s = coming("take_over")
    assert (came(s, "tell_together").telling, s.bears_letter) == ({}, False)
    bearing = replace(s, intent=replace(s.intent, letter={"count": 2}))
    c = came(bearing, "tell_together")
    assert (c.telling, c.inputs, bearing.bears_letter) == (
        {role: {"letter": {"count": 2}} for role in ("secretary", "discipline")}, {"letter": {"count": 2}}, True,
    )  # fmt: skip


def test_days_out_of_order_are_refused_at_their_answer() -> None:
    rule = GUARDS["closed_in_order"]
    assert rule(coming("take_over_closed", closed_on=date(2025, 11, 20))) is None
    found = rule(coming("take_over_closed", done_on=date(2026, 1, 9), closed_on=date(2026, 1, 8)))
    assert found is not None
    assert found.field == "closed_on"
    later = GUARDS["extended_in_order"]
    assert later(coming("take_over", extended_to=date(2026, 2, 2))) is None
    assert later(coming("take_over", extended_to=date(2026, 2, 1))) is not None
    assert later(coming("take_over", None, extended_to=date(2026, 2, 1))) is None
