"""The office clerk's day: a ledger in, plans and closings judged, the group's decision entered, a slip made void."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from tests.browser.door import DESKTOP, PHONE, Door
from tests.browser.papers import ROWS, ledger, scan
from tests.browser.steps import attach, check, confirm, done, fill, fill_case, heading, judge
from tests.world import TOWN, World


def choose_ledger(page: Page, rows: tuple[tuple[str, ...], ...]) -> None:
    """Choose a ledger and go on to the look through."""
    page.get_by_label("台账文件").set_input_files(ledger(rows))
    page.get_by_label("轮次").fill("二轮")
    page.get_by_label("被巡察党组织").fill(TOWN)
    page.get_by_role("button", name="下一步：预览").click()


def test_a_ledger_with_a_fault_keeps_nothing_and_a_good_one_is_fed_back(world: World, door: Door) -> None:
    """陈静 chooses a ledger in which one date is no date: the sentence stands in its cell, nothing is kept. The mended
    one is looked through and confirmed; the three problems stand in the ledger, and the secretary finds them.
    """
    bad = (ROWS[0], (*ROWS[1][:7], "五月底前后"), ROWS[2])
    page = door.person("office")
    page.goto("/import")
    choose_ledger(page, bad)
    expect(page.get_by_role("alert")).to_contain_text("识别 3 个问题，1 处错误")
    expect(page.locator("td.wrong-cell")).to_have_count(1)
    expect(page.locator("td.wrong-cell")).to_contain_text("五月底前后")
    expect(page.get_by_role("button", name="现在反馈")).to_have_count(0)
    assert world.rows("SELECT COUNT(*) FROM cases") == [(0,)]

    page.get_by_label("改好后重新上传").set_input_files(ledger(ROWS))
    page.get_by_role("button", name="重新预览").click()
    expect(page.get_by_role("status").filter(has_text="识别 3 个问题，没有错误")).to_be_visible()
    page.get_by_role("button", name="现在反馈").click()
    heading(page, "已反馈")
    page.get_by_role("link", name="看这一轮的台账").click()
    expect(page.locator("table.ledger-table tbody tr")).to_have_count(3)
    expect(page.get_by_text("路灯损坏长期无人维修")).to_be_visible()

    secretary = door.person("secretary")
    secretary.goto("/")
    secretary.get_by_role("link", name="认领问题 3 件").click()
    expect(secretary.locator("input[value='林建国']")).to_have_count(2)


def test_a_plan_is_returned_with_the_opinions_and_another_is_approved(world: World, door: Door) -> None:
    """Two plans wait. 陈静 returns the town's with a reason and a new date, and approves the bureau's."""
    (town,), (bureau,) = world.feed_back(), world.feed_back(unit="市水利局党组")
    world.walk(town, "claim", "submit_plan")
    world.do("secretary_bureau", "claim", bureau)
    world.do("secretary_bureau", "submit_plan", bureau)
    world.agree(bureau)
    page = door.person("office")
    page.goto(f"/cases/{town}")
    page.get_by_role("link", name="退回方案", exact=True).click()
    fill(page, reason="措施没有写明检验方式", new_on="2026-03-20")
    attach(page, "m.opinions", scan("联审意见汇总.pdf"))
    check(page)
    expect(page.get_by_text("党组织书记、整改联络员")).to_be_visible()
    expect(page.get_by_text("2026年3月20日（周五）", exact=True)).to_be_visible()
    confirm(page)
    done(page, "已办：退回方案 1 件")

    page.get_by_role("link", name="回到待办").click()
    page.get_by_role("link", name="审方案", exact=True).click()
    fill_case(page, bureau, agreed_on="2026-06-01")
    attach(page, "m.opinions", scan("联审意见汇总.pdf"))
    check(page)
    confirm(page)
    done(page, "已办：批准方案 1 件")
    expect(page.locator(".good")).to_contain_text("现为“整改中”，2026年6月1日（周一）前由市水利局党组书记办理")
    assert world.case(town).state == "claimed"


def test_a_closing_is_accepted_from_the_list_of_what_waits(world: World, door: Door) -> None:
    """The town applied for closing. 陈静 goes from her list to the form, attaches the record, and it is closed."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "agree")
    page = door.person("office")
    page.goto("/")
    page.get_by_role("link", name="验收", exact=True).click()
    fill(page, conclusion="现场查看17盏路灯均已点亮，通过")
    judge(page)
    attach(page, "m.acceptance_record", scan("验收记录.pdf"))
    check(page)
    confirm(page)
    done(page, "已办：验收销号 1 件")
    assert world.case(case).state == "verified"


def test_an_escalated_case_goes_to_the_group_and_comes_back_with_its_decision(world: World, door: Door) -> None:
    """The unit is late by more than two weeks and was escalated by the clock. 陈静 puts it to the group; after the
    meeting she enters it with its number, its day and the scan of the minutes, and from it the decision on its behalf.
    """
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    due = world.case(case).due_on
    assert due
    world.scan_days(due, due.replace(day=28))
    assert world.case(case).state == "escalated"
    page = door.person("office")
    page.goto("/")
    page.get_by_role("link", name="提请领导小组").click()
    fill(page, meeting_on=world.today.isoformat())
    attach(page, "m.group_report", scan("提请报告.pdf"))
    check(page)
    confirm(page)
    done(page, "已办：提请领导小组 1 件")
    page.goto("/register/meeting")
    form = page.locator("form.sheet")
    form.get_by_label("会议类别").select_option("领导小组会议")
    form.get_by_label("会议日期").fill(world.today.isoformat())
    form.get_by_label("纪要文号").fill("领组〔2026〕3号")
    form.get_by_label("会议纪要").set_input_files(scan("会议纪要扫描件.pdf"))
    form.get_by_label("城伯镇党委 第 1 号").check()
    form.get_by_role("button", name="登记").click()
    page.get_by_role("button", name="登记决定：责令再整改").click()
    fill_case(page, case, person="林建国")
    fill(page, final_on=f"{world.today.year}-12-20")
    check(page)
    confirm(page)
    done(page, "已办：责令再整改 1 件")
    page.get_by_role("link", name="看这个问题").click()
    page.locator(".tabs a[href='#story']").click()
    last = page.locator(".timeline > li").first
    expect(last).to_contain_text("陈静（巡察办）代巡察工作领导小组")
    expect(last).to_contain_text("领组〔2026〕3号")
    expect(last.get_by_role("link", name="领导小组会议纪要：会议纪要扫描件.pdf")).to_be_visible()


def test_a_slip_is_made_void_by_two_persons(world: World, door: Door) -> None:
    """One problem was entered twice. 陈静 finds 作废 under 更多, says of what it is a duplicate and sends it to a second
    person; she cannot confirm it herself. 孙立 signs with his password.
    """
    kept, slip = world.feed_back(2)
    page = door.person("office")
    page.goto(f"/cases/{slip}")
    page.get_by_text("更多").click()
    page.get_by_role("link", name="作废").click()
    page.get_by_label("重复", exact=True).check()
    page.get_by_label("重复的问题").select_option(str(kept))
    fill(page, reason="与第 1 号是同一件事")
    page.get_by_role("button", name="送另一人确认").click()
    heading(page, "起草件：作废")
    expect(page.get_by_role("button", name=re.compile("确认"))).to_have_count(0)

    second = door.person("office2")
    second.goto("/")
    second.get_by_role("link", name="确认作废").click()
    expect(second.get_by_text("陈静 2026年3月2日 10:00 起草")).to_be_visible()
    confirm(second)
    done(second, "已办：作废 1 件")
    assert world.case(slip).state == "withdrawn"
    entry = world.entry(slip)
    assert (entry["actor"]["person"], entry["prepared_by"]) == (world.people["office2"], world.people["office"])


def test_the_ledger_is_filtered_opened_and_taken_home_as_excel(world: World, door: Door) -> None:
    """陈静 looks for the lamps of the town, opens one, comes back, and exports exactly what she sees."""
    world.feed_back(3)
    world.feed_back(2, unit="市水利局党组")
    page = door.person("office")
    page.goto("/cases")
    expect(page.locator("table.ledger-table tbody tr")).to_have_count(5)
    page.get_by_label("单位").select_option(label=TOWN)
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("table.ledger-table tbody tr")).to_have_count(3)
    page.get_by_role("link", name=re.compile("路灯不亮2")).click()
    heading(page, "第 2 号　路灯不亮2")
    page.go_back()
    page.get_by_role("link", name="导出这 3 条").click()
    heading(page, "导出台账")
    with page.expect_download() as started:
        page.get_by_role("button", name="导出 Excel").click()
    assert started.value.suggested_filename.endswith(".xlsx")


def test_a_paper_of_last_week_is_entered_with_its_own_date(world: World, door: Door) -> None:
    """The acceptance was on Friday, 陈静 enters it on Monday: both days are on record, and the auditor finds the entry. A day
    that is still to come is refused at its field.
    """
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "agree")
    page = door.person("office")
    page.goto(f"/acts/verify?case={case}")
    fill(page, conclusion="现场查看17盏路灯均已点亮，通过")
    judge(page)
    attach(page, "m.acceptance_record", scan("验收记录.pdf"))
    page.get_by_text("文书上的日期不是今天").click()
    page.get_by_label("纸面日期").fill((world.today + timedelta(days=1)).isoformat())
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator(".field.wrong")).to_contain_text("“纸面日期”不能晚于办理当天")
    page.get_by_label("纸面日期").fill((world.today - timedelta(days=3)).isoformat())
    check(page)
    expect(page.locator("dt", has_text="纸面日期")).to_be_visible()
    confirm(page)
    done(page, "已办：验收销号 1 件")
    assert world.entry(case)["occurred_on"] == (world.today - timedelta(days=3)).isoformat()

    auditor = door.person("auditor")
    auditor.goto("/log")
    auditor.get_by_label("纸面日期与记录日期不同").check()
    auditor.get_by_role("button", name="查找").click()
    expect(auditor.locator("tbody tr")).to_have_count(1)
    expect(auditor.locator("tbody tr")).to_contain_text("验收销号")


@pytest.mark.parametrize(("login", "size"), [("office", DESKTOP), ("office", PHONE), ("head", DESKTOP)])
def test_the_late_units_stand_in_the_first_screen(county_door: Door, login: str, size: tuple[int, int]) -> None:
    """In the middle of the term, with many tasks: whoever opens the home sees who is late before scrolling."""
    page = county_door.person(login, size)
    page.goto("/")
    late = page.get_by_role("heading", name="逾期和督办中的单位").bounding_box()
    first = page.locator(".late-units tbody tr").first.bounding_box()
    assert late
    assert first
    assert late["y"] + late["height"] < 768
    assert first["y"] + first["height"] < 768
    page.locator(".late-units tbody a").first.click()
    expect(page.locator("table.ledger-table tbody tr").first).to_be_visible()
