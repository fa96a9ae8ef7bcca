"""Opinions weighed: who is against what lies there, who is silent, and who may be passed over how."""

from __future__ import annotations

from datetime import date

from states import ACTIONS
from tests.rules.subjects import OTHER, subject
from workflow.opinions import Weighed, asked, named, opinions_now, passable, still_waited_for, weigh, weighed

THREE = asked(subject().profile, "submitted", escalated=False)


def test_of_three_parties_some_are_against_and_some_silent() -> None:
    assert weigh({}, THREE) == Weighed((), ("team", "discipline", "organisation"))
    assert weigh({"organisation": "return", "team": "return", "discipline": "agree"}, THREE) == Weighed(
        ("team", "organisation"), ()
    )


def test_who_makes_the_move_agrees_by_it_unless_they_said_otherwise() -> None:
    assert weigh({"team": "agree"}, THREE, "discipline") == Weighed((), ("organisation",))
    assert weigh({"team": "agree", "discipline": "return"}, THREE, "discipline") == Weighed(
        ("discipline",), ("organisation",)
    )


def test_supervisors_are_passed_over_by_the_group_the_others_by_a_reason() -> None:
    found = Weighed(("team", "discipline"), ("organisation",))
    assert found.supervisors == ("discipline",)
    assert found.others == ("team",)
    assert found.overruled == {"organisation": "passed_over", "team": "not_adopted", "discipline": "minute_no"}


def test_opinions_count_from_the_entry_by_which_the_case_came_here() -> None:
    """The case came into its state with entry 4."""
    before, since = (4, "team", OTHER, "return"), (5, "discipline", OTHER, "return")
    s = subject(opinions=[before, since])
    assert opinions_now(s) == [since]
    assert weighed(s) == Weighed(("discipline",), ("team", "organisation"))
    assert weighed(subject("verify", "organisation", opinions=[since])).missing == ("team",)


def test_discipline_is_never_passed_over_at_acceptance() -> None:
    silent = ["team", "discipline"]
    assert passable(ACTIONS["verify"], silent) == ["team"]
    assert passable(ACTIONS["approve_plan"], silent) == silent


def test_who_is_waited_for_is_said_with_the_day() -> None:
    assert named(["team", "organisation"]) == "巡察组、组织部"
    assert still_waited_for(Weighed((), ("team",)), ["team"], date(2026, 3, 20)) == (
        "巡察组还没有提出意见，须等到意见齐备；2026年3月20日（周五） 过后仍未反馈的，可以说明理由后办理"
    )
