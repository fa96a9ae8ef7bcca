"""呈送、抄告: an answer asked for by a day and given, who is late pressed for it, and what lies outside the addressee's knowledge owed by nobody."""

from __future__ import annotations

import pytest

from storage.copies import Known
from storage.holders import HeldPost
from tests.household import end_posts
from tests.rules.subjects import CASE, ME, changed, subject
from tests.test_splitting import DIVIDED, part_of, split
from tests.trail.test_filing_entries import fault, moves_of
from tests.web.conftest import Answer, Door
from tests.web.posted import hire
from tests.web.test_copies import RECEIVERS, sign
from tests.web.test_feedback_day import act, on_another_day, prepared, put, send
from tests.web.test_homes import words
from tests.web.test_importing import PDF
from tests.world import BUREAU, TOWN, World, day
from trail.verify import verify
from workflow.copies import Owed, pressings
from workflow.machine import EFFECTS, GUARDS

OWES = "呈送（抄告）未签收、未回复"


def answer(door: Door, login: str, case: int, text: str, file: bytes = b"") -> Answer:
    """Fill in the form of an answer, look it over and give it."""
    files = {"m.copy_answer": ("批示.pdf", file, "application/pdf")} if file else None
    said = {"case": str(case), "s.text": text}
    sent = door.as_(login).looked_over("/acts/answer_copy", said, files=files)
    return door.as_(login).submit("/acts/answer_copy", sent, files=files)


def press(door: Door, *cases: int) -> Answer:
    """Press the button that presses whoever is late."""
    return door.as_("office").submit("/acts/press_copy", {"case": list(map(str, cases)), "step": "do"})


def pressed(world: World) -> list[tuple[int, str]]:
    """Return the letters by which somebody was pressed: the case that tells it, and the post."""
    return [tuple(row) for row in world.rows("SELECT case_id, post FROM outbox WHERE template = 'press_copy' ORDER BY id")]  # fmt: skip


def home(door: Door, login: str) -> str:
    return words(door.as_(login).get("/").text)


def test_the_rules_by_themselves() -> None:
    """What is signed for is answered; who is late is pressed, once a day, unless they may not know of it."""
    rule, effect = GUARDS["copy_to_answer"], EFFECTS["answer_copies"]
    asked, unsigned = Owed(1, "leader", reply_by=day(3, 9)), Owed(4, "leader", day(3, 4), day(3, 9))
    theirs = subject("answer_copy", "leader", copies=(asked, unsigned, Owed(2, "leader", day(3, 4))))
    assert rule(theirs) is None
    assert "先签收" in str(rule(subject("answer_copy", "leader", copies=(unsigned,))))
    assert "没有待您回复" in str(rule(subject("answer_copy", "discipline", copies=(asked,))))
    change = changed(theirs)
    effect(theirs, change)
    assert (change.answered, change.rows["copies_answered"]) == ([(1, "leader")], [(6, ME, CASE, 1, "leader")])
    for said, holds in ((day(3, 1), False), (day(3, 2), True), (None, True)):
        s = subject("amend", answers={"reply_by": said} if said else {})
        assert (GUARDS["reply_by_ahead"](s) is None) == holds
    rule, effect = GUARDS["copy_to_press"], EFFECTS["press_copies"]
    late = (Owed(1, "leader", day(3, 4)), Owed(1, "organisation", None, day(3, 4)), Owed(1, "discipline", day(3, 5)))
    office = subject("press_copy", "office", copies=late, copies_known=None, on=day(3, 5))
    assert rule(office) is None
    change = changed(office)
    effect(office, change)
    assert change.pressed == [(1, "leader"), (1, "organisation")]
    assert [(one.unsigned, one.unanswered, one.due_on) for one in pressings([office])[CASE]] == [(1, 0, day(3, 4)), (0, 1, day(3, 4))]  # fmt: skip
    assert [one.unsigned + one.unanswered for one in pressings([office, office])[CASE]] == [2, 2]
    again = tuple(one._replace(pressed_on=day(3, 5)) for one in late)
    assert "一天只催办一次" in str(rule(subject("press_copy", "office", copies=again, copies_known=None, on=day(3, 5))))
    none = subject("press_copy", "office", copies=late[:2], copies_known=Known(frozenset()), on=day(3, 5))
    assert "不在知悉范围" in str(rule(none))
    assert "没有逾期" in str(rule(subject("press_copy", "office", copies=late, copies_known=None)))
    post = HeldPost(1, "leader", None, "", "", None, "", None, day(3, 4))
    assert [Known(frozenset(), (post,)).to("leader", one) for one in (day(3, 4), day(3, 5))] == [True, False]


def test_an_answer_is_asked_for_given_and_shown(door: Door) -> None:
    """Asked for by the 9th. The leader leaves after signing: the answer is owed by the next one, who gives it with a file; the unit reads no word of it."""
    world = door.world
    end_posts(world, "leader", day(3, 1))
    hire(world, "leader_then", "leader", TOWN)
    (case,) = world.feed_back(reply_by=day(3, 9))
    assert world.entry(case)["copied"] == {"to": list(RECEIVERS), "cases": [case], "reply_by": "2026-03-09"}
    assert "3月9日（周一）前回复意见" in home(door, "leader_then")
    assert "请先签收" in words(answer(door, "discipline", case, "已阅").text)
    assert "还要在 2026年3月9日（周一）前回复意见。 现在批示" in words(sign(door, "leader_then", case).text)
    form = words(door.as_("leader_then").get(f"/acts/answer_copy?case={case}").text)
    assert "“反馈 1 个问题”这一件" in form
    assert "呈送（抄告）待回复 1 个单位" in home(door, "leader_then")
    end_posts(world, "leader_then", day(3, 2))
    on_another_day(door, day(3, 4))
    hire(world, "leader_now", "leader", TOWN)
    assert f'href="/acts/answer_copy?case={case}"' in door.as_("leader_now").get("/").text
    assert "已办" in words(answer(door, "leader_now", case, "请镇里月底前修好", PDF).text)
    assert "待回复" not in home(door, "leader_now")
    entry = world.entry(case)
    assert (entry["action"], entry["actor"]["login"], entry["answered"]) == ("answer_copy", "leader_now", [{"version": 1, "role": "leader"}])  # fmt: skip
    assert world.told(case, "answer_copy") == {"office"}
    letter = door.as_("office").get(f"/copies/{case}/1").text
    for piece in ("批示", "请镇里月底前修好", "批示.pdf", "leader_now的人"):
        assert piece in letter
    assert "请镇里月底前修好" in door.as_("office").get(f"/cases/{case}").text
    (number,) = world.rows("SELECT id FROM materials WHERE kind = 'copy_answer'")[0]
    for login in ("secretary", "handler"):
        theirs = door.as_(login).get(f"/cases/{case}").text
        assert ("月底前修好" in theirs, "批示.pdf" in theirs) == (False, False)
        assert door.as_(login).get(f"/materials/{number}").status_code == 404
    assert "没有待您回复" in words(answer(door, "leader_now", case, "再说一遍").text)
    assert "要求回复 3 件，已回复 1 件" in words(door.as_("office").get(f"/register/round/{world.round_id}").text)
    assert verify(world.engine, world.home).ok


def test_who_is_late_is_pressed_by_one_letter_once_a_day(door: Door) -> None:
    """The 组织部 has not signed for two units, the 纪委监委 not answered one: each has one letter, and it is a task of the office."""
    world = door.world
    (town,), (bureau,) = world.feed_back(reply_by=day(3, 4)), world.feed_back(1, BUREAU)
    for login in ("leader", "discipline"):
        sign(door, login, town, bureau)
    answer(door, "leader", town, "阅")
    assert "没有逾期" in words(press(door, town).text)
    on_another_day(door, day(3, 5))
    office = home(door, "office")
    assert f"{OWES} 3 件" in office
    assert "纪委监委 没有回复 1 件 ■ 逾期 1 件" in office
    assert "组织部 没有签收 2 件 ■ 逾期 2 件" in office
    assert "呈送（抄告）待回复 1 个单位" in home(door, "discipline")
    assert door.as_("head").submit("/acts/press_copy", {"case": str(town), "step": "do"}).status_code in (403, 404)
    assert press(door, town, bureau).status_code == 200
    assert pressed(world) == [(town, "discipline:0"), (town, "organisation:0")]
    assert [world.entry(one)["pressed"] for one in (town, bureau)] == [
        [{"version": 1, "role": "discipline"}, {"version": 1, "role": "organisation"}],
        [{"version": 1, "role": "organisation"}],
    ]
    assert "催办逾期的" not in home(door, "office")
    assert "一天只催办一次" in words(press(door, town).text)
    assert "催办" in words(door.as_("office").get("/copies").text)
    on_another_day(door, day(3, 6))
    assert "催办逾期的" in home(door, "office")
    entries = moves_of(world)
    assert fault(world, entries) == (-1, "")
    for name, wrong in (("answered", "leader"), ("pressed", "leader")):
        place = next(at for at, one in enumerate(entries) if name in one)
        said = entries[place][name]
        entries[place][name] = [{"version": 9, "role": wrong}]
        assert fault(world, entries)[0] == place
        entries[place][name] = said
    assert verify(world.engine, world.home).ok


def test_what_is_restricted_is_owed_by_nobody_who_may_not_know_of_it(door: Door) -> None:
    """限定知悉 after feedback: 组织部 cannot open it, so it no longer owes it, and the office reads why; the leader is named, and owes it still."""
    world = door.world
    cases = world.feed_back(2, reply_by=day(3, 9))
    said = {"roles": ["secretary", "office"], "people": "leader", "reason": "涉密"}
    assert door.as_("office").submit(f"/cases/{cases[0]}/restrict", said).status_code == 303
    on_another_day(door, day(3, 5))
    assert "呈送（抄告）待签收" not in home(door, "organisation")
    for address in (f"/copies/{cases[0]}/1", f"/cases/{cases[0]}"):
        assert door.as_("organisation").get(address).status_code == 404
    theirs = door.as_("organisation").get(f"/cases/{cases[1]}").text
    assert (f"/copies/{cases[0]}" in theirs, "限定知悉" in theirs) == (False, False)
    office = home(door, "office")
    assert ("组织部 没有签收" in office, "分管市（县）领导 没有签收 1 件" in office) == (False, True)
    letter = words(door.as_("office").get(f"/copies/{cases[0]}/1").text)
    assert "组织部不在知悉范围，打不开，不再要求签收、回复" in letter
    press(door, cases[0])
    assert {post.partition(":")[0] for _, post in pressed(world)} == {"discipline", "leader"}
    door.as_("office").submit(f"/cases/{cases[0]}/restrict", {**said, "step": "lift", "reason": "已公开"})
    assert "呈送（抄告）待签收" in home(door, "organisation")


def test_a_part_that_was_split_off_is_read_by_the_copy_of_the_whole(door: Door) -> None:
    """The letter stays with the whole; on it, and on the part's own page, stands the other. A letter sent later is not about the part."""
    world = door.world
    (case,) = world.feed_back(reply_by=day(3, 20))
    on_another_day(door, day(3, 4))
    split(world, case, **DIVIDED)
    part = part_of(world, case)
    page = door.as_("organisation").get(f"/copies/{case}/1").text
    assert f'href="/cases/{part}"' in page
    assert "送出以后由第 1 号拆分" in words(page)
    assert f'href="/copies/{case}/1"' in door.as_("organisation").get(f"/cases/{part}").text
    on_another_day(door, day(3, 5))
    world.walk(case, "object", "amend")
    later = world.case(case).version
    assert f'href="/copies/{case}/{later}"' in door.as_("organisation").get(f"/cases/{case}").text
    assert f'href="/copies/{case}/{later}"' not in door.as_("organisation").get(f"/cases/{part}").text
    assert f'href="/cases/{part}"' not in door.as_("organisation").get(f"/copies/{case}/{later}").text


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_office_asks_for_answers_as_it_sends(door: Door) -> None:
    """On the day of feedback, and of one that is sent alone: the usual day stands there, and what is past is refused."""
    world = door.world
    for unit in (TOWN, BUREAU):
        world.enter("office", "inspection", "make", round=str(world.round_id), unit=unit)
    put(door, "office", (TOWN, BUREAU))
    numbers = prepared(door)
    for number in numbers.values():
        act(door, "office", number, "check")
    page = send(door, [numbers[TOWN]], "look").text
    assert 'name="reply_by" value="2026-03-16"' in page
    assert "请填写回复期限，不早于送出之日" in send(door, [numbers[TOWN]], reply="1", reply_by="2026-03-01").text
    assert send(door, [numbers[TOWN]], reply="1", reply_by="2026-03-12").status_code == 303
    assert act(door, "office", numbers[BUREAU], "send", reply_by="2026-03-12").status_code == 303
    found = world.rows("SELECT u.name, k.reply_by FROM copies k JOIN cases c ON c.id = k.case_id JOIN units u ON u.id = c.unit_id WHERE k.role = 'leader'")  # fmt: skip
    assert {name: str(reply) if reply else None for name, reply in found} == {TOWN: "2026-03-12", BUREAU: None}
