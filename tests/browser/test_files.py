"""Files brought to a form: dropped on it, seen on their way, refused by name, sent again after the line was lost."""

from __future__ import annotations

import re
from collections.abc import Sequence

import pytest
from playwright.sync_api import FilePayload, Page, Route, expect

from tests.browser.door import PASSWORD, Door
from tests.browser.papers import program, scan
from tests.browser.steps import attach, check, done, fill, send_to_secretary
from tests.world import World

DROP = """({ place, names }) => {
  const carried = new DataTransfer();
  names.forEach((name) => carried.items.add(new File([`%PDF-1.4\n${name}\n%%EOF\n`], name, { type: "application/pdf" })));
  const element = document.querySelector(place);
  const over = new DragEvent("dragover", { bubbles: true, cancelable: true, dataTransfer: carried });
  element.dispatchEvent(over);
  const drop = new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: carried });
  element.dispatchEvent(drop);
  return over.defaultPrevented && drop.defaultPrevented;
}"""


def drop(page: Page, place: str, names: Sequence[str]) -> bool:
    """Drop files on a place of the page; say whether the browser is kept from opening them itself."""
    held: bool = page.evaluate(DROP, {"place": place, "names": list(names)})
    return held


def large(name: str, size: int) -> FilePayload:
    """Return a scan that takes its time."""
    return {**scan(name), "buffer": scan(name)["buffer"] + b"%" + b"0" * size}


@pytest.fixture
def case(world: World) -> int:
    """Return a case whose plan is approved."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    return case


def test_files_are_dropped_where_they_belong_and_nowhere_else(door: Door, case: int) -> None:
    """李敏 drags two photos onto the box of the evidence, and once misses it: the page stays, nothing is opened."""
    page = door.person("handler")
    page.goto(f"/cases/{case}#materials")
    assert drop(page, "form[data-send] p", ["夜间照片.pdf", "发票.pdf"])
    assert drop(page, "form[data-send]", ["合同.pdf"])
    assert drop(page, "h1", ["走失.pdf"])
    page.get_by_role("button", name="上传佐证").click()
    expect(page.get_by_text("（待报送）")).to_have_count(3)
    for name in ("夜间照片.pdf", "发票.pdf", "合同.pdf"):
        expect(page.get_by_role("link", name=name)).to_be_visible()


def test_where_one_paper_is_wanted_one_is_taken_and_said(door: Door, case: int) -> None:
    page = door.person("secretary")
    page.goto(f"/acts/submit?case={case}")
    assert drop(page, ".field:has([name='m.report'])", ["报告.pdf", "草稿.pdf"])
    expect(page.get_by_text("这里只收一份，取了“报告.pdf”。")).to_be_visible()
    assert page.locator("[name='m.report']").evaluate("one => one.files.length") == 1


def test_a_large_file_shows_how_far_it_is(door: Door, case: int) -> None:
    """On the town's slow line the bar moves and says how much of which file is there; then the next page comes by itself."""
    page = door.person("handler")
    page.goto(f"/cases/{case}#materials")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 300_000}
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", slow)
    attach(page, "m.evidence", scan("小图.pdf"), large("现场录像.pdf", 900_000))
    page.get_by_role("button", name="上传佐证").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator(".sending")).to_contain_text(
        re.compile(r"正在上传“现场录像.pdf”（第 2 份，共 2 份）：[1-9]\d?%")
    )
    expect(page.get_by_text("（待报送）")).to_have_count(2)


def test_a_line_lost_during_the_upload_loses_nothing(world: World, door: Door, case: int) -> None:
    """王建国's line fails after the first file. The page says so and keeps words and files; he presses again, only what is
    missing is sent, and all is recorded.
    """
    door.watch.expected.append("net::ERR_FAILED")
    page = door.person("secretary")
    page.goto(f"/acts/submit?case={case}")
    page.locator(f"[name='c{case}.root_cause']").fill("管护责任没有落到人")
    page.locator(f"[name='c{case}.elsewhere']").fill("排查全镇 12 个村")
    attach(page, f"e{case}.evidence@1", scan("维修前后照片.pdf"))
    attach(page, "m.report", scan("整改报告.pdf"))
    attach(page, "m.commitment", scan("真实性承诺.pdf"))
    sent: list[str] = []

    def fail_once(route: Route) -> None:
        sent.append(route.request.url)
        if len(sent) == 2:
            route.abort()
        else:
            route.continue_()

    page.route("**/acts/submit/files", fail_once)
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator(".sending.failed")).to_contain_text(
        "连接断了，文件没有传完。填写的内容和选好的文件都还在，没有丢"
    )
    expect(page.get_by_text("✓ 维修前后照片.pdf 已传好")).to_be_visible()
    check(page)
    assert len(sent) == 4
    page.get_by_label("输入登录密码").fill(PASSWORD)
    page.get_by_role("button", name="确认申请销号").click()
    done(page, "已办：申请销号 1 件")
    names = world.rows(
        "SELECT name FROM materials WHERE case_id = :case AND kind IN ('evidence', 'report', 'commitment') ORDER BY id",
        case=case,
    )
    assert {row[0] for row in names} >= {"维修前后照片.pdf", "整改报告.pdf", "真实性承诺.pdf"}


def test_a_refused_file_is_said_at_its_field_and_the_others_stay(world: World, door: Door) -> None:
    """A false photo among the papers: the reason stands at its field, nothing else has to be chosen again."""
    (case,) = world.feed_back()
    door.watch.expected.append("status of 422")
    page = door.person("handler")
    page.goto(f"/acts/object?case={case}")
    page.get_by_label("数字有误").check()
    fill(page, reason="路灯是17盏")
    attach(page, "m.statement", scan("情况说明.pdf"))
    attach(page, "m.evidence", program("现场照片.jpg"))
    page.get_by_role("button", name="送书记确认").click()
    fault = page.locator(".field:has([name='m.evidence'])").get_by_role("alert")
    expect(fault).to_contain_text("“现场照片.jpg”不是可以上传的类型")
    expect(page.locator("[name='m.evidence']")).to_be_focused()
    attach(page, "m.evidence", scan("发错的.pdf"))
    expect(fault).to_have_count(0)
    send_to_secretary(page)
    expect(page.get_by_text("情况说明.pdf")).to_be_visible()


def test_a_file_that_was_sent_can_be_left_out_again(world: World, door: Door, case: int) -> None:
    """李敏 sees among what is there already the wrong one, and sends the form without it."""
    page = door.person("handler")
    page.goto(f"/cases/{case}#materials")
    door.watch.expected.append("status of 422")
    attach(page, "m.evidence", scan("对的.pdf"), scan("发错的.pdf"), program("现场照片.jpg"))
    page.get_by_role("button", name="上传佐证").click()
    page.get_by_role("button", name="不要 发错的.pdf").click()
    page.get_by_role("button", name="上传佐证").click()
    expect(page.get_by_text("（待报送）")).to_have_count(1)
    expect(page.get_by_role("link", name="对的.pdf")).to_be_visible()


def test_what_was_missing_is_not_said_any_more_once_it_is_there(world: World, door: Door, case: int) -> None:
    """王建国 is told of five things that are missing. He adds two papers, of which one is refused, and writes a line: what is
    there is said to be missing neither on top nor at its field, what is not there still is.
    """
    door.watch.expected.append("status of 422")
    page = door.person("secretary")
    page.goto(f"/acts/submit?case={case}")
    page.locator(f"[name='c{case}.root_cause']").fill("管护责任没有落到人")
    page.get_by_role("button", name="下一步：核对").click()
    errors = page.locator(".errors")
    expect(errors.get_by_role("listitem")).to_have_count(4)
    attach(page, f"e{case}.evidence@1", scan("夜间照片.pdf"))
    attach(page, "m.report", program("整改报告.jpg"))
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.get_by_text("✓ 夜间照片.pdf 已传好")).to_be_visible()
    expect(page.get_by_text("“整改报告.jpg”不是可以上传的类型")).to_be_visible()
    evidence = page.locator(".field").filter(has=page.locator(f"[name='e{case}.evidence@1']"))
    expect(evidence.get_by_text("缺少佐证材料")).to_have_count(0)
    expect(page.locator(f"[name='e{case}.evidence@1']")).not_to_have_attribute("aria-invalid", "true")
    expect(errors).not_to_contain_text("佐证材料")
    page.locator(f"[name='c{case}.elsewhere']").fill("排查全镇 12 个村")
    expect(errors).not_to_contain_text("举一反三")
    expect(page.locator(".field.wrong").filter(has_text="举一反三")).to_have_count(0)
    expect(errors).to_contain_text("缺少材料：真实性承诺")


def test_a_session_that_ended_is_said_before_anything_is_lost(world: World, door: Door, case: int) -> None:
    door.watch.expected.append("status of 401")
    page = door.person("secretary")
    page.goto(f"/acts/submit?case={case}")
    page.locator(f"[name='c{case}.root_cause']").fill("管护责任没有落到人")
    attach(page, "m.report", scan("整改报告.pdf"))
    page.context.clear_cookies()
    page.get_by_role("button", name="下一步：核对").click()
    expect(page.locator(".sending.failed")).to_contain_text("登录已过期，文件没有传完")
    expect(page.locator("#kept-words")).to_contain_text("登录已过期，内容留在本机")
    page.locator(".sending").get_by_role("link", name="重新登录").click()
    page.get_by_label("账号").fill("secretary")
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator(f"[name='c{case}.root_cause']")).to_have_value("管护责任没有落到人")


def test_without_script_files_go_with_their_form(door: Door, case: int) -> None:
    """The page that refuses a file is there for whoever has no script, and takes the next."""
    page = door.person("handler", java_script_enabled=False)
    page.goto(f"/cases/{case}#materials")
    attach(page, "m.evidence", program("现场照片.jpg"))
    page.get_by_role("button", name="上传佐证").click()
    expect(page.get_by_role("alert")).to_contain_text("“现场照片.jpg”不是可以上传的类型")
    page.get_by_role("link", name="返回问题").click()
    attach(page, "m.evidence", scan("夜间照片.pdf"))
    page.get_by_role("button", name="上传佐证").click()
    expect(page.get_by_text("（待报送）")).to_have_count(1)
