"""Meetings and instructions in the browser: decisions are entered from a meeting, answers are owed to leaders; their files are for their readers."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from states import MOVES
from storage.engine import writing
from storage.meetings import GroupMeeting
from tests.register.test_pages import ask, decide
from tests.rules.subjects import CASE, TODAY, a_material, subject
from tests.web.conftest import PASSWORD, Answer, Door, Visitor, field_in
from tests.web.posted import hire
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.world import BUREAU, TOWN, VILLAGE, World, material
from trail.verify import verify
from workflow.drafts import confirm, draft
from workflow.machine import GUARDS
from workflow.subject import Material

FILE = {"minutes": ("会议纪要.pdf", PDF)}
BY_HAND = {"s.minute_no": "领组〔2026〕3号", "s.minute_on": "2026-03-02"}
MINUTES = Material("minutes", hashlib.sha256(PDF).hexdigest(), "会议纪要.pdf", len(PDF))
HELD: dict[str, Any] = {"sort": "leading_group", "held_on": "2026-03-02", "number": "领组〔2026〕3号"}


def escalated(world: World, count: int) -> list[int]:
    """Cases that the office has escalated, each with its measures at once."""
    cases = world.feed_back(count, kind="at_once")
    for case in cases:
        world.walk(case, "rectify_at_once")
        world.do("office", "escalate_by_hand", case)
    return cases


def made(door: Door, kind: str = "meeting", files: Any = None, **fields: Any) -> str:
    """Enter a row by its form; return its address."""
    answer = door.as_("office").submit(f"/register/{kind}/make", fields, files=files)
    assert answer.status_code == 303, words(answer.text)
    return str(answer.headers["location"])


def test_a_decision_on_several_cases_is_entered_from_their_meeting(door: Door) -> None:
    """The agenda is ticked before, number and minutes come after; one form for both cases; the entry names the meeting, which then stays."""
    world, office = door.world, door.as_("office")
    first, second = escalated(world, 2)
    page = made(
        door, sort="leading_group", held_on="2026-03-02", agenda=[f"#{first}"], **{"agenda.more": f"{TOWN} 第 2 号"}
    )
    key = page.rpartition("/")[2]
    assert "还没有登记文号、会议纪要" in words(office.get(page).text)
    form = f"/acts/order_rework?case={first}&case={second}&meeting={key}"
    assert "还没有登记文号、会议纪要）" in words(office.get(form).text)
    changed = office.submit(
        f"{page}/change",
        {"number": HELD["number"], "was.agenda": f"#{first}；#{second}", "agenda": [f"#{first}", f"#{second}"]},
        files=FILE,
    )
    assert changed.status_code == 303, words(changed.text)
    shown = office.get(page).text
    assert "登记决定：责令再整改" in shown
    opened = office.get(form).text
    assert f'<option value="{key}" selected>' in opened
    assert "minute_no" not in opened
    said = {
        "case": [str(first), str(second)],
        "s.meeting": key,
        "s.final_on": "2026-06-01",
        f"c{first}.person": "林建国",
        f"c{second}.person": "林建国",
    }
    path = f"/acts/order_rework?case={first}&case={second}"
    assert "请选择作出决定的领导小组会议" in words(office.submit(path, {**said, "s.meeting": "", "step": "check"}).text)
    checked = office.submit(path, {**said, "step": "check"})
    assert all(one in words(checked.text) for one in ("领组〔2026〕3号", "会议纪要.pdf")), words(checked.text)
    done = office.submit(
        path,
        {
            **said,
            "kept": field_in(checked.text, "kept"),
            "shown": field_in(checked.text, "shown"),
            "key": field_in(checked.text, "key"),
            "step": "do",
            "password": PASSWORD,
        },
    )
    assert "已办：责令再整改 2 件" in words(done.text), words(done.text)
    entry = json.loads(
        bytes(world.rows("SELECT body FROM trail WHERE action = 'order_rework' ORDER BY idx DESC LIMIT 1")[0][0])
    )
    assert entry["decision"] == {"number": "领组〔2026〕3号", "on": "2026-03-02"}
    assert [one["sha256"] for one in entry["materials"]] == [hashlib.sha256(PDF).hexdigest()]
    after = words(office.get(page).text)
    assert "已登记的决定" in after
    assert "待登记：" not in after
    for fields, why in (
        ({"number": "领组〔2026〕4号"}, "文号和日期，不能再改"),
        ({"was.agenda": f"#{first}；#{second}", "agenda": f"#{first}"}, "不能从议题中去掉"),
    ):
        assert why in words(office.submit(f"{page}/change", fields).text)
    assert "领组〔2026〕3号" in words(office.get(f"/cases/{first}").text)
    assert verify(world.engine, world.home, "city").ok


def test_a_meeting_that_did_not_decide_it_is_not_chosen(door: Door) -> None:
    """Ahead of its day, of another sort, without the case on its agenda, of no number at all: said at the field, and nothing is entered."""
    world, office = door.world, door.as_("office")
    (case,) = escalated(world, 1)
    tomorrow = (world.today + timedelta(days=1)).isoformat()
    there = {
        "还没有召开": made(door, files=FILE, **{**HELD, "held_on": tomorrow, "agenda": f"#{case}"}),
        "不是领导小组会议": made(door, files=FILE, **{**HELD, "sort": "standing", "agenda": f"#{case}"}),
        f"议题中没有{TOWN} 第 1 号": made(door, files=FILE, **{**HELD, "number": "领组〔2026〕5号"}),
        "没有这次会议": "/register/meeting/987654",
    }
    said = {"case": str(case), "s.final_on": "2026-06-01", f"c{case}.person": "林建国", "step": "check"}
    for why, page in there.items():
        answer = office.submit(
            f"/acts/order_rework?case={case}", {**said, "s.meeting": page.rpartition("/")[2], "s.minute_no": "自编1号"}
        )
        assert answer.status_code == 422
        assert why in words(answer.text), why
        assert 'id="s.meeting-fault"' in answer.text
    assert world.actions(case)[-1] == "escalate_by_hand"
    twice = office.submit("/register/meeting/make", {**HELD, "number": "领组〔2026〕5号"})
    assert "已有文号为“领组〔2026〕5号”的领导小组会议" in words(twice.text)


def test_a_file_that_came_with_a_faulty_form_is_not_chosen_again(town_door: Door) -> None:
    """It is carried by a token that is signed: nobody names a file that they have not sent, and nothing that runs is taken."""
    office = town_door.as_("office")
    wrong = office.submit("/register/meeting/make", {**HELD, "number": "甲1号", "held_on": "昨天"}, files=FILE)
    assert wrong.status_code == 422
    assert "已收到“会议纪要.pdf”，不用再选" in words(wrong.text)
    token = field_in(wrong.text, "kept.minutes")
    made_row = office.submit("/register/meeting/make", {**HELD, "number": "甲1号", "kept.minutes": token})
    page = made_row.headers["location"]
    file = office.get(f"{page}/files/minutes")
    assert (file.content, file.headers["content-disposition"].startswith("attachment")) == (PDF, True)
    for forged in (
        f"{hashlib.sha256(PDF).hexdigest()} x.pdf",
        token[:-2],
        town_door.as_("office2").submit("/register/meeting/make", {}).text[:0],
    ):
        other = office.submit(
            "/register/meeting/make",
            {**HELD, "number": f"乙{len(forged)}号", "kept.minutes": forged, "minutes": forged},
        )
        assert office.get(f"{other.headers['location']}/files/minutes").status_code == 404
    bad = office.submit(
        "/register/meeting/make",
        {**HELD, "number": "丙1号"},
        files={"minutes": ("纪要.pdf", b"<script>alert(1)</script>")},
    )
    assert "不是可以上传的类型" in words(bad.text)
    assert 'id="make-minutes"' in bad.text
    for login, expected in {
        "head": 200,
        "leading_group": 200,
        "secretary": 404,
        "leader": 404,
        "auditor": 404,
        "sysadmin": 404,
    }.items():
        assert town_door.as_(login).get(f"{page}/files/minutes").status_code == expected, login
        assert town_door.as_(login).get(page).status_code == expected, login
    assert office.get(f"{page}/files/title").status_code == 404


def test_a_file_that_was_altered_is_not_handed_out(door: Door) -> None:
    office, page = door.as_("office"), made(door, files=FILE, **HELD)
    digest = hashlib.sha256(PDF).hexdigest()
    (door.world.home / "files" / digest[:2] / digest).write_bytes(b"%PDF-1.7 other")
    assert office.get(f"{page}/files/minutes").status_code == 410
    changed = office.submit(f"{page}/change", {"drop.minutes": "1"})
    assert changed.status_code == 303
    assert office.get(f"{page}/files/minutes").status_code == 404
    assert "会议纪要.pdf → （清空）" in words(office.get(page).text)


def test_an_instruction_is_there_for_its_leader_and_for_the_unit_it_was_passed_on_to(door: Door) -> None:
    """On the home of the office it is a line, late with its lamp; answered, it is counted, in time or not."""
    world, office = door.world, door.as_("office")
    (case,) = world.feed_back(unit=VILLAGE)
    said = {"written_on": "2026-03-02", "words": "请抓紧办理", "due_on": "2026-03-06"}
    kept = made(door, "instruction", leader="leader", unit=TOWN, **said)
    passed = made(door, "instruction", leader_name="市长 吴某", case=f"{VILLAGE} 第 1 号", to_unit="是", **said)
    there = {
        "office": (200, 200),
        "head": (200, 200),
        "leading_group": (200, 200),
        "leader": (200, 404),
        "secretary_village": (404, 200),
    }
    there |= {
        "secretary": (404, 200),
        "secretary_bureau": (404, 404),
        "discipline": (404, 404),
        "auditor": (404, 404),
        "sysadmin": (404, 404),
    }
    for login, expected in there.items():
        assert tuple(door.as_(login).get(page).status_code for page in (kept, passed)) == expected, login
    assert "请抓紧办理" in words(door.as_("secretary_village").get(f"/cases/{case}").text)
    assert "请抓紧办理" not in words(door.as_("discipline").get(f"/cases/{case}").text)
    assert "批示待回复 2 件" in words(office.get("/").text)
    assert "批示待回复 1 件" in words(door.as_("leader").get("/").text)
    world.later(6)
    late = words(door.sign_in("office").get("/register/instruction").text)
    assert all(one in late for one in ("批示 2 件", "待回复 2 件", "逾期 2 件"))
    office = door.sign_in("office")
    for page, day, why in (
        (kept, "2026-03-08", ""),
        (kept, "2026-03-01", "早于批示日期"),
        (passed, "2026-03-06", "不能一个人补记"),
        (passed, "2027-01-01", "不能晚于今天"),
        (passed, "2026-03-08", ""),
    ):
        answer = office.submit(f"{page}/answer", {"answered_on": day, "answer": "已办结"})
        assert why in words(answer.text), why
    counted = words(office.get("/register/instruction").text)
    assert all(one in counted for one in ("按期回复 0 件", "逾期回复 2 件", "待回复 0 件"))
    assert "批示待回复" not in words(office.get("/").text)
    assert "请抓紧办理" in words(office.get(f"/register/unit/{world.units[TOWN]}").text)


def test_what_an_instruction_lacks_is_said_at_its_field(town_door: Door) -> None:
    """By one leader, about one thing; a case by its words, and those of another round by the round too."""
    office, world = town_door.as_("office"), town_door.world
    sound = {"written_on": "2026-03-02", "leader_name": "市长 吴某", "words": "请\n抓紧", "unit": TOWN}
    for more, why in (
        ({"leader_name": ""}, "请填写是哪位领导批示的"), ({"leader": "leader"}, "只填一项"), ({"unit": ""}, "请填其中一项"), ({"round": "一轮"}, "请填其中一项"),
        ({"unit": "", "case": "没有的单位 第 9 号"}, "没有问题“没有的单位 第 9 号”"), ({"written_on": "2027-03-02"}, "不能晚于今天"),
        ({"unit": "", "round": "一轮", "to_unit": "是"}, "请填写承办单位"),
    ):  # fmt: skip
        answer = office.submit("/register/instruction/make", {**sound, **more})
        assert answer.status_code == 422
        assert why in words(answer.text), why
    page = office.submit("/register/instruction/make", sound).headers["location"]
    assert "请 抓紧" in words(office.get(page).text)
    begun = office.get(f"/register/instruction?about=unit:{world.units[TOWN]}").text
    assert f'value="{TOWN}"' in begun


def test_minutes_that_decided_are_exchanged_by_two_alone(door: Door) -> None:
    """Before the decision by one; the second sees the paper before it stands, and the case keeps the one that decided."""
    world, office = door.world, door.as_("office")
    (case,) = world.feed_back()
    world.do("secretary", "object", case)
    page = made(door, **{**HELD, "agenda": f"#{case}"})
    assert "还没有按这次会议登记决定" in words(replaced(office, page, PDF).text)
    assert office.submit(f"{page}/change", {}, files=FILE).status_code == 303
    said = {"minute_no": HELD["number"], "minute_on": HELD["held_on"]}
    world.do("office", "withdraw", case, answers=said, materials=[material("fact_check"), MINUTES])
    alone = office.submit(f"{page}/change", {}, files={"minutes": ("另一份.pdf", PDF + b"%")})
    assert "会议纪要不能一个人换" in words(alone.text)
    assert "请写明更换会议纪要的理由" in words(replaced(office, page, PDF + b"%", reason="").text)
    assert replaced(office, page, PDF + b"%").status_code == 303
    waiting = door.as_("office2").get("/register").text
    (link,) = re.findall(r'href="(/register/meeting/\d+/files/minutes\?request=\d+)"', waiting)
    assert door.as_("office2").get(link).content == PDF + b"%"
    for login, at in (("team", link), ("sysadmin", link), ("office2", link.replace("request=", "request=9"))):
        assert door.as_(login).get(at).status_code == 404, (login, at)
    assert door.as_("office2").get(f"{page}/files/minutes").content == PDF
    number = int(link.rpartition("=")[2])
    seen = {"step": "approve", "seen": field_in(waiting, "seen")}
    assert office.submit(f"/register/requests/{number}", seen).status_code == 422
    assert "已登记" in words(door.as_("office2").submit(f"/register/requests/{number}", seen).text)
    assert office.get(f"{page}/files/minutes").content == PDF + b"%"
    assert office.get(link).status_code == 404


def replaced(office: Visitor, page: str, paper: bytes, reason: str = "盖章件代替草稿") -> Answer:
    return office.submit(f"{page}/replace", {"reason": reason}, files={"minutes": ("另一份.pdf", paper)})


def test_a_number_by_hand_is_not_that_of_a_meeting_which_had_other_cases(door: Door) -> None:
    """However it is written; with another day neither. Of a case on its agenda, and of a meeting that is not registered, it is taken."""
    world, office = door.world, door.as_("office")
    case, other = world.feed_back(2)
    for one in (case, other):
        world.do("secretary", "object", one)
    made(door, files=FILE, **{**HELD, "agenda": f"#{other}"})
    files = {"m.fact_check": ("核实.txt", b"x"), "m.minutes": ("纪要.pdf", PDF)}
    other_paper = {**files, "m.minutes": ("纪要.txt", b"y")}
    for about, number, day, why in (
        (case, HELD["number"], HELD["held_on"], "议题中没有编号 1 的问题"), (case, "领组〔２０２６〕 3号", HELD["held_on"], "议题中没有编号 1 的问题"),
        (other, HELD["number"], "2026-03-01", "登记的日期是 2026年3月2日"), (other, HELD["number"], HELD["held_on"], ""), (case, "领组〔2026〕8号", HELD["held_on"], ""),
    ):  # fmt: skip
        said: dict[str, Any] = {
            "case": str(about),
            "s.minute_no": number,
            "s.minute_on": day,
            "s.reason": "不属实",
            "step": "check",
        }
        answer = office.submit(f"/acts/withdraw?case={about}", said, files=files)
        assert (answer.status_code, why in words(answer.text)) == (422 if why else 200, True), (number, day)
    answer = office.submit(f"/acts/withdraw?case={other}", {**said, "case": str(other), **BY_HAND}, files=other_paper)
    assert (answer.status_code, "会议纪要不是登记的那一份" in words(answer.text)) == (422, True)


@pytest.mark.parametrize("road", ["fire", "draft"])
def test_a_number_by_hand_is_judged_on_every_road(world: World, road: str) -> None:
    """On the command line as on the page; and where a meeting is registered after a decision was prepared, when that is confirmed."""
    case, other = world.feed_back(2)
    for one in (case, other):
        world.do("secretary", "object", one)
    said = {"minute_no": "领组〔２０２６〕 3号", "minute_on": HELD["held_on"]}
    given: dict[str, Any] = {"answers": said, "materials": [material("fact_check"), MINUTES]}
    intent = replace(world.intent("withdraw", case, said), materials=tuple(given["materials"]))
    with writing(world.engine) as work:
        prepared = draft(work, intent, world.actor("office2"), world.now) if road == "draft" else None
        work.commit() if prepared else work.rollback()
    assert prepared is None or prepared.draft, prepared
    paper = f"{MINUTES.sha256} 会议纪要.pdf"
    made_up = world.enter("office", "meeting", "make", **{**HELD, "agenda": [other], "minutes": paper})
    before = world.size
    if prepared and prepared.draft:
        with writing(world.engine) as work:
            outcome = confirm(work, prepared.draft, world.actor("office"), world.now)
            work.rollback()
        assert outcome.outcome == "refused", outcome
        why = "；".join(outcome.refused)
    else:
        why = world.refused("office", "withdraw", case, **given)
    assert "领导小组会议 领组〔2026〕3号：议题中没有编号 1 的问题" in why
    assert world.size == before
    world.do("office", "withdraw", other, **given)
    assert made_up


@pytest.mark.parametrize("other", ["领组〔２０２６〕３号", "领组[2026]3号", "领组（2026）3号", "领组【2026】 3 号"])
def test_a_number_is_one_however_it_is_written(door: Door, other: str) -> None:
    """No second meeting has it; a decision by it is the meeting's, whose minutes nobody alone puts others in the place of."""
    world, office = door.world, door.as_("office")
    (case,) = world.feed_back()
    page = made(door, files=FILE, **{**HELD, "agenda": f"#{case}"})
    assert "已有文号为“领组〔2026〕3号”" in words(
        office.submit("/register/meeting/make", {**HELD, "number": other}).text
    )
    world.do("secretary", "object", case)
    papers = [material("fact_check"), MINUTES]
    world.do("office", "withdraw", case, answers={"minute_no": other, "minute_on": HELD["held_on"]}, materials=papers)
    changed = office.submit(f"{page}/change", {}, files={"minutes": ("别的.pdf", PDF + b" ")})
    assert (changed.status_code, "会议纪要不能一个人换" in words(changed.text)) == (422, True)


def test_the_rule_of_a_number_by_itself() -> None:
    """Without a registered meeting of the number all is well; of two that read alike one that fits is enough; before its minutes are there nothing is decided by papers."""
    rule, held = GUARDS["as_the_meeting_has_it"], GroupMeeting("3号", TODAY, frozenset([CASE]), "ab")
    answers = {"minute_no": "3号", "minute_on": TODAY}

    def said_of(*found: GroupMeeting, minutes: str = "ab", **more: Any) -> str:
        papers = (a_material("minutes", minutes),) if minutes else ()
        return str(rule(subject("withdraw", answers={**answers, **more}, materials=papers, meetings=found)) or "")

    assert [said_of(), said_of(held), said_of(held, minutes="")] == ["", "", ""]
    assert said_of(replace(held, agenda=frozenset()), held) == ""
    assert "议题中没有编号 1 的问题" in said_of(replace(held, agenda=frozenset()))
    assert "登记的日期是 2026年3月2日（周一），请核对" in said_of(held, minute_on=TODAY + timedelta(days=1))
    assert "会议纪要不是登记的那一份" in said_of(held, minutes="cd")
    assert "还没有登记会议纪要" in said_of(replace(held, minutes=""))


def test_whoever_names_a_meeting_is_asked_whether_it_is_so() -> None:
    asked = {one.action for one in MOVES if "minute_no" in dict(one.asks)}
    assert {one.action for one in MOVES if "as_the_meeting_has_it" in one.only_if} == asked


def test_a_late_answer_stays_late_but_for_two(door: Door) -> None:
    """Neither answered again nor given another day by one; a day that has not passed, and nothing was answered by, is moved by one."""
    office, world = door.as_("office"), door.world
    due, last = world.today - timedelta(days=9), {"answered_on": world.today.isoformat(), "answer": "已办结"}
    said = {"written_on": "2026-02-01", "leader_name": "市长 吴某", "words": "请抓紧", "unit": TOWN}
    ahead = made(door, "instruction", **said, due_on=world.today.isoformat())
    late = made(door, "instruction", **said, due_on=due.isoformat())
    other = (world.today + timedelta(days=3)).isoformat()
    assert office.submit(f"{ahead}/change", {"due_on": other}).status_code == 303
    for change in ({"due_on": other}, {"due_on": "", "was.due_on": due.isoformat()}):
        assert "不能一个人改" in words(office.submit(f"{late}/change", change).text)
    assert office.submit(f"{late}/answer", last).status_code == 303
    assert "回复：要改的，请用“更正期限和回复”" in words(
        office.submit(f"{late}/answer", {**last, "answered_on": "2026-02-02"}).text
    )
    assert "不能一个人改" in words(office.submit(f"{late}/change", {"due_on": other}).text)
    correct = {"answered_on": due.isoformat(), "reason": "登记时写错了日子"}
    wrong = {"answer": "", "was.answer": "已办结", "reason": "x"}
    assert "要么都填，要么都不填" in words(office.submit(f"{late}/correct", wrong).text)
    shown = words(office.get(late).text)
    assert ("逾期 9 天" in shown, "办结回复" in shown) == (True, False)
    assert "已登记" in decide(door, "office2", ask(door, "office", f"{late}/correct", **correct))
    assert "按期" in words(office.get(late).text)


def test_an_earlier_day_on_the_paper_is_entered_by_one_only_where_it_changes_nothing(door: Door) -> None:
    """As with cases: the paper's day stands beside the day of entry, and what is entered after its day is in time by two alone."""
    office, world = door.as_("office"), door.world
    said = {"written_on": "2026-02-01", "leader_name": "市长 吴某", "words": "请抓紧", "unit": TOWN}
    due, today = world.today - timedelta(days=3), world.today
    late, ahead, free = (
        made(door, "instruction", **said, due_on=day) for day in (due.isoformat(), today.isoformat(), "")
    )
    early = {"answered_on": "2026-02-20", "answer": "已办结"}
    for page in (ahead, free):
        assert office.submit(f"{page}/answer", early).status_code == 303
    for day in ("2026-02-20", due.isoformat()):
        refused = office.submit(f"{late}/answer", {**early, "answered_on": day})
        assert (refused.status_code, "不能一个人补记" in words(refused.text)) == (422, True)
    assert "已登记" in decide(door, "office2", ask(door, "office", f"{late}/correct", **early, reason="回复件的日期"))
    assert "按期" in words(office.get(late).text)
    other = made(door, "instruction", **said, due_on=due.isoformat())
    after = (due + timedelta(days=1)).isoformat()
    assert office.submit(f"{other}/answer", {**early, "answered_on": after}).status_code == 303
    assert "按期" not in words(office.get(other).text), "late by either day"


def test_a_leader_writes_on_a_case_in_charge_themselves(door: Door) -> None:
    """Dated today, in their own name; not on units that others have in charge; the office reads what is to be answered."""
    world = door.world
    hire(world, "deputy", "leader", TOWN)
    (own,), (foreign,) = world.feed_back(), world.feed_back(unit=BUREAU)
    page = door.as_("deputy").get(f"/cases/{own}").text
    assert f'href="/register/instruction?about=case:{own}#make"' in page
    asked = {"words": "请限期整改到位", "to_unit": "是", "due_on": "2026-03-20"}
    refused = door.as_("deputy").submit("/register/instruction/write", {**asked, "case": f"#{foreign}"})
    assert (refused.status_code, "不是您分管的单位的问题" in refused.text) == (422, True)
    assert door.as_("secretary").submit("/register/instruction/write", {**asked, "case": f"#{own}"}).status_code == 404
    made = door.as_("deputy").submit("/register/instruction/write", {**asked, "case": f"#{own}"})
    assert made.status_code == 303, made.text
    ((row,),) = world.rows("SELECT fields FROM listed WHERE kind = 'instruction'")
    kept = json.loads(row) if isinstance(row, str) else row
    assert (kept["leader_id"], kept["written_on"]) == (world.people["deputy"], world.today.isoformat())
    assert "请限期整改到位" in door.as_("secretary").get(f"/cases/{own}").text
    assert "批示待回复" in door.as_("office").get("/").text
