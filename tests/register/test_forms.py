"""Every form of the register, posted: asked by whose it is, approved by another, seen as row, entry and page; a wrong field said at its field."""

from __future__ import annotations

import html
import json
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import pytest

from register.kinds import KINDS, acts
from tests.register.test_pages import ask, decide
from tests.register.test_road import post
from tests.web.conftest import Door
from tests.web.signed import events
from tests.world import CAST, TOWN, VILLAGE, World
from trail.note import new_key

Row = Callable[[World], int]


@dataclass(frozen=True)
class Form:
    """One form, by hand: who asks, who approves where another must, about which row, what is filled in, what is wrong, what the page says."""

    asks: str
    approves: str
    row: Row | None
    filled: dict[str, str]
    wrong: tuple[str, str, str]
    says: tuple[str, ...]


def of_unit(name: str) -> Row:
    """Return which unit."""
    return lambda world: world.units[name]


def of_person(login: str) -> Row:
    """Return which person."""
    return lambda world: world.people[login]


def inspection(world: World) -> int:
    """Return the inspection of the town, which begins with a problem fed back."""
    if not world.rows("SELECT id FROM inspections"):
        world.feed_back()
    return int(world.rows("SELECT MAX(id) FROM inspections")[0][0])


def team(world: World) -> int:
    """Return a team of the round."""
    return int(world.enter("office", "team", "make", name="第一巡察组"))


def rule(world: World) -> int:
    """Return a rule of the office."""
    number = len(world.rows("SELECT id FROM listed WHERE kind = 'rule'"))
    return int(world.enter("office", "rule", "make", name=f"整改办法（{number}）", starts_on="2026-01-01"))


def correspondent(world: World) -> int:
    """Return an upper office."""
    said = {
        "name": f"省委巡视办（{secrets.token_hex(3)}）",
        "standing": "upper",
        "verifier": new_key("zhenggai/province")[1],
    }
    return int(world.enter("office2", "correspondent", "make", asked_by="office", **said))


KEY, OTHER_KEY = (new_key("zhenggai/county")[1] for _ in range(2))
FORMS: Final = {
    ("unit", "make"): Form("office", "", None, {"name": "新城街道党工委", "sort": "street", "parent": TOWN}, ("parent", "没有的", "没有党组织“没有的”"), ("新城街道党工委", "街道", TOWN)),
    ("unit", "change"): Form("office", "office2", of_unit(TOWN), {"sort": "town"}, ("sort", "moon", "类别没有“moon”"), ("乡镇",)),
    ("unit", "end"): Form("office", "office2", of_unit(VILLAGE), {"ends_on": "2026-03-09", "successor": TOWN}, ("successor", VILLAGE, "承接的党组织不能是它自己"), ("2026年3月9日", TOWN)),
    ("person", "make"): Form("sysadmin", "secadmin", None, {"name": "钱一", "email": "qian@example.test", "personal_key": "1001"}, ("email", "qian", "邮箱“qian”的写法不对"), ("钱一", "qian@example.test", "no:1001")),
    ("person", "change"): Form("sysadmin", "secadmin", of_person("handler"), {"email": "li@example.test"}, ("email", "li", "邮箱“li”的写法不对"), ("li@example.test",)),
    ("post", "make"): Form("sysadmin", "secadmin", None, {"person": "handler", "role": "secretary", "unit": TOWN, "capacity": "acting", "document": "某委〔2026〕1号"}, ("unit", "没有的", "没有党组织“没有的”"), ("李敏", "党组织书记", "主持工作", "某委〔2026〕1号")),
    ("post", "end"): Form("sysadmin", "secadmin", lambda world: post(world, "handler"), {"ends_on": "2026-03-09", "successor": "secretary"}, ("ends_on", "明天", "截止日期“明天”不是日期"), ("2026年3月9日", "王建国")),
    ("round", "make"): Form("office", "", None, {"name": "九轮", "profile": "county"}, ("profile", "x", "没有时限方案“x”"), ("九轮", "县（市）通用")),
    ("round", "change"): Form("office", "office2", lambda world: world.round_id, {"name": "一轮（镇街）"}, ("name", "12", "不能只有数字"), ("一轮（镇街）",)),
    ("inspection", "make"): Form("office", "", None, {"round": "一轮", "unit": VILLAGE, "feedback_on": "2026-03-02", "team": "第一巡察组"}, ("feedback_on", "昨天", "反馈日期“昨天”不是日期"), (VILLAGE, "第一巡察组")),
    ("inspection", "change"): Form("office", "", inspection, {"team": "第一巡察组", "contact_unit": "李敏"}, ("team", "长" * 501, "巡察组不超过 500 个字"), ("第一巡察组", "李敏")),
    ("inspection", "lead"): Form("office", "office2", inspection, {"leader": "leader"}, ("leader", "nobody", "没有人员“nobody”"), ("黄志强",)),
    ("team", "make"): Form("office", "", None, {"name": "第二巡察组", "round": "一轮", "leader": "team"}, ("leader", "nobody", "没有人员“nobody”"), ("第二巡察组", "周强")),
    ("team", "change"): Form("office", "", team, {"name": "第三巡察组"}, ("name", "3", "不能只有数字"), ("第三巡察组",)),
    ("team", "end"): Form("office", "", team, {"ends_on": "2026-03-09"}, ("ends_on", "明天", "截止日期“明天”不是日期"), ("2026年3月9日",)),
    ("correspondent", "make"): Form("office", "office2", None, {"name": "武桥县委巡察办", "standing": "lower", "verifier": KEY, "unit": TOWN, "every": "15"}, ("verifier", "x", "这一行不是公钥"), ("武桥县委巡察办", "下级", TOWN, KEY)),
    ("correspondent", "change"): Form("office", "office2", correspondent, {"verifier": OTHER_KEY}, ("verifier", "x", "这一行不是公钥"), (OTHER_KEY,)),
    ("correspondent", "end"): Form("office", "office2", correspondent, {"ends_on": "2026-03-09"}, ("ends_on", "明天", "截止日期“明天”不是日期"), ("2026年3月9日",)),
    ("rule", "make"): Form("office", "", None, {"name": "巡察整改工作办法", "number": "某巡办〔2026〕1号", "starts_on": "2026-01-01", "summary": "整改的程序和时限"}, ("starts_on", "昨天", "施行日期“昨天”不是日期"), ("巡察整改工作办法", "某巡办〔2026〕1号")),
    ("rule", "change"): Form("office", "", rule, {"summary": "整改的程序"}, ("name", "3", "不能只有数字"), ("整改的程序",)),
    ("rule", "end"): Form("office", "", rule, {"ends_on": "2026-03-09"}, ("ends_on", "明天", "废止日期“明天”不是日期"), ("2026年3月9日",)),
}  # fmt: skip
HOLDERS: Final = {"office": {"office", "office2"}, "sysadmin": {"sysadmin"}}
"""Who of the cast comes to the forms that one of them asks by."""


def address(kind: str, act: str, row: int | None) -> str:
    """Return where a form is sent."""
    return f"/register/{kind}/{act}" if row is None else f"/register/{kind}/{row}/{act}"


def test_every_act_that_is_filled_in_has_its_form_in_this_table() -> None:
    """Accounts, the calendar and files between offices have pages of their own; what only the operator or the release enters has no form."""
    apart = {"account", "calendar", "parcel"}
    filled = {(kind.name, act.name) for kind, act in acts() if act.fields and act.enters and kind.name not in apart}
    assert filled - set(FORMS) == {("jurisdiction", "make")}


@pytest.mark.parametrize(("of", "act"), [(kind.name, act.name) for kind, act in acts()])
def test_a_form_is_taken_from_whose_it_is_and_not_there_for_all_others(town_door: Door, of: str, act: str) -> None:
    """Every kind and act, by everybody: asked about a row that is there, with nothing filled in."""
    form = FORMS.get((of, act))
    with_row = form.row if form else None
    row = with_row(town_door.world) if with_row else None if KINDS[of].act(act).begins else 1
    for login in CAST:
        answer = town_door.as_(login).submit(address(of, act, row), {})
        expected = 422 if form and login in HOLDERS[form.asks] else 404
        assert answer.status_code == expected, (login, answer.text[:200])


@pytest.mark.parametrize(("of", "act"), FORMS)
def test_what_is_filled_in_becomes_row_entry_and_page(door: Door, of: str, act: str) -> None:
    """At once where nobody else must approve, else once another has; the entry names both."""
    world, form = door.world, FORMS[of, act]
    row = form.row(world) if form.row else None
    path = address(of, act, row)
    said = KINDS[of].said(KINDS[of].act(act))
    shown = door.as_(form.asks).get(path.rpartition("/")[0]).text
    assert f'action="{path}"' in shown, "the form is on its page"
    if form.approves:
        number = ask(door, form.asks, path, **form.filled, reason="按文件")
        waits = html.unescape(door.as_(form.approves).get("/register").text)
        assert all(words in waits for words in (said, "按文件", CAST[form.asks][0]))
        assert world.rows("SELECT COUNT(*) FROM trail WHERE action = :it AND idx >= :begun", it=f"{of}.{act}", begun=world.begun) == [(0,)]  # fmt: skip
        assert "已登记" in decide(door, form.approves, number)
    else:
        answer = door.as_(form.asks).submit(path, {**form.filled, "reason": "按文件"})
        assert answer.status_code == 303, answer.text
    ((body, about, actor, asker),) = world.rows(
        "SELECT body, about, actor_id, prepared_by FROM trail WHERE action = :it ORDER BY idx DESC LIMIT 1",
        it=f"{of}.{act}",
    )
    entry = json.loads(bytes(body))
    assert (actor, asker) == (world.people[form.approves or form.asks], world.people[form.asks] if form.approves else None)  # fmt: skip
    assert (entry["act"], entry["via"], entry["about"]) == (act, "web", about)
    if row is not None:
        assert about == f"{of}:{row}"
    reader = form.approves or form.asks
    page = html.unescape(door.as_(reader).get(f"/register/{about.replace(':', '/')}").text)
    for words in (*form.says, said, "按文件", CAST[reader][0]):
        assert words in page, words
    for words in form.says[:1] if row is None else ():
        assert words in html.unescape(door.as_(form.asks).get(f"/register/{of}").text)
    assert ("register_approved" if form.approves else "register_entered") in events(door)


@pytest.mark.parametrize(("of", "act"), FORMS)
def test_a_wrong_field_is_said_at_its_field_and_nothing_is_asked_for(door: Door, of: str, act: str) -> None:
    """What was filled in beside it stands there; the security log says that it was refused."""
    world, form = door.world, FORMS[of, act]
    row = form.row(world) if form.row else None
    field, value, sentence = form.wrong
    visitor = door.as_(form.asks)
    before = {name: rows for name, rows in world.dump().items() if name != "security_log"}
    answer = visitor.submit(address(of, act, row), {**form.filled, field: value})
    assert answer.status_code == 422
    at = re.search(rf'is-invalid" id="{act}-{field}".*?role="alert">([^<]*)<', answer.text, re.DOTALL)
    assert at, "it is marked"
    assert sentence in html.unescape(at[1])
    assert answer.text.count("is-invalid") == 1
    for name, filled in form.filled.items():
        if name != field and KINDS[of].field(name).type not in {"choice", "role", "capacity", "profile"}:
            assert f'value="{html.escape(filled)}"' in answer.text, name
    assert {name: rows for name, rows in world.dump().items() if name != "security_log"} == before
    assert events(door)[-1] == "register_denied"
