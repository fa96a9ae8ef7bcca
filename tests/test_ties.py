"""回避: who is tied to a unit, to the one that answers or to one above decides nothing on its cases, prepares nothing, and gets no post there."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from register.asking import ask
from register.household import NotEntered
from register.wanted import Wanted
from states import CLOCK, MOVES, SPLIT_OFF, UNBORN, UNIT_ROLES
from storage.engine import writing
from storage.ties import Tie, ties_with
from tests.rules.subjects import ME, OTHER, TODAY, subject
from tests.world import BUREAU, TOWN, VILLAGE, World
from workflow.drafts import draft
from workflow.machine import GUARDS

WHY = "您对该党组织有回避关系（曾任职），不能办理“{}”，须由他人办理"


def tie(world: World, login: str, unit: str, **more: Any) -> int:
    """Let two of the office enter that somebody is tied to a unit."""
    said = {"person": world.people[login], "unit": world.units[unit], "why": "worked", **more}
    return int(world.enter("office2", "tie", "make", asked_by="office", **said))


def test_the_rule_by_itself() -> None:
    """The last day is one of them; of who prepared it the reason is not said."""
    rule = GUARDS["not_tied"]
    yesterday, tomorrow = TODAY - timedelta(days=1), TODAY + timedelta(days=1)
    assert rule(subject("verify", ties=(Tie(OTHER, "worked"),))) is None
    for held in (Tie(ME, "worked"), Tie(ME, "worked", TODAY, TODAY)):
        assert WHY.format("验收销号") in str(rule(subject("verify", ties=(held,))))
    for past in (Tie(ME, "kin", tomorrow), Tie(ME, "kin", None, yesterday)):
        assert rule(subject("verify", ties=(past,))) is None
    said = str(rule(subject("opine", prepared_by=OTHER, ties=(Tie(OTHER, "kin"),))))
    assert "起草人对该党组织有回避关系，“联审（验收）意见”须由他人起草" in said
    assert "近亲属" not in said


def test_everything_that_is_decided_on_a_unit_asks_whether_one_is_tied() -> None:
    """But for the unit's own moves, receipts and answers to what went in copy, those of the clock, and what an import enters: the feedback, its numbers."""
    bound = [one for one in MOVES if not one.is_receipt and UNBORN not in one.origin]
    decided = {one.action for one in bound if not {*one.who} & {*UNIT_ROLES, CLOCK}}
    decided = (decided | {"order_at_once", *SPLIT_OFF.values()}) - {"list_ordered", "answer_copy"}
    assert {one.action for one in MOVES if "not_tied" in one.only_if} == decided


def test_who_is_tied_decides_nothing_until_the_tie_is_over(world: World) -> None:
    """A colleague still does; with its last day gone by the same person does again."""
    case, other = world.feed_back(2)
    for one in (case, other):
        world.do("secretary", "object", one)
    tie(world, "office", TOWN, ends_on=world.today + timedelta(days=3))
    assert WHY.format("维持原问题") in world.refused("office", "keep", case)
    world.do("office2", "keep", case)
    world.go(world.today + timedelta(days=4))
    world.do("office", "keep", other)


def test_the_unit_that_answers_and_those_above_count_and_no_others(world: World) -> None:
    """Tied to the town: its village too. Tied to the village: not the town's own. Tied to the bureau: neither."""
    town, village = world.feed_back()[0], world.feed_back(unit=VILLAGE)[0]
    for case in (town, village):
        world.do("secretary", "object", case)
    tie(world, "office", TOWN)
    for case in (town, village):
        assert "有回避关系" in world.refused("office", "keep", case)
    tie(world, "office2", BUREAU)
    world.do("office2", "keep", town)
    tie(world, "office2", VILLAGE)
    assert "有回避关系" in world.refused("office2", "keep", village)


def test_who_is_tied_prepares_nothing_and_gives_no_opinion(world: World) -> None:
    (case,) = world.feed_back()
    tie(world, "team", TOWN)
    with writing(world.engine) as work:
        said = draft(work, world.intent("void", case), world.actor("team"), world.now)
        work.rollback()
    assert WHY.format("作废") in " ".join(said.refused)


def test_one_declares_a_tie_of_ones_own_and_others_end_it(world: World) -> None:
    """Whatever post one has; ended with a reason, by two others, and never by who is tied."""
    with writing(world.engine) as work:
        wanted = Wanted("tie", "declare", None, {"unit": TOWN, "why": "kin", "detail": "兄弟在镇里任职"})
        declared = ask(work, wanted, world.actor("secretary_village"), world.now)
        again = ask(work, wanted, world.actor("secretary_village"), world.now)
        assert declared.entered
        assert "已登记过" in str(again.refusals)
        row = ask(work, Wanted("tie", "declare", None, {"unit": TOWN, "why": "kin"}), world.actor("office"), world.now)
        work.commit()
    assert row.entered
    end = Wanted("tie", "end", row.entered.row, {"ends_on": world.today}, "情况消失")
    with writing(world.engine) as work:
        assert "须由别人申请" in str(ask(work, end, world.actor("office"), world.now).refusals)
        silent = Wanted("tie", "end", row.entered.row, {"ends_on": world.today})
        assert "请写明解除回避关系的理由" in str(ask(work, silent, world.actor("office2"), world.now).refusals)
        work.rollback()


def test_who_is_tied_gets_no_post_that_judges_there(world: World) -> None:
    """As one of the team of the unit or of one below; as its secretary, and of another unit, yes."""
    person = world.people["team"]
    tie(world, "team", TOWN)
    wanted = {"person": person, "role": "discipline", "unit": world.units[VILLAGE]}
    with writing(world.engine) as work:
        said = ask(work, Wanted("post", "make", None, wanted), world.actor("sysadmin"), world.now)
        work.rollback()
    assert "周强对该党组织有回避关系，不能担任它的纪委监委" in str(said.refusals)
    world.enter("secadmin", "post", "make", asked_by="sysadmin", person=person, role="discipline", unit=world.units[BUREAU])  # fmt: skip
    world.enter("secadmin", "post", "make", asked_by="sysadmin", person=person, role="handler", unit=world.units[TOWN])


def test_nobody_of_the_office_alone_keeps_another_from_deciding(world: World) -> None:
    """Whoever it is about: a second person approves, who may be the one that is tied; of oneself one declares it alone."""
    for login in ("office2", "team", "discipline"):
        wanted = Wanted("tie", "make", None, {"person": world.people[login], "unit": TOWN, "why": "other"})
        with writing(world.engine) as work:
            asked = ask(work, wanted, world.actor("office"), world.now)
            work.commit()
        assert (asked.entered, asked.refusals) == (None, ())
    (case,) = world.feed_back()
    world.do("secretary", "object", case)
    with pytest.raises(NotEntered, match="申请人不能审批自己的申请"):
        world.enter("office", "tie", "make", asked_by="office", person=world.people["office2"], unit=TOWN, why="other")
    world.enter("office2", "tie", "make", asked_by="office", person=world.people["office2"], unit=TOWN, why="other")
    assert "有回避关系" in world.refused("office2", "keep", case)


def test_a_tie_that_begins_while_one_would_be_there_bars_as_one_of_today(world: World) -> None:
    """A post or a team without a last day: yes; one that ends before the tie begins, or begins behind its last day: no."""
    day = world.today + timedelta(days=10)
    tie(world, "team", TOWN, starts_on=day, ends_on=day + timedelta(days=5))
    team = world.enter("office", "team", "make", name="一组", round="一轮")
    world.enter("office", "inspection", "make", round="一轮", unit=TOWN, team=str(team))
    post = {"person": world.people["team"], "role": "discipline", "unit": world.units[TOWN]}
    member = {"team": str(team), "person": "team", "duty": "member"}
    with pytest.raises(NotEntered, match="不能担任它的纪委监委"):
        world.enter("secadmin", "post", "make", asked_by="sysadmin", **post)
    times: tuple[dict[str, Any], ...] = ({}, {"ends_on": day}, {"starts_on": day + timedelta(days=5)})
    for time in times:
        with pytest.raises(NotEntered, match="不能入组"):
            world.enter("office", "member", "make", **member, **time)
    world.enter("office", "member", "make", **member, ends_on=day - timedelta(days=1))
    world.enter("secadmin", "post", "make", asked_by="sysadmin", **post, starts_on=day + timedelta(days=6))


def test_a_tie_reaches_what_a_unit_answers_for_and_what_takes_its_place(world: World) -> None:
    """A company for which the town answers without standing above it, and the bureau into which that company is merged."""
    for name, answers in (("镇属公司", world.units[TOWN]), ("新局", None)):
        world.units[name] = int(world.enter("office", "unit", "make", name=name, answerable=answers))
    team = world.enter("office", "team", "make", name="一组", round="一轮")
    world.enter("office", "inspection", "make", round="一轮", unit="镇属公司", team=str(team))
    tie(world, "team", TOWN)
    with pytest.raises(NotEntered, match="镇属公司有回避关系，不能入组"):
        world.enter("office", "member", "make", team=str(team), person="team", duty="member")
    with writing(world.engine) as work:
        assert not ties_with(work.driver, 1, [world.units["新局"]])[world.units["新局"]]
    tie(world, "office", BUREAU)
    last = {"ends_on": world.today, "successor": world.units["新局"]}
    world.enter("office2", "unit", "end", world.units[BUREAU], asked_by="office", **last)
    world.go(world.today + timedelta(days=1))
    (case,) = world.feed_back(unit="新局")
    assert "有回避关系" in world.refused("office", "escalate_by_hand", case)
    world.do("office2", "escalate_by_hand", case)


def test_who_is_tied_is_in_no_team_that_goes_there(world: World) -> None:
    """Neither into the team that inspects the unit, nor the unit to the team that they are in; a village stands below its town."""
    team, other = (world.enter("office", "team", "make", name=name, round="一轮") for name in ("一组", "二组"))
    world.enter("office", "inspection", "make", round="一轮", unit=VILLAGE, team=str(team))
    tie(world, "team", TOWN)
    with pytest.raises(NotEntered, match=f"他对这个组巡察的{VILLAGE}有回避关系，不能入组"):
        world.enter("office", "member", "make", team=str(team), person="team", duty="member")
    world.enter("office", "member", "make", team=str(other), person="team", duty="leader")
    with pytest.raises(NotEntered, match="周强对该党组织有回避关系，请安排别的巡察组"):
        world.enter("office", "inspection", "make", round="一轮", unit=TOWN, team=str(other))
    world.enter("office", "inspection", "make", round="一轮", unit=BUREAU, team=str(other))
