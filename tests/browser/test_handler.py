"""The handler's hour a week: a plan from Excel, evidence as it comes, and what came back and why."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.door import Door
from tests.browser.papers import program, scan
from tests.browser.steps import attach, check, confirm, done, fill, paste, send_to_secretary
from tests.world import World

FROM_EXCEL = (
    "逐盏维修17盏路灯\t李敏\t村建中心\t2026年5月1日\t夜间现场查看\r\n"
    "明确管护责任人并公示\t李敏\t村建中心\t2026.5.10\t查看公示照片\r\n"
    "排查全镇12个村\t张丽娟\t党政办\t2026-05-20\t抽查3个村\r\n"
    "建立路灯管护台账\t张丽娟\t党政办\t2026/5/20\t查阅台账\r\n"
)


def test_a_plan_is_pasted_from_excel_sent_to_the_secretary_and_comes_back_with_the_reason(
    world: World, door: Door
) -> None:
    """李敏 copies four measures out of Excel into the grid: rows are added, dates are read as people write them. She
    adds the second problem's measure by hand, attaches plan and commitment, and sends all to the secretary; he signs once
    for both. The office returns it, and her home says why; the grid holds what she wrote.
    """
    first, second = world.feed_back(2)
    world.do("secretary", "claim", first, second)
    page = door.person("handler", permissions=["clipboard-read", "clipboard-write"])
    page.goto("/")
    page.get_by_role("link", name="准备方案 2 件").click()
    paste(page, f"c{first}.measures.1.text", FROM_EXCEL)
    cells = page.locator(f"[data-grid='c{first}.measures'] tr")
    expect(cells).to_have_count(4)
    expect(page.locator(f"[name='c{first}.measures.2.on']")).to_have_value("2026-05-10")
    expect(page.locator(f"[name='c{first}.measures.4.check']")).to_have_value("查阅台账")
    page.get_by_role("button", name="增加一行").first.click()
    expect(cells).to_have_count(5)
    for name, value in {
        "text": "上会补议3次重大支出",
        "person": "李敏",
        "department": "党政办",
        "on": "2026-04-10",
        "check": "查阅会议记录",
    }.items():
        page.locator(f"[name='c{second}.measures.1.{name}']").fill(value)
    attach(page, "m.plan", scan("整改方案.pdf"))
    attach(page, "m.plan_commitment", scan("承诺书.pdf"))
    send_to_secretary(page)

    secretary = door.person("secretary")
    secretary.goto("/")
    secretary.get_by_role("link", name="确认报送方案").click()
    expect(
        secretary.get_by_text("建立路灯管护台账（党政办 张丽娟，2026年5月20日（周三）前；检验：查阅台账）")
    ).to_be_visible()
    confirm(secretary)
    done(secretary, "已办：报送方案 2 件")
    assert [world.case(case).state for case in (first, second)] == ["plan_review"] * 2
    (texts,) = world.rows("SELECT COUNT(*) FROM measures WHERE case_id = :case", case=first)
    assert texts == (4,)

    world.do(
        "office", "return_plan", first, second, answers={"reason": "第3项没有写明排查哪些村", "new_on": "2026-03-20"}
    )
    page.goto("/")
    expect(page.get_by_text("退回理由：第3项没有写明排查哪些村")).to_be_visible()
    page.get_by_role("link", name="修改方案 2 件").click()
    expect(page.locator(f"[name='c{first}.measures.3.text']")).to_have_value("排查全镇12个村")


def test_what_is_incomplete_in_a_plan_is_listed_by_its_cell(world: World, door: Door) -> None:
    """李敏 forgets who is responsible for the second measure: the plan is not sent, the sentence leads to that very cell."""
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    page = door.person("handler")
    page.goto(f"/acts/submit_plan?case={case}")
    for row in (1, 2):
        for name, value in {
            "text": "修路灯",
            "person": "李敏",
            "department": "村建中心",
            "on": "2026-04-10",
            "check": "现场看",
        }.items():
            page.locator(f"[name='c{case}.measures.{row}.{name}']").fill(value)
    page.locator(f"[name='c{case}.measures.2.person']").fill("")
    page.get_by_role("button", name="送书记确认").click()
    page.get_by_role("alert").get_by_role("link", name="第 2 项措施缺少责任人").click()
    expect(page.locator(f"[name='c{case}.measures.2.person']")).to_be_in_viewport()
    page.locator(f"[name='c{case}.measures.2.person']").fill("张丽娟")
    attach(page, "m.plan", scan("整改方案.pdf"))
    attach(page, "m.plan_commitment", scan("承诺书.pdf"))
    send_to_secretary(page)


def test_evidence_is_attached_as_it_comes_and_a_false_photo_is_refused(world: World, door: Door) -> None:
    """李敏 reports progress, uploads a photo to the measure it proves and takes a wrong one back; a program that calls
    itself a photo is refused with the reason. The secretary's form then says that the evidence is there.
    """
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    page = door.person("handler")
    page.goto("/")
    page.get_by_role("link", name="填报进展").first.click()
    expect(page.get_by_role("radio", name="第 1 项：")).to_be_checked()
    fill(page, text="17盏路灯已修复12盏", figures="修复路灯 12 盏")
    check(page)
    confirm(page)
    done(page, "已办：填报进展 1 件")
    page.get_by_role("link", name="看这个问题").click()
    page.locator(".tabs a[href='#measures']").click()
    expect(page.get_by_role("region", name="整改措施")).to_contain_text("17盏路灯已修复12盏（修复路灯 12 盏）")

    page.locator(".tabs a[href='#materials']").click()
    page.get_by_label("证明哪项措施").select_option("1")
    page.get_by_label("文件", exact=True).set_input_files([scan("夜间照片.pdf"), scan("发错的.pdf")])
    page.get_by_role("button", name="上传佐证").click()
    expect(page.get_by_text("（待报送）")).to_have_count(2)
    page.get_by_role("button", name="撤回 发错的.pdf").click()
    expect(page.get_by_text("发错的.pdf")).to_have_count(0)
    door.watch.expected.append("status of 422")
    page.get_by_label("文件", exact=True).set_input_files(program("现场照片.jpg"))
    page.get_by_role("button", name="上传佐证").click()
    expect(page.get_by_role("alert")).to_contain_text("“现场照片.jpg”不是可以上传的类型")
    expect(page.get_by_text("（待报送）")).to_have_count(1)

    secretary = door.person("secretary")
    secretary.goto(f"/cases/{case}")
    expect(secretary.get_by_role("link", name="各项措施都有佐证材料")).to_be_visible()
    secretary.goto(f"/acts/submit?case={case}")
    expect(secretary.get_by_text("（已有 1 份，可再补充）")).to_be_visible()
    expect(secretary.get_by_text("✓ 夜间照片.pdf")).to_be_visible()


def test_the_handler_sees_at_once_what_came_back_and_why(world: World, door: Door) -> None:
    """The closing was refused. 李敏's home says it in the office's words, and so does the top of the problem's page."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit")
    world.do(
        "office", "return_work", case, answers={"reason": "照片是白天拍的，看不出路灯亮不亮", "new_on": "2026-04-20"}
    )
    page = door.person("handler")
    page.goto("/")
    expect(page.get_by_text("退回理由：照片是白天拍的，看不出路灯亮不亮")).to_be_visible()
    page.get_by_role("link", name="城伯镇党委 第 1 号").first.click()
    expect(page.locator(".case-top .notice")).to_contain_text("陈静（巡察办）")
    expect(page.locator(".case-top .notice")).to_contain_text("退回再整改：照片是白天拍的，看不出路灯亮不亮")
