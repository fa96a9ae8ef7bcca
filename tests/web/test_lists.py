"""名册: units and accounts come in many at once, looked through cell by cell; another approves a whole list with one click."""

from __future__ import annotations

import io
import re

import openpyxl
import pytest

from ledger.lists import read_list
from register.kinds import KINDS
from tests.web.conftest import Answer, Door, Visitor, field_in
from tests.web.statements import listening
from tests.world import TOWN

UNITS = ("名称*", "类别", "上级党组织", "责任党组织")
PEOPLE = ("账号*", "姓名*", "角色*", "党组织", "邮箱", "身份标识")
ID_NUMBER = "11010519491231002X"


def book(*rows: tuple[str, ...]) -> bytes:
    made, kept = openpyxl.Workbook(), io.BytesIO()
    for row in rows:
        made.worksheets[0].append(row)
    made.save(kept)
    return kept.getvalue()


def send(visitor: Visitor, kind: str, content: bytes, name: str = "名册.xlsx") -> Answer:
    """Choose a list and look it through."""
    return visitor.submit(f"/register/{kind}/import", {"step": "look"}, files={"file": (name, content)})


def confirm(visitor: Visitor, kind: str, looked: Answer) -> Answer:
    """Take in what was looked through."""
    kept = field_in(looked.text, "kept")
    return visitor.submit(f"/register/{kind}/import", {"step": "do", "kept": kept})


def wrong_cells(page: str) -> list[str]:
    return re.findall(r'<td class="wrong-cell">.*?</td>', page, re.DOTALL)


def test_the_template_comes_back_as_it_was_filled_in(door: Door) -> None:
    """Its head says what is required and its second sheet explains each column; the choices are there to pick from."""
    answer = door.as_("office").get("/register/unit/template.xlsx")
    made = openpyxl.load_workbook(io.BytesIO(answer.content))
    sheet, notes = made.worksheets
    assert [cell.value for cell in sheet[1]] == ["名称*", "类别", "上级党组织", "责任党组织", "起始日期"]
    assert [one.sqref.__str__() for one in sheet.data_validations.dataValidation] == ["B2:B5001"]
    assert "乡镇" in str(notes.cell(3, 3).value)
    sheet.append(["滨江镇党委", "乡镇", None, None, None])
    kept = io.BytesIO()
    made.save(kept)
    page = send(door.as_("office"), "unit", kept.getvalue())
    assert "1 个党组织可以新设" in page.text
    done = confirm(door.as_("office"), "unit", page)
    assert "党组织已登记" in done.text
    assert door.world.rows("SELECT sort FROM units WHERE name = '滨江镇党委'") == [("town",)]


def test_rows_may_name_each_other_in_any_order(door: Door) -> None:
    """Villages stand before their town; what is there already is told and not entered again."""
    rows = [(f"滨江镇第{n}村", "村", "滨江镇党委", "滨江镇党委") for n in range(1, 4)]
    content = book(UNITS, *rows, ("滨江镇党委", "乡镇", "", ""), (TOWN, "街道", "", ""))
    page = send(door.as_("office"), "unit", content)
    assert "4 个党组织可以新设，另有 1 个已经登记" in page.text
    assert "名册写的是“街道”，没有改动" in page.text
    assert door.world.rows("SELECT COUNT(*) FROM units WHERE name LIKE '滨江%'") == [(0,)], "only looked through"
    confirm(door.as_("office"), "unit", page)
    made = "SELECT COUNT(*) FROM units u JOIN units p ON p.id = u.answerable_id WHERE p.name = '滨江镇党委'"
    assert door.world.rows(made) == [(3,)]
    again = send(door.as_("office"), "unit", content)
    assert "名册里的都已经登记" in again.text


WRONG_UNITS = (
    (("滨江镇党委", "镇子", "", ""), "类别没有“镇子”"),
    (("滨江镇党委", "", "没有的党委", ""), "没有党组织“没有的党委”"),
    (("滨江镇党委", "", "滨江镇党委", ""), "绕成一圈"),
    ((" 123 ", "", "", ""), "不能只有数字"),
    (("", "乡镇", "", ""), "请填写名称"),
)


@pytest.mark.parametrize(("row", "said"), WRONG_UNITS)
def test_what_is_wrong_is_said_in_its_cell_and_nothing_is_kept(
    town_door: Door, row: tuple[str, ...], said: str
) -> None:
    before = town_door.world.rows("SELECT COUNT(*) FROM units")
    page = send(town_door.as_("office"), "unit", book(UNITS, ("好的党委", "乡镇", "", ""), row))
    assert page.status_code == 422
    assert any(said in cell for cell in wrong_cells(page.text)), page.text
    assert "第 3 行" in page.text
    assert field_in(page.text, "kept") == "", "there is nothing to go on with"
    assert town_door.world.rows("SELECT COUNT(*) FROM units") == before


def test_two_rows_of_one_name_and_two_that_name_each_other(town_door: Door) -> None:
    office = town_door.as_("office")
    page = send(office, "unit", book(UNITS, ("甲党委", "", "", ""), ("甲党委", "", "", "")))
    assert "与第 2 行重复" in page.text
    page = send(office, "unit", book(UNITS, ("甲党委", "", "乙党委", ""), ("乙党委", "", "甲党委", "")))
    assert page.text.count("绕成一圈</span>") == 2


def test_all_that_is_wrong_is_said_in_one_pass(town_door: Door) -> None:
    """A duplicate was told alone; mended, five more came up. Here a twice named, a ring, who names it, and cells that cannot be read."""
    page = send(
        town_door.as_("office"),
        "unit",
        book(
            UNITS,
            ("甲党委", "", "", ""),
            ("甲党委", "镇子", "", ""),
            ("乙党委", "", "丙党委", ""),
            ("丙党委", "", "乙党委", ""),
            ("丁党委", "", "没有的党委", ""),
            ("戊党委", "市子", "没有的党委", ""),
            ('="己"', "", "没有的党委", ""),
        ),
    )
    assert page.status_code == 422
    cells = wrong_cells(page.text)
    for said, count in (
        ("与第 2 行重复", 1),
        ("类别没有“镇子”", 1),
        ("类别没有“市子”", 1),
        ("绕成一圈", 2),
        ("没有党组织“没有的党委”", 3),
        ("这一格是公式", 1),
    ):
        assert sum(said in cell for cell in cells) == count, said


def test_one_login_of_two_people_is_said_at_both(door: Door) -> None:
    """The second was told when the list was approved."""
    page = send(
        door.as_("sysadmin"),
        "account",
        book(PEOPLE, ("new.a", "甲某", "巡察办", "", "", ""), ("new.a", "乙某", "巡察办", "", "", "")),
    )
    cells = wrong_cells(page.text)
    assert (page.status_code, len(cells)) == (422, 2)
    assert "与第 3 行是同一个账号“new.a”，姓名不同" in cells[0]
    assert "与第 2 行是同一个账号“new.a”，姓名不同" in cells[1]


def test_roles_are_read_as_offices_write_them(door: Door) -> None:
    """And what is none is answered in the language of the page, with the nearest."""
    spelt = ("书记", "联络员", "分管县领导", "分管市领导", "分管区领导", "分管市（县）领导")
    rows = [(f"new.{n}", f"新人{n}某", word, TOWN, "", str(7000 + n)) for n, word in enumerate(spelt)]
    page = send(door.as_("sysadmin"), "account", book(PEOPLE, *rows))
    assert page.status_code == 200, page.text
    page = send(door.as_("sysadmin"), "account", book(PEOPLE, ("new.x", "某某", "党组书纪", TOWN, "", "")))
    assert "没有角色“党组书纪”，是不是“党组织书记”？可用：党组织书记、整改联络员" in page.text
    assert "secretary" not in "".join(wrong_cells(page.text))


def test_a_list_changes_nothing_of_who_is_registered(door: Door) -> None:
    """An address was changed unseen: the list said 4 can be sent, and neither who asked nor who approved saw the old one."""
    before = door.world.rows(
        "SELECT p.email FROM people p JOIN accounts a ON a.person_id = p.id WHERE a.login = 'secretary'"
    )
    ((name,),) = door.world.rows(
        "SELECT p.name FROM people p JOIN accounts a ON a.person_id = p.id WHERE a.login = 'secretary'"
    )
    rows = (
        ("secretary", str(name), "党组织书记", TOWN, "other@example.test", ""),
        ("secretary", str(name), "巡察组", "", "other@example.test", ""),
        ("new.b", "乙新", "整改联络员", TOWN, "b@example.test", "8001"),
    )
    page = send(door.as_("sysadmin"), "account", book(PEOPLE, *rows))
    assert "2 个账号可以送审，另有 1 个已经登记" in page.text
    assert f"第 2 行：{name}已登记，邮箱是“{before[0][0]}”，名册写的是“other@example.test”，没有改动" in page.text
    marks = re.findall(r'<th scope="row">(\d+)</th><td class="nowrap">([^<]*)</td>', page.text)
    assert marks == [("2", "已登记"), ("3", "已有的人，加职务"), ("4", "新")]
    confirm(door.as_("sysadmin"), "account", page)
    ((number,),) = door.world.rows("SELECT MAX(batch) FROM requests")
    shown = door.as_("secadmin").get(f"/batches/{number}").text
    assert "<td>已有的人，加职务</td>" in shown
    assert "<td>新</td>" in shown
    assert "other@example.test" not in shown
    decide(door.as_("secadmin"), int(number))
    after = door.world.rows(
        "SELECT p.email FROM people p JOIN accounts a ON a.person_id = p.id WHERE a.login = 'secretary'"
    )
    assert after == before


FILES = (
    ("名称,类别\n滨海镇党委,乡镇\n".encode("gbk"), "1 个党组织可以新设"),
    ("关于党组织的名册\n\n单位名称\t类别\n滨海镇党委\t乡镇\n".encode(), "1 个党组织可以新设"),
    ("名称,电话\n滨海镇党委,123\n".encode(), "不认识的列没有读入：“电话”"),
    ("类别\n乡镇\n".encode(), "没有“名称”一列"),
    ("名称,类别\n".encode(), "表头下面没有一行内容"),
    (b"\x00\x01\x02", "名册"),
    (b"", "文件是空的"),
    (b"PK\x03\x04broken", "文件已损坏"),
)


@pytest.mark.parametrize(("content", "said"), FILES)
def test_files_as_offices_send_them(town_door: Door, content: bytes, said: str) -> None:
    page = send(town_door.as_("office"), "unit", content, "名册.csv")
    text = page.text.replace("&#34;", '"')
    assert said in text or said.replace("“电话”", "电话") in text, text
    assert page.status_code in (200, 422)


def test_a_formula_is_no_value(town_door: Door) -> None:
    page = send(town_door.as_("office"), "unit", book(UNITS, ('="滨海"&"党委"', "乡镇", "", "")))
    assert page.status_code == 422
    assert "公式" in page.text


def people(count: int) -> list[tuple[str, ...]]:
    return [
        (f"new.{n:03}", f"新人{n:03}号", "整改联络员", TOWN, f"new{n}@example.test", str(5000 + n))
        for n in range(count)
    ]


def asked(door: Door, *rows: tuple[str, ...]) -> int:
    """Let the sysadmin send a list of accounts; return the number of the batch."""
    sysadmin = door.as_("sysadmin")
    page = send(sysadmin, "account", book(PEOPLE, *rows), "账号.xlsx")
    assert page.status_code == 200, page.text
    done = confirm(sysadmin, "account", page)
    assert "已送安全管理员审批" in done.text
    [[number]] = door.world.rows("SELECT MAX(batch) FROM requests")
    return int(number)


def decide(visitor: Visitor, number: int, step: str = "approve", but: tuple[int, ...] = ()) -> Answer:
    page = visitor.get(f"/batches/{number}").text
    chosen = [one for one in re.findall(r'name="request" value="(\d+)"', page) if int(one) not in but]
    return visitor.submit(f"/batches/{number}", {"step": step, "seen": field_in(page, "seen"), "request": chosen})


def test_a_hundred_and_twenty_accounts_are_approved_at_once(door: Door) -> None:
    """The approver sees all of them in one table, approves with one click, and prints one slip for each; every password opens."""
    number = asked(door, *people(120))
    assert door.world.rows("SELECT COUNT(*) FROM accounts WHERE login LIKE 'new.%'") == [(0,)]
    secadmin = door.as_("secadmin")
    assert f'href="/batches/{number}"' in secadmin.get("/accounts").text
    assert "120 件" in secadmin.get("/accounts").text
    page = decide(secadmin, number)
    assert "已同意 120 个" in page.text
    slips = re.findall(
        r'<dd class="mono">(new\.\d+)</dd>\s*<dt>初始密码</dt><dd class="mono first-password">([^<]+)</dd>', page.text
    )
    assert len(dict(slips)) == 120
    assert len(set(dict(slips).values())) == 120
    for login, password in (slips[0], slips[77]):
        assert door.sign_in(login, password).get("/cases").headers["location"] == "/me?change=1"
    assert f'href="/batches/{number}"' not in secadmin.get("/accounts").text
    assert "这一批已经审批" in secadmin.get(f"/batches/{number}").text
    told = door.world.rows("SELECT words FROM security_log WHERE what = 'account_approved' ORDER BY id DESC LIMIT 1")
    assert "120 个" in told[0][0]


def test_what_is_left_unticked_is_turned_down(door: Door) -> None:
    number = asked(door, *people(3))
    assert "已同意 2 个" in decide(door.as_("secadmin"), number, but=(number + 1,)).text
    assert door.world.rows("SELECT login FROM accounts WHERE login LIKE 'new.%' ORDER BY id") == [
        ("new.000",),
        ("new.002",),
    ]
    assert door.world.rows("SELECT state FROM requests WHERE batch IS NOT NULL ORDER BY id") == [
        ("approved",),
        ("refused",),
        ("approved",),
    ]


def test_one_that_can_no_longer_be_done_keeps_back_all(door: Door) -> None:
    """Meanwhile somebody else got the login: the list says which, nothing is entered, and without it the rest goes through."""
    number = asked(door, *people(3))
    other = door.as_("sysadmin").submit(
        "/accounts",
        {"kind": "open", "login": "new.001", "name": "别人", "role": "team", "reason": "急用"},
    )
    assert other.status_code == 303
    [[single]] = door.world.rows("SELECT MAX(id) FROM requests WHERE batch IS NULL AND state = 'asked'")
    door.as_("secadmin").approve(single)
    page = decide(door.as_("secadmin"), number)
    assert page.status_code == 422
    assert "new.001：" in page.text
    assert door.world.rows("SELECT COUNT(*) FROM accounts WHERE login LIKE 'new.%'") == [(1,)]
    assert "已同意 2 个" in decide(door.as_("secadmin"), number, but=(number + 1,)).text


def test_who_asked_takes_the_whole_list_back_and_does_not_approve_it(door: Door) -> None:
    number = asked(door, *people(2))
    sysadmin = door.as_("sysadmin")
    page = sysadmin.get(f"/batches/{number}").text
    assert "同意勾选的" not in page
    refused = sysadmin.submit(
        f"/batches/{number}", {"step": "approve", "seen": field_in(page, "seen"), "request": [number, number + 1]}
    )
    assert refused.status_code == 422
    assert decide(sysadmin, number, "refuse").status_code == 303
    assert door.world.rows("SELECT DISTINCT state FROM requests WHERE batch IS NOT NULL") == [("refused",)]


def test_a_list_that_changed_after_it_was_shown_is_looked_at_again(door: Door) -> None:
    number = asked(door, *people(2))
    secadmin = door.as_("secadmin")
    page = secadmin.get(f"/batches/{number}").text
    said = {"step": "approve", "seen": "0" * 64, "request": [number]}
    assert "有变动" in secadmin.submit(f"/batches/{number}", said).text
    assert secadmin.submit(f"/batches/{number}", {**said, "seen": field_in(page, "seen")}).status_code == 200


def test_a_list_of_others_is_not_there(door: Door) -> None:
    number = asked(door, *people(1))
    for login in ("office", "secretary", "secauditor"):
        assert door.as_(login).get(f"/batches/{number}").status_code == 404, login
        assert door.as_(login).submit(f"/batches/{number}", {"step": "approve"}).status_code == 404, login
    for login in ("office", "secadmin", "secretary"):
        assert door.as_(login).get("/register/account/import").status_code == 404, login
    for kind in ("post", "round", "calendar", "nothing"):
        assert door.as_("office").get(f"/register/{kind}/import").status_code == 404, kind


def test_one_person_with_two_posts_stands_twice_and_gets_one_slip(door: Door) -> None:
    first, second = people(1)[0], (*people(1)[0][:2], "党组织书记", *people(1)[0][3:])
    page = decide(door.as_("secadmin"), asked(door, first, second))
    assert page.text.count("first-password") == 1
    assert door.world.rows(
        "SELECT COUNT(*) FROM posts t JOIN people p ON p.id = t.person_id WHERE p.name = '新人000号'"
    ) == [(2,)]
    again = send(door.as_("sysadmin"), "account", book(PEOPLE, first, first))
    assert "与第 2 行重复" in again.text
    there = send(door.as_("sysadmin"), "account", book(PEOPLE, first))
    assert "都已经登记" in there.text


def test_an_id_number_is_kept_nowhere_in_clear(door: Door) -> None:
    """Of a person's number only its keyed hash leaves the reading: not the page, not the request, not a file in the home."""
    row = (*people(1)[0][:5], ID_NUMBER)
    page = send(door.as_("sysadmin"), "account", book(PEOPLE, row))
    assert ID_NUMBER not in page.text
    assert "（身份证号）" in page.text
    confirm(door.as_("sysadmin"), "account", page)
    [[kept]] = door.world.rows("SELECT fields FROM requests WHERE batch IS NOT NULL")
    assert ID_NUMBER not in kept
    assert '"personal_key":"id:' in kept
    files = [path for path in door.world.home.rglob("*") if path.is_file()]
    assert not [path for path in files if ID_NUMBER.encode() in path.read_bytes()]
    wrong = send(door.as_("sysadmin"), "account", book(PEOPLE, (*row[:5], ID_NUMBER[:-1] + "1")))
    assert wrong.status_code == 422
    assert ID_NUMBER[:-1] not in wrong.text


def test_a_forged_list_is_not_taken(town_door: Door) -> None:
    office = town_door.as_("office")
    page = office.submit("/register/unit/import", {"step": "do", "kept": "x.y"})
    assert page.status_code == 422
    assert "请选择名册文件" in page.text


def test_statements_grow_by_a_few_for_each_row(door: Door) -> None:
    """A list of units costs at most this many statements a row; of accounts asked for, more, since each is tried out."""
    counts = []
    for first, last in ((0, 10), (10, 60)):
        rows = [(f"某某{n:03}村", "村", TOWN, TOWN) for n in range(first, last)]
        with listening(door.world.engine) as heard:
            send(door.as_("office"), "unit", book(UNITS, *rows))
        counts.append(len(heard))
    assert (counts[1] - counts[0]) / 40 <= 16, counts


def test_every_list_has_the_columns_of_its_act() -> None:
    listed = {kind.name: act.told_by for kind in KINDS.values() for act in kind.acts if act.told_by}
    assert listed == {"unit": "name", "account": "login", "clue": "number"}
    assert read_list.__doc__


def test_two_people_of_one_name_in_a_list_say_that_they_are_two(door: Door) -> None:
    """Approved one after the other, the second would be refused as the first; who is registered already is asked for too."""
    sysadmin = door.as_("sysadmin")
    rows = (("wang.one", "王伟", "team", "", "", ""), ("wang.two", "王伟", "team", "", "", ""))
    cells = wrong_cells(send(sysadmin, "account", book(PEOPLE, *rows)).text)
    assert len(cells) == 1
    assert "与第 2 行同名" in cells[0]
    told = tuple((*row[:5], str(4711 + number)) for number, row in enumerate(rows))
    assert wrong_cells(send(sysadmin, "account", book(PEOPLE, *told)).text) == []
    known = send(sysadmin, "account", book(PEOPLE, ("li.two", "李敏", "team", "", "", "")))
    assert "已登记有李敏（handler" in known.text


def test_what_is_there_costs_few_statements_to_be_told_so(door: Door) -> None:
    """A list that is sent again, whole: the city is looked through once, not for every row."""
    rows = [(f"第{number}中学党支部", "事业单位") for number in range(30)]
    content = book(UNITS[:2], *rows)
    confirm(door.as_("office"), "unit", send(door.as_("office"), "unit", content))
    with listening(door.world.engine) as heard:
        page = send(door.as_("office"), "unit", content)
    assert "30 个" in page.text
    assert len(heard) <= 3 * len(rows), len(heard)
