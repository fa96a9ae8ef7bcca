"""A profile by itself: the days that its words mean, what it writes and what the life has, and every fault in a sentence."""

from __future__ import annotations

from datetime import date
from hashlib import sha256
from typing import Any

import pytest

from states import CLOCKS, CRITERIA
from tests.rules.subjects import CALENDAR, PROFILE, day, profile
from workflow.days.limits import Limit
from workflow.days.profiles import BadProfile, Profile, When, defaults, faults_in, limits_known, parsed


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("half", When("half")), ("due", When("due")), ("overdue", When("overdue")),
        ("20 days before", When("before", 20)), ("1 day before", When("before", 1)), ("1 workday before", When("before", 1, workdays=True)),
        ("5 workdays in", When("in", 5, workdays=True)), ("15 days after", When("after", 15)), ("9999 days in", When("in", 9999)),
    ],
)  # fmt: skip
def test_when_a_rung_is_reached_is_read(text: str, when: When) -> None:
    assert When.parse(text) == when


@pytest.mark.parametrize(
    "text",
    ["", "halfway", "before", "5 weeks before", "5 days", "five days before", "5 days before noon", "-1 days in"],
)
def test_what_is_no_such_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text or "^$"):
        When.parse(text)


START, DUE = day(4, 3), day(4, 9)  # over Qingming: three working days, six natural ones


@pytest.mark.parametrize(
    ("text", "workday_clock", "then"),
    [
        ("half", True, day(4, 7)), ("half", False, day(4, 6)), ("due", False, DUE), ("overdue", False, day(4, 10)),
        ("overdue", True, day(4, 10)), ("2 days before", False, day(4, 7)), ("2 days after", False, day(4, 11)),
        ("2 days in", False, day(4, 5)), ("3 workdays before", False, START), ("2 workdays after", False, day(4, 13)),
        ("1 workday in", False, day(4, 7)), ("0 workdays in", False, START), ("0 days before", False, DUE),
    ],
)  # fmt: skip
def test_the_day_of_a_rung(text: str, workday_clock: bool, then: date) -> None:
    assert When.parse(text).day(START, DUE, CALENDAR, workday_clock=workday_clock) == then


def test_every_limit_rung_and_criterion_has_a_number() -> None:
    assert set(PROFILE.limits) == set(limits_known())
    assert PROFILE.limits["claim"] == Limit(5, "workday")
    assert PROFILE.limits["rescind"] == Limit(10, "workday")
    assert limits_known()["claim"] == "认领"
    assert limits_known()["rescind"] == "更正撤销销号"
    assert "rectify" not in limits_known()
    assert {name: list(rungs) for name, rungs in PROFILE.rungs.items()} == {
        clock.name: [rung.name for rung in clock.rungs] for clock in CLOCKS.values()
    }
    assert PROFILE.rungs["claim"] == {
        "half": When("half"),
        "eve": When("before", 1, workdays=True),
        "red": When("overdue"),
    }
    assert {name: PROFILE.criterion(name) for name in CRITERIA} == {
        "overdue": {"escalate": True, "days": 15}, "returned": {"escalate": False, "times": 2},
        "unclaimed": {"escalate": True, "reminders": 2, "workdays": 5},
    }  # fmt: skip


def test_what_is_written_holds_also_where_it_says_no() -> None:
    own = profile(criteria={"overdue": {"escalate": False}}, limits={"claim": "3 workdays"})
    assert own.criterion("overdue") == {"escalate": False, "days": 15}
    assert own.writes("criteria", "overdue", "escalate")
    assert not own.writes("criteria", "overdue", "days")
    assert not own.writes("rungs", "claim", "half")
    assert set(defaults()) - set(own.unwritten) == {("criteria", "overdue", "escalate"), ("limits", "claim")}


def test_a_profile_has_its_title_or_its_name() -> None:
    assert PROFILE.title == "county"
    assert profile(title="县（市）通用").title == "县（市）通用"
    assert profile(verifiers=["discipline", "office"]).verifiers == ("discipline", "office")


def test_a_profile_is_known_by_what_is_written_in_it() -> None:
    assert PROFILE.body == '{"name": "county", "verifiers": ["office"], "version": 1}'
    assert PROFILE.digest == sha256(PROFILE.body.encode()).hexdigest()
    assert "县（市）通用" in profile(title="县（市）通用").body
    assert parsed(PROFILE.body) == PROFILE
    assert parsed('{"name": "town", "version": "7", "verifiers": []}').version == 7


def test_of_what_is_unwritten_a_whole_is_said_by_one_word() -> None:
    told = profile(
        limits={name: "1 day" for name in limits_known() if name != "claim"},
        rungs={"claim": {"half": "half", "eve": "due", "red": "overdue"}},
        criteria={"overdue": {"days": 30}},
    ).silent_on()
    clocks = tuple(f"rungs.{name}" for name, one in CLOCKS.items() if one.rungs and name != "claim")
    assert told == (
        "limits.claim（5 workdays）", "anchors", *clocks, "criteria.overdue.escalate（true）", "criteria.returned", "criteria.unclaimed", "opinions",
    )  # fmt: skip
    assert PROFILE.silent_on() == ("limits", "anchors", "rungs", "criteria", "opinions")
    assert profile(limits={"claim": "3 workdays"}).silent_on()[-2:] == ("criteria", "opinions")


# What is wrong


PLAIN = {"version": 1, "verifiers": ["office"]}
MANY = "应为 1 到 9999 的整数"


def faults(**table: Any) -> list[tuple[str, str]]:
    """Return where and why, of every fault; the rest is sound."""
    return [(".".join(one.place), str(one)) for one in faults_in("county", {**PLAIN, **table})]


def without(name: str) -> list[str]:
    return [str(one) for one in faults_in("county", {key: value for key, value in PLAIN.items() if key != name})]


def test_a_sound_profile_has_no_fault() -> None:
    assert faults() == []
    assert (
        faults(
            limits={"claim": "9999 days"},
            rungs={"claim": {"half": "9999 days before"}},
            criteria={"returned": {"times": 9999}},
        )
        == []
    )
    assert faults(version=9999, title="市", criteria={"returned": {"times": 1, "escalate": True}}) == []


@pytest.mark.parametrize(
    ("table", "place", "sentence"),
    [
        ({"title": 5}, "county.title", "county.title：应为加引号的文字"),
        ({"version": 0}, "county.version", f"county.version：“0”不对，{MANY}"),
        ({"version": 10_000}, "county.version", f"county.version：“10000”不对，{MANY}"),
        ({"version": True}, "county.version", f"county.version：“True”不对，{MANY}"),
        ({"version": "1"}, "county.version", f"county.version：“1”不对，{MANY}"),
        ({"limit": {}}, "county.limit", "county：没有 limit 这个键，是不是 limits？"),
        (
            {"qqqq": 1},
            "county.qqqq",
            "county：没有 qqqq 这个键，这里可以写 title、version、verifiers、limits、anchors、rungs、criteria、opinions",
        ),
        ({"limits": 5}, "county.limits", "county.limits：应为一节"),
        ({"rungs": []}, "county.rungs", "county.rungs：应为一节"),
        ({"criteria": "x"}, "county.criteria", "county.criteria：应为一节"),
        (
            {"limits": {"claim": "10000 days"}},
            "county.limits.claim",
            "county.limits.claim：“10000 days”太长，数字应为 1 到 9999",
        ),
        (
            {"limits": {"claim": "481 months"}},
            "county.limits.claim",
            "county.limits.claim：“481 months”太长，数字应为 1 到 480",
        ),
        ({"limits": {"clame": "1 day"}}, "county.limits.clame", "county.limits：没有 clame 这个键，是不是 claim？"),
        ({"anchors": "feedback"}, "county.anchors", "county.anchors：应为一节"),
        (
            {"anchors": {"focussed": "feedback"}},
            "county.anchors.focussed",
            "county.anchors：没有 focussed 这个键，是不是 focused？",
        ),
        (
            {"anchors": {"at_once": "feedback"}},
            "county.anchors.at_once",
            "county.anchors：没有 at_once 这个键，这里可以写 focused、continuing_review、standing",
        ),
        (
            {"anchors": {"focused": "feedbak"}},
            "county.anchors.focused",
            "county.anchors.focused：“feedbak”不对，是不是 feedback？",
        ),
        (
            {"anchors": {"standing": 3}},
            "county.anchors.standing",
            "county.anchors.standing：“3”不对，这里可以写 feedback、approval",
        ),
        ({"rungs": {"claim": 5}}, "county.rungs.claim", "county.rungs.claim：应写作 { half = … , eve = … , red = … }"),
        (
            {"rungs": {"claim": {"half": "noon"}}},
            "county.rungs.claim.half",
            "county.rungs.claim.half：看不懂“noon”，请写作 half、due、overdue、20 days before、5 workdays in",
        ),
        (
            {"rungs": {"claim": {"noon": "half"}}},
            "county.rungs.claim.noon",
            "county.rungs.claim：没有 noon 这个键，这里可以写 half、eve、red",
        ),
        ({"rungs": {"rectfy": {}}}, "county.rungs.rectfy", "county.rungs：没有 rectfy 这个键，是不是 rectify？"),
        (
            {"criteria": {"overdue": 5}},
            "county.criteria.overdue",
            "county.criteria.overdue：应写作 { … = …, escalate = true }",
        ),
        (
            {"criteria": {"overdu": {}}},
            "county.criteria.overdu",
            "county.criteria：没有 overdu 这个键，是不是 overdue？",
        ),
        (
            {"criteria": {"overdue": {"days": 0}}},
            "county.criteria.overdue.days",
            f"county.criteria.overdue.days：“0”不对，{MANY}",
        ),
        (
            {"criteria": {"overdue": {"day": 3}}},
            "county.criteria.overdue.day",
            "county.criteria.overdue：没有 day 这个键，是不是 days？",
        ),
        (
            {"criteria": {"overdue": {"escalate": 1}}},
            "county.criteria.overdue.escalate",
            "county.criteria.overdue.escalate：“1”不对，应为 true 或 false",
        ),
    ],
)
def test_each_fault_is_said_with_its_place(table: dict[str, Any], place: str, sentence: str) -> None:
    assert faults(**table) == [(place, f"时限方案 {sentence}")]


def test_a_limit_that_cannot_be_read_is_said_at_its_key() -> None:
    ((place, sentence),) = faults(limits={"plan": "soon"})
    assert place == "county.limits.plan"
    assert sentence.startswith("时限方案 county.limits.plan：看不懂的期限“soon”：")


@pytest.mark.parametrize("verifiers", ["office", [], ["ofice"], ["office", "5"], ["auditor"], ["office", "handler"]])
def test_verifiers_are_such_as_may_verify(verifiers: Any) -> None:
    ((place, sentence),) = faults(verifiers=verifiers)
    assert place == "county.verifiers"
    assert sentence.startswith(
        f"时限方案 county.verifiers：“{verifiers}”不对，应为一个以上角色的清单，能验收销号的角色有 office、discipline"
    )


def test_what_is_missing_is_said_where_it_should_stand() -> None:
    assert without("version") == ["时限方案 county：缺少 version"]
    assert without("verifiers") == ["时限方案 county：缺少 verifiers"]


def test_all_faults_are_found_and_the_first_is_raised() -> None:
    """One wrong clock hides no other."""
    table = {
        **PLAIN,
        "version": 0,
        "rungs": {"claim": 5, "plan": {"red": "x"}},
        "criteria": {"overdue": 5, "returned": {"times": 0}},
    }
    places = [".".join(one.place) for one in faults_in("county", table)]
    assert places == [
        "county.version", "county.rungs.claim", "county.rungs.plan.red", "county.criteria.overdue", "county.criteria.returned.times",
    ]  # fmt: skip
    with pytest.raises(BadProfile, match=r"county\.version"):
        Profile.of("county", table)


def test_unknown_keys_are_told_in_their_order() -> None:
    assert [place for place, _ in faults(zz=1, aa=1)] == ["county.aa", "county.zz"]
    assert [place for place, _ in faults(limits={"zz": "1 day", "plan": "x"})] == [
        "county.limits.zz",
        "county.limits.plan",
    ]
