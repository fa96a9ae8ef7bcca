"""One working day of the demo, lived through the browser: each begins at their home and follows its links.

The handler prepares, the secretary signs for and confirms, team and departments give their opinions, the office approves,
verifies, approves a text and enters a decision of the leading group, a secretary makes public. Pressings are counted.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

import clock
from seeding.sizes import TERM, Sizes
from storage.engine import reading
from tests.browser.county import MORNING, SMALL, County, seeded
from tests.browser.door import Door, give_passwords, served
from tests.browser.papers import scan
from tests.browser.steps import attach, check, confirm, done, fill, judge, send_to_secretary
from tests.soundness import check_sound
from trail.verify import verify

NAMED = {"responsible": "林建国", "department": "村建中心", "person": "李敏"}
EACH_TAKES = timedelta(minutes=20)
PRESSED = {
    "handler": 4,  # the task, the others filled alike, to the secretary, home
    "secretary": 12,  # all receipts with one; two claims to confirm; what is approved made public; each time back to the home
    "team": 5,  # the task, the opinion, look, sign, home
    "discipline": 5,
    "organisation": 5,
    "office": 14,  # a plan, a closing with its measures judged, a text: the task, look, sign, home
    "office2": 10,  # put to the group, the meeting entered, the decision from it
    "another secretary": 4,
}
"""How often each pressed for the whole day."""


@dataclass
class Day:
    """The day: the house, its door and its clock; how often each person pressed, and what their homes counted."""

    county: County
    door: Door
    now: list[datetime]
    pressed: Counter[str] = field(default_factory=Counter)

    def come(self, login: str, called: str = "") -> Page:
        """Come to the home of somebody, some minutes after the last one; every pressing counts from here."""
        self.now[0] += EACH_TAKES
        page = self.door.person(login)
        page.expose_binding("pressed", lambda _: self.pressed.update([called or login]))
        # On the document: a pressing that Playwright takes back at the window, and makes anew, is none.
        page.add_init_script("document.addEventListener('pointerdown', () => pressed(), true)")
        page.goto("/")
        return page

    @property
    def today(self) -> str:
        return clock.local_date(self.now[0]).isoformat()

    def on(self, days: int) -> str:
        """Return the day so many days from today."""
        return (clock.local_date(self.now[0]) + timedelta(days=days)).isoformat()

    def size(self) -> int:
        return int(self.column("SELECT COUNT(*) FROM trail")[0])

    def column(self, sql: str) -> list[Any]:
        with reading(self.county.engine) as work:
            return [row[0] for row in work.driver.all(sql)]

    def entries(self, begun: int) -> list[dict[str, Any]]:
        """Return the entries of the trail since then."""
        with reading(self.county.engine) as work:
            rows = work.driver.all("SELECT body FROM trail WHERE idx >= ? ORDER BY idx", (begun,))
        return [json.loads(bytes(body)) for (body,) in rows]

    def secretary_of(self, case: int) -> str:
        """Return the login of the secretary who answers for a case."""
        with reading(self.county.engine) as work:
            row = work.driver.one(
                "SELECT a.login FROM cases c JOIN posts p ON p.unit_id = c.answerable_id AND p.role = 'secretary' "
                "JOIN accounts a ON a.person_id = p.person_id WHERE c.id = ?",
                (case,),
            )
        assert row
        return str(row[0])


@contextmanager
def morning(home: Path, chromium: Browser, sizes: Sizes) -> Iterator[Day]:
    """Serve a county of its own on its morning; at the end of the day everything is read again and must be sound."""
    with seeded(home, sizes) as county:
        give_passwords(county.engine)
        now = [MORNING]
        with served(county.engine, county.home, lambda: now[0]) as url:
            day = Day(county, Door(url, county.engine, lambda: now[0], chromium), now)
            yield day
            complaints = day.door.close()
        assert complaints == []
        check_sound(county.engine, county.home)


def count(page: Page) -> int:
    """Return how many things the home says there are to do."""
    expect(page).to_have_title(re.compile(r"待办 \d+ 件"))
    found = re.search(r"待办 (\d+) 件", page.title())
    assert found
    return int(found[1])


def back(page: Page) -> int:
    """Go back to the home; return what is left."""
    page.get_by_role("link", name="回到待办").click()
    return count(page)


def task(page: Page, verb: str) -> Locator:
    """Return the first link of a kind of task, for one or for many."""
    return page.get_by_role("link", name=re.compile(rf"^(逐件)?{verb}( \d+ 件)?$")).first


def cases_of(page: Page) -> list[int]:
    """Return the cases that the form in front of us is for."""
    return [int(one) for one in re.findall(r"case=(\d+)", page.url)]


def record(page: Page, words: str) -> int:
    """Look at what will be recorded, sign; return how many were done."""
    check(page)
    confirm(page)
    done(page, f"已办：{words}")
    found = re.search(r"(\d+) 件", page.get_by_role("heading", level=1).inner_text())
    assert found
    return int(found[1])


def handler_prepares(day: Day) -> None:
    """Two claims of this morning's feedback, filled once for both, go to the secretary in one."""
    page = day.come("handler")
    before = count(page)
    task(page, "准备认领").click()
    first, second = cases_of(page)
    for name, value in NAMED.items():
        page.locator(f"[name='c{first}.{name}']").fill(value)
    page.get_by_role("button", name="其余 1 个问题空着的，也这样填").click()
    send_to_secretary(page)
    page.get_by_role("link", name="待办", exact=True).click()
    expect(page.get_by_text("您已起草，等党组织书记确认").first).to_be_visible()
    assert count(page) == before - 2
    assert day.column(f"SELECT COUNT(*) FROM trail WHERE case_id IN ({first}, {second})") == [2]


def secretary_signs_and_confirms(day: Day) -> None:
    """All receipts at one pressing; what the handler prepared, with the password; what the office approved is made public."""
    page = day.come("secretary")
    assert count(page) <= 15
    page.get_by_role("button", name="全部签收").click()
    done(page, "已办：签收 3 件")
    back(page)
    for _ in range(2):
        task(page, "确认认领").click()
        confirm(page)
        done(page, "已办：认领")
        back(page)
    expect(task(page, "确认认领")).to_have_count(0)
    expect(page.get_by_role("button", name="全部签收")).to_have_count(0)
    before = count(page)
    publicize(day, page)
    assert back(page) == before - 1
    expect(task(page, "公开")).to_have_count(0)


def publicize(day: Day, page: Page, case: int | None = None) -> None:
    """Where and from when, with both proofs: the text is there already."""
    waits = task(page, "公开") if case is None else page.locator(f"a.btn[href='/acts/publicize?case={case}']")
    waits.click()
    fill(page, where="党务公开栏、政府网站", from_on=day.today, to_on=day.on(16))
    attach(page, "m.proof_party", scan("公开栏照片.pdf"))
    attach(page, "m.proof_society", scan("网站截图.pdf"))
    assert record(page, "公开") == 1


def opinion_is_given(day: Day, login: str, called: str = "") -> bool:
    """Give one opinion for all of a unit's problems that wait, on a plan before all else; say whether there was anything."""
    page = day.come(login, called)
    before = count(page)
    waits = task(page, "提方案意见") if task(page, "提方案意见").count() else task(page, "提验收意见")
    if not waits.count():
        return False
    waits.click()
    page.get_by_label("同意", exact=True).check()
    fill(page, text="经核查，措施具体可行，情况属实，同意。")
    given = record(page, "联审（验收）意见")
    assert back(page) == before - given
    return True


def office_works(day: Day) -> int:
    """A plan is approved, a closing verified, a text approved; return the case of the text."""
    page = day.come("office")
    before = count(page)
    task(page, "审方案").click()
    for empty in page.locator("[name$='.agreed_on']").all():
        if not empty.input_value():
            empty.fill(day.on(50))
    attach(page, "m.opinions", scan("联审意见汇总.pdf"))
    planned = record(page, "批准方案")
    assert back(page) == before - planned

    task(page, "验收").click()
    fill(page, conclusion="现场核查与佐证材料一致，同意销号")
    judge(page)
    attach(page, "m.acceptance_record", scan("验收记录.pdf"))
    assert record(page, "验收销号") == 1
    back(page)

    task(page, "审定公开稿").click()
    (case,) = cases_of(page)
    fill(page, scope="党内通报和社会公开")
    attach(page, "m.text", scan("公开稿.pdf"))
    assert record(page, "审定公开稿") == 1
    # What was verified waits now for its text: of three things done one came back as another.
    assert back(page) == before - planned - 1
    return case


def office_enters_a_decision(day: Day) -> int:
    """An escalated problem is put to the group; the meeting is entered with its minutes, and from it what it decided."""
    page = day.come("office2")
    task(page, "提请领导小组").click()
    (case,) = cases_of(page)
    named = page.locator("main a[href^='/cases/']").first.inner_text()
    fill(page, meeting_on=day.today)
    attach(page, "m.group_report", scan("提请报告.pdf"))
    assert record(page, "提请领导小组") == 1
    page.get_by_role("link", name="会议批示").click()
    page.locator("details.make > summary").click()
    form = page.locator("form.sheet")
    form.get_by_label("会议类别").select_option("领导小组会议")
    form.get_by_label("会议日期").fill(day.today)
    form.get_by_label("纪要文号").fill("领组〔2026〕31号")
    form.get_by_label("会议纪要").set_input_files(scan("会议纪要扫描件.pdf"))
    form.get_by_label(named).check()
    form.get_by_role("button", name="登记").click()
    page.get_by_role("button", name="登记决定：责令再整改").click()
    page.locator(f"[name='c{case}.person']").fill("林建国")
    fill(page, final_on=day.on(30))
    assert record(page, "责令再整改") == 1
    return case


def live(day: Day) -> None:
    """Live the day from the morning to the evening."""
    begun = day.size()
    handler_prepares(day)
    secretary_signs_and_confirms(day)
    # One of the three teams inspected there.
    assert any(opinion_is_given(day, login, "team") for login in ("team3", "team2", "team"))
    assert opinion_is_given(day, "discipline")
    assert opinion_is_given(day, "organisation")
    text = office_works(day)
    decided = office_enters_a_decision(day)
    other = day.secretary_of(text)
    page = day.come(other, "another secretary")
    before = count(page)
    publicize(day, page, text)
    assert back(page) == before - 1
    assert day.column(f"SELECT state FROM cases WHERE id IN ({text}, {decided}) ORDER BY id = {decided}") == [
        "publicized",
        "rectifying",
    ]
    entries = day.entries(begun)
    assert {one["via"] for one in entries} == {"web"}
    assert {one["actor"]["role"] for one in entries} == {"secretary", "team", "discipline", "organisation", "office"}
    assert [one["prepared_by"] is not None for one in entries if one.get("action") == "claim"] == [True] * 3
    assert verify(day.county.engine, day.county.home).ok
    assert day.pressed == PRESSED


def test_a_day_of_the_county_is_lived(tmp_path: Path, chromium: Browser) -> None:
    """24 November: nobody needs more than a few pressings for each thing, everything is on the trail via web, the trail verifies."""
    with morning(tmp_path, chromium, SMALL) as day:
        live(day)


@pytest.mark.long
def test_a_day_of_the_whole_demo_is_lived(tmp_path: Path, chromium: Browser) -> None:
    """The same day in the demo of a whole term."""
    with morning(tmp_path, chromium, TERM) as day:
        live(day)
