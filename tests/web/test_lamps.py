"""Lamps on pages: an escalated case's is the unit's, the office's clock stands apart; what is closed has none; beside a flag nothing is 正常."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.web.conftest import Door
from tests.world import FEEDBACK_DAY, TOWN, day

OFFICE_ROLES = ("office", "head", "discipline", "organisation")
NORMAL = "lamp-ok"
ROW = re.compile(r'<tr role="row">(?:(?!</tr>).)*href="/cases/(\d+)"(?:(?!</tr>).)*</tr>', re.DOTALL)


def text_of(html: str) -> str:
    """Return what a piece of a page says, on one line."""
    return " ".join(re.sub(r"<[^>]*>", " ", html).split())


def row_of(door: Door, case: int, query: str = "") -> str:
    """Return what the ledger says in a case's row."""
    page = door.sign_in("office").get(f"/cases{query}").text
    return text_of(next(one[0] for one in ROW.finditer(page) if int(one[1]) == case))


def now_of(door: Door, case: int) -> str:
    """Return what a case's page says of now."""
    page = door.sign_in("office").get(f"/cases/{case}").text
    return text_of(page.partition('aria-label="现状"')[2].partition("</section>")[0])


@pytest.fixture
def risen(door: Door) -> int:
    """Walk a problem that nobody claims to its escalation; it was due on 9 March, and it is 20 March."""
    (case,) = door.world.feed_back()
    door.world.scan_days(FEEDBACK_DAY, day(3, 20))
    assert door.world.row(case).state == "escalated"
    return case


def test_an_escalated_case_shows_the_unit_s_lamp_and_the_office_s_clock_apart(door: Door, risen: int) -> None:
    row = row_of(door, risen)
    for words in ("■ 逾期 11 天", "单位期限 3月9日", "⚑ 疑似整改不力", "巡察办办理，还有"):
        assert words in row
    now = now_of(door, risen)
    assert "督办中 ■ 逾期 11 天 ⚑ 疑似整改不力" in now
    assert "升级督办时应于 2026年3月9日（周一）前办理" in now
    door.world.go(day(5, 20))
    assert "■ 巡察办逾期" in row_of(door, risen)
    assert "督办中 ■ 逾期 72 天" in now_of(door, risen)
    assert "（巡察办逾期" in now_of(door, risen)


def test_beside_a_lamp_that_is_late_stands_no_reminder_from_before(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.scan_days(FEEDBACK_DAY, day(3, 6))
    assert world.row(case).rung == "eve"
    assert "临期提醒" in row_of(door, case)
    world.go(day(3, 20))
    row = row_of(door, case)
    assert ("■ 逾期 11 天" in row, "临期提醒" in row) == (True, False)


def test_beside_a_flag_nothing_is_normal(door: Door, risen: int) -> None:
    world = door.world
    assert NORMAL not in door.sign_in("office").get("/").text
    world.do("office", "order_plan", risen, answers={"plan_on": day(5, 20).isoformat()})
    assert "● 剩 61 天" in row_of(door, risen)
    for login in ("office", "secretary", "handler"):
        for path in ("/", "/cases", f"/cases/{risen}"):
            assert NORMAL not in door.sign_in(login).get(path).text, (login, path)
    assert (
        "/cases/"
        not in door.sign_in("office").get("/cases?lamp=ok").text.partition("<tbody")[2].partition("</tbody>")[0]
    )


@pytest.mark.parametrize("login", OFFICE_ROLES)
def test_those_who_press_find_the_escalated_among_the_late(door: Door, risen: int, login: str) -> None:
    page = door.sign_in(login).get("/").text
    row = page.partition("late-units")[2].partition("<tbody>")[2].partition("</tr>")[0]
    assert f"/cases?unit={door.world.units[TOWN]}&amp;lamp=late" in row
    assert ("■ 1 件" in row, '<td class="nowrap">11 天</td>' in row) == (True, True), row
    assert risen


def test_what_is_closed_has_no_lamp(door: Door) -> None:
    """Accepted, published, withheld and withdrawn; long after every date."""
    world = door.world
    cases = world.all_at_work(3, day(5, 6))
    world.do("secretary", "submit", *cases)
    world.agree(*cases)
    world.do("office", "verify", *cases)
    verified, published, withheld = cases
    world.walk(published, "approve_text", "publicize")
    world.do("office", "withhold", withheld)
    world.open_round("二轮")
    (withdrawn,) = world.feed_back()
    world.do("secretary", "object", withdrawn)
    world.do("office", "withdraw", withdrawn)
    world.go(day(5, 25))
    world.scan()
    for case in (verified, published, withheld, withdrawn):
        assert re.search("逾期|正常|剩 |提醒|预警", row_of(door, case)) is None, row_of(door, case)
        assert re.search("逾期|正常|剩 ", now_of(door, case)) is None, now_of(door, case)
    assert "公开，已过" in row_of(door, verified), "its own debt stands by its date"
    assert "共 0 条" in text_of(door.sign_in("office").get("/cases?lamp=late").text)


def test_figures_of_a_submission_are_said_not_to_count_yet(door: Door) -> None:
    case = door.world.at_work(day(5, 6))
    door.world.do("secretary", "submit", case, answers={"results": {"rules_new": 1}})
    assert "验收销号后计入统计" in door.sign_in("office").get(f"/cases/{case}").text
    door.world.agree(case)
    door.world.do("office", "verify", case)
    assert "验收销号后计入统计" not in door.sign_in("office").get(f"/cases/{case}").text


def test_a_case_escalated_by_hand_before_its_date_is_not_late(door: Door) -> None:
    (case,) = door.world.feed_back()
    door.world.do("office", "escalate_by_hand", case)
    row = row_of(door, case)
    assert "▲ 剩 7 天" in row
    assert "逾期" not in row
    door.world.go(FEEDBACK_DAY + timedelta(days=8))
    assert "■ 逾期 1 天" in row_of(door, case)
