"""The register in the browser: one list, one row, one form for every kind; who may, what waits, what the operator did."""

from __future__ import annotations

import re

import pytest

from register.grammar import READERS
from register.kinds import KINDS, acts
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
    number = int(door.world.rows("SELECT MAX(id) FROM requests WHERE state = 'asked'")[0][0])
    assert (answer.status_code, answer.headers["location"]) == (303, f"/register?sent={number}"), answer.text
    return number


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
        reads = login in KINDS[name].reads and name != "entry"
        expected = 200 if reads or login in KINDS[name].reads_own else 404
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
    fields = {"kind": "open", "login": "new.one", "name": name, "role": "team", "email": email, "personal_key": "4711"}
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


def test_who_asked_reads_for_whom_it_waits(door: Door) -> None:
    """A form that vanished without a word was sent again."""
    ask(door, "office", f"/register/unit/{door.world.units[TOWN]}/change", sort="town")
    ((number,),) = door.world.rows("SELECT MAX(id) FROM requests")
    said = f"已送巡察办审批：变更党组织 {TOWN}"
    assert said in door.as_("office").get(f"/register?sent={number}").text
    for login, query in (("office2", f"?sent={number}"), ("office", ""), ("office", "?sent=x")):
        assert said not in door.as_(login).get(f"/register{query}").text
    answer = door.as_("sysadmin").submit("/accounts", {"kind": "reset", "login": "team", "reason": "忘记"})
    page = door.as_("sysadmin").get(answer.headers["location"]).text
    assert "已送安全管理员审批：重置密码 team（周强）" in page


def test_the_address_of_a_decision_leads_back_to_the_page(town_door: Door) -> None:
    """Typed again after approving, it said that there is no such page."""
    for login, address, page in (
        ("secadmin", "/accounts/7", "/accounts"),
        ("office", "/register/requests/7", "/register"),
    ):
        answer = town_door.as_(login).get(address)
        assert (answer.status_code, answer.headers["location"]) == (303, page)
        assert town_door.as_("secretary").get(address).status_code == 404


def test_acts_are_said_as_people_say_them() -> None:
    """“任职务”, “重置密码账号”, “指定分管领导巡察” were the act's words before the kind's."""
    said = {f"{kind.name}.{act.name}": kind.said(act) for kind, act in acts()}
    expected = {
        "account.open": "开通账号或增加职务", "account.reset": "重置账号密码", "account.reset_factor": "重置账号双因素", "account.close": "停用账号",
        "post.make": "任职", "post.end": "免职", "inspection.lead": "指定巡察的分管领导", "unit.end": "撤并党组织", "person.make": "登记人员",
    }  # fmt: skip
    assert {name: said[name] for name in expected} == expected


def test_a_post_of_a_unit_is_said_once(door: Door) -> None:
    """“城伯镇党委党组织书记” named the Party committee twice; 主持工作 and 代班 are said of what waits and of what was decided."""
    sysadmin, secadmin = door.as_("sysadmin"), door.as_("secadmin")
    fields = {"kind": "open", "login": "in.charge", "name": "钱一", "role": "secretary", "unit": TOWN, "capacity": "acting", "document": "某委〔2026〕1号"}  # fmt: skip
    assert sysadmin.submit("/accounts", fields).status_code == 303
    ((number,),) = door.world.rows("SELECT MAX(id) FROM requests")
    said = f"{TOWN}书记（主持工作）"
    assert f"<dd>{said}</dd>" in secadmin.get("/accounts").text
    secadmin.approve(number)
    page = secadmin.get("/accounts").text
    assert f"<td>{said}</td>" in page.partition("<h2>已审批")[2]
    assert f"{TOWN}党组织书记" not in page


def test_fields_of_a_request_stand_in_the_order_of_the_table(door: Door) -> None:
    """The end of a post stood before its start."""
    fields = {
        "person": "handler",
        "role": "secretary",
        "unit": TOWN,
        "capacity": "stand_in",
        "starts_on": "2026-03-05",
        "ends_on": "2026-03-09",
    }
    ask(door, "sysadmin", "/register/post/make", **fields)
    page = door.as_("secadmin").get("/register").text
    places = [
        page.index(f"<dt>{shown}</dt>") for shown in ("人员", "角色", "党组织", "任职方式", "起始日期", "截止日期")
    ]
    assert places == sorted(places)


def test_what_has_ended_is_not_offered_to_be_changed(door: Door) -> None:
    """The forms of a unit that had ended stood there, and refused whatever was filled in."""
    world, unit = door.world, door.world.units[VILLAGE]
    address, office = f"/register/unit/{unit}", door.as_("office")
    assert 'name="name"' in office.get(address).text
    world.enter("office", "unit", "end", unit, asked_by="office2", ends_on=world.today)
    assert 'name="name"' in office.get(address).text, "the last day"
    world.later(1)
    page = door.sign_in("office").get(address).text
    assert ("已截止" in page, 'name="name"' in page, "<summary>撤并</summary>" in page) == (True, False, False)


def test_who_approves_reads_that_another_request_is_about_the_same(door: Door) -> None:
    address = f"/register/unit/{door.world.units[TOWN]}/change"
    ask(door, "office", address, sort="town")
    said = "另有 1 件同类申请也在等审批"
    assert said not in door.as_("office2").get("/register").text
    ask(door, "office", address, parent=BUREAU)
    assert door.as_("office2").get("/register").text.count(said) == 2


def test_a_change_is_said_with_what_was_there_before(door: Door) -> None:
    """A request and the history of a row showed the new value alone; sealed names too are read by who reads the register."""
    world, address = door.world, f"/register/unit/{door.world.units[VILLAGE]}"
    number = ask(door, "office", f"{address}/change", name="武桥社区党支部", parent=BUREAU, sort="village")
    page = re.sub(r">\s+<", "><", door.as_("office2").get("/register").text)
    changes = {"名称": f"{VILLAGE} → 武桥社区党支部", "上级党组织": f"{TOWN} → {BUREAU}", "类别": "（无） → 村"}
    for label, value in changes.items():
        assert f"<dt>{label}</dt><dd>{value}</dd>" in page
    decide(door, "office2", number)
    last, first = door.as_("office").get(address).text.partition("<h2>登记过什么")[2].split("<tr>")[2:4]
    for label, value in changes.items():
        assert f"{label} {value}" in last
    assert ("→" in first, f"名称 {VILLAGE}" in first) == (False, True)
    assert world.rows("SELECT name FROM units WHERE id = :one", one=world.units[VILLAGE]) == [("武桥社区党支部",)]


def test_what_comes_whole_is_shown_as_people_read_it(door: Door) -> None:
    """The calendar, the tables and the profiles were 64 signs of a hash each."""
    office = door.as_("office")
    pages = {name: office.get(f"/register/{name}").text for name in ("calendar", "definition", "profile")}
    for name, page in pages.items():
        assert re.findall(r">[^<]*[0-9a-f]{64}[^<]*<", page) == [], name
    assert "启用 2026年3月2日（周一）" in pages["definition"]
    assert "2026年</h3>" in pages["calendar"]
    assert "放假</dd>" in pages["calendar"]
    assert "问题的操作表，现行" in pages["definition"]
    assert "登记表，现行" in pages["definition"]


def test_the_form_stands_before_a_long_list_and_the_list_has_pages(town_door: Door) -> None:
    """Folded where rows are there, open where there are none, where it has faults, and where a link leads to it; fifty rows a page."""
    office, world = town_door.as_("office"), town_door.world
    empty = office.get("/register/meeting").text
    assert '<details class="make mb-3" open>' in empty
    for number in range(51):
        world.enter("office", "meeting", "make", sort="other", held_on="2026-01-05", number=f"专〔2026〕{number}号")
    page = office.get("/register/meeting").text
    assert page.index('<details class="make mb-3">') < page.index("<table")
    assert page.index('id="make"') < page.index("<table")
    assert "51 个，第 1 页，共 2 页" in page
    assert page.count('data-label="会议"') == 50
    last = office.get("/register/meeting?page=2").text
    assert (last.count('data-label="会议"'), "上一页" in last, "下一页" in last) == (1, True, False)
    assert office.get("/register/meeting?page=99").text.count('data-label="会议"') == 1
    assert 'href="/register/meeting?q=' in office.get("/register/meeting?q=专").text
    for path in ("/register/meeting?new=1", f"/register/instruction?about=unit:{world.units[TOWN]}"):
        assert '<details class="make mb-3" open>' in office.get(path).text
    wrong = office.submit("/register/meeting/make", {"sort": "other"})
    assert (wrong.status_code, '<details class="make mb-3" open>' in wrong.text) == (422, True)
    assert 'class="make mb-3"' not in town_door.as_("head").get("/register/meeting").text
