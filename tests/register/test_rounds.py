"""Terms, teams and inspections: what may not be said of them, and what earlier releases kept otherwise."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from register.groundwork import lay_groundwork
from register.kinds import KINDS
from register.recorded import recorded
from register.wanted import Wanted
from storage.engine import writing
from tests.register.test_road import entered, refused
from tests.world import BUREAU, TOWN, VILLAGE, World, county
from trail.verify import verify


def make(world: World, of: str, **fields: Any) -> int:
    """Let the office enter a row."""
    return int(world.enter("office", of, "make", **fields))


def test_two_terms_share_no_day(world: World) -> None:
    first = make(world, "term", name="第十三届", starts_on="2021-09-01", ends_on="2026-08-31")
    late = Wanted("term", "make", None, {"name": "第十四届", "starts_on": "2026-08-31", "ends_on": "2031-08-31"})
    assert "与第十三届（2021年9月1日至2026年8月31日）的日子重叠" in refused(world, "office", late)
    assert "请换一个名称" in refused(
        world, "office", Wanted("term", "make", None, {**late.fields, "name": "第十三届", "starts_on": "2026-09-01"})
    )
    world.enter("office2", "term", "change", first, asked_by="office", ends_on="2026-08-30")
    entered(world, "office", late)


def test_the_team_of_an_inspection_is_one_of_its_round_that_has_not_ended(world: World) -> None:
    other = make(world, "round", name="二轮", profile="county")
    mine, theirs = make(world, "team", name="一组", round="一轮"), make(world, "team", name="一组", round=other)
    town = make(world, "inspection", round="一轮", unit=TOWN, team="一组")
    assert world.rows("SELECT team_id FROM inspections WHERE id = :it", it=town) == [(mine,)], (
        "by its name, of the round"
    )
    foreign = Wanted("inspection", "change", town, {"team": theirs})
    assert "不是这一轮的巡察组" in refused(world, "office", foreign)
    again = Wanted("team", "make", None, {"name": "一组", "round": "一轮"})
    assert "已有巡察组“一组”" in refused(world, "office", again)
    world.enter("office", "team", "end", theirs, ends_on=world.today)
    world.later(1)
    ended = Wanted("inspection", "make", None, {"round": other, "unit": TOWN, "team": theirs})
    assert "撤销" in refused(world, "office", ended)


def test_a_team_has_one_leader_and_each_member_once(world: World) -> None:
    team = make(world, "team", name="一组", round="一轮")
    leads = make(world, "member", team=team, person="team", duty="leader")
    second = Wanted("member", "make", None, {"team": team, "person": "office2", "duty": "leader"})
    assert "已有组长" in refused(world, "office", second)
    assert "已在这个巡察组" in refused(
        world, "office", Wanted("member", "make", None, {**second.fields, "person": "team", "duty": "member"})
    )
    world.enter("office", "member", "end", leads, ends_on=world.today)
    begins = {"starts_on": world.today.replace(day=world.today.day + 1)}
    entered(world, "office", Wanted("member", "make", None, {**second.fields, **begins}))


def test_the_day_of_feedback_stays_once_a_problem_was_fed_back(world: World) -> None:
    planned = make(world, "inspection", round="一轮", unit=BUREAU)
    assert "请填写反馈日期" in refused(world, "office", Wanted("inspection", "meet", planned, {"required": "举一反三"}))
    world.feed_back()
    ((town,),) = world.rows("SELECT inspection_id FROM cases")
    other_day = Wanted("inspection", "meet", town, {"feedback_on": "2026-03-04"})
    assert "反馈日期不能再改" in refused(world, "office", other_day)
    entered(world, "office", Wanted("inspection", "meet", town, {"attendees": "马书记", "required": "举一反三"}))


def test_what_was_words_and_a_field_is_a_team_and_a_member_after_the_upgrade(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The older entries still verify, each row says once what it said, and a second upgrade adds nothing."""
    with monkeypatch.context() as before:
        for name, asks in (
            ("inspection", ("round", "unit", "team_words?")),
            ("team", ("name", "round", "leader?", "starts_on?")),
        ):
            kind = KINDS[name]
            acts = tuple(replace(act, asks=asks) if act.name == "make" else act for act in kind.acts)
            before.setitem(KINDS, name, replace(kind, acts=acts))
        led = make(world, "team", name="三组", round="一轮", leader="team")
        left = make(world, "team", name="四组", round="一轮", leader="office", starts_on=world.today)
        world.enter("office", "team", "end", left, ends_on=world.today)
        town, village = (
            make(world, "inspection", round="一轮", unit=unit, team_words="市委 第一组") for unit in (TOWN, VILLAGE)
        )
        bureau = make(world, "inspection", round="一轮", unit=BUREAU, team_words="2")
    recorded.cache_clear()
    last = str(world.today)
    world.later(1)
    for _ in range(2):
        with writing(world.engine) as work:
            lay_groundwork(work, "city", "示范市", [county()], world.now)
            work.commit()
        teams = {name: key for key, name in _listed(world, "team", "name")}
        assert set(teams) == {"三组", "四组", "市委 第一组", "第2巡察组"}
        rows = dict(world.rows("SELECT id, team_id FROM inspections WHERE team IS NULL"))
        assert rows == {town: teams["市委 第一组"], village: teams["市委 第一组"], bureau: teams["第2巡察组"]}
        assert [duty for _, duty in _listed(world, "member", "duty")] == ["leader", "leader"]
        assert [day for _, day in _listed(world, "member", "ends_on")] == [None, last]
        assert [leader for key, leader in _listed(world, "team", "leader_id") if key in (led, left)] == [None, None]
    assert verify(world.engine, world.home, "city").ok


def _listed(world: World, kind: str, field: str) -> list[tuple[int, object]]:
    rows = world.rows("SELECT id, fields FROM listed WHERE kind = :kind ORDER BY id", kind=kind)
    return [(key, json.loads(fields).get(field)) for key, fields in rows]
