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


def once(world: World, of: str, **fields: str) -> int:
    """Return the newest row of a kind without a table of its own, made where there is none."""
    found = world.rows("SELECT MAX(id) FROM listed WHERE kind = :of", of=of)[0][0]
    return int(found or world.enter("office", of, "make", **fields))


def team(world: World) -> int:
    """Return a team of the round."""
    return once(world, "team", name="第一巡察组", round="一轮")


def with_team(world: World) -> int:
    """Return the inspection of the town, whose round has a team."""
    team(world)
    return inspection(world)


def planned(world: World) -> int:
    """Return an inspection that is planned."""
    found = world.rows("SELECT MAX(id) FROM inspections WHERE feedback_on IS NULL")[0][0]
    return int(found or world.enter("office", "inspection", "make", round="一轮", unit=VILLAGE))


def member(world: World) -> int:
    """Return a member of a team."""
    return once(world, "member", team=str(team(world)), person="team", duty="member")


def term(world: World) -> int:
    """Return a term."""
    return once(world, "term", name="第十三届", starts_on="2021-09-01", ends_on="2026-08-31")


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


def setting(world: World) -> int:
    """Return the settings of the office."""
    there = world.rows("SELECT id FROM listed WHERE kind = 'setting'")
    return int(there[0][0] if there else world.enter("office2", "setting", "make", asked_by="office", header="巡察办"))


def wording(world: World) -> int:
    """Return what a word of ledgers means."""
    told = {"dictionary": "三个聚焦、四个落实", "word": "聚焦基层腐败", "code": "J1"}
    return int(world.enter("office", "wording", "make", **told))


def meeting(world: World) -> int:
    """Return a meeting of the leading group."""
    return int(
        world.enter("office", "meeting", "make", sort="leading_group", held_on="2026-03-02", number="领组〔2026〕7号")
    )


def instruction(world: World) -> int:
    """Return an instruction on the town, answered by nobody yet."""
    said = {"written_on": "2026-03-01", "leader_name": "市长 吴某", "words": "请抓紧", "due_on": "2026-03-20"}
    return int(world.enter("office", "instruction", "make", unit=TOWN, **said))


def kind_of_unit(world: World) -> int:
    """Return a kind of unit that came with the product."""
    return int(world.rows("SELECT MIN(id) FROM listed WHERE kind = 'unit_kind'")[0][0])


def tie(world: World) -> int:
    """Return a tie of the team's to the town."""
    said = {"person": world.people["team"], "unit": world.units[TOWN], "why": "kin"}
    return int(world.enter("office2", "tie", "make", asked_by="office", **said))


def series(world: World) -> int:
    """Return a series of numbers of papers."""
    there = world.rows("SELECT id FROM listed WHERE kind = 'series'")
    return int(
        there[0][0] if there else world.enter("office", "series", "make", organ="中共示范市委巡察办", mark="示巡督")
    )


def clue(world: World) -> int:
    """Return a clue that was handed over and waits for its reply."""
    said = {"number": "线索〔2026〕001号", "round": "一轮", "receiver": "市纪委监委", "handed_on": "2026-02-20"}
    found = world.rows("SELECT MAX(id) FROM clues")[0][0]
    return int(found or world.enter("office", "clue", "make", **said))


def decision(world: World) -> int:
    """Return a decision by which two persons of the town were held to account."""
    said = {
        "unit": TOWN,
        "decided_by": "市纪委监委",
        "number": "某纪发〔2026〕1号",
        "decided_on": "2026-02-27",
        "ways": "admonished",
    }
    return once(world, "accountability", **said, persons="2")


def skill(world: World) -> int:
    """Return what somebody of the team is good at."""
    return int(world.enter("office", "skill", "make", person=world.people["team"], field="审计"))


KEY, OTHER_KEY = (new_key("zhenggai/county")[1] for _ in range(2))
FORMS: Final = {
    ("series", "make"): Form("office", "", None, {"organ": "中共示范市委巡察办", "mark": "示巡办函", "year": "2026", "first": "7"}, ("first", "十", "从第几号起“十”不是整数"), ("示巡办函", "2026", "7")),
    ("series", "begin"): Form("office", "", series, {"year": "2026", "first": "9"}, ("year", "今年", "起号年份“今年”不是整数"), ("9",)),
    ("series", "end"): Form("office", "", series, {"ends_on": "2026-03-09"}, ("ends_on", "明天", "截止日期“明天”不是日期"), ("2026年3月9日",)),
    ("unit", "make"): Form("office", "", None, {"name": "新城街道党工委", "sort": "street", "parent": TOWN}, ("parent", "没有的", "没有党组织“没有的”"), ("新城街道党工委", "街道", TOWN)),
    ("unit", "change"): Form("office", "office2", of_unit(TOWN), {"sort": "town"}, ("sort", "moon", "类别没有“moon”"), ("乡镇",)),
    ("unit", "end"): Form("office", "office2", of_unit(VILLAGE), {"ends_on": "2026-03-09", "successor": TOWN}, ("successor", VILLAGE, "承接的党组织不能是它自己"), ("2026年3月9日", TOWN)),
    ("unit_kind", "make"): Form("office", "", None, {"name": "高等院校", "rank": "55", "answered": "否"}, ("rank", "前面", "次序“前面”不是整数"), ("高等院校", "55")),
    ("unit_kind", "change"): Form("office", "", kind_of_unit, {"name": "行政村"}, ("name", "3", "不能只有数字"), ("行政村",)),
    ("unit_kind", "end"): Form("office", "", kind_of_unit, {"ends_on": "2026-03-09"}, ("ends_on", "明天", "停用日期“明天”不是日期"), ("2026年3月9日",)),
    ("person", "make"): Form("sysadmin", "secadmin", None, {"name": "钱一", "email": "qian@example.test", "personal_key": "1001"}, ("email", "qian", "邮箱“qian”的写法不对"), ("钱一", "qian@example.test", "no:1001")),
    ("person", "change"): Form("sysadmin", "secadmin", of_person("handler"), {"email": "li@example.test"}, ("email", "li", "邮箱“li”的写法不对"), ("li@example.test",)),
    ("post", "make"): Form("sysadmin", "secadmin", None, {"person": "handler", "role": "secretary", "unit": TOWN, "capacity": "acting", "document": "某委〔2026〕1号"}, ("unit", "没有的", "没有党组织“没有的”"), ("李敏", "党组织书记", "主持工作", "某委〔2026〕1号")),
    ("post", "end"): Form("sysadmin", "secadmin", lambda world: post(world, "handler"), {"ends_on": "2026-03-09", "successor": "secretary"}, ("ends_on", "明天", "截止日期“明天”不是日期"), ("2026年3月9日", "王建国")),
    ("round", "make"): Form("office", "", None, {"name": "九轮", "profile": "county", "dictionary": "三个聚焦、四个落实 第 1 版"}, ("profile", "x", "没有时限方案“x”"), ("九轮", "县（市）通用", "三个聚焦、四个落实 第 1 版")),
    ("wording", "make"): Form("office", "", None, {"dictionary": "三个聚焦、四个落实", "word": "聚焦基层腐败", "code": "J2"}, ("code", "J9", "没有代码为“J9”的方面"), ("聚焦基层腐败", "三个聚焦、四个落实", "J2")),
    ("wording", "change"): Form("office", "", wording, {"code": "J2"}, ("code", "J9", "没有代码为“J9”的方面"), ("J2",)),
    ("round", "change"): Form("office", "office2", lambda world: world.round_id, {"name": "一轮（镇街）"}, ("name", "12", "不能只有数字"), ("一轮（镇街）",)),
    ("round", "close"): Form("office", "office2", lambda world: world.round_id, {"ended_on": "2026-03-02"}, ("ended_on", "2026-03-03", "结轮日期不能晚于今天"), ("2026年3月2日",)),
    ("term", "close"): Form("office", "office2", term, {"closed_on": "2026-03-02"}, ("closed_on", "2026-03-03", "届末日期不能晚于今天"), ("2026年3月2日",)),
    ("setting", "make"): Form("office", "office2", None, {"header": "中共示范市委巡察办", "sender": "示范市委巡察办"}, ("link", "x", "网址“x”不对"), ("中共示范市委巡察办", "示范市委巡察办")),
    ("setting", "change"): Form("office", "office2", setting, {"footer": "联系电话 0371"}, ("sender", "办@", "发件人名称不超过"), ("联系电话 0371",)),
    ("inspection", "make"): Form("office", "", None, {"round": "一轮", "unit": VILLAGE, "feedback_on": "2026-03-02", "contact_unit": "李敏"}, ("feedback_on", "昨天", "反馈日期“昨天”不是日期"), (VILLAGE, "2026年3月2日", "李敏")),
    ("inspection", "change"): Form("office", "", with_team, {"team": "第一巡察组", "contact_unit": "李敏"}, ("team", "第九巡察组", "没有巡察组“第九巡察组”"), ("第一巡察组", "李敏")),
    ("inspection", "prepare"): Form("office", "", planned, {"first_because": "群众反映多", "checks": "营商环境", "audits": "经济责任审计", "inquiry": "made", "inquiry_on": "2026-02-10"}, ("inquiry_answered_on", "2026-02-01", "早于发函日期"), ("群众反映多", "已函询", "2026年2月10日")),
    ("inspection", "stay"): Form("office", "", planned, {"stay_from": "2026-03-03", "stay_to": "2026-04-30", "sources": "survey、vote"}, ("stay_to", "2026-03-02", "早于驻点开始"), ("2026年4月30日", "民主测评、问卷调查")),
    ("inspection", "meet"): Form("office", "", planned, {"feedback_on": "2026-03-06", "attendees": "马书记", "required": "一个月内报方案"}, ("feedback_on", "昨天", "反馈日期“昨天”不是日期"), ("2026年3月6日", "马书记", "一个月内报方案")),
    ("inspection", "lead"): Form("office", "office2", inspection, {"leader": "leader"}, ("leader", "nobody", "没有人员“nobody”"), ("黄志强",)),
    ("team", "make"): Form("office", "", None, {"name": "第二巡察组", "round": "一轮"}, ("round", "九轮", "没有轮次“九轮”"), ("第二巡察组", "一轮")),
    ("team", "change"): Form("office", "", team, {"name": "第三巡察组"}, ("name", "3", "不能只有数字"), ("第三巡察组",)),
    ("meeting", "make"): Form("office", "", None, {"sort": "leading_group", "held_on": "2026-03-02", "number": "领组〔2026〕3号", "title": "第一次领导小组会议"}, ("held_on", "昨天", "会议日期“昨天”不是日期"), ("领组〔2026〕3号", "领导小组会议", "第一次领导小组会议")),
    ("meeting", "change"): Form("office", "", meeting, {"number": "领组〔2026〕8号"}, ("held_on", "昨天", "会议日期“昨天”不是日期"), ("领组〔2026〕8号",)),
    ("instruction", "make"): Form("office", "", None, {"written_on": "2026-03-01", "leader_name": "市委书记 周某", "words": "请按期整改", "unit": TOWN, "due_on": "2026-03-20"}, ("due_on", "2026-02-01", "回复期限早于批示日期"), ("市委书记 周某", "请按期整改", TOWN)),
    ("instruction", "write"): Form("leader", "", None, {"words": "请限期整改到位", "unit": TOWN, "due_on": "2026-03-20"}, ("due_on", "2026-02-01", "回复期限早于今天"), ("请限期整改到位", TOWN, "2026年3月20日")),
    ("instruction", "change"): Form("office", "", instruction, {"due_on": "2026-04-01"}, ("due_on", "下周", "回复期限“下周”不是日期"), ("2026年4月1日",)),
    ("instruction", "answer"): Form("office", "", instruction, {"answered_on": "2026-03-02", "answer": "已经督促"}, ("answered_on", "2026-02-01", "回复日期早于批示日期"), ("已经督促", "2026年3月2日")),
    ("instruction", "correct"): Form("office", "office2", instruction, {"due_on": "2026-03-25"}, ("due_on", "2026-02-01", "回复期限早于批示日期"), ("2026年3月25日",)),
    ("tie", "make"): Form("office", "office2", None, {"person": "office2", "unit": TOWN, "why": "worked", "detail": "2019年任副镇长"}, ("why", "x", "原因没有“x”"), ("孙立", TOWN, "曾任职", "2019年任副镇长")),
    ("tie", "end"): Form("office", "office2", tie, {"ends_on": "2026-03-09"}, ("ends_on", "明天", "截止日期“明天”不是日期"), ("2026年3月9日",)),
    ("team", "end"): Form("office", "", team, {"ends_on": "2026-03-09"}, ("ends_on", "明天", "截止日期“明天”不是日期"), ("2026年3月9日",)),
    ("correspondent", "make"): Form("office", "office2", None, {"name": "武桥县委巡察办", "standing": "lower", "verifier": KEY, "unit": TOWN, "every": "15"}, ("verifier", "x", "这一行不是公钥"), ("武桥县委巡察办", "下级", TOWN, KEY)),
    ("correspondent", "change"): Form("office", "office2", correspondent, {"verifier": OTHER_KEY}, ("verifier", "x", "这一行不是公钥"), (OTHER_KEY,)),
    ("correspondent", "end"): Form("office", "office2", correspondent, {"ends_on": "2026-03-09"}, ("ends_on", "明天", "截止日期“明天”不是日期"), ("2026年3月9日",)),
    ("clue", "make"): Form("office", "", None, {"number": "线索〔2026〕002号", "round": "一轮", "unit": TOWN, "receiver": "市纪委监委", "handed_on": "2026-03-01", "pieces": "2"}, ("handed_on", "2026-03-09", "移交日期不能晚于今天"), ("线索〔2026〕002号", TOWN, "2026年6月1日", "2")),
    ("clue", "correct"): Form("office", "office2", clue, {"due_on": "2026-06-30"}, ("due_on", "2026-02-01", "回复期限早于移交日期"), ("2026年6月30日",)),
    ("clue", "answer"): Form("office", "", clue, {"replied_on": "2026-03-01", "outcome": "closed"}, ("replied_on", "2026-02-01", "回复日期早于移交的日期"), ("办结", "2026年3月1日")),
    ("accountability", "make"): Form("discipline", "", None, {"unit": TOWN, "decided_by": "市纪委监委", "number": "某纪发〔2026〕3号", "decided_on": "2026-03-01", "ways": "named、admonished", "organisations": "1", "persons": "2", "names": "张某、李某"}, ("decided_on", "2026-03-09", "决定日期不能晚于今天"), ("某纪发〔2026〕3号", TOWN, "诫勉", "张某、李某")),
    ("accountability", "correct"): Form("discipline", "office2", decision, {"persons": "3"}, ("persons", "几", "不是整数"), ("3",)),
    ("skill", "make"): Form("office", "", None, {"person": "team", "field": "工程造价", "certificate": "一级造价工程师", "starts_on": "2020-06-01"}, ("person", "nobody", "没有人员“nobody”"), ("周强", "工程造价", "一级造价工程师")),
    ("skill", "change"): Form("office", "", skill, {"certificate": "注册会计师"}, ("starts_on", "昨天", "取得日期“昨天”不是日期"), ("注册会计师",)),
    ("skill", "end"): Form("office", "", skill, {"ends_on": "2026-03-09"}, ("ends_on", "明天", "截止日期“明天”不是日期"), ("2026年3月9日",)),
    ("rule", "make"): Form("office", "", None, {"name": "巡察整改工作办法", "number": "某巡办〔2026〕1号", "starts_on": "2026-01-01", "summary": "整改的程序和时限"}, ("starts_on", "昨天", "施行日期“昨天”不是日期"), ("巡察整改工作办法", "某巡办〔2026〕1号")),
    ("rule", "change"): Form("office", "", rule, {"summary": "整改的程序"}, ("name", "3", "不能只有数字"), ("整改的程序",)),
    ("rule", "end"): Form("office", "", rule, {"ends_on": "2026-03-09"}, ("ends_on", "明天", "废止日期“明天”不是日期"), ("2026年3月9日",)),
    ("member", "make"): Form("office", "", None, {"team": "第一巡察组", "person": "team", "duty": "leader", "starts_on": "2026-03-02"}, ("person", "nobody", "没有人员“nobody”"), ("周强", "组长")),
    ("member", "change"): Form("office", "", member, {"duty": "leader"}, ("duty", "boss", "职责没有“boss”"), ("周强", "组长")),
    ("member", "end"): Form("office", "", member, {"ends_on": "2026-03-09"}, ("ends_on", "明天", "截止日期“明天”不是日期"), ("2026年3月9日",)),
    ("term", "make"): Form("office", "", None, {"name": "第十四届", "starts_on": "2026-09-01", "ends_on": "2031-08-31"}, ("ends_on", "2026-08-31", "早于起始日期"), ("第十四届", "2026年9月1日")),
    ("term", "change"): Form("office", "office2", term, {"ends_on": "2026-09-30"}, ("ends_on", "2020-01-01", "早于起始日期"), ("2026年9月30日",)),
}  # fmt: skip
HOLDERS: Final = {
    "office": {"office", "office2"},
    "sysadmin": {"sysadmin"},
    "leader": {"leader"},
    "discipline": {"office", "office2", "discipline"},
}
"""Who of the cast comes to the forms that one of them asks by."""


def address(kind: str, act: str, row: int | None) -> str:
    """Return where a form is sent."""
    return f"/register/{kind}/{act}" if row is None else f"/register/{kind}/{row}/{act}"


def test_every_act_that_is_filled_in_has_its_form_in_this_table() -> None:
    """Some kinds have pages of their own, and so has what one declares of oneself; what only the operator or the release enters has no form.

    Minutes that decided are exchanged by a file (tests/web/test_meetings.py); what stops clocks is decided on its own page (test_suspensions.py).
    """
    apart = {
        "account",
        "calendar",
        "profile",
        "dictionary",
        "topic",
        "recurrence",
        "restriction",
        "parcel",
        "suspension",
        "paper",
        "archive",
    }
    filled = {
        (kind.name, act.name)
        for kind, act in acts()
        if act.fields and act.enters and not act.of_oneself and kind.name not in apart
    }
    assert filled - set(FORMS) == {
        ("jurisdiction", "make"),
        ("round", "reprofile"),
        ("inspection", "settle"),
        ("meeting", "replace"),
    }


@pytest.mark.parametrize(("of", "act"), [(kind.name, act.name) for kind, act in acts()])
def test_a_form_is_taken_from_whose_it_is_and_not_there_for_all_others(town_door: Door, of: str, act: str) -> None:
    """Every kind and act, by everybody: asked about a row that is there, with nothing filled in."""
    form = FORMS.get((of, act))
    with_row = form.row if form else None
    row = with_row(town_door.world) if with_row else None if KINDS[of].act(act).begins else 1
    for login in CAST:
        answer = town_door.as_(login).submit(address(of, act, row), {})
        asks = form.asks if form else "office" if (of, act) in {("suspension", "make"), ("round", "reopen")} else ""
        expected = 422 if asks and login in HOLDERS[asks] else 404
        assert answer.status_code == expected, (login, answer.text[:200])


@pytest.mark.parametrize(("of", "act"), FORMS)
def test_what_is_filled_in_becomes_row_entry_and_page(door: Door, of: str, act: str) -> None:
    """At once where nobody else must approve, else once another has; the entry names both."""
    world, form = door.world, FORMS[of, act]
    if "team" in form.filled:
        team(world)
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
    by = form.approves or form.asks
    reader = by if CAST[by][1] in KINDS[of].reads else "office"
    page = html.unescape(door.as_(reader).get(f"/register/{about.replace(':', '/')}").text)
    for words in (*form.says, said, "按文件", CAST[by][0]):
        assert words in page, words
    for words in form.says[:1] if row is None else ():
        assert words in html.unescape(door.as_(form.asks).get(f"/register/{of}").text)
    assert ("register_approved" if form.approves else "register_entered") in events(door)


@pytest.mark.parametrize(("of", "act"), FORMS)
def test_a_wrong_field_is_said_at_its_field_and_nothing_is_asked_for(door: Door, of: str, act: str) -> None:
    """What was filled in beside it stands there; the security log says that it was refused."""
    world, form = door.world, FORMS[of, act]
    if "team" in form.filled:
        team(world)
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
        chosen = {"choice", "choices", "role", "capacity", "profile", "dictionary", "team", "unit_kind", "flag"}
        if name != field and KINDS[of].field(name).type not in chosen:
            stands = f">{filled}<" if KINDS[of].field(name).long else f'value="{html.escape(filled)}"'
            assert stands in answer.text, name
    assert {name: rows for name, rows in world.dump().items() if name != "security_log"} == before
    assert events(door)[-1] == "register_denied"
