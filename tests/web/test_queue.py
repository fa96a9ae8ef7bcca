"""待签: decisions put aside, and what others prepared, listed with all they record; one password signs those that are ticked."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.web.conftest import PASSWORD, Answer, Door, as_the_unit_says, field_in
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.web.test_prepared import prepared
from tests.world import World

TO_ACCEPT = ("claim", "submit_plan", "approve_plan", "submit")


def submitted(world: World, count: int = 1) -> list[int]:
    """Return cases that wait for their acceptance, with all opinions given."""
    cases = world.feed_back(count)
    for action in TO_ACCEPT:
        if action == "approve_plan":
            world.agree(*cases)
        world.do("office" if action == "approve_plan" else "secretary", action, *cases)
    world.agree(*cases)
    return cases


def put_aside(door: Door, login: str, action: str, *cases: int, files: Any = None, **said: str) -> Answer:
    """Let somebody look an act over and put it aside."""
    return door.as_(login).submit(
        f"/acts/{action}", {"case": [str(one) for one in cases], **said, "step": "queue"}, files=files
    )


def accepted(door: Door, *cases: int) -> Answer:
    """Let the office put an acceptance aside."""
    said = {"s.conclusion": "完成", **as_the_unit_says(*cases)}
    return put_aside(door, "office", "verify", *cases, files={"m.acceptance_record": ("验收记录.pdf", PDF)}, **said)


def signed(door: Door, login: str, *numbers: int, password: str = PASSWORD, shown: str | None = None) -> Answer:
    """Let somebody sign those of the queue, as the page has shown it."""
    token = field_in(door.as_(login).get("/queue").text, "shown") if shown is None else shown
    return door.as_(login).submit(
        "/queue", {"draft": [str(one) for one in numbers], "password": password, "shown": token}
    )


def waiting(world: World) -> list[int]:
    return [number for (number,) in world.rows("SELECT id FROM drafts WHERE state = 'open' ORDER BY id")]


def test_the_check_page_offers_to_put_a_decision_aside(door: Door) -> None:
    (case,) = submitted(door.world)
    sent = {"case": str(case), "s.conclusion": "完成", "step": "check", **as_the_unit_says(case)}
    page = door.as_("office").submit("/acts/verify", sent, files={"m.acceptance_record": ("验收记录.pdf", PDF)})
    assert "放入待签" in page.text
    assert 'name="password"' in page.text


def test_several_decisions_are_signed_with_one_password_each_under_its_own_key(door: Door) -> None:
    """陈静 accepts two cases, raises a third to the office's watch, puts all three aside, and signs once."""
    world = door.world
    one, two = submitted(world, 2)
    world.open_round("二轮")
    (three,) = world.feed_back()
    answer = accepted(door, one, two)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    put_aside(door, "office", "escalate_by_hand", three, **{"s.reason": "多次催办没有动静"})
    assert [world.case(case).state for case in (one, two, three)] == ["submitted", "submitted", "feedback"]
    numbers = waiting(world)
    assert len(numbers) == 3, "what is no filing waits case by case"
    page = words(door.as_("office").get("/queue").text)
    for piece in ("待签", "3 件", "签字验收销号", "签字提级督办", "多次催办没有动静", "验收记录.pdf"):
        assert piece in page, piece
    assert "待签 3 件" in words(door.as_("office").get("/").text)
    done = words(signed(door, "office", *numbers).text)
    assert "已签 3 件" in done
    assert [world.case(case).state for case in (one, two, three)] == ["verified", "verified", "escalated"]
    keys = [key for (key,) in world.rows("SELECT key FROM trail WHERE action IN ('verify', 'escalate_by_hand')")]
    assert len({key.rpartition("/")[0] for key in keys}) == 3
    texts = [json.loads(body)["signed"][1] for (body,) in world.rows("SELECT x.body FROM trail t JOIN texts x ON x.idx = t.idx WHERE t.action IN ('verify', 'escalate_by_hand') ORDER BY t.idx")]  # fmt: skip
    assert ["第 1 号" in texts[0], "第 2 号" in texts[1], "提级督办" in texts[2]] == [True, True, True]
    assert "待签" not in words(door.as_("office").get("/").text)


def test_ones_own_are_ticked_or_not_and_what_is_opened_shows_its_first_files(door: Door) -> None:
    """Two put aside are ticked; one click unticks them, another ticks them; within, the record stands open, once for each."""
    accepted(door, *submitted(door.world, 2))
    page = door.as_("office").get("/queue").text
    assert (page.count(" checked>"), "您放入的 2 件" in page) == (2, True)
    assert door.as_("office").get("/queue?pick=none").text.count(" checked>") == 0
    assert page.count('<details class="in-place" open') == 2
    assert page.count("data-unread") == 2


def test_of_those_signed_together_what_moved_meanwhile_stays_with_the_difference(door: Door) -> None:
    world = door.world
    one, two = submitted(world, 2)
    accepted(door, one, two)
    numbers = waiting(world)
    token = field_in(door.as_("office").get("/queue").text, "shown")
    world.do("office", "return_work", one)
    done = words(signed(door, "office", *numbers, shown=token).text)
    assert "已签 1 件，1 件没有办" in done
    assert "状态由“待验收”改为“整改中”" in done
    assert [world.case(case).state for case in (one, two)] == ["rectifying", "verified"]
    assert waiting(world) == numbers[:1]
    page = door.as_("office").get("/queue").text
    assert "现在不能签" in page
    assert "状态由“待验收”改为“整改中”" in page
    assert 'type="checkbox"' not in page
    assert door.as_("office").submit(f"/drafts/{numbers[0]}", {"step": "drop"}).status_code == 303
    assert waiting(world) == []


def test_only_what_is_ticked_is_signed_and_only_what_the_page_has_shown(door: Door) -> None:
    world = door.world
    cases = submitted(world, 3)
    accepted(door, *cases[:2])
    token = field_in(door.as_("office").get("/queue").text, "shown")
    accepted(door, cases[2])
    first, second, third = waiting(world)
    answer = signed(door, "office", third, shown=token)
    assert (answer.status_code, "没有在页面上列出过" in answer.text) == (422, True)
    assert signed(door, "office", shown=token).status_code == 422
    assert signed(door, "office", first, shown="").status_code == 422
    assert signed(door, "office", first, password="wrong", shown=token).status_code == 422
    assert world.rows("SELECT COUNT(*) FROM trail WHERE action = 'verify'") == [(0,)]
    assert "已签 1 件" in words(signed(door, "office", first, shown=token).text)
    assert "此前已办，未重复记录" in signed(door, "office", first, shown=token).text
    assert waiting(world) == [second, third]


def test_a_queue_is_ones_own(door: Door) -> None:
    """What 陈静 put aside nobody else signs by their queue, and it stays a task of the office."""
    world = door.world
    (case,) = submitted(world)
    accepted(door, case)
    (number,) = waiting(world)
    other = door.as_("office2")
    assert "没有等您签字的事项" in other.get("/queue").text
    assert "验收" in words(other.get("/").text)
    token = field_in(door.as_("office").get("/queue").text, "shown")
    assert signed(door, "office2", number, shown=token).status_code == 422
    assert world.case(case).state == "submitted"


def test_a_secretary_signs_what_was_prepared_together_once_it_is_ticked(door: Door) -> None:
    """李敏 prepared two claims; 王建国 finds them in his queue, not ticked before he has looked, and signs both."""
    world = door.world
    one, two = world.feed_back(2)
    numbers = [prepared(world, "handler", "claim", case) for case in (one, two)]
    page = door.as_("secretary").get("/queue").text
    assert page.count('type="checkbox"') == 2
    assert "checked" not in page
    assert "待签 2 件" in words(door.as_("secretary").get("/").text)
    assert "已签 2 件" in words(signed(door, "secretary", *numbers).text)
    assert {world.case(case).state for case in (one, two)} == {"claimed"}
    assert "没有等您签字的事项" in door.as_("handler").get("/queue").text


@pytest.mark.parametrize("second", [False, True])
def test_two_decisions_on_one_case_are_told_apart(door: Door, second: bool) -> None:
    """Accepted and raised at once: both are listed; the one signed first holds, the other stays and says why."""
    world = door.world
    (case,) = submitted(world)
    accepted(door, case)
    put_aside(door, "office", "escalate_by_hand", case, **{"s.reason": "多次催办没有动静"})
    numbers = waiting(world)
    done = words(signed(door, "office", *(reversed(numbers) if second else numbers)).text)
    assert "已签 1 件，1 件没有办" in done
    assert world.case(case).state == ("escalated" if second else "verified")


def test_a_filing_is_put_aside_whole(door: Door) -> None:
    world = door.world
    one, two = world.feed_back(2)
    world.do("secretary", "claim", one, two)
    prepared(world, "secretary", "submit_plan", one, two)
    (number,) = waiting(world)
    assert "已签 1 件" in words(signed(door, "secretary", number).text)
    assert {world.case(case).state for case in (one, two)} == {"plan_review"}


def test_what_needs_another_person_is_in_that_persons_queue(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    number = prepared(world, "office", "void", case)
    assert "没有等您签字的事项" in door.as_("office").get("/queue").text
    assert "已签 1 件" in words(signed(door, "office2", number).text)
    assert world.case(case).state == "withdrawn"


def test_one_acceptance_record_serves_a_selection_with_conclusions_of_their_own(door: Door) -> None:
    """From the ledger 陈静 ticks three submitted cases: one record for all, one conclusion, and another for the one that differs."""
    world, office = door.world, door.as_("office")
    cases = submitted(world, 3)
    assert "批量验收销号" in words(office.get("/cases?state=submitted").text)
    address = "/acts/verify?" + "&".join(f"case={one}" for one in cases)
    assert words(office.get(address).text).count("这一个的验收结论") == 3
    assert "这一个的验收结论" not in office.get(f"/acts/verify?case={cases[0]}").text
    said = {
        "case": [str(one) for one in cases],
        "s.conclusion": "完成",
        f"c{cases[1]}.conclusion": "基本完成，管护还要跟踪",
        **{f"c{case}.judged.1.no": "1" for case in cases},
        "s.judged.rest": "true",
    }
    files = {"m.acceptance_record": ("验收记录.pdf", PDF)}
    page = office.submit("/acts/verify", {**said, "step": "check"}, files=files)
    assert page.text.count("验收记录.pdf</a>") == 1, "what all share stands once"
    assert "以上各问题共用的材料" in page.text
    assert "验收结论：各问题分别填写，如上所列" in page.text
    assert "已办：验收销号 3 件" in words(office.sign("/acts/verify", said, files=files).text)
    texts = [json.loads(body)["answers.conclusion"][1] for (body,) in world.rows("SELECT x.body FROM trail t JOIN texts x ON x.idx = t.idx WHERE t.action = 'verify' ORDER BY t.case_id")]  # fmt: skip
    assert texts == ["完成", "基本完成，管护还要跟踪", "完成"]
    assert len(set(world.rows("SELECT sha256 FROM materials WHERE kind = 'acceptance_record'"))) == 1
