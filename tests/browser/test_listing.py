"""What was achieved, entered row by row: pasted from Excel, added up on the check page, shown on the case page, and there when it comes back."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.door import Door
from tests.browser.papers import scan
from tests.browser.steps import attach, check, fill_case
from tests.world import World


def test_people_are_pasted_from_excel_and_the_form_begins_with_them_again(world: World, door: Door) -> None:
    """李敏 pastes three rows; the check page says who and how many; after a return the form has them still."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    page = door.person("secretary")
    page.goto(f"/acts/submit?case={case}")
    fill_case(page, case, root_cause="管护责任没有落到人", elsewhere="排查全镇 12 个村")
    page.locator("summary", has_text="人员处理清单").click()
    first = page.locator(f"[name='c{case}.people.1.kind']")
    first.focus()
    pasted = "党纪处分\t张某\t所长\n诫勉\t李某\t\n诫勉\t\t\t2\n开除\t王某"
    page.evaluate(
        "([name, text]) => { const data = new DataTransfer(); data.setData('text/plain', text);"
        " document.getElementsByName(name)[0].dispatchEvent(new ClipboardEvent('paste', {clipboardData: data, bubbles: true, cancelable: true})); }",
        [f"c{case}.people.1.kind", pasted],
    )
    expect(first).to_have_value("people_party")
    expect(page.locator(f"[name='c{case}.people.3.count']")).to_have_value("2")
    expect(page.get_by_text("没有“开除”这一项，请选择")).to_be_visible()
    page.locator(f"[name='c{case}.people.4.kind']").select_option("组织处理")
    attach(page, f"e{case}.evidence@1", scan("照片.pdf"))
    attach(page, "m.report", scan("整改报告.pdf"))
    attach(page, "m.commitment", scan("真实性承诺.pdf"))
    check(page)
    facts = page.locator("dl.facts")
    expect(facts).to_contain_text("诫勉 3 人，组织处理 1 人，党纪处分 1 人")
    expect(facts).to_contain_text("党纪处分 张某（所长）")
    people = [{"kind": "党纪处分", "name": "张某", "post": "所长"}]
    world.do("secretary", "submit", case, answers={"results": {}, "people": people})
    page.goto(f"/cases/{case}#measures")
    expect(page.get_by_role("table", name="人员处理清单")).to_contain_text("张某")
    world.do("office", "return_work", case)
    page.goto(f"/acts/submit?case={case}")
    expect(page.locator(f"[name='c{case}.people.1.name']")).to_have_value("张某")
    expect(page.locator(f"[name='c{case}.results.people_party']")).to_have_value("")
