"""The ledger's page: whose rows, which rows, in which order; several chosen at once; handed out exactly as seen."""

from __future__ import annotations

import io
import re
from datetime import date, timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import openpyxl
import pytest

from ledger.parse import parse
from states import ACTIONS, STATES
from storage.search import LONGEST_QUERY
from tests.household import name_leader
from tests.storage.test_search import bear
from tests.web.conftest import Answer, Door
from tests.world import BOUND, BUREAU, FEEDBACK_DAY, TOWN, VILLAGE

EVERYWHERE = ("office", "head", "team", "discipline", "organisation", "leading_group", "auditor", "leader")


UNKNOWN = (
    "state=finished", "round=abc", "round=-1", "unit=9999999999999999999999", "kind=x", "lamp=green", "from=2026-02-30", "to=jetzt",
    "flagged=yes", "sort=words", "after=x", "before=....", "at=-5", "pick=some", "strange=1", "q=", "q=%20%20", "round=%D9%A3",
)  # fmt: skip
HOSTILE = (
    '"',
    "'",
    '路灯"',
    "<script>alert(1)</script>",
    "路灯) OR 1=1",
    "灯" * 3_000,
    "%00",
    "a" * 10_000,
    "\u202e灯",
    "NEAR(路灯)",
    "路灯 --",
)


class Seen(HTMLParser):
    """Reads the ledger's table: links to cases in order, chosen boxes, links by their words, buttons of the bar."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.cases: list[int] = []
        self.boxes: list[int] = []
        self.checked: list[int] = []
        self.links: dict[str, str] = {}
        self.acts: list[str] = []
        self._href = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "a":
            self._href = said.get("href", "")
            if re.fullmatch(r"/cases/\d+", self._href):
                self.cases.append(int(self._href.rpartition("/")[2]))
        if tag == "input" and said.get("name") == "case":
            self.boxes.append(int(said["value"]))
            self.checked += [int(said["value"])] if "checked" in said else []
        if tag == "button" and said.get("formaction", "").startswith("/acts/"):  # marking topics is no act
            self.acts.append(said["formaction"])

    def handle_data(self, data: str) -> None:
        if self._href:
            self.links[data.strip()] = self._href

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self._href = ""


def seen(door: Door, login: str, address: str = "/cases") -> Seen:
    answer = door.as_(login).get(address)
    assert answer.status_code == 200, answer.text
    return Seen(answer.text)


@pytest.fixture
def fed(door: Door) -> dict[str, list[int]]:
    """Feed back three problems to the town, two to its village and one to a bureau."""
    return {unit: door.world.feed_back(count, unit) for unit, count in ((TOWN, 3), (VILLAGE, 2), (BUREAU, 1))}


# Whose


@pytest.mark.parametrize("login", EVERYWHERE)
def test_the_whole_jurisdiction_is_there_for_those_beside_the_units(
    door: Door, fed: dict[str, list[int]], login: str
) -> None:
    assert set(seen(door, login).cases) == {case for cases in fed.values() for case in cases}


def test_unit_roles_see_their_units_and_what_these_answer_for(door: Door, fed: dict[str, list[int]]) -> None:
    assert set(seen(door, "secretary").cases) == {*fed[TOWN], *fed[VILLAGE]}
    assert set(seen(door, "handler").cases) == {*fed[TOWN], *fed[VILLAGE]}
    assert set(seen(door, "secretary_village").cases) == set(fed[VILLAGE])
    assert set(seen(door, "secretary_bureau").cases) == set(fed[BUREAU])


def test_a_filter_opens_no_other_unit(door: Door, fed: dict[str, list[int]]) -> None:
    units = door.world.units
    assert seen(door, "secretary", f"/cases?unit={units[BUREAU]}").cases == []
    assert seen(door, "secretary_village", f"/cases?unit={units[TOWN]}").cases == fed[VILLAGE]
    assert seen(door, "secretary", "/cases?q=水利局").cases == []
    assert BUREAU not in door.as_("secretary").get("/cases").text


def test_a_leader_in_charge_of_inspections_sees_those_alone(door: Door, fed: dict[str, list[int]]) -> None:
    name_leader(door.world, "leader", door.world.row(fed[BUREAU][0]).inspection_id)
    assert seen(door, "leader").cases == fed[BUREAU]
    assert BUREAU in door.as_("leader").get("/cases").text
    assert len(seen(door, "head").cases) == 6


@pytest.mark.parametrize("login", ["sysadmin", "secadmin", "secauditor"])
@pytest.mark.parametrize("path", ["/cases", "/cases/export.xlsx"])
def test_the_three_administrators_have_no_ledger(door: Door, login: str, path: str) -> None:
    assert door.as_(login).get(path).status_code == 404


# Which


def lit(door: Door) -> dict[str, int]:
    """Walk a case to each lamp, as of one day; what their names say."""
    world = door.world
    late, near = world.feed_back(2)
    world.walk(near, "claim")
    [office] = world.feed_back(unit=VILLAGE)
    world.do("secretary", "object", office)
    [paused] = world.feed_back(unit=BUREAU)
    world.open_round("二轮")
    [ok] = world.feed_back(unit=BUREAU)
    for case in (paused, ok):
        for login, action in (
            ("secretary_bureau", "claim"),
            ("secretary_bureau", "submit_plan"),
            ("office", "approve_plan"),
        ):
            if action == "approve_plan":
                world.agree(case)
            world.do(login, action, case)
    world.do("secretary_bureau", "request_extension", paused)
    world.go(FEEDBACK_DAY + timedelta(days=24))
    return {"late": late, "near": near, "ok": ok, "paused": paused, "office": office}


def test_every_lamp_is_found_by_its_filter(door: Door) -> None:
    for lamp, case in lit(door).items():
        assert seen(door, "office", f"/cases?lamp={lamp}").cases == [case], lamp
    page = door.as_("office").get("/cases").text
    for words in ("■ 逾期 17 天", "▲ 剩 7 天", "● 正常", "◇ 暂停计时", "计时暂停", "■ 巡察办逾期 10 天"):
        assert words in page
    assert "红色预警" not in page


def test_a_rung_and_a_flag_stand_beside_the_lamp(door: Door) -> None:
    world = door.world
    [case] = world.feed_back()
    world.scan_days(FEEDBACK_DAY, FEEDBACK_DAY + timedelta(days=40))
    page = door.as_("office").get("/cases?flagged=1")
    assert Seen(page.text).cases == [case]
    assert "⚑ 疑似整改不力" in page.text
    assert Seen(door.as_("office").get("/cases?state=escalated").text).cases == [case]


def test_filters_narrow_together_and_links_keep_them(door: Door, fed: dict[str, list[int]]) -> None:
    world = door.world
    world.walk(fed[TOWN][0], "claim")
    world.walk(fed[VILLAGE][0], "claim")
    first = world.round_id
    world.open_round("二轮")
    [second_round] = world.feed_back()
    assert seen(door, "office", "/cases?state=claimed").cases == [fed[TOWN][0], fed[VILLAGE][0]]
    assert seen(door, "office", f"/cases?state=claimed&unit={world.units[VILLAGE]}").cases == [fed[VILLAGE][0]]
    assert set(seen(door, "office", f"/cases?unit={world.units[TOWN]}&round={first}").cases) == {
        *fed[TOWN],
        *fed[VILLAGE],
    }
    assert seen(door, "office", f"/cases?round={world.round_id}&kind=focused&state=open").cases == [second_round]
    assert seen(door, "office", "/cases?kind=at_once").cases == []
    links = seen(door, "office", f"/cases?state=claimed&unit={world.units[VILLAGE]}&q=路灯").links
    for words in ("编号", "导出这 1 条"):
        assert parse_qs(urlsplit(links[words]).query) | {"sort": ["number"]} == {
            "state": ["claimed"], "unit": [str(world.units[VILLAGE])], "q": ["路灯"], "sort": ["number"],
        }  # fmt: skip


def test_a_range_of_dates_takes_in_both_ends(door: Door, fed: dict[str, list[int]]) -> None:
    due = door.world.row(fed[TOWN][0]).state_due_on
    assert due
    assert len(seen(door, "office", f"/cases?from={due}&to={due}").cases) == 6
    assert seen(door, "office", f"/cases?from={due + timedelta(days=1)}").cases == []
    assert seen(door, "office", f"/cases?to={due - timedelta(days=1)}").cases == []


def test_what_is_unknown_in_the_address_is_passed_over(door: Door, fed: dict[str, list[int]]) -> None:
    plain = seen(door, "office").cases
    assert [one for one in UNKNOWN if seen(door, "office", f"/cases?{one}").cases != plain] == []


def test_a_unit_or_round_that_is_not_there_finds_nothing(door: Door, fed: dict[str, list[int]]) -> None:
    page = door.as_("office").get("/cases?unit=123456").text
    assert Seen(page).cases == []
    assert "没有符合条件的问题" in page
    assert Seen(page).links["清除筛选"] == "/cases"


def test_words_numbers_and_units_are_searched(door: Door, fed: dict[str, list[int]]) -> None:
    assert len(seen(door, "office", "/cases?q=路灯").cases) == 6
    assert seen(door, "office", "/cases?q=不亮3").cases == [fed[TOWN][2]]
    assert seen(door, "office", "/cases?q=水利局").cases == fed[BUREAU]
    assert seen(door, "office", "/cases?q=武桥 1").cases == [fed[VILLAGE][0]]
    assert seen(door, "office", f"/cases?q={VILLAGE} 第 1 号").cases == [fed[VILLAGE][0]]
    assert seen(door, "office", "/cases?q=武桥第1号").cases == [fed[VILLAGE][0]]
    assert seen(door, "office", "/cases?q=武桥第9号").cases == []
    assert seen(door, "office", "/cases?q=不存在").cases == []


def test_a_hostile_search_is_shown_as_text_and_finds_no_more(door: Door, fed: dict[str, list[int]]) -> None:
    for asked in HOSTILE:
        answer = door.as_("office").get("/cases", params={"q": asked})
        assert answer.status_code == 200, asked
        assert "<script>alert" not in answer.text
        assert len(answer.text) < 60_000 + 10 * LONGEST_QUERY


def test_an_empty_ledger_says_what_to_do(door: Door) -> None:
    assert "导入台账" in door.as_("office").get("/cases").text
    assert "巡察办反馈问题后会列在这里" in door.as_("secretary").get("/cases").text


def test_hostile_words_of_a_problem_stay_text(door: Door) -> None:
    [case] = bear(door.world, ("<script>alert(1)</script>", "<img src=x onerror=alert(2)>"))
    page = door.as_("office").get("/cases?q=alert").text
    assert Seen(page).cases == [case]
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "<img" not in page


# In which order, how many


def test_pages_follow_one_another_and_lead_back(door: Door) -> None:
    cases = door.world.feed_back(120)
    first = seen(door, "office")
    assert "第 1 条起，共 <strong>120</strong> 条" in door.as_("office").get("/cases").text
    assert "上一页" not in first.links
    second_page = door.as_("office").get(first.links["下一页"]).text
    second = Seen(second_page)
    assert "第 51 条起，共 <strong>120</strong> 条" in second_page
    third = seen(door, "office", second.links["下一页"])
    assert first.cases + second.cases + third.cases == cases
    assert "下一页" not in third.links
    assert seen(door, "office", third.links["上一页"]).cases == second.cases
    back = seen(door, "office", seen(door, "office", third.links["上一页"]).links["上一页"])
    assert back.cases == first.cases
    assert "上一页" not in back.links
    assert seen(door, "office", third.links["第一页"]).cases == first.cases


def test_numbers_are_sorted_as_numbers_within_each_unit(door: Door) -> None:
    world = door.world
    town = world.feed_back(2, start=10) + world.feed_back(2, start=1)
    [village] = world.feed_back(1, VILLAGE, start=7)
    assert seen(door, "office", "/cases?sort=number").cases == [town[2], town[3], town[0], town[1], village]
    page = door.as_("office").get("/cases?sort=number").text
    assert page.count('aria-sort="ascending"') == 1


def test_the_earliest_date_is_first(door: Door, fed: dict[str, list[int]]) -> None:
    door.world.walk(fed[TOWN][0], "claim")
    shown = seen(door, "office").cases
    assert shown[-1] == fed[TOWN][0]
    dates = [door.world.row(case).state_due_on for case in shown]
    assert dates == sorted(dates, key=lambda day: day or date.max)


def test_the_count_is_kept_for_some_seconds_only(door: Door) -> None:
    door.world.feed_back(2)
    assert "共 <strong>2</strong> 条" in door.as_("office").get("/cases").text
    door.world.feed_back(1, BUREAU)
    assert "共 <strong>1</strong> 条" in door.as_("secretary_bureau").get("/cases").text
    assert "共 <strong>3</strong> 条" in door.as_("office").get("/cases").text, "never fewer than are on the page"
    door.world.now += timedelta(seconds=11)
    assert "共 <strong>3</strong> 条" in door.as_("office").get("/cases?").text


# Several at once


def test_chosen_rows_go_to_the_act_by_the_form_alone(door: Door, fed: dict[str, list[int]]) -> None:
    page = seen(door, "secretary")
    assert page.acts == ["/acts/acknowledge", "/acts/claim"]
    assert page.boxes == page.cases
    assert page.checked == []
    answer = door.as_("secretary").get(page.acts[1], params={"case": fed[TOWN]})
    assert answer.status_code == 200
    assert "3 个问题" in answer.text


def test_a_whole_page_can_be_chosen_without_a_script(door: Door, fed: dict[str, list[int]]) -> None:
    page = seen(door, "secretary", seen(door, "secretary", "/cases?state=feedback").links["全选本页"])
    assert page.checked == page.cases
    assert set(page.cases) == {*fed[TOWN], *fed[VILLAGE]}
    assert seen(door, "secretary", page.links["全不选"]).checked == []


def test_only_acts_that_some_row_admits_are_offered_to_whom_they_belong(door: Door, fed: dict[str, list[int]]) -> None:
    world = door.world
    assert seen(door, "office").acts == ["/acts/urge"]
    assert seen(door, "auditor").boxes == []
    assert seen(door, "handler").acts == ["/acts/claim"]
    assert "起草认领" in door.as_("handler").get("/cases").text
    world.walk(fed[BUREAU][0])
    for action in ("claim", "submit_plan"):
        world.do("secretary_bureau", action, *fed[BUREAU])
    assert seen(door, "office").acts == ["/acts/approve_plan", "/acts/urge"]
    assert seen(door, "discipline").acts == ["/acts/opine"]
    assert seen(door, "auditor").acts == []
    assert seen(door, "leader").acts == []
    of_town = f"/cases?unit={world.units[TOWN]}"
    assert seen(door, "office", of_town).acts == ["/acts/urge", "/acts/transfer"]
    assert seen(door, "discipline", of_town).acts == []


def test_every_offered_act_is_a_move_that_opens(door: Door, fed: dict[str, list[int]]) -> None:
    world = door.world
    for action in ("claim", "submit_plan", "approve_plan", "submit", "verify", "approve_text"):
        for login in ("secretary_bureau", "office", "discipline", "handler_bureau"):
            for act in seen(door, login, f"/cases?unit={world.units[BUREAU]}").acts:
                assert act.removeprefix("/acts/") in ACTIONS
                assert door.as_(login).get(act, params={"case": fed[BUREAU]}).status_code == 200, (login, act)
        if action in BOUND:
            world.agree(*fed[BUREAU])
        world.do("secretary_bureau" if action in ("claim", "submit_plan", "submit") else "office", action, *fed[BUREAU])


# Handed out


def sheet(answer: Answer) -> list[list[Any]]:
    assert answer.status_code == 200, answer.text
    page = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert page is not None
    return [[cell.value for cell in row] for row in page.iter_rows()]


def test_an_export_holds_what_is_seen_and_who_took_it(door: Door, fed: dict[str, list[int]]) -> None:
    world = door.world
    world.walk(fed[TOWN][1], "claim")
    rows = sheet(door.as_("office").get("/cases/export.xlsx"))
    assert rows[0][0] == "示范市巡察反馈问题整改台账（巡察办 陈静 2026年3月2日 10:00 导出）"
    shown = seen(door, "office").cases
    assert [(row[1], row[3]) for row in rows[2:]] == [
        (world.case(case).number, world.case(case).unit) for case in shown
    ]
    assert {row[18] for row in rows[2:]} == {STATES["feedback"].shown, STATES["claimed"].shown}
    assert [row[1] for row in sheet(door.as_("office").get("/cases/export.xlsx?sort=number&state=feedback"))[2:]] == [
        "1",
        "3",
        "1",
        "2",
        "1",
    ]


def test_columns_paper_and_day_of_an_export_are_chosen_on_its_form(door: Door, fed: dict[str, list[int]]) -> None:
    office, town = door.as_("office"), door.world.units[TOWN]
    page = office.get(f"/cases/export?unit={town}").text
    assert "<strong>5</strong> 条" in page
    assert f'<input type="hidden" name="unit" value="{town}">' in page
    own = f"/cases/export?unit={town}&columns=own&column=state&column=opinions&paper=a3&as_of=2026-03-01"
    page = office.get(own).text
    for box in (
        'value="own" checked',
        'value="state" checked',
        'value="opinions" checked',
        'value="a3" checked',
        'value="2026-03-01"',
    ):
        assert box in page, box
    assert 'value="note" checked' not in page
    usual = sheet(office.get("/cases/export.xlsx?columns=usual&column=state"))
    assert (len(usual[1]), usual[1][-1]) == (15, "状态")
    rows = sheet(office.get(own.replace("export?", "export.xlsx?")))
    assert rows[1] == ["编号", "单位", "反馈问题", "状态", "联审、验收意见"]
    assert rows[0][0].startswith("示范市巡察反馈问题整改台账（截至 2026年3月1日）（巡察办 陈静 ")
    assert rows[2:] == [], "fed back on the day after"


def test_of_a_past_day_an_export_keeps_to_the_state_of_that_day(door: Door, fed: dict[str, list[int]]) -> None:
    world = door.world
    world.later(1)
    office = door.as_("office")
    world.walk(fed[TOWN][1], "claim")
    asked = "/cases/export.xlsx?columns=own&column=state&state="
    then = {
        state: len(sheet(office.get(f"{asked}{state}&as_of=2026-03-02"))) - 2
        for state in ("feedback", "claimed", "open")
    }
    assert then == {"feedback": 6, "claimed": 0, "open": 6}
    assert len(sheet(office.get(f"{asked}claimed"))) - 2 == 1
    refused = office.get(f"{asked}&lamp=late&as_of=2026-03-02")
    assert (refused.status_code, "没有过去某天的" in refused.text) == (422, True)


def test_an_export_keeps_to_the_viewer_s_units(door: Door, fed: dict[str, list[int]]) -> None:
    rows = sheet(door.as_("secretary_village").get("/cases/export.xlsx"))
    assert [row[3] for row in rows[2:]] == [VILLAGE, VILLAGE]
    assert rows[0][0].startswith("示范市巡察反馈问题整改台账（武桥村党支部书记 赵石头 ")
    assert len(sheet(door.as_("secretary").get(f"/cases/export.xlsx?unit={door.world.units[BUREAU]}"))) == 2


def test_an_export_comes_back_unchanged_by_import(door: Door, fed: dict[str, list[int]], tmp_path: Path) -> None:
    path = tmp_path / "ledger.xlsx"
    path.write_bytes(door.as_("office").get("/cases/export.xlsx?sort=number").content)
    read = parse(path)
    assert read.faults == ()
    assert [(row.unit, row.number, row.problem) for row in read.rows] == [
        (unit, str(number), f"路灯不亮{number}")
        for unit, count in ((TOWN, 3), (VILLAGE, 2), (BUREAU, 1))
        for number in range(1, count + 1)
    ]


def test_an_export_is_noted_and_leaves_no_file_behind(door: Door, fed: dict[str, list[int]]) -> None:
    answer = door.as_("office").get("/cases/export.xlsx?state=feedback")
    assert answer.headers["content-type"].startswith(
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    )
    assert "attachment" in answer.headers["content-disposition"]
    assert int(answer.headers["content-length"]) == len(answer.content)
    noted = door.world.rows("SELECT login, words FROM security_log WHERE what = 'exported_ledger'")
    assert [tuple(one) for one in noted] == [("office", "6 条 state=feedback")]
    assert list((door.world.home / "files" / "aside").iterdir()) == []


def test_cells_that_begin_like_formulas_stay_text(door: Door) -> None:
    bear(door.world, ('=HYPERLINK("http://x","y")', "@SUM(1)"))
    [row] = sheet(door.as_("office").get("/cases/export.xlsx"))[2:]
    assert row[5] == '=HYPERLINK("http://x","y")'
    assert row[6] == "@SUM(1)"


def test_a_world_without_cases_exports_an_empty_ledger(door: Door) -> None:
    assert len(sheet(door.as_("office").get("/cases/export.xlsx"))) == 2


def test_on_paper_the_first_sheet_says_place_round_and_filters_and_what_is_not_on_it(door: Door) -> None:
    world = door.world
    world.feed_back(3)
    page = door.as_("office").get(f"/cases?round={world.round_id}&unit={world.units[TOWN]}&state=feedback&q=路灯").text
    head = re.findall(r'<div class="paper-head">(.*?)</div>', page, re.DOTALL)[0]
    assert "示范市巡察反馈问题整改台账" in head
    assert f"轮次：一轮；单位：{TOWN}；状态：{STATES['feedback'].shown}；查找：路灯" in head
    assert "本页为第" not in head, "all are on it"


def test_a_page_of_several_says_on_paper_which_part_it_is(door: Door) -> None:
    door.world.feed_back(51)
    assert "本页为第 1–50 条，共 51 条；全部请用导出" in door.as_("office").get("/cases").text


def test_the_button_counts_what_the_export_writes(door: Door) -> None:
    """What is void stands on the page and in no export."""
    world = door.world
    void, *_ = world.feed_back(3)
    world.with_second("office", "office2", "void", void)
    page = door.as_("office").get("/cases").text
    assert "共 <strong>3</strong> 条" in page
    assert '导出这 2 条</a><span class="small quiet">（作废的不导出）</span>' in page
    assert len(sheet(door.as_("office").get("/cases/export.xlsx"))) == 2 + 2, "below the title and the header"
