"""The register in the browser: one list, one row, one form for every kind; who may, what waits, what the operator did."""

from __future__ import annotations

import re

import pytest

from register.kinds import KINDS, READERS
from register.road import enter
from register.wanted import Wanted
from storage.engine import writing
from tests.web.conftest import Door, field_in
from tests.web.signed import events
from tests.world import BUREAU, TOWN, VILLAGE
from workflow.people import operator


def ask(door: Door, login: str, address: str, **fields: str) -> int:
    """Ask for something that another approves; return its number."""
    answer = door.as_(login).submit(address, fields)
    assert (answer.status_code, answer.headers["location"]) == (303, "/register"), answer.text
    return int(door.world.rows("SELECT MAX(id) FROM requests WHERE state = 'asked'")[0][0])


def decide(door: Door, login: str, number: int, step: str = "approve") -> str:
    """Decide on a request as its page shows it."""
    visitor = door.as_(login)
    page = visitor.get("/register").text
    form = page.partition(f'action="/register/requests/{number}"')[2].partition("</form>")[0]
    answer = visitor.submit(f"/register/requests/{number}", {"step": step, "seen": field_in(form, "seen")})
    return str(answer.text)


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_is_shown_to_its_readers_and_is_not_there_for_others(town_door: Door, name: str) -> None:
    for login in (*READERS, "secretary", "auditor", "leader"):
        answer = town_door.as_(login).get(f"/register/{name}")
        expected = 200 if login in READERS and login in KINDS[name].reads and name != "entry" else 404
        assert answer.status_code == expected, (login, name)


def test_a_unit_is_made_and_changed_by_two_of_the_office(door: Door) -> None:
    office = door.as_("office")
    page = office.get("/register/unit").text
    for words in (TOWN, VILLAGE, "新设党组织", "责任党组织"):
        assert words in page
    made = office.submit("/register/unit/make", {"name": "新城街道党工委", "sort": "street", "parent": BUREAU})
    assert made.status_code == 303
    assert "上级党组织" in office.get(made.headers["location"]).text
    again = office.submit("/register/unit/make", {"name": "新城街道党工委", "parent": "没有的"})
    assert again.status_code == 422
    assert "没有党组织“没有的”" in again.text
    assert 'value="新城街道党工委"' in again.text, "what was filled in stands there"
    number = ask(door, "office", f"{made.headers['location']}/change", name="新城街道工委", reason="改名")
    assert "等别人审批" in door.as_("office").get("/register").text
    assert (
        door.as_("office").submit(f"/register/requests/{number}", {"step": "approve", "seen": "x"}).status_code == 422
    )
    assert "新城街道工委" in door.as_("office2").get("/register").text
    assert "已登记" in decide(door, "office2", number)
    page = door.as_("office2").get(made.headers["location"]).text
    assert "<h1>新城街道工委" in page
    assert "孙立（巡察办），陈静申请" in page
    assert "改名" in page
    assert {"register_entered", "register_asked", "register_approved"} <= set(events(door))


def test_what_changed_since_it_was_shown_is_not_approved(door: Door) -> None:
    town = door.world.units[TOWN]
    first = ask(door, "office", f"/register/unit/{town}/change", sort="town")
    page = door.as_("office2").get("/register").text
    seen = field_in(page.partition(f'action="/register/requests/{first}"')[2], "seen")
    second = ask(door, "office", f"/register/unit/{town}/change", parent=BUREAU)
    decide(door, "office2", second)
    answer = door.as_("office2").submit(f"/register/requests/{first}", {"step": "approve", "seen": seen})
    assert (answer.status_code, "刚刚有变动" in answer.text) == (422, True)
    assert "已登记" in decide(door, "office2", first)


ALIKE = "相同：如是同一个人，请退回，改为给他已有的登记加账号或职务"


def alikes_on(page: str, request: int, where: str) -> list[str]:
    """Return what a page says of look-alikes in the part of it that is about a request."""
    part = page.partition(f'action="{where}/{request}"')[0].rpartition('<dl class="facts">')[2]
    return re.findall(r'<dd class="warn">(.+?)</dd>', part)


@pytest.mark.parametrize(
    ("name", "email", "said"),
    [
        ("王建国", "new@example.test", [f"王建国（secretary）的姓名{ALIKE}"]),
        ("新人", "handler@example.test", [f"李敏（handler）的邮箱{ALIKE}"]),
        ("王建国", "secretary@example.test", [f"王建国（secretary）的姓名、邮箱{ALIKE}"]),
        ("王建国", "handler@example.test", [f"王建国（secretary）的姓名{ALIKE}", f"李敏（handler）的邮箱{ALIKE}"]),
        ("新人", "new@example.test", []),
    ],
)
def test_who_approves_reads_who_is_of_an_equal_name_or_address(
    door: Door, name: str, email: str, said: list[str]
) -> None:
    """For a new login on the page of accounts; of a person's new name or address on the register's."""
    fields = {"kind": "open", "login": "new.one", "name": name, "role": "team", "email": email, "reason": "调入"}
    assert door.as_("sysadmin").submit("/accounts", fields).status_code == 303
    ((number,),) = door.world.rows("SELECT MAX(id) FROM requests")
    assert alikes_on(door.as_("secadmin").get("/accounts").text, number, "/accounts") == said
    team = door.world.people["team"]
    number = ask(door, "sysadmin", f"/register/person/{team}/change", name=name, email=email)
    page = door.as_("secadmin").get("/register").text
    assert alikes_on(page, number, "/register/requests") == said


def test_nobody_is_said_to_be_like_themselves(door: Door) -> None:
    person = door.world.people["team"]
    number = ask(door, "sysadmin", f"/register/person/{person}/change", name="周强", email="zhou@example.test")
    page = door.as_("secadmin").get("/register").text
    assert "zhou@example.test" in page
    assert alikes_on(page, number, "/register/requests") == []


def test_a_request_of_others_is_not_there_for_who_has_nothing_to_do_with_it(door: Door) -> None:
    number = ask(door, "office", f"/register/unit/{door.world.units[TOWN]}/change", sort="town")
    for login in ("secadmin", "sysadmin", "secretary"):
        assert door.as_(login).submit(f"/register/requests/{number}", {"step": "refuse"}).status_code == 404
    assert "申请已撤回" in decide(door, "office", number, "refuse"), "one's own is taken back"
    assert "register_taken_back" in events(door)


def test_rows_and_acts_that_are_not_there_are_not_there(door: Door) -> None:
    office = door.as_("office")
    for path in (
        "/register/moon",
        "/register/unit/999999",
        "/register/unit/x",
        "/register/entry/1",
        "/register/account",
    ):
        assert office.get(path).status_code == 404, path
    for path in (
        "/register/unit/swap",
        "/register/unit/1/make",
        "/register/unit/end",
        "/register/unit/999/change",
        "/register/person/make",
    ):
        assert office.submit(path, {"name": "x"}).status_code == 404, path


def test_the_operators_entries_are_looked_at(door: Door) -> None:
    with writing(door.world.engine) as work:
        enter(
            work,
            [Wanted("person", "make", None, {"name": "操作员登记的人"})],
            operator(door.world.place, "root"),
            door.world.now,
        )
        work.commit()
    assert "操作员登记的人" not in door.as_("office").get("/register").text
    for login in ("secadmin", "secauditor"):
        page = door.as_(login).get("/register").text
        assert "操作员登记的人" in page
        assert "root" in page
    entry = re.findall(r'name="entry" value="(\d+)"', page)[0]
    assert door.as_("office").submit("/register/looked", {"entry": entry}).status_code == 404
    assert door.as_("secauditor").submit("/register/looked", {"entry": entry}).status_code == 303
    assert "操作员登记的人" not in door.as_("secadmin").get("/register").text
    assert door.as_("secadmin").submit("/register/looked", {"entry": entry}).status_code == 422


def test_an_auditor_finds_entries_of_the_register_in_the_log(door: Door) -> None:
    page = door.as_("auditor").get("/log?action=unit.make").text
    assert "新设党组织" in page
    assert "城伯镇" not in page.partition("<tbody>")[2]


def test_what_is_looked_for_of_late_comes_first(door: Door) -> None:
    """Rounds, inspections and posts begin with the newest; units stand as they were entered."""
    for name in ("第八轮巡察", "第九轮巡察"):
        assert door.as_("office").submit("/register/round/make", {"name": name, "profile": "county"}).status_code == 303
    page = door.as_("office").get("/register/round").text
    assert page.index("第九轮巡察") < page.index("第八轮巡察")
    page = door.as_("office").get("/register/unit").text
    assert page.index(f">{TOWN}</a>") < page.index(f">{VILLAGE}</a>")
