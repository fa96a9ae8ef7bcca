"""立行立改交办 in the browser: the team writes the order, the office approves it, the unit hands in its short form."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.ledger.test_ordered import written
from tests.web.conftest import Answer, Door, field_in
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.world import BUREAU, TOWN, World, day

NOTICE = {"m.at_once_notice": ("立行立改通知书.pdf", PDF)}
SAID: dict[str, str] = {
    "problem": "消防通道被占用", "detail": "三楼通道堆满杂物", "responsible": "林建国", "done_by": "2026-03-07", "step": "do",
}  # fmt: skip


def sent(door: Door, login: str, inspection: int, files: Any = NOTICE, **said: str) -> Answer:
    """Send the form of an order."""
    return door.as_(login).submit(f"/orders/new/{inspection}", {**SAID, **said}, files=files)


def put_aside(door: Door, world: World) -> tuple[int, str]:
    """Let the team write an order; return the inspection and the address of the order."""
    inspection = world.visit()
    answer = sent(door, "team", inspection)
    assert answer.status_code == 303, words(answer.text)
    return inspection, answer.headers["location"]


def test_the_team_finds_its_inspections_and_writes_an_order(door: Door) -> None:
    world = door.world
    team = door.as_("team")
    assert "现在没有正在驻点" in team.get("/orders").text
    inspection, address = put_aside(door, world)
    assert f"/orders/new/{inspection}" in team.get("/orders").text
    shown = words(team.get(address).text)
    assert "待巡察办审批" in shown
    assert "2026年3月7日" in shown
    assert "交办后即通知" not in shown
    assert world.rows("SELECT COUNT(*) FROM cases") == [(0,)]
    assert "审批以前单位看不到" in words(team.get(f"/orders/new/{inspection}").text)


def test_the_office_is_asked_at_home_approves_once_and_the_unit_hands_in_its_short_form(door: Door) -> None:
    world = door.world
    _, address = put_aside(door, world)
    office = door.as_("office")
    assert '<a href="/orders"' in office.get("/cases").text  # it was linked nowhere while nothing waited
    assert "立行立改待审批 1 件" in words(office.get("/").text)
    assert office.get(f"{address}/notice").content == PDF
    answer = office.submit(address, {"step": "do"})
    assert answer.status_code == 303
    case = int(answer.headers["location"].rpartition("/")[2])
    assert world.stands(case) == ("rectifying", day(3, 7), "secretary")
    again = office.submit(address, {"step": "do"})
    assert (again.status_code, "已交办" in again.text) == (422, True)
    assert "立行立改待审批" not in words(office.get("/").text)
    secretary = door.as_("secretary")
    home = secretary.get("/").text
    assert f"/acts/submit_at_once?case={case}" in home
    assert f"/acts/submit?case={case}" not in home
    page = secretary.get(f"/acts/submit_at_once?case={case}").text
    assert "整改结果" in page
    assert "真实性承诺" not in page
    assert "整改报告" not in page
    assert page.count("<details><summary>整改成效") == 1  # figures that need not be there stay folded
    assert "submit_at_once" in secretary.get(f"/cases/{case}").text


def test_what_is_wrong_is_said_where_it_is_and_nothing_is_lost(door: Door) -> None:
    """The notice is kept while the rest is mended; too late a date is refused with the last day that can be."""
    world = door.world
    inspection = world.visit()
    answer = sent(door, "office", inspection, problem="", done_by="2026-03-30")
    shown = words(answer.text)
    assert answer.status_code == 422
    assert "请填写问题" in shown
    assert "整改期限最晚 2026年3月9日" in shown
    kept = field_in(answer.text, "kept")
    answer = sent(door, "office", inspection, files=None, kept=kept)
    assert answer.status_code == 303, words(answer.text)
    assert world.rows("SELECT name FROM materials") == [("立行立改通知书.pdf",)]
    again = sent(door, "office", inspection)
    assert "同样的问题已经交办：第 立1 号" in words(again.text)
    assert world.rows("SELECT COUNT(*) FROM cases") == [(1,)]


def test_the_office_gives_back_with_a_reason_and_the_team_reads_it(door: Door) -> None:
    _, address = put_aside(door, door.world)
    office = door.as_("office")
    assert "请写明退回理由" in office.submit(address, {"step": "back"}).text
    assert office.submit(address, {"step": "back", "reason": "事实不清"}).status_code == 303
    team = door.as_("team")
    assert "立行立改交办稿退回 1 件" in words(team.get("/").text)
    assert "已退回：事实不清" in words(team.get(address).text)
    assert team.submit(address, {"step": "back"}).status_code == 303
    assert "退回" not in words(team.get("/").text)


def test_it_is_nobody_elses(door: Door) -> None:
    inspection, address = put_aside(door, door.world)
    for login in ("secretary", "handler", "leader", "discipline", "auditor", "sysadmin"):
        for path in ("/orders", f"/orders/new/{inspection}", address, f"{address}/notice"):
            assert door.as_(login).get(path).status_code == 404, (login, path)
        assert door.as_(login).submit(address, {"step": "do"}).status_code == 404
    assert "应由巡察办办理" in door.as_("team").submit(address, {"step": "do"}).text
    assert door.as_("office").get("/orders/new/99999").status_code == 404
    assert door.world.rows("SELECT COUNT(*) FROM cases") == [(0,)]


def test_after_the_stay_the_form_says_what_to_do_instead(door: Door) -> None:
    world = door.world
    gone = world.visit(BUREAU, days=-1)
    assert "请列入反馈的问题" in words(door.as_("office").get(f"/orders/new/{gone}").text)
    assert f"/orders/new/{gone}" not in door.as_("team").get("/orders").text
    here = world.visit(TOWN)
    assert f"/orders/new/{here}" in door.as_("office").get(f"/register/inspection/{here}").text


def looked(door: Door, file: Path, **more: str) -> Answer:
    """Send the first step of an import."""
    said = {"round": "一轮", "unit": "", "feedback": door.world.today.isoformat(), "step": "look", **more}
    return door.as_("office").submit("/import", said, files={"m.problem_list": ("台账.csv", file.read_bytes())})


def test_the_preview_shows_it_with_a_tick_and_the_choice_holds(door: Door, tmp_path: Path) -> None:
    world = door.world
    case = world.order(world.visit())
    shown = looked(door, written(tmp_path, ("3", "消防通道被占用", "", "")))
    assert "已立行立改，第 立1 号（整改中）" in words(shown.text)
    assert "编入已立行立改的 1 个" in words(shown.text)
    carried = {name: field_in(shown.text, name) for name in ("kept", "round", "feedback", "linked")}
    done = door.as_("office").submit("/import", {**carried, "link": "2", "step": "do"})
    assert done.status_code == 303, words(done.text)
    assert world.rows("SELECT id, number FROM cases") == [(case, "3")]


def test_unticked_it_is_fed_back_as_another(door: Door, tmp_path: Path) -> None:
    world = door.world
    world.order(world.visit())
    shown = looked(door, written(tmp_path, ("3", "消防通道被占用", "", "")))
    carried = {name: field_in(shown.text, name) for name in ("kept", "round", "feedback", "linked")}
    done = door.as_("office").submit("/import", {**carried, "step": "do"})
    assert done.status_code == 303
    assert world.rows("SELECT number, state FROM cases ORDER BY id") == [("立1", "rectifying"), ("3", "feedback")]


@pytest.mark.parametrize("login", ["team", "office"])
def test_the_notice_is_made_by_the_system_of_what_is_filled_in(door: Door, login: str) -> None:
    """Who writes the order has its notice with one click; nothing is ordered by that, and what is missing is said first."""
    world = door.world
    inspection = world.visit()
    making = {**SAID, "step": "make", "demand": "三日内报结果"}
    assert "责任领导" in words(door.as_(login).submit(f"/orders/new/{inspection}", {**making, "responsible": ""}).text)
    page = door.as_(login).submit(f"/orders/new/{inspection}", making)
    assert page.status_code == 200
    assert "已选：关于立行立改" in words(page.text)
    assert world.rows("SELECT COUNT(*) FROM cases") == [(0,)]
    assert world.rows("SELECT COUNT(*) FROM trail WHERE case_id IS NOT NULL") == [(0,)]
    answer = door.as_(login).submit(f"/orders/new/{inspection}", {**SAID, "kept": field_in(page.text, "kept")})
    assert answer.status_code == 303
    at = answer.headers["location"]
    notice = f"{at}/notice" if login == "team" else ""
    if notice:
        assert door.as_("office").get(notice).content.startswith(b"%PDF")
    else:
        ((name,),) = world.rows("SELECT name FROM materials WHERE kind = 'at_once_notice'")
        assert name.startswith("关于立行立改")
