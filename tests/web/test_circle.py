"""限定知悉: for whom a case is hangs on the post that reaches it; what it shares with others tells nothing of it; it is never hidden from everybody above."""

from __future__ import annotations

import html
import json
import re
from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from notifications.deliver import deliver
from notifications.holders import Directories
from notifications.settings import channel_for
from storage.engine import reading, writing
from storage.scope import Where
from tests.post.sending import folder
from tests.test_ties import tie
from tests.web.conftest import PASSWORD, Door
from tests.web.test_calendar import look
from tests.web.test_profiles import asked
from tests.web.test_scope import told_of
from tests.world import BUREAU, TOWN, World

SECRET, WORDS, TOPIC, ASPECT, NUMBER = "路灯不亮甲", "机密批示", "机密专题", "机密方面", "第 77 号"
REASON = {"reason": "涉密"}


def restrict(door: Door, case: int, login: str = "office", **given: Any) -> Any:
    fields = {"roles": ["secretary", "handler"], "people": "office", **REASON, **given}
    return door.as_(login).submit(f"/cases/{case}/restrict", fields)


@dataclass
class Circle:
    """A door behind which one of two cases of one ledger is for the unit and one of the office; others hold a second post elsewhere."""

    door: Door
    case: int
    plain: int
    meeting: int
    instruction: int
    topic: int

    def of_plain(self) -> int:
        """Return the material of the other case that is the ledger itself."""
        return int(self.door.world.rows("SELECT id FROM materials WHERE case_id = :case AND kind = 'problem_list'", case=self.plain)[0][0])  # fmt: skip


@pytest.fixture(scope="module")
def circle(town_door: Door) -> Circle:
    """Two problems come in one ledger, to one meeting; the first has a topic and an instruction, then it is restricted."""
    world = town_door.world
    office = town_door.as_("office")
    sheet = f"编号,单位,问题,方面\n77,{TOWN},{SECRET},{ASPECT}\n78,{TOWN},寻常问题,\n"
    fields = {"round": "一轮", "unit": "", "feedback": world.today.isoformat()}
    page = office.submit(
        "/import", {**fields, "step": "look"}, files={"m.problem_list": ("台账.csv", sheet.encode())}
    ).text
    carried = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
    fields |= {name: html.unescape(value) for name, value in carried.items() if name != "csrf"}
    answer = office.submit("/import", {**fields, "step": "do", "password": PASSWORD})
    known = {number: case for case, number in world.rows("SELECT id, number FROM cases WHERE number IN ('77', '78')")}
    assert len(known) == 2, answer.text
    case, plain = known["77"], known["78"]
    agenda = {"sort": "leading_group", "held_on": world.today.isoformat(), "number": "9号", "agenda": f"#{case}；#{plain}"}  # fmt: skip
    made = office.submit("/register/meeting/make", agenda, files={"minutes": ("纪要.txt", SECRET.encode())})
    assert made.status_code == 303, made.text
    meeting = int(made.headers["location"].rpartition("/")[2])
    instruction = world.enter(
        "office", "instruction", "make", case=case, written_on=world.today, leader_name="市长", words=WORDS
    )
    assert office.submit(f"/cases/{case}/topics", {"topic": TOPIC}).status_code == 303
    ((topic,),) = world.rows("SELECT id FROM case_topics")
    assert restrict(town_door, case).status_code == 303
    for login in ("office2", "team", "organisation"):
        post = {"person": world.people[login], "role": "handler", "unit": world.units[BUREAU]}
        world.enter("secadmin", "post", "make", asked_by="sysadmin", **post)
    return Circle(town_door, case, plain, meeting, instruction, topic)


def test_a_second_post_elsewhere_opens_no_restricted_case(circle: Circle) -> None:
    """Neither to read, nor to take out, nor to lift, nor by mail: a role counts where its post reaches the case."""
    door, world = circle.door, circle.door.world
    for login in ("office2", "team", "organisation"):
        visitor = door.as_(login)
        assert visitor.get(f"/cases/{circle.case}").status_code == 404, login
        assert SECRET not in visitor.get("/cases").text + told_of(visitor.get("/cases/export.xlsx")), login
    assert restrict(door, circle.case, "office2", step="lift").status_code == 404
    assert world.rows("SELECT COUNT(*) FROM trail WHERE action = 'restriction.lift'") == [(0,)]
    row = world.row(circle.case)
    where = Where(row.unit_id, row.answerable_id, row.inspection_id, row.round_id, id=row.id)
    with reading(world.engine) as work:
        directory = Directories().of(work.driver, world.place)
    told = {
        login
        for login, person in world.people.items()
        if any(
            person in directory.addressees(f"{role}:{row.unit_id}", None, world.today, where).people
            for role in ("secretary", "handler", "office", "team", "discipline", "organisation", "head")
        )
    }
    assert told == {"secretary", "handler", "office", "discipline", "head"}


def test_a_file_that_tells_of_it_too_is_not_handed_out(circle: Circle) -> None:
    """The ledger in which it came with another, and the minutes of the meeting that discussed both."""
    door, ledger = circle.door, circle.of_plain()
    minutes = f"/register/meeting/{circle.meeting}/files/minutes"
    for login in ("office2", "team", "auditor", "leading_group"):
        for path in (f"/materials/{ledger}", f"/materials/{ledger}/view", minutes):
            answer = door.as_(login).get(path)
            assert answer.status_code == 404, (login, path)
        assert SECRET not in door.as_(login).get(f"/cases/{circle.plain}").text
    assert SECRET in told_of(door.as_("discipline").get(f"/materials/{ledger}"))
    assert SECRET in told_of(door.as_("office").get(minutes))


def test_the_register_has_nothing_of_it_for_others(circle: Circle) -> None:
    """No topic, no restriction, no name of it on the meeting's page or in a form; its number answers as one that nobody has."""
    visitor = circle.door.as_("office2")
    for path in (f"/register/topic/{circle.topic}", f"/register/instruction/{circle.instruction}"):
        assert visitor.get(path).status_code == 404, path
    answer = visitor.submit(f"/register/instruction/{circle.instruction}/change", {"words": "改"})
    assert answer.status_code == 404
    pages = ("/register/topic", "/register/restriction", "/register/instruction", "/register/meeting")
    for path in (*pages, f"/register/instruction?about=case:{circle.case}", f"/register/meeting/{circle.meeting}"):
        page = visitor.get(path).text
        assert [words for words in (NUMBER, TOPIC, WORDS, SECRET, f"#{circle.case}") if words in page] == [], path
    about = {"written_on": circle.door.world.today.isoformat(), "leader_name": "市长", "words": "速办", "to_unit": "是"}
    for named in ("#{}", TOWN + " 第 {} 号"):
        said = []
        for number in (circle.case if named == "#{}" else 77, 9999):
            answer = visitor.submit("/register/instruction/make", {**about, "case": named.format(number)})
            assert answer.status_code == 422, number
            said.append(re.findall(r'class="fault"[^>]*>(.*?)</div>', answer.text.replace(str(number), "N"), re.DOTALL))
        assert said[0] == said[1] != []
    refused = []
    for number in (circle.case, 9999):
        given = {
            "case": str(circle.plain),
            "s.ground": "duplicate",
            "s.duplicate_of": str(number),
            "s.reason": "重复",
            "step": "draft",
        }
        answer = visitor.submit("/acts/void", given)
        assert answer.status_code == 422, number
        refused.append(re.findall(r"重复的问题[^<]*", answer.text.replace(str(number), "N")))
    assert refused[0] == refused[1] != []


def test_counts_and_dry_runs_leave_it_out(circle: Circle) -> None:
    door, world = circle.door, circle.door.world
    ((number,),) = world.rows("SELECT MAX(id) FROM listed WHERE kind = 'dictionary'")
    world.enter("office2", "round", "change", world.round_id, asked_by="office", dictionary=str(number))
    version = f"/register/dictionary/{number}"
    assert ASPECT in door.as_("office").get(version).text
    page = door.as_("office2").get(version).text
    assert ASPECT not in page
    assert TOPIC not in page
    holiday = "2026-03-05\t放假\t测试\n2026-03-06\t放假\t测试\n2026-01-01\t放假\t元旦"
    request = asked(door, "office", limits__claim__number="9")
    for login, there in (("office", True), ("office2", False)):
        tried = door.as_(login).get(f"/register/profile/requests/{request}").text
        moved = look(door, holiday, year="2026", login=login).text
        assert (NUMBER in tried, NUMBER in moved) == (there, there), login
        assert "第 78 号" in tried, login


def test_the_auditors_package_tells_nothing_that_the_register_says_of_it(circle: Circle) -> None:
    text = circle.door.as_("auditor").submit("/log/export", {"texts": "1"}).text
    assert [words for words in (SECRET, ASPECT, WORDS, TOPIC) if words in text] == []
    assert "寻常问题" in text


def test_administrators_read_nothing_of_what_cases_are_about(circle: Circle) -> None:
    """No topics, no inspection with what leaders required of the unit; nor does their security log say a topic."""
    door, world = circle.door, circle.door.world
    ((inspection,),) = world.rows("SELECT inspection_id FROM cases WHERE id = :case", case=circle.plain)
    for login in ("sysadmin", "secadmin", "secauditor"):
        for path in ("/register/topic", "/register/inspection", f"/register/inspection/{inspection}"):
            assert door.as_(login).get(path).status_code == 404, (login, path)
    for path in ("/security", f"/security?case={circle.case}", "/security/export.csv"):
        told = told_of(door.as_("secauditor").get(path))
        assert "专题标注" in told or "?" not in path, path
        assert TOPIC not in told, path


def test_every_page_that_shows_its_words_notes_that_it_was_read(circle: Circle) -> None:
    """Lists of many cases alone do not: the ledger, the home."""
    door = circle.door
    claim = {"case": str(circle.case), "step": "check", "s.responsible": "甲", "s.department": "乙", "s.person": "丙"}
    reads: list[tuple[str, str, Any]] = [
        ("office", path, door.as_("office").get)
        for path in (
            f"/register/meeting/{circle.meeting}", f"/register/meeting/{circle.meeting}/files/minutes", f"/register/instruction/{circle.instruction}",
            "/register/instruction", f"/cases/{circle.case}/topics",
        )
    ]  # fmt: skip
    reads += [
        ("secretary", "/acts/claim", partial(door.as_("secretary").submit, data=claim)),
        ("secretary", "/acts/object", partial(door.as_("secretary").submit, data={"case": str(circle.case), "step": "check"})),
    ]  # fmt: skip
    for login, path, ask in reads:
        before = _noted(door.world)
        told = told_of(ask(path))
        assert SECRET in told or WORDS in told or NUMBER in told, path
        assert _noted(door.world)[len(before) :] == [(circle.case, login)], path
    for path in ("/cases", "/"):
        before = _noted(door.world)
        assert SECRET in door.as_("secretary").get(path).text
        assert _noted(door.world) == before


def _noted(world: World) -> list[tuple[Any, ...]]:
    rows = world.rows("SELECT case_id, login FROM security_log WHERE what = 'read_confided' ORDER BY id")
    return [tuple(row) for row in rows]


def test_who_changes_an_agenda_leaves_on_it_what_they_do_not_know_of(circle: Circle) -> None:
    door, world = circle.door, circle.door.world
    for agenda, left in ((f"#{circle.plain}", [circle.case, circle.plain]), ("", [circle.case])):
        given = {"agenda": agenda, "was.agenda": f"#{circle.plain}", "title": f"会议{agenda}"}
        answer = door.as_("office2").submit(f"/register/meeting/{circle.meeting}/change", given)  # fmt: skip
        assert answer.status_code == 303, answer.text
        ((fields,),) = world.rows("SELECT fields FROM listed WHERE id = :row", row=circle.meeting)
        assert json.loads(fields)["agenda"] == left


def test_who_is_tied_to_the_unit_neither_restricts_nor_lifts(door: Door) -> None:
    world = door.world
    case, other = world.feed_back(2)
    assert restrict(door, other).status_code == 303
    tie(world, "office", TOWN)
    for answer in (restrict(door, case), restrict(door, other, step="lift"), restrict(door, other, people="office\noffice2")):  # fmt: skip
        assert answer.status_code == 422
        assert "您对该党组织有回避关系" in answer.text
    page = door.as_("head").get("/").text
    assert "个限定知悉的问题，巡察办没有人能办" in page
    with writing(world.engine) as work:
        for part in ('"lifted":null,', ',"lifted":null'):
            work.driver.run("UPDATE listed SET fields = REPLACE(fields, ?, '')", (part,))
        work.commit()
    assert "lifted" not in world.rows("SELECT fields FROM listed WHERE kind = 'restriction'")[0][0]
    assert door.as_("head").get(f"/cases/{other}/restrict").status_code == 200, (
        "of an old row it is known that it stands"
    )
    assert restrict(door, other, "head", step="lift").status_code == 303


def test_a_circle_without_the_office_is_told_to_the_head_who_widens_it(door: Door) -> None:
    """An escalation reaches somebody above whoever was named; once nobody of the office can sign in, the head names another."""
    world = door.world
    [case] = world.feed_back(start=77)
    assert restrict(door, case, roles=["secretary", "handler", "auditor"]).status_code == 303
    for texts in ("", "1"):
        assert door.as_("auditor").submit("/log/export", {"texts": texts}).status_code == 200
    assert _noted(world) == [(case, "auditor")], "who takes its words out with the log has read them"
    lines = "/vacancies"
    assert NUMBER not in door.as_("head").get(lines).text
    _close(world, "office")
    assert NUMBER not in door.as_("office2").get(lines).text, "to others it is not there"
    head = door.as_("head")
    assert NUMBER in head.get(lines).text
    assert "限定知悉的问题，巡察办没有人能办" in head.get("/").text
    assert restrict(door, case, "head", people="office2").status_code == 303, "the head is within by the post"
    assert door.as_("office2").get(f"/cases/{case}").status_code == 200
    assert NUMBER not in head.get(lines).text
    world.scan_days(world.today, world.today + timedelta(days=60))
    assert world.case(case).state == "escalated"
    post = folder(world.home / "mail")
    deliver(world.engine, post, world.now, channel_for(post))
    told = {person for (person,) in world.rows("SELECT DISTINCT person_id FROM deliveries WHERE case_id = :case", case=case)}  # fmt: skip
    assert world.people["discipline"] in told
    assert world.people["leading_group"] not in told


def test_a_circle_that_nobody_can_open_is_told_to_who_can_mend_it_without_a_word_of_it(door: Door) -> None:
    """The named one of the office is gone, and so is the head: the office at large and the administrators read how many, and what to do; a new head opens it."""
    world = door.world
    [case] = world.feed_back(start=77)
    assert restrict(door, case).status_code == 303
    told = "限定知悉的问题，没有人能调整、解除"

    def told_to(login: str) -> list[bool]:
        home = "/" if login == "office2" else "/accounts"
        pages = [door.as_(login).get(path).text for path in (home, "/vacancies")]
        assert [words for words in (NUMBER, SECRET, f"/cases/{case}") for page in pages if words in page] == [], login
        return [told in pages[0], 'id="stuck"' in pages[1]]

    away = ("office2", "sysadmin", "secadmin", "secauditor")
    _close(world, "office")
    assert [told_to(login) for login in away] == [[False, False]] * 4, "the head can"
    _close(world, "head")
    assert [told_to(login) for login in away] == [[True, True]] * 4
    assert told not in door.as_("team").get("/").text
    post = {"person": world.people["team"], "role": "head"}
    world.enter("secadmin", "post", "make", asked_by="sysadmin", **post)
    assert told_to("secauditor") == [False, False]
    assert restrict(door, case, "team", step="lift").status_code == 303


def _close(world: World, login: str) -> None:
    ((account,),) = world.rows("SELECT id FROM accounts WHERE login = :login", login=login)
    world.enter("secadmin", "account", "close", account, asked_by="sysadmin")
