"""撤回异议: whoever raised an objection drops it, while nobody has begun to decide on it; the claim goes on by its date."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import text

from notifications.deliver import deliver
from notifications.settings import channel_for
from storage.engine import writing
from tests.post.conftest import parsed, part
from tests.post.sending import folder
from tests.rules.subjects import TODAY, a_case, a_clock, changed, subject
from tests.test_drafts import confirmed, outcomes, prepared
from tests.web.conftest import PASSWORD, Door, field_in
from tests.web.test_homes import words
from tests.world import World, day
from workflow.days.clocks import Why, pause
from workflow.drafts import take_down
from workflow.engine import fire
from workflow.machine import EFFECTS, GUARDS

BEING_DECIDED = "巡察办已在起草决定，不能撤回异议，请等候决定"
"""Which decision it is, the unit reads when it is made."""


def objected(world: World, count: int = 1) -> Any:
    """Return cases to which the unit objected on 4 March, with three working days of the claim left."""
    cases = world.feed_back(count)
    world.do("secretary", "acknowledge", *cases)
    world.go(day(3, 4))
    world.do("secretary", "object", cases[0])
    return cases if count > 1 else cases[0]


def test_the_rules_by_themselves() -> None:
    """What else is drafted does not stand in the way; a clock paused today has its old date, one paused before has what was left."""

    def said(rule: str, **facts: Any) -> str | None:
        found = GUARDS[rule](subject("drop_objection", "secretary", **facts))
        return found.sentence if found else None

    assert said("no_decision_drafted", drafted=frozenset({"void"})) is None
    assert said("no_decision_drafted", drafted=frozenset({"withdraw", "void", "keep"})) == BEING_DECIDED
    assert said("no_fact_check_yet", fact_checked=False) is None
    assert said("no_fact_check_yet", fact_checked=True) == "核查情况已经附上，不能撤回异议，请等候决定"
    weekend = (day(2, 28), day(3, 1), day(3, 10), day(3, 10), "restored")  # nobody lost a working day
    for since, today, was, due, how in (
        (TODAY, TODAY, day(3, 3), day(3, 3), "restored"),
        (day(2, 27), TODAY, day(3, 3), day(3, 5), "resumed"),
        weekend,
    ):
        row = pause(a_clock("claim", was, day(2, 20)), since)
        s = subject("drop_objection", "secretary", row, case=a_case(state="disputed"), on=today)
        EFFECTS["resume_claim_dropped"](s, change := changed(s))
        why = Why.of(change.clocks["claim"].why)
        assert (change.clocks["claim"].due_on, why and (why.how, why.action)) == (due, (how, "drop_objection"))


def test_dropped_on_its_own_day_it_buys_no_time(world: World) -> None:
    """4 March: objected and dropped; the claim is due on the 9th as before, and the one objection is used up.

    1 April: claimed late; the plan has what is left, no more than had there been no objection.
    """
    case = objected(world)
    world.do("secretary", "drop_objection", case)
    assert (world.stands(case), world.told(case, "drop_objection")) == (
        ("feedback", day(3, 9), "secretary"),
        {"office"},
    )
    assert set(world.clocks(case)) == {"claim"}
    assert "已提出过一次异议" in world.refused("secretary", "object", case)
    world.go(day(4, 1))
    world.do("secretary", "claim", case)
    assert world.clocks(case)["plan"].due_on == day(4, 7)


def test_dropped_later_it_runs_on_with_what_was_left(world: World) -> None:
    """6 March: dropped two days after; the three working days that were left run from here. The claim goes as usual."""
    case = objected(world)
    world.go(day(3, 6))
    world.do("secretary", "drop_objection", case)
    assert world.stands(case) == ("feedback", day(3, 11), "secretary")
    world.scan_days(day(3, 7), day(3, 10))
    assert world.alerts(case, "fact_check") == []
    assert world.alerts(case, "claim") == ["half", "eve"]
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify")


def test_objected_on_the_last_day_and_dropped_later_three_working_days_are_left(world: World) -> None:
    (case,) = world.feed_back()
    world.go(day(3, 9))
    world.do("secretary", "object", case)
    world.go(day(3, 10))
    world.do("secretary", "drop_objection", case)
    assert world.stands(case) == ("feedback", day(3, 13), "secretary")


@pytest.mark.parametrize("dropped", [None, day(3, 9), day(3, 10)])
def test_an_objection_that_was_dropped_buys_no_time_for_the_plan(world: World, dropped: date | None) -> None:
    """Objected on the last day, dropped at once or the day after, claimed late on 1 April: the plan is due as without it."""
    (case,) = world.feed_back()
    if dropped:
        world.go(day(3, 9))
        world.do("secretary", "object", case)
        world.go(dropped)
        world.do("secretary", "drop_objection", case)
    world.go(day(4, 1))
    world.do("secretary", "claim", case)
    assert world.clocks(case)["plan"].due_on == day(4, 7)


def test_what_the_office_kept_leaves_time_for_a_plan_anew(world: World) -> None:
    (case,) = world.feed_back()
    world.go(day(3, 9))
    world.do("secretary", "object", case)
    world.go(day(3, 10))
    world.do("office", "keep", case)
    world.go(day(4, 1))
    world.do("secretary", "claim", case)
    assert world.clocks(case)["plan"].due_on == day(4, 16)


def test_the_plan_of_a_sibling_runs_on(world: World) -> None:
    """Its clock stood while the objection did: 4 to 6 March, 29 days before its date."""
    case, sibling = objected(world, 2)
    world.do("secretary", "claim", sibling)
    assert world.clocks(sibling)["plan"].paused_since == day(3, 4)
    world.go(day(3, 6))
    world.do("secretary", "drop_objection", case)
    plan = world.clocks(sibling)["plan"]
    assert (plan.paused_since, plan.due_on) == (None, day(4, 4))


@pytest.mark.parametrize("action", ["keep", "withdraw"])
def test_it_is_not_dropped_while_a_decision_is_prepared(world: World, action: str) -> None:
    """The team prepares, the office returns it: then it may be dropped."""
    case = objected(world)
    number = prepared(world, "team", action, case).draft
    assert world.refused("secretary", "drop_objection", case) == BEING_DECIDED
    with writing(world.engine) as work:
        assert take_down(work, number or 0, world.actor("office"), "事实还要再核") == ""
        work.commit()
    world.do("secretary", "drop_objection", case)


def test_what_is_prepared_for_another_end_or_another_case_does_not_stand_in_the_way(world: World) -> None:
    case, other = objected(world, 2)
    world.do("secretary", "object", other)
    prepared(world, "office", "void", case)
    prepared(world, "team", "keep", other)
    world.do("secretary", "drop_objection", case)
    assert (world.case(case).state, world.case(other).state) == ("feedback", "disputed")


def test_it_is_not_dropped_once_the_facts_are_checked(world: World) -> None:
    case = objected(world)
    sql = "INSERT INTO materials (case_id, cycle, version, kind, sha256, name, size) VALUES (:case, 1, 0, 'fact_check', :hash, '核查.pdf', 1)"
    with writing(world.engine) as work:
        work.session.execute(text(sql), {"case": case, "hash": "a" * 64})
        (outcome,) = fire(work, [world.intent("drop_objection", case)], world.actor("secretary"), world.now)
        work.rollback()
    assert outcome.refused == ("核查情况已经附上，不能撤回异议，请等候决定",)


def test_who_and_where_it_is_not_theirs(world: World) -> None:
    case = objected(world)
    assert "应由（责任党组织的）党组织书记办理" in world.refused("office", "drop_objection", case)
    made = prepared(world, "handler", "drop_objection", case)
    assert outcomes(confirmed(world, "secretary", made)) == ["done"]
    assert "当前状态为“待认领”，不能撤回异议" in world.refused("secretary", "drop_objection", case)


def test_a_decision_prepared_while_it_was_dropped_goes_nowhere(world: World) -> None:
    """The handler's paper is older than the decision: what was shown has moved on."""
    case = objected(world)
    made = prepared(world, "handler", "drop_objection", case)
    world.do("office", "keep", case)
    assert outcomes(confirmed(world, "secretary", made)) == ["stale"]


@pytest.mark.parametrize(("action", "shown"), [("keep", "维持原问题"), ("withdraw", "撤销问题")])
def test_what_is_being_decided_the_unit_does_not_read_beforehand(door: Door, action: str, shown: str) -> None:
    """To the unit the case lies with the office, and nothing says which decision is drafted; team and office see the draft."""
    case = objected(door.world)
    prepared(door.world, "team", action, case)
    for login in ("secretary", "handler"):
        page = door.as_(login).get(f"/cases/{case}").text
        assert (shown in words(page), BEING_DECIDED in page) == (False, True), login
    for login in ("office", "team"):
        assert f"{shown}（周强 2026年3月4日 10:00 起草，待确认）" in words(door.as_(login).get(f"/cases/{case}").text)


def test_what_is_prepared_in_the_unit_the_unit_sees(door: Door) -> None:
    case = objected(door.world)
    prepared(door.world, "handler", "drop_objection", case)
    for login in ("secretary", "handler", "office"):
        assert "撤回异议（李敏 2026年3月4日 10:00 起草，待确认）" in words(door.as_(login).get(f"/cases/{case}").text)


def test_what_is_in_the_way_is_said_on_opening(door: Door) -> None:
    """While the office decides, the form says so before anything is filled in; the office returns the draft, and it says nothing more."""
    case = objected(door.world)
    made = prepared(door.world, "office", "keep", case)
    for login in ("secretary", "handler"):
        page = door.as_(login).get(f"/acts/drop_objection?case={case}").text
        assert f"现在还不能办理：{BEING_DECIDED}。" in words(page)
        assert 'name="step"' not in page
    with writing(door.world.engine) as work:
        take_down(work, made.draft or 0, door.world.actor("office"), "")
        work.commit()
    page = door.as_("secretary").get(f"/acts/drop_objection?case={case}").text
    assert ("现在还不能办理" in words(page), 'value="check"' in page) == (False, True)


COSTS = "异议只能提一次，撤回后不能再提；撤回以后仍须认领，认领期限接着走。"


def test_what_dropping_costs_is_said_before_it_is_signed(door: Door) -> None:
    """On the form, where it is looked over, and where the secretary confirms what the handler prepared; other acts say nothing."""
    case = objected(door.world)
    secretary = door.as_("secretary")
    address = f"/acts/drop_objection?case={case}"
    made = prepared(door.world, "handler", "drop_objection", case)
    for page in (
        secretary.get(address),
        door.as_("handler").get(address),
        secretary.submit("/acts/drop_objection", {"case": str(case), "step": "check"}),
        secretary.get(f"/drafts/{made.draft}"),
    ):
        assert words(page.text).count(COSTS) == 1
    assert COSTS not in words(door.as_("office").get(f"/acts/keep?case={case}").text)


def test_the_secretary_drops_it_on_the_page_and_reads_why_the_date_is_that(door: Door) -> None:
    """The act lies behind 更多, asks nothing but the signature, and the office hears of it by mail."""
    world = door.world
    case = objected(world)
    post = folder(world.home / "mail")
    deliver(world.engine, post, world.now, channel_for(post))
    secretary = door.as_("secretary")
    page = secretary.get(f"/cases/{case}").text
    assert f'href="/acts/drop_objection?case={case}"' in page.partition("<summary>更多")[2]
    checked = secretary.submit("/acts/drop_objection", {"case": str(case), "step": "check"})
    signed = {"case": str(case), "shown": field_in(checked.text, "shown"), "step": "do", "password": PASSWORD}
    assert secretary.submit("/acts/drop_objection", signed).status_code in (200, 303)
    said = words(secretary.get(f"/cases/{case}").text)
    assert "恢复的原期限：2026年3月4日（周三）办理“撤回异议”时确定" in said
    assert "到期日：2026年3月9日（周一）" in said
    deliver(world.engine, post, world.now, channel_for(post))
    mails = [parsed(file.read_bytes()) for file in (world.home / "mail").glob("*.eml")]
    told = [one for one in mails if one["Subject"].endswith("：撤回异议")]
    assert {one["To"].addresses[0].username for one in told} == {"office", "office2"}
    assert "该问题已办理“撤回异议”，现处状态为“待认领”。" in part(told[0], "plain")
    assert "本阶段由党组织书记办理，期限2026年3月9日（还有5天）。" in part(told[0], "plain")
