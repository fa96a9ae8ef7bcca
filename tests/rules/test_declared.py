"""What guards declare beside their definition: the field they speak of, the facts they look at, whom else and how long they refuse."""

from __future__ import annotations

from pathlib import Path

from workflow.machine import GUARDS

FIELDS = {
    "duplicate_named": "duplicate_of", "new_on_ahead": "new_on", "final_on_ahead": "final_on", "plan_on_ahead": "plan_on",
    "review_on_ahead": "review_on", "agreed_within_profile": "agreed_on", "measures_by_agreed": "agreed_on",
    "review_within_profile": "next_review_on", "dissent_decided": "minute_no", "dissent_answered": "not_adopted",
    "text_is_the_approved": "text", "from_before_to": "to_on", "measure_exists": "measure_no", "until_after_due": "until",
    "until_ahead": "until", "until_by_last_day": "until", "until_within_profile": "until",
}  # fmt: skip
FACTS = {
    "units_in_being": {"units_in_being"}, "number_free": {"numbers"}, "duplicate_named": {"duplicate_exists"},
    "inspection_all_claimed": {"siblings"}, "filing_takes_all": {"siblings"}, "no_opinion_yet": {"opinions"},
    "agreed_within_profile": {"stays"}, "measures_in_time": {"stays"}, "measures_by_agreed": {"measures", "excused"}, "nobody_who_rectified": {"rectifiers"}, "not_the_rectifier": {"rectifiers"},
    "not_ones_own": {"rectifiers"},
    "supervisors_agree_if_escalated": {"opinions"}, "opinions_in": {"opinions"}, "discipline_has_spoken": {"opinions"},
    "dissent_decided": {"opinions"}, "dissent_answered": {"opinions"}, "one_opinion_each": {"opinions"}, "measure_exists": {"measures"},
}  # fmt: skip
# What refuses a draft already: whoever confirms it later meets the same.
LASTING = {
    "duplicate_named", "filing_takes_all", "new_on_ahead", "final_on_ahead", "plan_on_ahead", "review_on_ahead", "agreed_within_profile",
    "measures_in_time", "measures_by_agreed", "review_within_profile", "dissent_decided", "dissent_answered", "text_is_the_approved",
    "from_before_to", "measure_exists", "by_the_due_date", "first_extension", "until_after_due", "until_ahead", "until_by_last_day",
    "until_within_profile",
}  # fmt: skip
# What is over for good: nobody is offered it again, however long they wait.
OVER = {
    "first_objection", "before_claim_due", "no_opinion_yet", "not_from_escalated", "within_rescind_limit", "something_unsigned",
    "one_opinion_each", "by_the_due_date", "first_extension", "extension_asked",
}  # fmt: skip


# What came with a story of its own is told there.
_TRIED = Path(__file__).with_name("test_guards.py").read_text(encoding="utf-8")
HERE = {name: rule for name, rule in GUARDS.items() if f'"{name}"' in _TRIED}


def test_each_rule_says_of_which_field_it_speaks() -> None:
    assert {name: rule.field for name, rule in HERE.items() if rule.field} == FIELDS


def test_each_rule_declares_the_facts_it_looks_at() -> None:
    assert {name: set(rule.facts) for name, rule in HERE.items() if rule.facts} == FACTS


def test_a_draft_is_refused_by_what_will_still_be_so_when_it_is_confirmed() -> None:
    assert {name for name, rule in HERE.items() if rule.lasting} == LASTING


def test_what_is_over_for_good_is_known() -> None:
    assert {name for name, rule in HERE.items() if rule.over} == OVER
