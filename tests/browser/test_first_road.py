"""The first road: from an empty home to the first claim, in the browser; no command line but `serve`."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import openpyxl
import pyotp
import pytest
from playwright.sync_api import Browser, FilePayload, Page, expect

from storage.duties import note_run
from storage.engine import open_engine
from storage.setup import create_all
from tests.browser.door import DESKTOP, Door, served
from tests.browser.steps import done, heading, sign_in
from tests.browser.test_tour import _seen
from tests.soundness import check_sound
from web.pages.first import open_first_run

CHOSEN = "Zhenggai2026!"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass
class City:
    """The empty city: its clock, the people who come to it, and what was found wrong on the pages they saw."""

    door: Door
    first: str
    clock: list[datetime]
    pages: dict[str, Page] = field(default_factory=dict)
    phones: dict[str, pyotp.TOTP] = field(default_factory=dict)
    found: list[str] = field(default_factory=list)
    album: Path | None = None
    """Where pictures go, when they are taken anew."""

    def look(self, page: Page, name: str = "") -> None:
        """Let the page be judged by axe; named ones have a picture in the quickstart."""
        self.found += _seen(page)
        if name and self.album:
            page.screenshot(path=self.album / f"first-{name}.png", animations="disabled")

    def come(self, login: str, password: str = CHOSEN, *, first: bool = False) -> Page:
        """Come as somebody, in a browser of their own: with a first password it is changed, administrators set a phone up."""
        page = self.pages[login] = self.door.stranger(DESKTOP)
        sign_in(page, login, password)
        if first:
            page.get_by_label("原密码").fill(password)
            page.get_by_label("新密码", exact=True).fill(f"{CHOSEN}x")
            page.get_by_label("再输一次新密码").fill(f"{CHOSEN}x")
            page.get_by_role("button", name="更换密码").click()
            expect(page.get_by_role("status")).to_contain_text("密码已更换")
        if page.url.endswith("/me/second"):
            phone = self.phones[login] = pyotp.TOTP(page.locator(".key").inner_text().replace(" ", ""))
            page.get_by_label("6 位数字").fill(phone.at(self.clock[0]))
            page.get_by_label("登录密码").fill(password)
            page.get_by_role("button", name="设置双因素").click()
            expect(page.get_by_role("status")).to_contain_text("双因素已设置")
            self.clock[0] += timedelta(seconds=60)
        return page


@pytest.fixture
def city(tmp_path: Path, chromium: Browser) -> Iterator[City]:
    with empty_city(tmp_path, chromium) as city:
        yield city


@contextmanager
def empty_city(home: Path, chromium: Browser, album: Path | None = None) -> Iterator[City]:
    """Serve an empty home; afterwards nothing may have gone wrong, and all that was made verifies."""
    engine = open_engine(f"sqlite:///{home / 'zhenggai.db'}")
    create_all(engine)
    clock = [datetime(2026, 3, 2, 1, tzinfo=UTC)]
    for duty in ("scan", "deliver"):  # as `serve` runs them beside the pages
        note_run(engine, duty, clock[0], {}, ok=True)
    with served(engine, home, lambda: clock[0]) as url:
        door = Door(url, engine, lambda: clock[0], chromium)
        yield City(door, f"/first/{open_first_run(home)}", clock, album=album)
        complaints = door.close()
    assert complaints == []
    check_sound(engine, home)
    engine.dispose()


def book(name: str, *rows: tuple[str, ...]) -> FilePayload:
    """Return an Excel file with these rows."""
    made, kept = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.worksheets[0].append(row)
    made.save(kept)
    return {"name": name, "mimeType": XLSX, "buffer": kept.getvalue()}


def first_run(city: City) -> None:
    """The jurisdiction, and three people in turn at one screen."""
    page = city.door.stranger(DESKTOP)
    page.goto(city.first)
    city.look(page, "place")
    page.get_by_label("名称").fill("海棠市")
    page.get_by_label("代码").fill("haitang")
    page.get_by_label("别的电脑打开本系统的网址").fill("https://zhenggai.haitang.gov.cn")
    page.get_by_role("button", name="设立").click()
    for words, name, login in (
        ("系统管理员", "周海", "zhouh"),
        ("安全管理员", "吴敏", "wum"),
        ("安全审计员", "郑强", "zhengq"),
    ):
        heading(page, "首次设置")
        city.look(page, "administrator" if login == "wum" else "")
        page.get_by_label("姓名").fill(name)
        page.get_by_label("账号").fill(login)
        page.get_by_label("密码", exact=True).fill(CHOSEN)
        page.get_by_label("再输一次密码").fill(CHOSEN)
        page.get_by_role("button", name=f"登记{words}").click()
    expect(page.get_by_role("status")).to_contain_text("三员已设好")
    city.look(page)


def office_of_two(city: City) -> dict[str, str]:
    """One administrator asks for two people of the office, the other approves; return their first passwords."""
    asking, approving = city.come("zhouh"), city.come("wum")
    asking.goto("/setup")
    expect(asking.locator("main")).to_contain_text("还缺 8 项")
    city.look(asking, "readiness")
    asking.get_by_label("寄给").fill("zhouh@haitang.gov.cn")
    asking.get_by_role("button", name="现在就寄").click()
    expect(asking.get_by_role("status")).to_contain_text("没有寄出：配置的 mail.transport 是 folder")
    told: dict[str, str] = {}
    for login, name in (("chenj", "陈静"), ("liub", "刘波")):
        asking.goto("/accounts")
        if not told:  # the second time it stands open, as it was left
            asking.locator("summary", has_text="开通账号或增加职务").click()
        form = asking.locator("details[open] form")
        form.get_by_label("账号").fill(login)
        form.get_by_label("姓名").fill(name)
        form.get_by_label("角色").select_option("office")
        form.get_by_label("理由").fill("巡察办人员")
        form.get_by_role("button", name="送安全管理员审批").click()
        approving.goto("/accounts")
        approving.get_by_role("button", name="同意", exact=True).click()
        told[login] = approving.locator(".first-password").inner_text()
    return told


def take_in(city: City, page: Page, kind: str, sheet: FilePayload, last: str) -> None:
    """Choose a list, look it through, confirm."""
    page.goto(f"/register/{kind}/import")
    city.look(page)
    page.get_by_label("填好的名册").set_input_files([sheet])
    page.get_by_role("button", name="预览").click()
    city.look(page)
    page.get_by_role("button", name=last).click()


def units_come_from_excel(city: City, office: Page) -> None:
    """A slip of the pen is shown in its cell, and nothing is kept; the list put right is entered at once, villages before their town."""
    wrong = book("党组织.xlsx", ("名称*", "类别", "上级党组织", "责任党组织"), ("城伯镇党委", "镇子"))
    office.goto("/register/unit/import")
    office.get_by_label("填好的名册").set_input_files([wrong])
    office.get_by_role("button", name="预览").click()
    expect(office.locator(".wrong-cell")).to_contain_text("类别没有“镇子”")
    city.look(office, "list-faults")
    rows = [(f"城伯镇第{n}村党支部", "村", "城伯镇党委", "城伯镇党委") for n in range(1, 4)]
    right = book(
        "党组织.xlsx",
        ("名称*", "类别", "上级党组织", "责任党组织"),
        *rows,
        ("城伯镇党委", "乡镇", "", ""),
        ("市财政局党组", "政府部门", "", ""),
    )
    take_in(city, office, "unit", right, "确认新设")
    expect(office.get_by_role("status")).to_contain_text("5 个党组织已登记")


def people_come_from_excel(city: City) -> dict[str, str]:
    """The list goes to the other administrator whole, who approves it with one click; return the passwords on the slips."""
    asking, approving = city.pages["zhouh"], city.pages["wum"]
    people = book(
        "账号.xlsx", ("账号*", "姓名*", "角色*", "党组织", "邮箱", "身份标识"),
        ("wangjg", "王建国", "书记", "城伯镇党委", "wangjg@haitang.gov.cn", "1001"),
        ("limin", "李敏", "整改联络员", "城伯镇党委", "limin@haitang.gov.cn", "1002"),
        ("zhaocz", "赵财政", "党组织书记", "市财政局党组", "zhaocz@haitang.gov.cn", "1003"),
        ("sunjw", "孙纪委", "纪委监委", "", "sunjw@haitang.gov.cn", ""),
        ("qianzz", "钱组织", "组织部", "", "", ""),
        ("linfg", "林分管", "分管市领导", "", "linfg@haitang.gov.cn", ""),
        ("heyz", "何一组", "巡察组", "", "heyz@haitang.gov.cn", ""),
    )  # fmt: skip
    take_in(city, asking, "account", people, "送审批")
    expect(asking.get_by_role("status")).to_contain_text("7 个账号已送安全管理员审批")
    approving.goto("/accounts")
    approving.get_by_role("link", name="查看并办理").click()
    city.look(approving, "batch")
    approving.get_by_role("button", name="同意勾选的").click()
    heading(approving, "已同意 7 个")
    expect(approving.locator(".slips")).to_contain_text("https://zhenggai.haitang.gov.cn")
    city.look(approving, "slips")
    approving.evaluate("dispatchEvent(new Event('afterprint'))")
    slips = approving.locator(".slips li")
    assert slips.count() == 7
    return {
        slips.nth(n).locator("dd.mono").first.inner_text(): slips.nth(n).locator(".first-password").inner_text()
        for n in range(7)
    }


def test_from_an_empty_home_to_the_first_claim(city: City) -> None:
    """2 March: a city begins. 海棠市 is set up, its office and units come in, the first ledger is fed back, a secretary claims."""
    walk(city)
    assert not city.found, "\n".join(city.found)


def the_round_is_prepared(city: City, office: Page) -> None:
    """A term, a round of it with its profile and dictionary, a team, and the unit that it goes to."""
    office.goto("/register/term")
    office.get_by_label("名称").fill("第五届")
    office.get_by_label("起始日期").fill("2026-01-01")
    office.get_by_label("截止日期").fill("2030-12-31")
    office.get_by_role("button", name="新设").click()
    heading(office, "第五届")
    office.goto("/register/round")
    office.get_by_label("名称").fill("2026年第一轮")
    office.get_by_label("类型").select_option(label="常规巡察")
    office.get_by_label("届", exact=True).fill("第五届")
    office.get_by_label("时限方案").select_option(index=1)
    office.get_by_label("问题分类").select_option(index=1)
    office.get_by_role("button", name="新设").click()
    heading(office, "2026年第一轮")
    office.get_by_label("巡察组（必填）").fill("市委第一巡察组")
    office.get_by_label("组长", exact=True).fill("heyz")
    office.get_by_role("button", name="登记").click()
    expect(office.get_by_role("cell", name="市委第一巡察组")).to_be_visible()
    office.get_by_role("link", name="安排被巡察党组织").click()
    office.get_by_label("城伯镇党委").check()
    office.get_by_label("巡察组").select_option(label="市委第一巡察组")
    office.get_by_label("驻点开始").fill("2026-01-05")
    office.get_by_label("驻点结束").fill("2026-02-13")
    office.get_by_role("button", name="把勾选的列入本轮").click()
    heading(office, "2026年第一轮")
    city.look(office, "round")


def walk(city: City) -> None:
    """Go the whole road of docs/quickstart.md, section by section."""
    first_run(city)
    told = office_of_two(city)
    office = city.come("chenj", told["chenj"], first=True)
    office.get_by_role("link", name="去待办").click()
    expect(office.locator("main")).to_contain_text("筹备还缺")
    city.look(office, "home")
    units_come_from_excel(city, office)
    slips = people_come_from_excel(city)
    office.goto("/setup")
    expect(office.locator("main")).to_contain_text("还缺 3 项")

    the_round_is_prepared(city, office)
    ledger = book(
        "台账.xlsx",
        ("编号", "单位", "方面", "问题", "具体表现"),
        ("1", "城伯镇党委", "聚焦基层腐败", "路灯不亮", "三处路灯损坏半年未修"),
    )
    office.goto("/import")
    office.get_by_label("台账文件").set_input_files([ledger])
    office.get_by_label("轮次").fill("2026年第一轮")
    office.get_by_role("button", name="预览").click()
    expect(office.locator("main")).to_contain_text("聚焦基层腐败")
    city.look(office)
    office.get_by_label("聚焦基层腐败").select_option(index=2)
    office.get_by_role("button", name="现在反馈").click()
    heading(office, "已反馈")
    office.get_by_role("link", name="看这一轮和应巡尽巡").click()
    office.get_by_role("link", name="本届应巡尽巡").click()
    expect(office.locator("main")).to_contain_text("应巡尽巡")
    city.look(office, "coverage")
    office.goto("/setup")
    expect(office.locator("main")).to_contain_text("还缺 1 项")

    secretary = city.come("wangjg", slips["wangjg"], first=True)
    secretary.goto("/cases")
    secretary.get_by_role("link", name="路灯不亮").click()
    secretary.get_by_role("link", name="认领").first.click()
    for name, value in (("responsible", "林副镇长"), ("department", "村建中心"), ("person", "李敏")):
        secretary.locator(f"[name$='.{name}']").first.fill(value)
    secretary.get_by_role("button", name="下一步：核对").click()
    secretary.get_by_label("输入登录密码").fill(f"{CHOSEN}x")
    secretary.locator("button[name=step][value=do]").click()
    done(secretary, "已办：认领")
    city.look(secretary, "claimed")
    auditor = city.come("zhengq")
    auditor.goto("/register")
    expect(auditor.locator("main")).to_contain_text("操作员的登记，还没有人看过")
