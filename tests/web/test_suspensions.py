"""Days that do not count, in the browser: filled in by one, seen with the dates that move, approved by another; the unit reads when, not why."""

from __future__ import annotations

import html
import re

from tests.web.conftest import Answer, Door, field_in
from tests.world import CAST, TOWN

PAGE = "/register/suspension"
FILLED = {
    "ground": "inquiry", "reach": "unit", "unit": TOWN, "case": "", "starts_on": "2026-03-02", "ends_on": "2026-03-13", "reason": "案卷已调走",
}  # fmt: skip


def said(answer: Answer) -> str:
    """Return the words of a page, without its tags."""
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.text)))


def test_one_asks_and_another_sees_what_it_moves(door: Door) -> None:
    """The form leads to the request, which says what moves; approved, the list says how many did, and the case says from when to when."""
    (case,) = door.world.feed_back()
    office = door.as_("office")
    assert "中止计时" in said(office.get("/register"))
    refused = office.submit(f"{PAGE}/make", {**FILLED, "reason": ""})
    assert (refused.status_code, "请写明中止计时的理由" in said(refused)) == (422, True)
    answer = office.submit(f"{PAGE}/make", FILLED)
    assert answer.status_code == 303, said(answer)
    path = answer.headers["location"]
    mine = said(office.get(path))
    assert "1 个问题的 2 个期限会变" in mine
    assert "2026年3月9日（周一）" in mine
    assert "撤回申请" in mine
    assert path in office.get("/register").text
    other = door.as_("office2")
    seen = field_in(other.get(path).text, "seen")
    done = other.submit(path, {"step": "approve", "seen": seen})
    assert "已生效，1 个问题的期限随之变动" in said(done)
    page = said(door.as_("secretary").get(f"/cases/{case}"))
    assert "中止计时，不计入" in page
    assert f"中止计时（{CAST['office'][0]}申请，{CAST['office2'][0]}审批）：" in page
    assert "立案" not in page
    assert "案卷已调走" not in page
    assert door.as_("secretary").get(PAGE).status_code == 404
    assert "立案审查调查" in said(door.as_("head").get(PAGE))


def test_it_is_turned_down_and_taken_back(door: Door) -> None:
    """Nothing moves where the other does not agree, and whoever asked takes it back; a decided one is there no more."""
    (case,) = door.world.feed_back()
    was = door.world.clocks(case)
    for login, word in (("office2", "没有登记"), ("office", "申请已撤回")):
        path = door.as_("office").submit(f"{PAGE}/make", FILLED).headers["location"]
        assert word in said(door.as_(login).submit(path, {"step": "refuse"}))
        assert door.as_(login).get(path).status_code == 404
    assert door.world.clocks(case) == was


def test_it_ends_sooner_and_is_taken_back_on_its_row(door: Door) -> None:
    """The row has both forms, and each leads to the page that says what moves back."""
    (case,) = door.world.feed_back()
    was = door.world.clocks(case)["claim"]
    row = _entered(door, f"{PAGE}/make", {**FILLED, "ends_on": "2026-03-31"})
    office = door.as_("office")
    page = office.get(f"{PAGE}/{row}").text
    assert f'action="{PAGE}/{row}/end"' in page
    assert f'action="{PAGE}/{row}/drop"' in page
    _entered(door, f"{PAGE}/{row}/end", {"ends_on": "2026-03-05", "reason": "案卷已退回"}, "最多提前")
    _entered(door, f"{PAGE}/{row}/drop", {"reason": "登记错了"}, "1 个问题的 2 个期限会变")
    assert door.world.clocks(case)["claim"] == was


def test_the_auditors_package_tells_when_and_not_why(door: Door) -> None:
    """The texts of other entries are opened; of a stop neither ground nor reason."""
    _entered(door, f"{PAGE}/make", FILLED)
    told = door.as_("auditor").submit("/log/export", {"texts": "1"}).text
    assert '"about":"suspension:' in told.replace("\\", "")
    assert ("案卷已调走" in told, "sealed.ground" in told, "sealed.name" in told) == (False, False, True)


def test_the_list_says_from_when_to_when_and_whose(door: Door) -> None:
    """One of a unit names the unit, one of all says so; the calendar page says where such days are entered."""
    one = {"ground": "disaster", "starts_on": "2026-03-02", "ends_on": "2026-03-05", "reason": "防汛"}
    _entered(door, f"{PAGE}/make", {**one, "reach": "unit", "unit": TOWN})
    _entered(door, f"{PAGE}/make", {**one, "reach": "all"})
    listed = said(door.as_("office").get(PAGE))
    assert f"从2026年3月2日（周一）到2026年3月5日（周四），{TOWN}的问题" in listed
    assert "从2026年3月2日（周一）到2026年3月5日（周四），本机构的全部问题" in listed
    assert f'登记<a href="{PAGE}">中止计时</a>' in door.as_("office").get("/register/calendar").text


def _entered(door: Door, path: str, data: dict[str, str], shows: str = "") -> int:
    """Let one ask and another approve, who sees something of it; return the row."""
    answer = door.as_("office").submit(path, data)
    assert answer.status_code == 303, said(answer)
    at, other = answer.headers["location"], door.as_("office2")
    page = other.get(at)
    assert shows in said(page)
    assert "已生效" in said(other.submit(at, {"step": "approve", "seen": field_in(page.text, "seen")}))
    ((row,),) = door.world.rows("SELECT MAX(id) FROM listed WHERE kind = 'suspension'")
    return int(row)
