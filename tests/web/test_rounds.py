"""Rounds and terms in the browser: a team with its members at once, many units planned at once, a term covered or not."""

from __future__ import annotations

import html
import io
import re
from datetime import timedelta

import openpyxl

from tests.household import end_unit
from tests.web.conftest import Answer, Door, Visitor
from tests.web.posted import hire
from tests.world import BUREAU, TOWN, VILLAGE, World


def term_of(world: World, **days: str) -> int:
    """Let the office enter a term, to which the round belongs."""
    term = world.enter(
        "office", "term", "make", **{"name": "第十三届", "starts_on": "2021-09-01", "ends_on": "2026-08-31", **days}
    )
    world.enter("office2", "round", "change", world.round_id, asked_by="office", term=str(term))
    return int(term)


def words(page: Answer) -> str:
    """Return the words of a page, without what was entered about the row."""
    text = re.sub(r"<[^>]+>", " ", page.text.partition("登记过什么")[0])
    return " ".join(html.unescape(text).split())


def stages(office: Visitor, term: int, query: str = "") -> dict[str, str]:
    """Return what the coverage lists: the state of each unit."""
    page = office.get(f"/register/term/{term}/coverage?{query}").text.partition('id="units"')[2]
    rows = re.findall(r'data-label="党组织">(?:<a[^>]*>)?([^<]+)<.*?data-label="状态">([^<]+)<', page, re.DOTALL)
    return {html.unescape(name): state.strip() for name, state in rows}


def test_a_team_is_put_together_at_once_or_not_at_all(door: Door) -> None:
    """A name that nobody has is said at its duty, and not even the team is made; afterwards all of them stand in its row."""
    world, office = door.world, door.as_("office")
    place = f"/register/round/{world.round_id}"
    said = {"team": "市委第一巡察组", "leader": "team", "member": "孙立、查无此人，office2"}
    answer = office.submit(f"{place}/teams", said)
    assert (answer.status_code, "查无此人：没有人员" in html.unescape(answer.text)) == (422, True)
    assert 'value="市委第一巡察组"' in answer.text
    assert world.rows("SELECT COUNT(*) FROM listed WHERE kind IN ('team', 'member')") == [(0,)]
    assert office.submit(f"{place}/teams", {**said, "member": "孙立"}).status_code == 303
    assert office.submit(f"{place}/teams", {"team": "市委第一巡察组", "liaison": "office"}).status_code == 303
    assert "市委第一巡察组 周强 陈静 （联络员）、 孙立" in words(office.get(place))
    answer = office.submit(f"{place}/teams", {"team": "市委第一巡察组", "leader": "head"})
    assert (answer.status_code, "已有组长" in answer.text) == (422, True)


def test_units_are_planned_together_and_seen_in_the_round(door: Door) -> None:
    """Ticked, with team and stay, all or none; what the round has already is not offered, and one that ended never."""
    world, office = door.world, door.as_("office")
    term_of(world)
    world.feed_back()
    place = f"/register/round/{world.round_id}"
    team = world.enter("office", "team", "make", name="一组", round=str(world.round_id))
    offered = office.get(f"{place}/plan").text
    assert [f">{name}</label>" in offered for name in (TOWN, VILLAGE, BUREAU)] == [False, True, True]
    assert office.get(f"{place}/plan?pick=all").text.count(" checked") == offered.count('name="unit"') == 2
    unit = [str(world.units[name]) for name in (VILLAGE, BUREAU)]
    turned = {"unit": unit, "team": str(team), "stay_from": "2026-04-01", "stay_to": "2026-03-01"}
    answer = office.submit(f"{place}/plan", turned)
    assert (answer.status_code, answer.text.count("早于驻点开始"), answer.text.count(" checked")) == (422, 1, 2)
    assert office.submit(f"{place}/plan", {}).status_code == 422
    assert office.submit(f"{place}/plan", {**turned, "stay_to": "2026-05-15"}).status_code == 303
    page = words(office.get(place))
    assert "3 个：已反馈 1，已列入计划 2" in page
    assert f"一组 2 个 0 0 0 0 {VILLAGE} 已列入计划 2026年4月1日（周三） 至 2026年5月15日（周五）" in page
    assert f"还没有定巡察组 1 个 1 0 0 0 {TOWN} 已反馈" in page
    assert "问题" not in words(door.as_("sysadmin").get(place)), "figures are for who reads problems"


def test_a_term_counts_each_unit_once_by_the_furthest_it_came(door: Door) -> None:
    """Missing, planned, under way, fed back; two rounds count once; a unit that ended counts where it was inspected, and else not."""
    world, office = door.world, door.as_("office")
    term = term_of(world)
    assert stages(office, term) == dict.fromkeys((TOWN, VILLAGE, BUREAU), "■ 未安排")
    other = world.enter("office", "round", "make", name="二轮", profile="county", term=str(term))
    for held_in in (world.round_id, other):
        world.enter("office", "inspection", "make", round=str(held_in), unit=BUREAU)
    world.enter("office", "inspection", "make", round=str(other), unit=VILLAGE, stay_from=world.today.isoformat())
    world.feed_back()
    found = {TOWN: "已反馈", VILLAGE: "巡察中", BUREAU: "已列入计划"}
    assert stages(office, term) == found
    assert next(iter(stages(office, term))) == BUREAU
    assert stages(office, term, "stage=fed") == {TOWN: "已反馈"}
    assert "66.67 % 已巡察占比 3 应巡 1 已反馈 1 巡察中 1 已列入计划 0 未安排" in words(
        office.get(f"/register/term/{term}/coverage")
    )
    sheet = openpyxl.load_workbook(io.BytesIO(office.get(f"/register/term/{term}/coverage.xlsx").content))
    assert {row[0].value: row[3].value for row in sheet["党组织"].iter_rows(min_row=3)} == found
    assert sheet["分类"].cell(sheet["分类"].max_row, 7).value == "66.67 %"
    for name in (VILLAGE, BUREAU):
        end_unit(world, name, world.today)
    world.go(world.today + timedelta(days=1))
    door.known.clear()
    assert stages(door.as_("office"), term) == {TOWN: "已反馈", VILLAGE: "巡察中"}


def test_rounds_of_which_nobody_said_the_term_are_listed(door: Door) -> None:
    """Those that an import made count nowhere: the office's coverage names them, each with its page; a leader is not told."""
    world = door.world
    term = term_of(world)
    world.open_round("二轮")
    place = f"/register/term/{term}/coverage"
    ((without,),) = world.rows("SELECT COUNT(*) FROM rounds WHERE term_id IS NULL")
    page = door.as_("office").get(place)
    assert f"没有写明届的轮次 {without} 个" in words(page)
    assert f'<a href="/register/round/{world.round_id}">二轮</a>' in page.text
    hire(world, "leader_bureau", "leader", BUREAU)
    assert "没有写明届的轮次" not in words(door.as_("leader_bureau").get(place))


def test_leaders_and_the_auditor_read_what_of_a_term_is_covered_each_within_their_units(door: Door) -> None:
    """Head, leading group and auditor read all of it, a leader what is theirs, with its share; nobody else, and an auditor of one round not."""
    world = door.world
    assert "还没有登记届" in door.as_("head").get("/coverage").text
    term = term_of(world)
    world.feed_back()
    hire(world, "leader_bureau", "leader", BUREAU)
    hire(world, "auditor_round", "auditor", round=world.round_id)
    place = f"/register/term/{term}/coverage"
    for login in ("head", "leading_group", "auditor"):
        visitor = door.as_(login)
        assert 'href="/coverage"' in visitor.get("/me").text, login
        assert visitor.get("/coverage").headers["location"] == place
        assert stages(visitor, term) == dict.fromkeys((VILLAGE, BUREAU), "■ 未安排") | {TOWN: "已反馈"}
        assert "/register/unit/" not in visitor.get(place).text, "which is not there for them"
    assert stages(door.as_("leader_bureau"), term) == {BUREAU: "■ 未安排"}
    page = words(door.as_("leader_bureau").get(place))
    assert "0.00 % 已巡察占比 1 应巡" in page
    assert "这里只算您职责范围内的" in page
    sheet = openpyxl.load_workbook(io.BytesIO(door.as_("leader_bureau").get(f"{place}.xlsx").content))
    assert [row[0].value for row in sheet["党组织"].iter_rows(min_row=3)] == [BUREAU]
    for login in ("secretary", "team", "discipline", "auditor_round"):
        for path in ("/coverage", place, f"{place}.xlsx"):
            assert door.as_(login).get(path).status_code == 404, (login, path)
    assert 'href="/coverage"' not in door.as_("office").get("/me").text, "whose register leads to it"


def test_a_round_or_term_that_is_not_there_is_not_there(town_door: Door) -> None:
    office = town_door.as_("office")
    for place in ("/register/round/999/plan", "/register/term/999/coverage", "/register/term/999/coverage.xlsx"):
        assert office.get(place).status_code == 404
    for place in ("/register/round/999/plan", "/register/round/999/teams"):
        assert office.submit(place, {}).status_code == 404
    assert town_door.as_("discipline").get(f"/register/round/{town_door.world.round_id}/plan").status_code == 404
