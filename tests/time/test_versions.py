"""Versions of a profile by themselves: what they say, what differs, how changes are written and read again; every limit has its anchor, and some a choice."""

from __future__ import annotations

from dataclasses import replace

import pytest

from register.numbers import changes, in_words, of_key
from states import CLOCKS
from tests.world import county
from workflow.days.anchors import FROM, Anchor, plain
from workflow.days.limits import Limit
from workflow.days.profiles import BadProfile, When, defaults, limits_known
from workflow.days.versions import Value, differing, next_version, read_written, values, written

CHANGED: dict[tuple[str, ...], Value] = {
    ("verifiers",): ("discipline",),
    ("limits", "claim"): Limit(1, "month", "next"),
    ("limits", "at_once"): Limit(1, "day"),
    ("anchors", "focused"): "approval",
    ("rungs", "claim", "half"): When("before", 2, workdays=True),
    ("rungs", "rectify", "green"): When("half"),
    ("criteria", "overdue", "days"): 5,
    ("criteria", "overdue", "escalate"): False,
}


def test_a_clock_of_which_no_row_says_more_counts_from_the_day_on_which_it_begins() -> None:
    visit = replace(CLOCKS["progress"], name="visit", shown="实地查看", recurs_by="visit")
    assert plain(visit) == Anchor("进入“整改中”之日，以后从办理之日", "实地查看")
    assert plain(replace(visit, recurs_by="")) == Anchor("开始计时之日", "实地查看")
    assert plain(replace(visit, recurs_by="", beside=False)) == Anchor("进入“整改中”之日", "实地查看")


def test_every_limit_says_from_which_day_it_counts() -> None:
    assert set(FROM) == set(limits_known())
    assert len(in_words(county()).limits) == len(FROM)


def test_a_version_says_every_number_that_a_profile_may_say() -> None:
    assert {key for key in values(county()) if key != ("verifiers",)} == set(defaults())
    assert all(of_key(key) for key in values(county()))


def test_what_is_changed_is_all_that_differs_and_is_read_as_it_was_written() -> None:
    assert read_written(written(CHANGED)) == CHANGED
    new = next_version(county(), CHANGED, 9)
    assert {one.key: one.after for one in differing(county(), new)} == CHANGED
    assert (new.name, new.version, new.title) == (county().name, 9, county().title)
    assert new.table["limits"]["claim"] == "1 month, next workday"
    said = {one.shown: (one.before, one.after) for one in changes(county(), new)}
    assert said["时限：认领"] == ("5 个工作日", "1 个月，遇休息日顺延")
    assert said["从哪天算：集中整改商定的期限"] == ("反馈之日，加上在巡察办的日子", "批准方案之日")
    assert said["提醒：认领，时限过半"] == ("时限过半", "到期前 2 个工作日")
    assert said["整改不力：逾期达到天数，升级督办"] == ("同时升级督办", "只标记，不升级")


@pytest.mark.parametrize("text", ["limits.nothing = 5 days", "limits.claim = soon", "criteria.overdue.escalate = yes", "criteria.overdue.days = x", "anchors.focused = claim", "anchors.claim = feedback", "title = 甲", "limits.claim"])  # fmt: skip
def test_what_is_no_number_of_a_profile_is_not_read(text: str) -> None:
    with pytest.raises(ValueError):
        read_written(text)


def test_numbers_that_make_no_profile_are_refused() -> None:
    with pytest.raises(BadProfile):
        next_version(county(), {("verifiers",): ("nobody",)}, 9)
    with pytest.raises(BadProfile):
        next_version(county(), {("criteria", "overdue", "days"): 0}, 9)
