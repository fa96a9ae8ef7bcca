"""存量转入: work under way or closed elsewhere comes in where it stands; late stays late, and the ladder begins on the day of entry."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from figures.stats import stats
from ledger.brought import Brought
from ledger.parse import parse
from ledger.prepared import Ledger, Said, prepare, send, sheet_of
from ledger.taking_over import ACTION_TO
from storage.engine import reading, writing
from storage.files import keep_file
from storage.reads.cases import list_cases
from storage.reads.leaders import figures_by_unit
from storage.reads.visits import visits_of_round
from storage.scope import EVERYTHING
from storage.tables import PreparedLedger
from tests.ledger.builders import DATA, xlsx
from tests.world import BUREAU, TOWN, VILLAGE, World, county, day
from trail.export import export
from trail.offline import Bad, Replay, check_export, read_tables
from workflow.subject import Material

HEAD = (
    "编号", "单位", "反馈问题", "整改措施", "责任人", "整改时限", "状态", "反馈日期", "完成日期", "销号日期", "公开日期", "延期", "退回次数",
)  # fmt: skip
FED_BACK = "2025年11月20日"
ENTRY = day(3, 2)


def row(number: int, state: str, unit: str = TOWN, **more: Any) -> list[Any]:
    said = {
        "编号": number, "单位": unit, "反馈问题": f"路灯不亮{number}", "整改措施": "1.逐盏维修；2.建立台账", "责任人": "李敏", "整改时限": "2026年2月1日",
        "状态": state, "反馈日期": FED_BACK, **more,
    }  # fmt: skip
    return [said.get(name, "") for name in HEAD]


def put_aside(
    world: World, rows: Sequence[Sequence[Any]], login: str = "office", name: str = "二轮", unit: str = ""
) -> int:
    """Let one of the office put a running ledger aside, for one unit where it is named; return its number."""
    path = xlsx(world.home / "存量.xlsx", [list(HEAD), *map(list, rows)])
    digest, size = keep_file(world.home, path, 1 << 26)
    ledger = Ledger("take_over", name, unit, Material("problem_list", digest, "存量.xlsx", size), Said(world.today))
    with writing(world.engine) as work:
        number, why = prepare(work, ledger, world.actor(login), world.now)
        work.commit()
    assert number, why
    return number


def confirm(world: World, number: int, login: str = "office2") -> Brought:
    """Let another confirm; with an error nothing is kept."""
    with reading(world.engine) as work:
        sheet = sheet_of(world.home, work.session.get_one(PreparedLedger, number))
    assert not sheet.faults, sheet.faults
    with writing(world.engine) as work:
        brought = send(work, number, sheet, county(), world.actor(login), world.now)
        if brought.errors:
            work.rollback()
        else:
            work.commit()
    return brought


def take(world: World, *rows: Sequence[Any]) -> dict[str, int]:
    """Take a running ledger over; return the cases by number."""
    brought = confirm(world, put_aside(world, rows))
    assert brought.errors == []
    with reading(world.engine) as work:
        return {one.number: one.id for one in list_cases(work.driver, world.place)}


def letters(world: World, action: str | None = None) -> list[tuple[str, str]]:
    """Return which posts were told by which entries."""
    found = world.rows("SELECT post, template FROM outbox ORDER BY id")
    return [(post, template) for post, template in found if action is None or template == action]


EVERY = (
    row(1, "待认领"), row(2, "待报方案"), row(3, "联审中"), row(4, "整改中"), row(5, "待验收", 完成日期="2026年1月20日"),
    row(6, "延期中", 延期="2026年4月30日", 退回次数=1), row(7, "已销号", 销号日期="2026.1.30"),
    row(8, "已公开", 销号日期="2026.1.5", 公开日期="2026.1.20"), row(9, "不予公开", 完成日期="2026.1.8"), row(10, "督办中"),
)  # fmt: skip


def test_every_kind_of_row_comes_in_where_it_stands(world: World) -> None:
    """On 2 March an office takes over what it fed back in November: each row where it stands, with its own dates."""
    cases = take(world, *EVERY)
    states = {number: world.stands(case)[0] for number, case in cases.items()}
    assert states == {
        "1": "feedback", "2": "claimed", "3": "plan_review", "4": "rectifying", "5": "submitted", "6": "rectifying", "7": "verified",
        "8": "publicized", "9": "withheld", "10": "rectifying",
    }  # fmt: skip
    for number, case in cases.items():
        found, entry = world.row(case), world.entry(case)
        assert (found.fed_back_on, found.taken_over_on, found.taken_over_as) == (
            date(2025, 11, 20),
            ENTRY,
            states[number],
        )
        assert (entry["actor"]["person"], entry["prepared_by"]) == (world.people["office2"], world.people["office"])
        assert entry["born"]["taken_over_on"] == "2026-03-02"
        assert entry["action"] == ACTION_TO[states[number]]


def test_what_is_late_on_paper_shows_late_and_its_ladder_begins_today(world: World) -> None:
    case = take(world, row(1, "整改中"))["1"]
    found, clock = world.row(case), world.clocks(case)["rectify"]
    assert (found.due_on, found.first_due_on, found.state_due_on) == (date(2026, 2, 1),) * 3
    assert (clock.started_on, clock.due_on, clock.first_due_on) == (ENTRY, day(4, 2), date(2026, 2, 1))
    assert world.figures()["overdue"] == 1


def test_a_date_that_lies_ahead_stands(world: World) -> None:
    case = take(world, row(1, "整改中", 整改时限="2026年6月30日"))["1"]
    assert (world.row(case).due_on, world.clocks(case)["rectify"].due_on) == (day(6, 30), day(6, 30))


def test_extensions_and_returns_come_along_and_no_criterion_counts_them(world: World) -> None:
    """Extended to 30 April, returned twice before: the first date stays visible, and nothing is flagged by what others returned."""
    case = take(world, row(1, "整改中", 延期="延期至2026年4月30日", 退回次数="2次"))["1"]
    found = world.row(case)
    assert (found.first_due_on, found.due_on, found.extensions, found.returns) == (date(2026, 2, 1), day(4, 30), 1, 2)
    world.scan(day(3, 3))
    assert world.row(case).flagged == ""


def test_measures_of_the_ledger_are_the_approved_plan(world: World) -> None:
    case = take(world, row(1, "整改中"))["1"]
    measures = world.rows("SELECT no, text, person FROM measures WHERE case_id = :case ORDER BY no", case=case)
    assert [tuple(one) for one in measures] == [(1, "逐盏维修", "李敏"), (2, "建立台账", "李敏")]
    assert world.row(case).plan_approved
    world.do("handler", "progress", case, answers={"measure_no": 2})


def test_claim_and_plan_count_from_the_day_of_entry(world: World) -> None:
    """Neither is late on the first night, and the plan has its month."""
    cases = take(world, row(1, "待认领"), row(2, "已认领"))
    assert (world.clocks(cases["1"])["claim"].due_on, world.clocks(cases["2"])["plan"].due_on) == (day(3, 9), day(4, 2))
    world.do("secretary", "claim", cases["1"])
    assert world.clocks(cases["1"])["plan"].due_on == day(4, 2)


def test_a_plan_under_review_goes_on_to_its_approval(world: World) -> None:
    case = take(world, row(1, "联审中"))["1"]
    world.agree(case)
    world.do("office", "approve_plan", case)
    assert world.stands(case)[0] == "rectifying"


def test_what_waits_for_acceptance_is_judged_by_the_day_it_was_done(world: World) -> None:
    """Done on 20 January, before its date: accepted in March it was on time; taken back, its ladder runs from entry."""
    cases = take(world, row(1, "待验收", 完成日期="2026.1.20"), row(2, "待验收", 完成日期="2026.2.20"))
    assert [world.row(cases[number]).submitted_on for number in "12"] == [date(2026, 1, 20), date(2026, 2, 20)]
    world.walk(cases["1"], "verify")
    world.do("secretary", "recall", cases["2"])
    assert world.clocks(cases["2"])["rectify"].due_on == day(4, 2)
    assert world.stands(cases["2"])[1] == date(2026, 2, 1)


def test_closed_work_is_in_the_look_back_pool_and_nobody_is_told(world: World) -> None:
    """Half a year later nobody is reminded of each; any of them may still be looked back at, and fails."""
    cases = take(world, row(1, "已销号", 销号日期="2025.12.30"), row(2, "已公开", 公开日期="2026.1.20"))
    for case in cases.values():
        assert world.stands(case)[1:] == (None, None)
        assert world.clocks(case)["pooled"].due_on == day(9, 2)
    world.scan_days(day(3, 3), day(3, 10))
    world.scan(day(9, 3))
    assert letters(world) == []
    world.do("office", "reopen", *cases.values())
    assert {world.stands(case)[0] for case in cases.values()} == {"rectifying"}


def test_a_ledger_three_months_old_escalates_nothing_in_a_month_and_sends_one_letter_a_unit(world: World) -> None:
    """36 problems of three units, 36 of them late: one letter each, thirty nights of scans, no flag and nobody escalated."""
    units = [TOWN, BUREAU, VILLAGE]
    take(world, *(row(number, "整改中", units[number % 3]) for number in range(1, 37)))
    told = letters(world, "take_over")
    # The village's secretary is the town's: it answers for both.
    assert sorted(post.partition(":")[0] for post, _ in told) == ["discipline", "discipline", "secretary", "secretary"]
    world.scan_days(day(3, 3), day(4, 1))
    assert world.rows("SELECT COUNT(*) FROM trail WHERE action IN ('flag', 'escalate')") == [(0,)]
    assert world.rows("SELECT COUNT(*) FROM cases WHERE flagged <> '' OR state = 'escalated'") == [(0,)]
    assert letters(world, "take_over") == told
    world.scan_days(day(4, 2), day(4, 20))
    assert world.rows("SELECT COUNT(*) FROM cases WHERE state = 'escalated'") == [(36,)]


def test_each_unit_signs_for_one_letter(world: World) -> None:
    cases = take(world, *(row(number, "整改中") for number in range(1, 6)))
    assert [world.row(case).unsigned for case in cases.values()] == [1, 0, 0, 0, 0]
    assert world.entry(cases["1"])["inputs"]["letter"]["listed"] == [[TOWN, ["1", "2", "3", "4", "5"]]]


def test_the_unit_that_was_named_with_the_ledger_is_confirmed(world: World) -> None:
    """`import --take-over --unit`: it stands for every row's unit, whatever the file says, when it is confirmed as when it was prepared."""
    number = put_aside(world, [row(1, "整改中", unit=TOWN), row(2, "待认领", unit=TOWN)], unit=BUREAU)
    assert confirm(world, number).errors == []
    assert world.rows("SELECT DISTINCT unit_id FROM cases") == [(world.units[BUREAU],)]


def test_who_prepared_it_cannot_confirm_it(world: World) -> None:
    number = put_aside(world, [row(1, "整改中")])
    brought = confirm(world, number, "office")
    assert "须由巡察办的另一人核对后确认" in brought.errors[0]["message"]
    assert world.rows("SELECT COUNT(*) FROM cases") == [(0,)]


def test_a_team_prepares_no_take_over(world: World) -> None:
    file = Material("problem_list", "0" * 64, "存量.xlsx", 1)
    with writing(world.engine) as work:
        number, why = prepare(
            work, Ledger("take_over", "二轮", "", file, Said(world.today)), world.actor("team"), world.now
        )
    assert (number, why) == (None, "“存量转入”由巡察办准备")


def test_an_export_knows_the_new_births_and_that_two_made_them(world: World) -> None:
    """Checked offline it is whole; with the preparer for the one who confirmed, the entry is named."""
    take(world, *EVERY)
    path = world.home / "trail.jsonl"
    export(world.engine, path, "city", with_texts=True, home=world.home)
    assert check_export(path).ok
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    entry = next(one for row in rows[1:] if (one := json.loads(row["body"])).get("action") == "take_over_closed")
    replay = Replay(read_tables(rows[0]["definitions"]), {}, withheld=1)
    with pytest.raises(Bad, match="须两人办理"):
        replay.take({**entry, "prepared_by": entry["actor"]["person"]})
    with pytest.raises(Bad, match="不能从“∅”到“publicized”"):
        Replay(read_tables(rows[0]["definitions"]), {}, withheld=1).take({**entry, "to": "publicized"})


BAD = {
    "no measures": (row(1, "整改中", 整改措施=""), "整改措施", "没有写整改措施"),
    "no day of closing": (row(1, "已销号"), "销号日期", "没有写哪一天"),
    "no day of publication": (row(1, "已公开"), "公开日期", "请填公开日期"),
    "done before it was fed back": (row(1, "待验收", 完成日期="2025.11.1"), "完成日期", "早于反馈日期"),
    "closed tomorrow": (row(1, "已销号", 销号日期="2026.3.3"), "销号日期", "不能晚于办理当天"),
    "extended backwards": (row(1, "整改中", 延期="2026.1.15"), "延期", "应晚于整改时限"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_a_bad_row_is_refused_in_its_cell_and_nothing_is_kept(world: World, name: str) -> None:
    bad, column, why = BAD[name]
    before = world.dump()
    number = put_aside(world, [row(9, "整改中"), bad])
    brought = confirm(world, number)
    assert [(one["row"], one["column"]) for one in brought.errors] == [(3, column)], brought.errors
    assert why in brought.errors[0]["message"]
    after = {name: rows for name, rows in world.dump().items() if name != "prepared_ledgers"}
    assert after == {name: rows for name, rows in before.items() if name != "prepared_ledgers"}


@pytest.mark.parametrize(
    ("said", "dates", "state"),
    [
        ("已完成", {"完成日期": "2026.1.20"}, "submitted"), ("整改完毕", {}, "submitted"), ("是", {"完成日期": "2026.1.20"}, "submitted"),
        ("已完成", {"完成日期": "2026.1.20", "销号日期": "2026.1.30"}, "verified"), ("已完成", {"公开日期": "2026.1.30"}, "publicized"),
        ("已销号", {"完成日期": "2026.1.20"}, "verified"),
    ],
)  # fmt: skip
def test_the_unit_s_own_word_closes_nothing(world: World, said: str, dates: dict[str, str], state: str) -> None:
    """已完成 is what a unit says of itself too: closed only with the day of the closing; else it waits for acceptance, said aloud."""
    brought = confirm(world, put_aside(world, [row(1, said, **dates)]))
    assert (brought.errors, brought.taken_over) == ([], {state: 1})
    aloud = f"1 个问题写着“{said}”，没有销号日期，按待验收转入"
    assert any(one.startswith(aloud) for one in brought.alarms) is (state == "submitted")


def test_under_the_heading_of_the_closing_each_word_is_the_office_s(tmp_path: Path) -> None:
    """是否销号：是 is no word of the unit's; 是否完成：是 may be."""
    for head, units in (("是否销号", False), ("是否完成", True)):
        path = xlsx(tmp_path / "a.xlsx", [["编号", "单位", "反馈问题", head], ["1", TOWN, "路灯不亮", "是"]])
        [one] = parse(path, running=True).rows
        assert one.running is not None
        assert one.running.units_word is units


def closed_term(world: World, count: int) -> Brought:
    """Take over so many problems of a previous term, all of them closed."""
    rows = [
        row(number, "已销号", unit=f"第{number % 40}单位", 完成日期="2021年6月30日", 反馈日期="2021.3.1")
        for number in range(1, count + 1)
    ]
    return confirm(world, prepare_with_units(world, rows))


def prepare_with_units(world: World, rows: Sequence[Sequence[Any]]) -> int:
    number = put_aside(world, rows)
    with writing(world.engine) as work:
        kept = work.session.get_one(PreparedLedger, number)
        kept.said = Said(world.today, new_units=tuple({str(one[1]) for one in rows})).packed()
        work.session.add(kept)
        work.commit()
    return number


def test_what_was_closed_before_stands_beside_in_every_figure(world: World) -> None:
    """Closed as it came in it is no work of this term, for leaders as for the reports; a round says how many; reopened it counts."""
    cases = take(world, row(1, "已销号", 销号日期="2026年1月20日"), row(2, "整改中", 整改时限="2026年6月30日"))

    def counted() -> tuple[Any, ...]:
        with reading(world.engine) as work:
            driver = work.driver
            leader = figures_by_unit(driver, world.place, world.today, EVERYTHING)
            (visit,) = visits_of_round(driver, world.place, round_of(world), world.today)
        ((own, reports),) = zip(leader.values(), [world.figures()], strict=True)
        assert (own["of"], own["done"]) == (reports["of"], reports["done"])
        return own["done"], own["of"], own["beside"], visit.done, visit.of, visit.beside

    assert counted() == (0, 1, 1, 1, 2, 1)
    world.do("office2", "reopen", cases["1"])
    assert counted() == (0, 2, 0, 0, 2, 0)


def round_of(world: World) -> int:
    """Return the one round that has cases."""
    ((number,),) = world.rows("SELECT DISTINCT round_id FROM cases")
    return int(number)


@pytest.mark.parametrize("count", [60, pytest.param(2000, marks=pytest.mark.long)])
def test_a_previous_term_s_closed_problems_come_in_without_a_mail(world: World, count: int) -> None:
    brought = closed_term(world, count)
    assert (brought.errors, brought.created, brought.taken_over) == ([], count, {"verified": count})
    world.scan(day(9, 3))
    assert letters(world) == []
    assert world.figures()["taken_over"]["closed"] == count
    assert world.figures()["problems"] == 0


def test_figures_count_the_term_that_it_is_and_the_rounds_of_another_stand_beside(world: World) -> None:
    """A round of no term belongs to none; that of the term before counts no more, with what runs in it and what is late."""
    world.feed_back(2)
    take(world, row(11, "已公开", 公开日期="2026.1.20"), row(12, "整改中"), row(13, "已销号", 销号日期="2026.1.30"))
    beside = {"rounds": 0, "problems": 0, "open": 0}
    before = world.figures()
    assert (before["rounds"], before["problems"], before["overdue"], before["other_terms"]) == (2, 3, 1, beside)
    terms = [
        world.enter("office", "term", "make", name=name, starts_on=first, ends_on=last)
        for name, first, last in (("第十二届", "2016-09-01", "2021-08-31"), ("第十三届", "2021-09-01", "2026-08-31"))
    ]
    assert world.figures() == before
    [(taken,)] = world.rows("SELECT id FROM rounds WHERE name = '二轮'")
    world.enter("office2", "round", "change", taken, asked_by="office", term=str(terms[0]))
    found = world.figures()
    assert (found["rounds"], found["problems"], found["overdue"]) == (1, 2, 0)
    assert found["other_terms"] == {"rounds": 1, "problems": 3, "open": 1}
    assert found["taken_over"] == {"problems": 3, "running": 1, "closed": 2}
    with reading(world.engine) as work:
        of_round = stats(work.driver, world.place, world.today, taken)
    assert (of_round["problems"], of_round["other_terms"]["rounds"]) == (3, 0)


def test_the_file_says_what_it_will_become(world: World, tmp_path: Path) -> None:
    del tmp_path
    brought = confirm(world, put_aside(world, [row(1, "督办中"), row(2, "", 整改措施="")]))
    assert brought.becomes == {
        2: "整改中：“督办中”，督办从转入之日起重新判断；期限 2026年2月1日 已过，照样显示逾期，督办从转入之日起算",
        3: "待报方案：没有写状态，也没有整改措施，按待报方案",
    }


@pytest.mark.parametrize("name", ["ledger_town.xlsx", "ledger_office.xls", "ledger_many_units_gbk.csv"])
def test_the_sample_ledgers_come_in_as_running_work_once_they_say_where_they_stand(world: World, name: str) -> None:
    """The three ledgers that units really sent, with a state and dates beside each problem, as an office would write them."""
    plain = parse(DATA / name)
    unit = None if all(one.unit for one in plain.rows) else TOWN
    states = ("正在整改", "已完成", "待认领", "已公开", "已完成待销号", "已认领")
    rows = [
        row(at, states[at % 6], one.unit or unit or TOWN, 反馈问题=one.problem, 整改措施=one.measures or "落实", 整改时限=one.due or "", 反馈日期="2021.1.5",
            完成日期="2021.6.1" if at % 6 in (1, 4) else "", 公开日期="2021.7.1" if at % 6 == 3 else "")
        for at, one in enumerate(plain.rows)
    ]  # fmt: skip
    brought = confirm(world, prepare_with_units(world, rows))
    assert (brought.errors, brought.created) == ([], len(plain.rows))
    world.scan_days(day(3, 3), day(3, 9))
    assert world.rows("SELECT COUNT(*) FROM trail WHERE action IN ('flag', 'escalate')") == [(0,)]
