"""The calendar in the browser: a year looked through, asked for, seen and approved by another; what is wrong is said by its row."""

from __future__ import annotations

import html
import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from xlsxwriter import Workbook

import clock
from ledger.arrangement import read_arrangement
from storage.calendars import read_calendar
from storage.engine import reading, writing
from tests.web.conftest import Answer, Door, field_in
from tests.web.statements import listening
from tests.world import CAST, day
from workflow.days.calendar import national_days

PAGE = "/register/calendar"
NOTICE = "国办发明电〔2026〕9号"
PASTED = (
    "日期\t上班/放假\t名称\n2027-01-01\t放假\t元旦\n1月2日\t放假\t元旦\n2027/1/3\t休\t元旦\n2027年1月31日\t上班\t春节\n"
)


def in_december(door: Door) -> None:
    """Let it be 29 December, with passwords that were changed in time."""
    door.world.go(day(12, 29))
    with writing(door.world.engine) as work:
        work.driver.run("UPDATE accounts SET password_at = ?", (clock.micros(door.world.now),))
        work.commit()


def look(door: Door, pasted: str = PASTED, year: str = "2027", login: str = "office", **more: str) -> Answer:
    """Fill in the form of a year, and look it through."""
    data = {"year": year, "notice": NOTICE, "pasted": pasted, "step": "look", **more}
    return door.as_(login).submit(f"{PAGE}/enter", data)


def asked(door: Door, login: str = "office", **given: str) -> int:
    """Look a year through and ask for it; return the number of the request."""
    page = look(door, login=login, **given)
    assert page.status_code == 200, said(page)
    data = {name: html.unescape(field_in(page.text, name)) for name in ("year", "notice", "pasted", "was")}
    answer = door.as_(login).submit(f"{PAGE}/enter", {**data, "step": "do"})
    assert answer.status_code == 303, said(answer)
    return int(answer.headers["location"].rpartition("=")[2])


def decided(door: Door, number: int, step: str = "approve", login: str = "office2") -> Answer:
    """Open a request and decide on it as its page shows it."""
    path = f"{PAGE}/requests/{number}"
    seen = field_in(door.as_(login).get(path).text, "seen")
    return door.as_(login).submit(path, {"step": step, "seen": seen})


def said(answer: Answer) -> str:
    """Return the words of a page, without its tags."""
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", answer.text.partition("<main")[2])))


def test_a_year_is_looked_through_asked_for_and_approved_by_another(door: Door) -> None:
    """29 December: the preview says the days in words and which clocks move; another of the office approves; they have moved."""
    world = door.world
    in_december(door)
    case, other = world.feed_back(2)
    office = door.as_("office")
    before = said(office.get(PAGE))
    assert "2027 年的放假安排还没有录入" in before
    assert "国庆节 10月1日至7日放假" in before
    assert "10月10日（周六）" in before
    preview = said(look(door))
    for words in (
        "元旦 1月1日至3日放假",
        "1月31日（周日）上班",
        NOTICE,
        "2027年1月1日（周五） 照常上班 放假（元旦）",
        "2 个问题的 2 个期限会变",
        "认领 2027年1月5日（周二） 2027年1月6日（周三）",
        "全年只有 3 天放假",
    ):
        assert words in preview, words
    number = asked(door)
    assert "已送巡察办审批" in said(office.get(f"{PAGE}?sent={number}"))
    own = said(office.get(f"{PAGE}/requests/{number}"))
    assert ("撤回申请" in own, "不同意" in own) == (True, False)
    assert "申请人不能审批自己的申请" in said(decided(door, number, login="office"))
    assert world.clocks(case)["claim"].due_on == date(2027, 1, 5)
    other_page = said(door.as_("office2").get(f"{PAGE}/requests/{number}"))
    assert CAST["office"][0] in other_page
    assert "2 个问题的 2 个期限会变" in other_page
    answer = decided(door, number)
    assert "2027 年的放假安排已生效，2 个问题的期限随之变动" in said(answer)
    assert [world.clocks(one)["claim"].due_on for one in (case, other)] == [date(2027, 1, 6)] * 2
    after = said(office.get(PAGE))
    for words in (NOTICE, f"{CAST['office'][0]}录入，{CAST['office2'][0]}审批", "元旦 1月1日至3日放假"):
        assert words in after, words
    shown = said(office.get(f"/cases/{case}"))
    assert "重算期限" in shown
    assert f"放假安排变动（{NOTICE}）" in shown
    assert "认领：2027年1月5日（周二） → 2027年1月6日（周三）" in shown
    assert "放假安排变动后重新计算" in shown
    assert door.as_("office").submit(f"{PAGE}/requests/{number}", {"step": "approve", "seen": ""}).status_code == 404


def test_a_request_is_turned_down_or_taken_back(door: Door) -> None:
    number = asked(door)
    assert "没有更新" in said(decided(door, number, "refuse"))
    number = asked(door)
    assert "申请已撤回" in said(decided(door, number, "refuse", "office"))
    with reading(door.world.engine) as work:
        assert all(one[0].year != 2027 for one in read_calendar(work.driver, door.world.place))


def test_what_changed_between_the_page_and_the_approval_is_shown_again(door: Door) -> None:
    first, second = asked(door), asked(door, pasted=PASTED.replace("1月2日\t放假\t元旦\n", ""))
    seen = field_in(door.as_("office2").get(f"{PAGE}/requests/{second}").text, "seen")
    decided(door, first)
    answer = door.as_("office2").submit(f"{PAGE}/requests/{second}", {"step": "approve", "seen": seen})
    assert answer.status_code == 422
    assert "刚刚有变动" in said(answer)
    again = decided(door, second)
    assert again.status_code == 422
    assert "在申请以后有变动" in said(again)


FAULTY = {
    "": "请粘贴各日，或选择文件",
    "日期,上班/放假,名称\n": "没有一行内容",
    "2027-01-01,放假,元旦\n2027-01-01,放假,元旦\n": "第 2 行：2027年1月1日（周五）写了两次",
    "2027-01-01,放假,元旦\n2027-02-30,放假,春节\n": "第 2 行：“2027-02-30”看不出是哪一天",
    "2027-01-01,放假,元旦\n2027-01-06,上班,元旦\n": "第 2 行：2027年1月6日（周三）本来就上班",
    "2027-01-01,放假,元旦\n2028-01-03,放假,元旦\n": "第 2 行：2028年1月3日（周一）不是 2027 年的",
    "2027-01-01,半天,元旦\n": "第 1 行：“半天”看不懂：第二栏写“放假”或“上班”",
    "2027-01-01\n": "没有写“放假”还是“上班”",
    "1月3日至1日,放假,元旦\n": "第 1 行：“1月3日至1日”看不出从哪天到哪天，请写作 2月5日至11日",
}


@pytest.mark.parametrize("pasted", FAULTY)
def test_what_is_wrong_is_said_by_its_row_and_what_was_pasted_stays(town_door: Door, pasted: str) -> None:
    answer = look(town_door, pasted)
    assert answer.status_code == 422
    assert FAULTY[pasted] in said(answer)
    assert pasted.strip() in html.unescape(answer.text)


def test_year_and_notice_are_asked(town_door: Door) -> None:
    answer = said(look(town_door, year="二七", notice=" "))
    assert "请填写年份" in answer
    assert "请填写放假通知的文号" in answer


def test_a_workbook_is_read_and_the_sheet_of_a_year_comes_back_unchanged(door: Door) -> None:
    content = BytesIO()
    with Workbook(content, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for row, cells in enumerate([("2027年放假安排", "", ""), ("日期", "上班/放假", "名称")]):
            sheet.write_row(row, 0, cells)
        sheet.write_datetime(2, 0, date(2027, 1, 1), book.add_format({"num_format": "yyyy-mm-dd"}))
        sheet.write_row(2, 1, ("放假", "元旦"))
    file = {"file": ("安排.xlsx", content.getvalue())}
    page = door.as_("office").submit(
        f"{PAGE}/enter", {"year": "2027", "notice": NOTICE, "pasted": "", "step": "look"}, files=file
    )
    assert "元旦 1月1日至3日放假" in said(page)
    sheet_of = door.as_("office").get(f"{PAGE}/2026.csv")
    assert sheet_of.text.splitlines()[0].removeprefix("\ufeff") == "日期,上班/放假,名称"
    assert "与现在一样" in said(look(door, sheet_of.text, "2026"))
    assert len(sheet_of.text.splitlines()) == 1 + len(national_days({2026}))
    assert len(door.as_("office").get(f"{PAGE}/2030.csv").text.splitlines()) == 1


def test_the_operator_of_the_register_page_finds_the_way(door: Door) -> None:
    """登记 lists the kind, and a request that waits leads to its page."""
    number = asked(door)
    page = door.as_("office2").get("/register").text
    assert 'href="/register/calendar"' in page
    assert "元旦 1月1日至3日" in html.unescape(page)
    assert "到“工作日历”页办理" in html.unescape(page)
    assert (
        door.as_("office2").submit(f"/register/requests/{number}", {"step": "approve", "seen": ""}).status_code == 404
    )


def test_the_preview_asks_as_often_for_many_cases_as_for_one(door: Door) -> None:
    counts = []
    in_december(door)
    door.as_("office")
    for start, count in ((1, 1), (2, 60)):
        door.world.feed_back(count, start=start)
        with listening(door.world.engine) as heard:
            page = look(door)
        assert f"{start + count - 1} 个问题" in said(page)
        counts.append(len(heard))
    assert counts[0] == counts[1] <= 8


def test_a_name_that_a_spreadsheet_would_compute_stays_text_and_is_read_as_it_was(door: Door, tmp_path: Path) -> None:
    in_december(door)
    assert decided(door, asked(door, pasted="2027-01-01\t放假\t=HYPERLINK(A1)\n")).status_code == 200
    path = tmp_path / "2027.csv"
    path.write_bytes(door.as_("office2").get(f"{PAGE}/2027.csv").content)
    assert "2027-01-01,放假,'=HYPERLINK(A1)" in path.read_text(encoding="utf-8-sig")
    assert read_arrangement(path, 2027).days == ((date(2027, 1, 1), False, "=HYPERLINK(A1)"),)
