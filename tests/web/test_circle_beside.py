"""限定知悉 beside the case itself: requests, minutes, hand-overs and orders about it tell nobody who may not know of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from storage.engine import writing
from tests.handing import prepares
from tests.ledger.builders import HEADER, line, xlsx
from tests.web.conftest import Answer, Door
from tests.web.stage import PDF, Stage
from tests.web.test_circle import restrict
from tests.web.test_handing_over import at
from tests.web.test_homes import words
from tests.web.test_importing import look
from tests.web.test_scope import told_of
from tests.world import BUREAU, TOWN
from workflow.ordering import approve

TELLING = ("机密", "第 77 号", "消防通道被占用")


def told(door: Door, login: str, *paths: str) -> dict[str, tuple[int, list[str]]]:
    """Return what each page tells somebody of the case."""
    found = {}
    for path in paths:
        answer = door.as_(login).get(path)
        found[path] = (answer.status_code, [word for word in TELLING if word in told_of(answer)])
    return found


def silent(found: dict[str, tuple[int, list[str]]]) -> bool:
    """Say whether nothing was told."""
    return not any(tells for _, tells in found.values())


def stop(door: Door, case: int) -> Answer:
    """Ask that the days of the case do not count."""
    fields = {"ground": "inquiry", "reach": "case", "unit": "", "case": f"#{case}", "starts_on": "2026-03-02", "ends_on": "2026-03-13"}  # fmt: skip
    return door.as_("office").submit("/register/suspension/make", {**fields, "reason": "机密缘由"})


def correction(door: Door, case: int) -> Answer:
    """Ask that an instruction on the case is put right."""
    about: dict[str, Any] = {
        "written_on": "2026-02-20",
        "leader_name": "市长",
        "words": "机密批示",
        "case": case,
        "due_on": "2026-02-25",
    }
    row = door.world.enter("office", "instruction", "make", **about)
    fields = {"due_on": "2026-03-20", "reason": "机密缘由"}
    return door.as_("office").submit(f"/register/instruction/{row}/correct", fields)


@pytest.mark.parametrize("asks", [stop, correction])
def test_what_is_asked_about_it_waits_before_its_circle_alone(door: Door, asks: Callable[[Door, int], Answer]) -> None:
    """Every one of the office read the reason, and could approve it."""
    [case] = door.world.feed_back(start=77)
    if asks is stop:
        assert restrict(door, case).status_code == 303
    answer = asks(door, case)
    assert answer.status_code == 303, words(answer.text)
    if asks is correction:
        assert restrict(door, case).status_code == 303
    number = door.world.rows("SELECT MAX(id) FROM requests")[0][0]
    pages = ("/", "/register", answer.headers["location"], f"/register/suspension/requests/{number}")
    assert silent(found := told(door, "office2", *pages)), found
    assert "机密缘由" in door.as_("office").get("/register").text
    at_decision = f"/register/suspension/requests/{number}" if asks is stop else f"/register/requests/{number}"
    assert door.as_("office2").submit(at_decision, {"step": "approve"}).status_code == 404


def test_the_minutes_of_a_meeting_about_it_have_no_name(door: Door) -> None:
    """The file was withheld, and its name stood in the list, on the row and in the form."""
    [case] = door.world.feed_back(start=77)
    said = {
        "sort": "leading_group",
        "held_on": "2026-03-02",
        "agenda": f"#{case}",
        "number": "领组〔2026〕3号",
        "title": "会议",
    }
    minutes = {"minutes": ("机密纪要.txt", "机密内容".encode())}
    made = door.as_("office").submit("/register/meeting/make", said, files=minutes)
    row = made.headers["location"]
    assert "机密纪要.txt" in door.as_("office2").get(row).text
    assert restrict(door, case).status_code == 303
    assert silent(found := told(door, "office2", "/register/meeting", row, f"{row}/files/minutes")), found
    assert "机密纪要.txt" in door.as_("office").get(row).text


def test_a_hand_over_of_it_is_there_for_its_circle(door: Door) -> None:
    """The secretary of the unit above signs as witness, but not of what they may not know of; the office of the circle does."""
    world = door.world
    world.enter("office2", "unit", "change", world.units[TOWN], asked_by="office", parent=world.units[BUREAU])
    [case] = world.feed_back(start=77)
    assert restrict(door, case).status_code == 303
    old = door.as_("secretary")
    form = {"case": [case], "s.giver": "王建国", "s.matters": "机密事项", "step": "draft"}
    sheet = at(old.get(at(old.submit("/acts/hand_over", form))))
    found = told(door, "secretary_bureau", sheet, f"{sheet}/sheet.xlsx", "/")
    assert [status for status, _ in found.values()] == [404, 404, 200]
    assert silent(found), found
    assert "监交人签字" in words(door.as_("office").get("/").text)


def test_who_prepared_a_hand_over_reads_it_no_more(door: Door) -> None:
    [case] = door.world.feed_back(start=77)
    made = prepares(door.world, "office2", case, matters="机密事项")
    assert restrict(door, case).status_code == 303
    sheet = f"/handovers/{made.draft}"
    found = told(door, "office2", sheet, f"{sheet}/sheet.xlsx", f"/drafts/{made.draft}", "/")
    assert [status for status, _ in found.values()] == [404, 404, 404, 200]
    assert silent(found), found


def test_the_draft_of_an_order_is_there_for_who_may_know_the_case(door: Door) -> None:
    """Words and notice stood on its page for the whole team; and typing the same words said that they were ordered already."""
    world, stage = door.world, Stage(door)
    number = stage.ordered()
    with writing(world.engine) as work:
        done = approve(work, number, world.actor("office"), world.now)
        work.commit()
    assert door.as_("office2").get(f"/orders/{number}").status_code == 200
    assert restrict(door, done.case or 0).status_code == 303
    for login in ("office2", "team"):
        found = told(door, login, f"/orders/{number}", f"/orders/{number}/notice")
        assert [status for status, _ in found.values()] == [404, 404]
    ((inspection,),) = world.rows("SELECT inspection_id FROM prepared_orders")
    ((problem, detail),) = world.rows("SELECT problem, detail FROM cases")
    again = {"problem": problem, "detail": detail, "responsible": "林建国", "done_by": "2026-03-06"}
    notice = {"m.at_once_notice": ("通知书.pdf", PDF)}
    answer = door.as_("office2").submit(f"/orders/new/{inspection}", again, files=notice)
    assert "同样的问题已经交办" not in words(answer.text)


def test_an_import_of_the_same_words_tells_nothing_of_it(door: Door) -> None:
    """In another round it was said that they stand word for word; in its own a row of theirs was refused."""
    world, stage = door.world, Stage(door)
    [case] = world.feed_back(start=77)
    inspection = stage.visit()
    ordered = world.order(inspection)
    asked = "SELECT r.name FROM rounds r JOIN inspections i ON i.round_id = r.id WHERE i.id = :i"
    ((name,),) = world.rows(asked, i=inspection)
    assert restrict(door, case).status_code == restrict(door, ordered).status_code == 303
    ((problem, detail),) = world.rows("SELECT problem, detail FROM cases WHERE id = :case", case=case)
    other = xlsx(
        world.home / "a.xlsx", [list(HEADER), line(77, problem, 单位=TOWN, 整改时限="2026年5月30日", 具体表现=detail)]
    )
    assert "文字完全相同" not in words(look(door, other, "office2", round="别的一轮").text)
    same = xlsx(world.home / "b.xlsx", [list(HEADER), line(1, "消防通道被占用", 单位=TOWN, 整改时限="2026年5月30日")])
    page = words(look(door, same, "office2", round=name).text)
    assert "限定知悉" not in page
    assert "已立行立改" not in page
