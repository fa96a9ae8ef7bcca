"""A draft that comes back: the reason, what was written and its files, and what changed when it is sent again."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.door import Door
from tests.browser.papers import scan
from tests.browser.steps import attach, confirm, done, fill_case, send_to_secretary
from tests.world import World


def test_a_returned_draft_comes_back_with_its_reason_and_content_and_shows_what_changed(
    world: World, door: Door
) -> None:
    """李敏 prepares an objection; 王建国 must say why he returns it. She finds the reason on her home, her words and both
    files in the form, mends one sentence and sends it again; he opens a file before he decides, sees what is gone and what is new, and confirms.
    """
    (case,) = world.feed_back()
    handler = door.person("handler")
    handler.goto(f"/acts/object?case={case}")
    handler.get_by_label("数字有误").check()
    handler.locator("[name='s.reason']").fill("路灯是17盏\n不是18盏")
    attach(handler, "m.statement", scan("情况说明.pdf"))
    attach(handler, "m.evidence", scan("现场照片.pdf"))
    send_to_secretary(handler)

    page = door.person("secretary")
    page.goto("/")
    page.get_by_role("link", name="确认提出异议").click()
    expect(page.locator("del")).to_have_count(0)
    with page.expect_download() as opened:
        page.get_by_role("link", name="情况说明.pdf").click()
    assert opened.value.path().read_bytes() == scan("情况说明.pdf")["buffer"]
    # The files shown above come in their own time and shift what is below: the drawer is opened without aiming at it.
    page.locator("details", has_text="退回起草人").evaluate("drawer => { drawer.open = true }")
    page.get_by_role("button", name="退回").click()
    expect(page.locator(".field.wrong")).to_contain_text("请写明退回理由")
    page.get_by_label("退回理由").fill("写明在哪条街")
    page.get_by_role("button", name="退回").click()

    handler.goto("/")
    expect(handler.get_by_text("起草件被退回：写明在哪条街")).to_be_visible()
    handler.get_by_role("link", name="修改提出异议").click()
    expect(handler.locator(".notice")).to_contain_text("写明在哪条街")
    expect(handler.get_by_label("数字有误")).to_be_checked()
    expect(handler.locator("[name='s.reason']")).to_have_value("路灯是17盏\n不是18盏")
    expect(handler.get_by_text("✓ 情况说明：情况说明.pdf")).to_be_visible()
    handler.locator("[name='s.reason']").fill("武桥村背街路灯是17盏\n不是18盏")
    send_to_secretary(handler)
    handler.goto("/")
    expect(handler.get_by_text("起草件被退回")).to_have_count(0)

    page.goto("/")
    page.get_by_role("link", name="确认提出异议").click()
    expect(page.locator("dd del")).to_have_text("路灯是17盏")
    expect(page.locator("dd ins")).to_have_text("武桥村背街路灯是17盏")
    confirm(page)
    done(page, "已办：提出异议 1 件")
    assert world.case(case).state == "disputed"


def test_who_judges_reads_what_the_unit_said_and_may_say_the_other(world: World, door: Door) -> None:
    """陈静 sees root cause, lessons and results beside the files; she returns it from there, and 李敏 begins with what was said."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    world.do("secretary", "submit", case, answers={"root_cause": "管护责任没有落到人"})
    office = door.person("office")
    office.goto(f"/acts/verify?case={case}")
    for words in ("管护责任没有落到人", "排查全镇 12 个村", "新建制度 1 项"):
        expect(office.locator(".judged")).to_contain_text(words)
    office.get_by_role("link", name="退回再整改").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("退回再整改")
    world.do("office", "return_work", case)
    handler = door.person("handler")
    handler.goto(f"/acts/submit?case={case}")
    expect(handler.locator(f"[name='c{case}.root_cause']")).to_have_value("管护责任没有落到人")
    expect(handler.locator(f"[name='c{case}.results.rules_new']")).to_have_value("1")


def test_an_extension_is_answered_with_its_reason_and_date_in_view(world: World, door: Door) -> None:
    case = world.at_work(world.today.replace(month=4, day=11))
    world.do("secretary", "request_extension", case, answers={"reason": "路灯厂家停产，须换型", "until": "2026-05-20"})
    page = door.person("office")
    page.goto(f"/acts/grant_extension?case={case}")
    expect(page.locator(".judged")).to_contain_text("路灯厂家停产，须换型")
    expect(page.locator("[name='s.until']")).to_have_value("2026-05-20")
    expect(page.get_by_role("link", name="不同意延期")).to_be_visible()


def test_faults_of_several_prepared_cases_stand_at_their_own(world: World, door: Door) -> None:
    first, second = world.feed_back(2)
    handler = door.person("handler")
    handler.goto(f"/acts/claim?case={first}&case={second}")
    fill_case(handler, first, responsible="林建国", department="村建中心", person="李敏")
    handler.get_by_role("button", name="送书记确认").click()
    expect(handler.get_by_role("alert")).to_contain_text("第 2 号：请填写“责任领导”")
    expect(handler.locator(f".field.wrong [name^='c{first}.']")).to_have_count(0)
    expect(handler.locator(f".field.wrong [name^='c{second}.']")).to_have_count(3)
