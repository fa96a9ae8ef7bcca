"""结轮: two people close a round; its teams end, nothing new comes, what is open goes on with its clocks."""

from __future__ import annotations

import html
from datetime import date

import pytest

from figures.counting import count
from notifications.holders import Directories
from register.household import NotEntered, must_enter
from register.wanted import Wanted
from storage.engine import reading, writing
from storage.reads.standings import AsOf
from tests.register.test_road import refused
from tests.rules.subjects import subject
from tests.web.conftest import Door
from tests.world import BUREAU, TOWN, World, day
from workflow.machine import GUARDS
from workflow.people import actor_of


def test_the_rule_by_itself() -> None:
    rule = GUARDS["round_goes_on"]
    assert rule(subject("feed_back", round_ended=None)) is None
    said = rule(subject("feed_back", round_ended=date(2026, 6, 1)))
    assert said is not None
    assert "本轮已于 2026年6月1日（周一）结轮" in str(said)


def take_back(world: World, kind: str, key: int) -> None:
    """Let two people take back that a round or a term was closed."""
    with writing(world.engine) as work:
        wanted = Wanted(kind, "reopen", key, {}, "办错了")
        must_enter(work, [wanted], world.actor("office2"), world.now, asked_by=world.people["office"])
        work.commit()


def rights(door: Door, login: str) -> list[str]:
    """Return in which roles somebody acts today."""
    with reading(door.world.engine) as work:
        return [post.role for post in actor_of(work.driver, login, door.world.today, "web").posts]


def test_a_round_is_closed_and_what_is_open_goes_on(door: Door) -> None:
    world = door.world
    one, two = world.all_at_work(2, day(5, 10))
    team = world.enter("office", "team", "make", name="第一巡察组", round="一轮")
    member = world.enter("office", "member", "make", team=str(team), person="team", duty="leader")
    world.hire("led", "吴组长", "team", round="一轮")
    assert rights(door, "led") == ["team"]
    world.walk(one, "submit", "verify")
    world.go(day(4, 20))
    before = world.clocks(two)
    world.enter("office2", "round", "close", world.round_id, asked_by="office", ended_on="2026-04-20")
    assert rights(door, "led") == ["team"], "the day itself is one of the round"
    world.go(day(4, 21))
    assert rights(door, "led") == []
    assert world.rows(
        "SELECT COUNT(*) FROM listed WHERE id IN (:team, :member) AND fields LIKE '%2026-04-20%'",
        team=team,
        member=member,
    ) == [(2,)]
    with reading(world.engine) as work:
        people = Directories().of(work.driver, world.place)
        assert world.people["led"] not in [
            holding.person for holding in people.by_role["team"] if holding.on(world.today)
        ]
    assert world.clocks(two) == before, "what is open keeps its clocks"
    world.do("handler", "progress", two)
    world.walk(two, "submit", "verify")
    for wanted in (
        Wanted("inspection", "make", None, {"round": "一轮", "unit": BUREAU}),
        Wanted("team", "make", None, {"round": "一轮", "name": "第二巡察组"}),
    ):
        assert "已于 2026年4月20日（周一）结轮" in refused(world, "office", wanted)
    page = html.unescape(door.as_("office").get(f"/register/round/{world.round_id}").text)
    assert "结轮：不再反馈新的问题" in page
    assert f"/cases?round={world.round_id}&state=open" in page
    assert "送巡察办审批" in page
    around = world.round_id
    assert "不单独办理" in refused(world, "office", Wanted("team", "resume", team, {}))
    with pytest.raises(NotEntered, match="请写明撤销结轮的理由"):
        world.enter("office2", "round", "reopen", around, asked_by="office")
    take_back(world, "round", around)
    assert rights(door, "led") == ["team"], "who was in the team has the rights of it again"
    still = "SELECT COUNT(*) FROM listed WHERE id IN (:team, :member) AND fields LIKE '%2026-04-20%'"
    assert world.rows(still, team=team, member=member) == [(0,)]
    with pytest.raises(NotEntered, match="本轮没有结轮"):
        take_back(world, "round", around)
    world.enter("office2", "round", "close", around, asked_by="office", ended_on="2026-04-21")
    assert "不单独办理" in refused(world, "office", Wanted("member", "resume", member, {}))


def test_nothing_new_is_fed_back_in_a_closed_round(door: Door) -> None:
    world = door.world
    world.feed_back()
    world.enter("office2", "round", "close", world.round_id, asked_by="office", ended_on=world.today.isoformat())
    with pytest.raises(AssertionError, match="本轮已于"):
        world.feed_back(start=2, unit=TOWN)


def test_a_term_is_closed_and_what_is_open_is_counted_once(door: Door) -> None:
    """Two problems of the old term, one open at its end: it counts there as before, and in the new term beside, in no sum."""
    world = door.world
    old = world.enter("office", "term", "make", name="第十三届", starts_on="2021-09-01", ends_on="2026-04-30")
    new = world.enter("office", "term", "make", name="第十四届", starts_on="2026-05-01", ends_on="2031-04-30")
    world.enter("office2", "round", "change", world.round_id, asked_by="office", term=str(old))
    first = world.round_id
    one, two = world.all_at_work(2, day(5, 20))
    world.walk(one, "submit", "verify")
    world.go(day(5, 6))
    before = figures(door, on=day(5, 5))
    made = Wanted("round", "make", None, {"name": "三轮", "profile": "基准", "term": str(old)})
    with pytest.raises(NotEntered, match="还有 1 轮没有结轮"):
        world.enter("office2", "term", "close", old, asked_by="office", closed_on="2026-05-06")
    world.enter("office2", "round", "close", first, asked_by="office", ended_on="2026-05-06")
    world.open_round("二轮")
    world.enter("office2", "round", "change", world.round_id, asked_by="office", term=str(new))
    world.feed_back()
    assert figures(door) == {"problems": 1, "of": 1, "open": 1, "done": 0, "carried_over": 0}
    world.enter("office2", "term", "close", old, asked_by="office", closed_on="2026-04-30")
    assert figures(door, on=day(5, 5)) == before, "that a day before is written changes no figure of the past"
    assert figures(door) == {"problems": 1, "of": 1, "open": 1, "done": 0, "carried_over": 1}
    assert figures(door, first) == {"problems": 2, "of": 2, "open": 1, "done": 1, "carried_over": 1}
    listed = html.unescape(door.as_("office").get("/cases?figure=carried_over").text)
    assert f"/cases/{two}" in listed
    assert f"/cases/{one}" not in listed
    assert "结转的问题" in door.as_("office").get(f"/register/term/{old}").text
    assert "不单独办理" in refused(world, "office", Wanted("round", "carry", world.round_id, {}))
    assert "不单独办理" in refused(world, "office", Wanted("round", "keep", first, {}))
    for kind, key, why in (("round", first, "请先撤销届末结转"), ("term", new, "没有届末结转")):
        with pytest.raises(NotEntered, match=why):
            take_back(world, kind, key)
    take_back(world, "term", old)
    assert figures(door)["carried_over"] == 0
    world.enter("office2", "term", "close", old, asked_by="office", closed_on="2026-04-30")
    assert figures(door)["carried_over"] == 1
    for key, into, why in ((first, new, "已结转，不能再改"), (world.round_id, old, "届末结转，请选另一届")):
        with pytest.raises(NotEntered, match=why):
            world.enter("office2", "round", "change", key, asked_by="office", term=str(into))
    assert "届末结转，请选另一届" in refused(world, "office", made)
    world.walk(two, "submit", "verify")
    assert figures(door)["carried_over"] == 0, "what is closed since is no more carried over"
    world.go(day(5, 7))
    with pytest.raises(NotEntered, match="只能在办理的当天撤销"):
        take_back(world, "term", old)


def figures(door: Door, around: int | None = None, on: date | None = None) -> dict[str, object]:
    world = door.world
    of = AsOf(world.place, on or world.today, world.today, round=around)
    with reading(world.engine) as work:
        return dict(count(work.driver, of, ("problems", "of", "open", "done", "carried_over")))
