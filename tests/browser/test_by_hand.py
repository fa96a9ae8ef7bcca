"""Without script, without a mouse: the whole road by plain forms, and one act by the keyboard alone."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.door import PASSWORD, Door
from tests.browser.papers import scan
from tests.browser.steps import attach, check, confirm, done, fill, fill_case, judge, sign_in
from tests.world import World


def test_the_whole_road_without_javascript(world: World, door: Door) -> None:
    """From claim to publication by plain forms: claimed, planned, approved, closed, its text approved, made public."""
    (case,) = world.feed_back()
    secretary, office = (door.stranger(java_script_enabled=False) for _ in range(2))
    sign_in(secretary, "secretary")
    sign_in(office, "office")

    _claim_and_plan(world, secretary, office, case)
    _close(world, secretary, office, case)
    _make_public(secretary, office, case)
    assert world.actions(case) == [
        "feed_back",
        "claim",
        "submit_plan",
        *["opine"] * 3,
        "approve_plan",
        "submit",
        *["opine"] * 3,
        "verify",
        "approve_text",
        "publicize",
    ]


def _claim_and_plan(world: World, secretary: Page, office: Page, case: int) -> None:
    secretary.goto(f"/acts/claim?case={case}")
    fill_case(secretary, case, responsible="林建国", department="村建中心", person="李敏")
    _record(secretary, "认领")

    secretary.goto(f"/acts/submit_plan?case={case}")
    for name, value in {
        "text": "逐盏维修路灯",
        "person": "李敏",
        "department": "村建中心",
        "on": "2026-05-01",
        "check": "夜间现场查看",
    }.items():
        secretary.locator(f"[name='c{case}.measures.1.{name}']").fill(value)
    attach(secretary, "m.plan", scan("整改方案.pdf"))
    attach(secretary, "m.plan_commitment", scan("承诺书.pdf"))
    _record(secretary, "报送方案")

    world.agree(case)
    office.goto(f"/acts/approve_plan?case={case}")
    fill_case(office, case, agreed_on="2026-06-01")
    attach(office, "m.opinions", scan("联审意见汇总.pdf"))
    _record(office, "批准方案")


def _close(world: World, secretary: Page, office: Page, case: int) -> None:
    secretary.goto(f"/acts/submit?case={case}")
    fill_case(secretary, case, root_cause="管护责任没有落到人", elsewhere="排查全镇 12 个村")
    secretary.locator(f"[name='c{case}.results.rules_new']").fill("1")
    attach(secretary, f"e{case}.evidence@1", scan("维修前后照片.pdf"))
    attach(secretary, "m.report", scan("整改报告.pdf"))
    attach(secretary, "m.commitment", scan("真实性承诺.pdf"))
    _record(secretary, "申请销号")

    world.agree(case)
    office.goto(f"/acts/verify?case={case}")
    fill(office, conclusion="通过")
    judge(office)
    attach(office, "m.acceptance_record", scan("验收记录.pdf"))
    _record(office, "验收销号")


def _make_public(secretary: Page, office: Page, case: int) -> None:
    office.goto(f"/acts/approve_text?case={case}")
    fill(office, scope="全文")
    attach(office, "m.text", scan("公开稿.pdf"))
    _record(office, "审定公开稿")

    secretary.goto("/")
    secretary.get_by_role("link", name="公开", exact=True).click()
    fill(secretary, where="镇政务公开栏", from_on="2026-03-03", to_on="2026-03-20")
    attach(secretary, "m.proof_party", scan("公开栏照片.pdf"))
    attach(secretary, "m.proof_society", scan("网站截图.pdf"))
    _record(secretary, "公开")


def _record(page: Page, words: str) -> None:
    check(page)
    confirm(page)
    done(page, f"已办：{words} 1 件")


def test_a_claim_by_the_keyboard_alone(world: World, door: Door) -> None:
    """王建国's mouse is broken. Tab goes in reading order, the place where he is can always be seen, Enter goes on."""
    (case,) = world.feed_back()
    world.do("secretary", "acknowledge", case)
    page = door.stranger()
    page.goto("/")
    page.keyboard.type("secretary")
    _tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_title("待办 1 件 · 整改")
    page.wait_for_load_state()  # a title is there before there is anything to go to

    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    assert _is_seen(page)
    page.keyboard.press("Enter")
    _tab_to(page, f"a[href='/acts/claim?case={case}']")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("认领")
    for name, value in {"responsible": "林建国", "department": "村建中心", "person": "李敏"}.items():
        _tab_to(page, f"[name='c{case}.{name}']")
        page.keyboard.type(value)
    _tab_to(page, "button[value=check]")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("核对：认领")
    _tab_to(page, "#password")
    page.keyboard.type(PASSWORD)
    _tab_to(page, "button[value=do]")
    page.keyboard.press("Enter")
    done(page, "已办：认领 1 件")
    assert world.case(case).state == "claimed"


def _tab_to(page: Page, selector: str, most: int = 25) -> None:
    """Press Tab until the element is reached; every stop on the way can be seen."""
    for _ in range(most):
        if page.evaluate("selector => document.activeElement && document.activeElement.matches(selector)", selector):
            return
        page.keyboard.press("Tab")
        assert _is_seen(page), page.evaluate("document.activeElement.outerHTML")
    raise AssertionError(f"{selector} is not reached within {most} stops")


def _is_seen(page: Page) -> bool:
    """Whether the focused element is on the screen and marked by an outline or a shadow, once the page has come to rest."""
    page.wait_for_function(
        """() => new Promise((rested) => { const at = scrollY; setTimeout(() => rested(scrollY === at), 100); })"""
    )
    seen: bool = page.evaluate(
        """() => {
          const one = document.activeElement, box = one.getBoundingClientRect(), style = getComputedStyle(one);
          const marked = (style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== "none";
          return marked && box.width > 0 && box.right > 0 && box.bottom > 0 && box.top < innerHeight && box.left < innerWidth;
        }"""
    )
    return seen
