"""反馈: prepared unit by unit before the day, checked by the office, sent by one act; until then the units know of nothing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

import pytest

from register.wanted import Wanted
from tests.ledger.builders import HEADER, line, xlsx
from tests.register.test_road import refused
from tests.web.conftest import Answer, Door, field_in
from tests.web.posted import hire
from tests.web.test_homes import words
from tests.web.test_importing import PDF, counts, go_on, look
from tests.world import BUREAU, TOWN, World, day

ROUND = "一轮"
PAGE = "/import/round"
UNITS = (TOWN, BUREAU, *(f"第{number}乡党委" for number in range(1, 11)))
TEAMS = ("team_a", "team_b", "team_c", "team_d")
THREE = (UNITS[:3], UNITS[3:6], UNITS[6:9], UNITS[9:])


def round_of_twelve(world: World) -> None:
    """Let the office register twelve units of the round, and the administrators four teams."""
    for unit in UNITS:
        if unit not in world.units:
            world.units[unit] = int(world.enter("office", "unit", "make", name=unit))
        world.enter("office", "inspection", "make", round=str(world.round_id), unit=unit)
    for login in TEAMS:
        hire(world, login, "team", round=str(world.round_id))


def put(door: Door, login: str, units: Sequence[str], **fields: str) -> Answer:
    """Put a ledger of some units aside, two problems each."""
    rows = [
        line(f"{at}{number}", f"{unit}问题{number}", 单位=unit, 整改时限="2026年5月30日")
        for at, unit in enumerate(units, 1)
        for number in (1, 2)
    ]
    path = xlsx(door.world.home / f"{login}.xlsx", [list(HEADER), *rows])
    return go_on(door, look(door, path, login, **{"round": ROUND, **fields}), "put", login)


def prepared(door: Door) -> dict[str, int]:
    """Return the number of what is prepared, by unit."""
    return {unit: int(number) for unit, number in door.world.rows("SELECT unit, id FROM prepared_ledgers WHERE state = 'open' ORDER BY id")}  # fmt: skip


def act(door: Door, login: str, number: int, step: str, **fields: str) -> Answer:
    """Look at what is prepared and press one of its buttons; `shown` says what another page showed."""
    where = f"/import/prepared/{number}"
    shown = {"shown": field_in(door.as_(login).get(where).text, "shown")} if "shown" not in fields else {}
    return door.as_(login).submit(where, {"step": step, **shown, **fields})


def letter(door: Door, login: str, number: int, name: str = "反馈意见.pdf", content: bytes = PDF) -> Answer:
    files = {"m.opinion_letter": (name, content, "application/pdf")}
    return door.as_(login).submit(f"/import/prepared/{number}", {"step": "letter"}, files=files)


def send(
    door: Door, numbers: Sequence[int], step: str = "do", on: date | None = None, login: str = "office", **more: str
) -> Answer:
    said = {
        "name": ROUND,
        "feedback": (on or door.world.today).isoformat(),
        "step": step,
        "number": list(map(str, numbers)),
    }
    looked = door.as_(login).submit(PAGE, {**said, "step": "look"}) if step == "do" else None
    shown = re.findall(r'name="shown" value="([^"]*)"', looked.text) if looked else []
    return door.as_(login).submit(PAGE, {**said, "shown": shown, **more})


def on_another_day(door: Door, on: date) -> None:
    """Let days go by: who was signed in signs in again."""
    door.world.go(on)
    door.known = {name: visitor for name, visitor in door.known.items() if not name}


def page(door: Door, login: str = "office") -> str:
    return str(door.as_(login).get(PAGE, params={"name": ROUND}).text)


def test_feedback_day_of_twelve_units_and_four_teams_one_taken_back(door: Door) -> None:
    """The teams prepare on 2 March; one ledger is taken back before the 20th, on which one act sends the eleven others."""
    world = door.world
    round_of_twelve(world)
    before = counts(door)
    for login, units in zip(TEAMS, THREE, strict=True):
        assert put(door, login, units).headers["location"].startswith(PAGE)
    numbers = prepared(door)
    assert (len(numbers), counts(door)) == (12, before)
    for login, units in zip(TEAMS, THREE, strict=True):
        for unit in units:
            assert letter(door, login, numbers[unit]).status_code == 303
    assert "12 个单位的反馈等您核对" in door.as_("office").get("/").text
    assert "待核对 <strong>12</strong>" in page(door)
    assert "还没有核对" in send(door, list(numbers.values())).text
    back = numbers[UNITS[4]]
    assert act(door, "office", back, "back", reason="第 2 个问题的数字不对").status_code == 303
    assert "第 2 个问题的数字不对" in page(door, TEAMS[1])
    assert "1 份被退回" in door.as_(TEAMS[1]).get("/").text
    for unit, number in numbers.items():
        if number != back:
            assert act(door, "office", number, "check").headers["location"].startswith(PAGE), unit
    assert "11 个单位的反馈已备好，待发送" in door.as_("office").get("/").text
    assert counts(door) == before
    on_another_day(door, day(3, 20))
    ready = list(prepared(door).values())
    shown = send(door, ready, "look")
    assert "11 个单位、22 个问题" in shown.text
    told = words(shown.text)
    assert f"看这 2 个问题 第 11 号 {TOWN}问题1 第 12 号 {TOWN}问题2 2026年3月27日（周五）" in told
    assert f"{TOWN}书记：王建国" in told
    assert "分管市（县）领导：" in told
    assert "反馈意见.pdf" in shown.text
    assert counts(door) == before
    done = send(door, ready)
    assert done.status_code == 303
    assert "新反馈 <strong>22</strong> 个问题" in door.as_("office").get(done.headers["location"]).text
    days = world.rows("SELECT DISTINCT fed_back_on FROM cases")
    assert [str(one) for (one,) in days] == ["2026-03-20"]
    assert world.rows("SELECT COUNT(DISTINCT unit_id) FROM cases") == [(11,)]
    assert "没有备好 <strong>1</strong>" in page(door)
    ((case, team),) = world.rows(
        "SELECT MIN(c.id), MIN(p.prepared_by) FROM cases c JOIN prepared_ledgers p ON p.unit = :unit WHERE c.unit_id = :id",
        unit=TOWN,
        id=world.units[TOWN],
    )
    entry = world.entry(case)
    assert (entry["prepared_by"], team) == (world.people["team_a"], world.people["team_a"])
    assert [one["kind"] for one in entry["materials"]] == ["problem_list", "opinion_letter"]
    assert world.clocks(case)["claim"].started_on == day(3, 20)
    assert "已导入" in send(door, ready[:1]).text


def test_nothing_leaks_before_it_is_sent(door: Door) -> None:
    """The unit's secretary sees no round, no number, no mail, finds nothing, and no page of what is prepared."""
    world = door.world
    put(door, "office", [TOWN], round="秘密的一轮")
    ((number, name),) = world.rows("SELECT id, round_name FROM prepared_ledgers")
    for login in ("secretary", "handler", "leader", "discipline", "auditor"):
        visitor = door.as_(login)
        for where in ("/", "/cases", "/cases?q=委问题"):
            text = visitor.get(where).text
            assert name not in text
            assert f"{TOWN}问题" not in text
        for where in (f"/import/prepared/{number}", f"/import/prepared/{number}/letter", f"{PAGE}?name={name}"):
            assert visitor.get(where).status_code == 404
    assert world.rows("SELECT COUNT(*) FROM outbox") == [(0,)]
    assert world.rows("SELECT COUNT(*) FROM rounds WHERE name = :name", name=name) == [(0,)]


def test_one_that_cannot_be_sent_keeps_all_of_them_back(door: Door) -> None:
    """Since they were prepared, another ledger took a number of the town with other words: nobody's goes, and it is said whose is wrong."""
    world = door.world
    round_of_twelve(world)
    put(door, "office", [TOWN, BUREAU])
    numbers = prepared(door)
    other = xlsx(world.home / "other.xlsx", [list(HEADER), line("11", "另一个问题")])
    go_on(door, look(door, other, round=ROUND))
    before = counts(door)
    answer = send(door, list(numbers.values()))
    assert answer.status_code == 422
    assert "一个单位也没有发送" in answer.text
    assert f"{TOWN}　第 2 行" in answer.text
    assert counts(door) == before
    assert prepared(door) == numbers
    assert send(door, [numbers[BUREAU]]).status_code == 303
    assert list(prepared(door)) == [TOWN]


def test_the_day_is_today_or_an_earlier_one_or_that_of_the_meeting(door: Door) -> None:
    world = door.world
    put(door, "office", [TOWN], feedback="2026-03-10")
    ((number,),) = world.rows("SELECT id FROM prepared_ledgers")
    assert "反馈日期不能晚于今天" in send(door, [number], on=day(3, 10)).text
    assert "反馈日期不能晚于今天" in act(door, "office", number, "send", feedback="2026-03-10").text
    assert 'value="2026-03-02"' in page(door)
    on_another_day(door, day(3, 12))
    assert 'value="2026-03-10"' in page(door)
    assert send(door, [number], on=day(3, 11)).status_code == 303
    assert [str(one) for (one,) in world.rows("SELECT DISTINCT fed_back_on FROM cases")] == ["2026-03-11"]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [("反馈意见.txt", "无".encode(), "不是 PDF 或 Word"), ("反馈意见.pdf", b"MZ\0\0", "不是可以上传的类型")],
)
def test_the_letter_is_a_pdf_or_a_document(door: Door, name: str, content: bytes, why: str) -> None:
    put(door, "office", [TOWN])
    ((number,),) = door.world.rows("SELECT id FROM prepared_ledgers")
    assert why in letter(door, "office", number, name, content).text
    assert "请选择反馈意见的文件" in act(door, "office", number, "letter").text
    assert letter(door, "office", number).status_code == 303
    answer = door.as_("office").get(f"/import/prepared/{number}/letter")
    assert answer.content == PDF
    act(door, "office", number, "no_letter")
    assert door.as_("office").get(f"/import/prepared/{number}/letter").status_code == 404


def test_what_the_team_changes_after_the_check_is_checked_again(door: Door) -> None:
    world = door.world
    round_of_twelve(world)
    put(door, "team_a", [TOWN])
    ((number,),) = world.rows("SELECT id FROM prepared_ledgers")
    assert act(door, "team_a", number, "check").status_code == 422
    act(door, "office", number, "check")
    assert "待发送 <strong>1</strong>" in page(door)
    letter(door, "team_a", number)
    assert "待核对 <strong>1</strong>" in page(door)
    act(door, "office", number, "check")
    letter(door, "office", number)
    assert "待发送 <strong>1</strong>" in page(door)


def test_the_office_of_one_unit_checks_nothing_of_another(door: Door) -> None:
    """One of the team who holds a post of the office for another unit: what a colleague prepared is not checked by it, and what is of that unit is."""
    world = door.world
    round_of_twelve(world)
    post = {"person": world.people["team_a"], "role": "office", "unit": world.units[BUREAU]}
    world.enter("secadmin", "post", "make", asked_by="sysadmin", **post)
    put(door, "team_b", [TOWN])
    put(door, "team_a", [BUREAU])
    numbers = prepared(door)
    assert "不在您的职责范围内" in words(act(door, "team_a", numbers[TOWN], "check").text)
    stands = dict(world.rows("SELECT unit, checked_by IS NOT NULL FROM prepared_ledgers"))
    assert {unit: bool(checked) for unit, checked in stands.items()} == {TOWN: False, BUREAU: True}
    assert act(door, "office", numbers[TOWN], "check").status_code == 303


def test_a_unit_is_prepared_once_for_a_round(door: Door) -> None:
    """A second ledger for the same unit of the same round would feed it back twice."""
    put(door, "office", [TOWN])
    answer = put(door, "office2", [TOWN, BUREAU])
    assert "本轮的反馈已经备好（第 1 号）" in answer.text
    assert list(prepared(door)) == [TOWN]
    act(door, "office", 1, "back")
    assert put(door, "office2", [TOWN, BUREAU]).status_code == 303
    assert list(prepared(door)) == [TOWN, BUREAU]


def test_who_may_not_send_sends_nothing(door: Door) -> None:
    world = door.world
    round_of_twelve(world)
    put(door, "office", [TOWN])
    for login in ("team_a", "secretary", "leader", "discipline", "auditor"):
        assert send(door, [1], login=login).status_code == 404
    assert "请勾选要发送的单位" in send(door, []).text
    assert "没有第 99 号反馈准备稿" in send(door, [99]).text
    assert world.rows("SELECT COUNT(*) FROM cases") == [(0,)]


@pytest.mark.parametrize("step", ["check", "send"])
def test_a_letter_that_was_swapped_meanwhile_is_looked_at_again(door: Door, step: str) -> None:
    """The office has letter 甲 before it; the team puts 乙 in its place: neither is 乙 let stand nor sent unseen."""
    round_of_twelve(door.world)
    put(door, "team_a", [TOWN])
    number = prepared(door)[TOWN]
    letter(door, "team_a", number, "甲.pdf")
    shown = field_in(door.as_("office").get(f"/import/prepared/{number}").text, "shown")
    letter(door, "team_a", number, "乙.pdf", PDF + b"another")
    answer = act(door, "office", number, step, shown=shown)
    assert (answer.status_code, "请再看一遍" in answer.text) == (422, True)
    asked = "SELECT letter_name, checked_by, state FROM prepared_ledgers"
    assert door.world.rows(asked) == [("乙.pdf", None, "open")]


def test_a_letter_that_was_swapped_while_all_were_looked_at_is_not_sent(door: Door) -> None:
    round_of_twelve(door.world)
    put(door, "office", [TOWN], feedback=door.world.today.isoformat())
    number = prepared(door)[TOWN]
    said = {"name": ROUND, "feedback": door.world.today.isoformat(), "number": [str(number)]}
    looked = door.as_("office").submit(PAGE, {**said, "step": "look"})
    shown = field_in(looked.text, "shown")
    letter(door, "office", number, "乙.pdf", PDF + b"another")
    answer = door.as_("office").submit(PAGE, {**said, "shown": [shown], "step": "do"})
    assert (answer.status_code, "请再看一遍" in answer.text) == (422, True)
    assert door.world.rows("SELECT COUNT(*) FROM cases") == [(0,)]


def test_a_round_keeps_its_name_while_feedback_is_prepared_for_it(door: Door) -> None:
    """Renamed meanwhile, the feedback went into another round that took the name, or into a new one nobody asked for."""
    world = door.world
    round_of_twelve(world)
    put(door, "team_a", [TOWN])
    renamed = Wanted("round", "change", world.round_id, {"name": "二〇二六年"})
    assert (
        refused(world, "office2", renamed, asked_by="office")
        == "本轮有 1 份准备稿还没有发送：先发送、收回或退回，再改名称"
    )
    act(door, "team_a", prepared(door)[TOWN], "back")
    world.enter("office2", "round", "change", world.round_id, asked_by="office", name="二〇二六年")


def test_what_was_sent_is_read_in_the_ledger_alone(door: Door) -> None:
    """Its page told rows and letter to all of the office, of a case that was 限定知悉 since."""
    round_of_twelve(door.world)
    put(door, "team_a", [TOWN])
    number = prepared(door)[TOWN]
    letter(door, "team_a", number)
    act(door, "office", number, "check")
    assert send(door, [number]).status_code == 303
    for login in ("office", "office2", "team_a"):
        shown = door.as_(login).get(f"/import/prepared/{number}")
        assert (shown.status_code, f"{TOWN}问题1" in shown.text, "已反馈，2 个问题在" in shown.text) == (
            200,
            False,
            True,
        )
        assert door.as_(login).get(f"/import/prepared/{number}/letter").status_code == 404


def test_what_the_office_prepared_itself_is_not_said_to_be_checked(door: Door) -> None:
    """It was saved that moment, and the pages named who had checked it: the same person."""
    round_of_twelve(door.world)
    put(door, "office", [TOWN])
    put(door, "team_a", [BUREAU])
    own, theirs = (prepared(door)[unit] for unit in (TOWN, BUREAU))
    act(door, "office", theirs, "check")
    assert "巡察办准备，待发送" in page(door)
    assert "已核对，待发送" in page(door)
    office = door.as_("office")
    assert "巡察办准备，待发送" in office.get("/import/prepared").text
    one = office.get(f"/import/prepared/{own}").text
    assert "<dt>核对</dt>" not in one
    assert "由您准备、发送" in one
    assert "<dt>核对</dt>" in office.get(f"/import/prepared/{theirs}").text


def test_what_several_units_are_told_alike_is_told_once(door: Door) -> None:
    """The row of totals of one file stood beside each of its units; without a 反馈意见 there was a bare 没有."""
    round_of_twelve(door.world)
    rows = [line(f"{at}1", f"{unit}问题", 单位=unit, 整改时限="2026年5月30日") for at, unit in enumerate(UNITS[:3], 1)]
    path = xlsx(door.world.home / "x.xlsx", [list(HEADER), *rows, ["合计", "3个"]])
    go_on(door, look(door, path, "office", round=ROUND), "put", "office")
    shown = send(door, list(prepared(door).values()), "look").text
    assert shown.count("没有当作问题") == 1
    assert "请另行通知各单位" in shown
    assert shown.count("▲ 没有附反馈意见") == 3
    assert door.world.rows("SELECT COUNT(*) FROM cases") == [(0,)]


def test_the_opinion_is_made_by_the_system_of_what_was_prepared(door: Door) -> None:
    """The team writes what only it can; the list, the days and what is asked are filled in; nothing is fed back by that."""
    world = door.world
    round_of_twelve(world)
    before = counts(door)
    put(door, TEAMS[0], THREE[0])
    number = prepared(door)[TOWN]
    said = {"blank.总体评价": "总体较好", "blank.意见建议": "压实责任"}
    assert "请写明总体评价、意见建议" in act(door, TEAMS[0], number, "make").text
    assert act(door, TEAMS[0], number, "make", **said).status_code == 303
    made = door.as_("office").get(f"/import/prepared/{number}/letter")
    assert made.content.startswith(b"%PDF")
    assert counts(door) == before
    assert act(door, "office", number, "check").status_code == 303
    assert send(door, [number]).status_code == 303
    rows = world.rows("SELECT DISTINCT name FROM materials WHERE kind = 'opinion_letter'")
    assert [name for (name,) in rows] == [f"关于巡察{TOWN}的反馈意见.pdf"]
