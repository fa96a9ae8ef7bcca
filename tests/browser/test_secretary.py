"""The secretary's two minutes a day."""

from __future__ import annotations

from hashlib import sha256

from playwright.sync_api import expect

from tests.browser.door import Door
from tests.browser.papers import scan
from tests.browser.steps import attach, check, confirm, done, fill, fill_case, send_to_secretary, sign_in
from tests.world import World


def test_a_day_of_the_secretary(world: World, door: Door) -> None:
    """Four problems were fed back. 王建国 signs in and reads what waits for his name and by when; claims all four at once,
    saying once who is responsible; checks what will be recorded, gets the password wrong, then right; signs for the
    feedback; and finds his entry in the timeline with its proof.
    """
    cases = world.feed_back(4)
    page = door.stranger()
    sign_in(page, "secretary")
    expect(page).to_have_title("待办 8 件 · 整改")
    expect(page.locator(".lead-line")).to_have_text("有 8 件事等您办理，最近一件 2026年3月4日（周三） 到期。")

    page.get_by_role("link", name="认领问题 4 件").click()
    fill_case(page, cases[0], responsible="林建国", department="村建中心", person="李敏")
    fill_case(page, cases[3], responsible="周海燕")
    page.get_by_role("button", name="其余 3 个问题空着的，也这样填").click()
    check(page)
    expect(page.locator("section.sheet")).to_have_count(4)
    expect(page.locator("section.sheet").first).to_contain_text("待认领 → 待报方案")
    expect(page.locator("section.sheet").first).to_contain_text("巡察办、分管市（县）领导")
    expect(page.locator("section.sheet").last).to_contain_text("周海燕")
    page.get_by_label("输入登录密码").fill("记不清了")
    page.get_by_role("button", name="确认认领").click()
    expect(page.get_by_role("alert")).to_contain_text("密码不对，请再输一次")
    confirm(page)
    done(page, "已办：认领 4 件")
    assert [world.actions(case) for case in cases] == [["feed_back", "claim"]] * 4
    assert world.entry(cases[3])["actor"]["role"] == "secretary"
    assert world.entry(cases[3])["via"] == "web"

    page.get_by_role("link", name="回到待办").click()
    expect(page.get_by_text("收到“反馈”，请签收")).to_be_visible()
    page.get_by_role("button", name="全部签收").click()
    done(page, "已办：签收 4 件")
    page.get_by_role("link", name="城伯镇党委 第 2 号").click()
    page.locator(".tabs a[href='#story']").click()
    expect(page.locator(".timeline > li")).to_have_count(3)
    last = page.locator(".timeline > li").first
    expect(last).to_contain_text("签收")
    expect(last).to_contain_text("王建国（党组织书记）")
    expect(page.locator(".timeline > li").last).to_contain_text("✓ 王建国已签收")
    last.get_by_role("link", name="查看存证").click()
    expect(page.get_by_text("这条记录在册")).to_be_visible()
    expect(page.locator("pre").last).to_contain_text('"action": "acknowledge"')


def test_the_secretary_confirms_or_returns_what_the_handler_prepared(world: World, door: Door) -> None:
    """李敏 prepares two claims. 王建国 sees them in her words instead of empty forms of his own, confirms one with his
    password and hands the other back: it waits again, nothing of it is on record.
    """
    first, second = world.feed_back(2)
    world.do("secretary", "acknowledge", first, second)
    handler = door.person("handler")
    for case in (first, second):
        handler.goto(f"/acts/claim?case={case}")
        fill_case(handler, case, responsible="林建国", department="村建中心", person="李敏")
        send_to_secretary(handler)
    handler.goto("/")
    expect(handler.get_by_text("您已起草，等党组织书记确认")).to_have_count(2)

    page = door.person("secretary")
    page.goto("/")
    expect(page.get_by_text("李敏起草，须由您确认")).to_have_count(2)
    expect(page.get_by_role("link", name="认领问题")).to_have_count(0)
    page.get_by_role("link", name="确认认领").first.click()
    expect(page.get_by_text("林建国", exact=True)).to_be_visible()
    confirm(page)
    done(page, "已办：认领 1 件")
    assert world.entry(first)["prepared_by"] == world.people["handler"]

    page.goto("/")
    page.get_by_role("link", name="确认认领").click()
    page.get_by_text("退回起草人").click()
    page.get_by_label("退回理由").fill("责任领导写全名")
    page.get_by_role("button", name="退回").click()
    expect(page.get_by_role("link", name="认领问题")).to_be_visible()
    assert world.actions(second) == ["feed_back", "acknowledge"]


def test_a_refusal_says_everything_at_its_place_and_keeps_what_was_typed(world: World, door: Door) -> None:
    """王建国 applies for closing with half of it missing: every missing thing is said on top and at its field, the link
    leads there, what he typed stands, and once he adds the papers the evidence is not asked for again.
    """
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    page = door.person("secretary")
    page.goto(f"/acts/submit?case={case}")
    fill_case(page, case, root_cause="管护责任没有落到人")
    page.get_by_role("button", name="下一步：核对").click()
    errors = page.get_by_role("alert")
    for words in ("请填写“举一反三”", "第 1 项措施缺少佐证材料", "缺少材料：整改报告", "缺少材料：真实性承诺"):
        expect(errors).to_contain_text(words)
        expect(page.locator(".field.wrong").filter(has_text=words)).to_have_count(1)
    assert "（report）" not in page.content()
    errors.get_by_role("link", name="请填写“举一反三”").click()
    expect(page.locator(f"[name='c{case}.elsewhere']")).to_be_in_viewport()
    expect(page.locator(f"[name='c{case}.root_cause']")).to_have_value("管护责任没有落到人")

    fill_case(page, case, elsewhere="排查全镇 12 个村，另修好 5 盏")
    attach(page, f"e{case}.evidence@1", scan("维修前后照片.pdf"))
    attach(page, "m.report", scan("整改报告.pdf"))
    page.get_by_role("button", name="下一步：核对").click()
    expect(errors.get_by_role("listitem")).to_have_text(["缺少材料：真实性承诺"])
    expect(page.get_by_text("✓ 整改报告：整改报告.pdf")).to_be_visible()
    attach(page, "m.commitment", scan("真实性承诺.pdf"))
    check(page)
    confirm(page)
    done(page, "已办：申请销号 1 件")
    names = world.rows(
        "SELECT name FROM materials WHERE case_id = :case AND version = :version",
        case=case,
        version=world.case(case).version,
    )
    assert sorted(row[0] for row in names) == ["整改报告.pdf", "真实性承诺.pdf", "维修前后照片.pdf"]


def test_the_secretary_publicizes_the_text_that_was_approved(world: World, door: Door) -> None:
    """The office approved the text: 王建国 reads it in his form, is not asked for it again, and that very file is recorded."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify")
    office = door.person("office")
    office.goto(f"/acts/approve_text?case={case}")
    fill(office, scope="全文")
    attach(office, "m.text", scan("公开稿.pdf"))
    check(office)
    confirm(office)
    done(office, "已办：审定公开稿 1 件")

    page = door.person("secretary")
    page.goto(f"/acts/publicize?case={case}")
    fill(page, where="镇政务公开栏、市纪委监委网站", from_on="2026-03-03", to_on="2026-03-20")
    expect(page.locator("[name='m.text']")).to_have_count(0)
    expect(page.get_by_role("link", name="公开稿.pdf")).to_be_visible()
    attach(page, "m.proof_party", scan("公开栏照片.pdf"))
    attach(page, "m.proof_society", scan("网站截图.pdf"))
    check(page)
    expect(page.get_by_role("link", name="公开稿.pdf")).to_be_visible()
    confirm(page)
    done(page, "已办：公开 1 件")
    assert world.case(case).state == "publicized"
    sql = "SELECT DISTINCT sha256 FROM materials WHERE case_id = :case AND kind = 'text'"
    assert [row[0] for row in world.rows(sql, case=case)] == [sha256(scan("公开稿.pdf")["buffer"]).hexdigest()]


def test_what_can_wait_is_folded_behind_its_first(world: World, door: Door) -> None:
    """Of eight problems that the office has taken up the first six stand open; the rest unfold."""
    for case in world.feed_back(8):
        world.do("office", "escalate_by_hand", case)
    page = door.person("secretary")
    page.goto("/")
    expect(page.get_by_text("等待他人")).to_contain_text("8 件")
    rest = page.locator("details.rest")
    expect(rest.locator("summary")).to_have_text("其余 2 件")
    expect(rest.get_by_role("link").first).to_be_hidden()
    rest.locator("summary").click()
    expect(rest.get_by_role("link")).to_have_count(2)
    expect(rest.get_by_role("link").first).to_be_visible()
