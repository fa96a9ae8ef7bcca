"""The ledger goes out as the records stand and comes back unchanged, whatever became of its problems meanwhile."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ledger.bring_in import Order, bring_in
from ledger.brought import Brought
from ledger.out_columns import A3, Layout, UnknownColumns, columns_named
from ledger.parse import parse
from ledger.sheet_out import write_ledger
from ledger.write_out import export_row, write_out
from storage.engine import reading, writing
from storage.reads.ledger.beside import BESIDE
from storage.reads.ledger.records import lines_of
from storage.reads.ledger.then import Then
from storage.tables import Round
from tests.ledger.builders import xlsx
from tests.web.statements import listening
from tests.world import BUREAU, TOWN, VILLAGE, World, county, day
from workflow.subject import Material

MEASURE = "逐盏维修路灯（责任人：李敏；时限：2026年5月1日）"
PROGRESS = "修好17盏\n夜间已查看（17盏；2026年3月2日）"
LEDGER = Material("problem_list", "cd" * 32, "ledger.xlsx", 1)


def sent(world: World, path: Path) -> list[dict[str, Any]]:
    """Write the round's ledger out; return its lines by the names of their columns."""
    with reading(world.engine) as work:
        count = write_out(work.driver, path, work.session.get_one(Round, world.round_id), world.today)
    page = openpyxl.load_workbook(path).active
    assert page is not None
    head, *rows = [["" if cell.value is None else cell.value for cell in cells] for cells in page.iter_rows(min_row=2)]
    assert len(rows) == count
    return [dict(zip(map(str, head), row, strict=True)) for row in rows]


def brought(world: World, path: Path, round_name: str = "一轮") -> Brought:
    """Bring a ledger in."""
    with writing(world.engine) as work:
        order = Order(round_name, None, county(), LEDGER)
        found = bring_in(work, parse(path), order, world.actor("office"), world.now, world.today)
        work.commit()
    return found


@pytest.fixture
def lives(world: World) -> dict[str, int]:
    """Walk problems of three units to where ledgers are sent from: fed back, planned, progressed, extended, returned, closed, void."""
    done, back, late = world.all_at_work(3, day(5, 6))
    world.do("handler", "progress", done, answers={"text": "旧的进展"})
    world.do("handler", "progress", done, answers={"text": "修好17盏\n夜间已查看", "figures": "17盏"})
    world.do("secretary", "request_extension", back, answers={"until": day(5, 20).isoformat()})
    world.do("office", "grant_extension", back, answers={"until": day(5, 20).isoformat()})
    world.go(day(3, 20))
    said = {"rules_new": 2, "money_recovered": "1234.5", "people_admonished": 1}
    people = [{"kind": "党纪处分", "name": "=HYPERLINK(1)"}, {"kind": "党纪处分", "name": "张某"}]
    rules = [{"kind": "修订", "name": "路灯管护办法", "number": "城发〔2026〕3号"}]
    world.do("secretary", "submit", done, back, answers={"results": said, "people": people, "rules": rules})
    world.do("office", "return_work", back, answers={"new_on": day(6, 1).isoformat()})
    world.go(day(3, 25))
    world.agree(done)
    world.do("office", "verify", done)
    world.go(day(4, 2))
    world.walk(done, "approve_text", "publicize")
    (claimed,) = world.feed_back(unit=BUREAU)
    (void, fed) = world.feed_back(2, unit=VILLAGE)
    world.fill(fed, measures_said="台账里的措施", said="台账里的进展", note="备注一")
    world.with_second("office", "office2", "void", void)
    world.scan_days(day(5, 7), day(5, 25))
    return {"done": done, "back": back, "late": late, "claimed": claimed, "fed": fed}


def test_an_exported_ledger_says_what_the_records_say(world: World, lives: dict[str, int], tmp_path: Path) -> None:
    rows = sent(world, tmp_path / "a.xlsx")
    assert [row["序号"] for row in rows] == list(range(1, len(rows) + 1))
    assert "版本" not in rows[0]
    by_case = {case: next(row for row in rows if _is(world, case, row)) for case in lives.values()}
    done, back, fed = (by_case[lives[name]] for name in ("done", "back", "fed"))
    assert done["整改措施"] == MEASURE
    assert done["完成情况"] == PROGRESS
    assert done["原因剖析"]
    assert done["举一反三"]
    assert done["佐证材料"]
    assert done["联审、验收意见"].splitlines()[-1].startswith("2026年3月25日 ")
    assert done["联审、验收意见"].endswith("：同意")
    assert (done["反馈日期"], done["负责整改的党组织"]) == (datetime(2026, 3, 2), TOWN)  # noqa: DTZ001
    assert back["延期记录"] == "2026年3月2日同意延期至2026年5月20日"
    assert [done[name] for name in ("申请销号日期", "验收销号日期", "公开日期")] == [
        datetime(2026, 3, 20), datetime(2026, 3, 25), datetime(2026, 4, 2),  # noqa: DTZ001
    ]  # fmt: skip
    assert (done["新建制度（项）"], done["挽回资金（元）"], done["人员处理"]) == (
        2,
        1234.5,
        "诫勉 1 人，党纪处分 2 人（=HYPERLINK(1)、张某）",
    )
    assert (done["修订制度（项）"], done["所立制度"], done["资金明细"]) == (
        1,
        "修订《路灯管护办法》（城发〔2026〕3号）",
        "",
    )
    assert (back["所立制度"], back["人员处理"]) == ("", "")
    assert (done["预警"], done["状态"]) == ("", "已公开")
    assert (back["退回次数"], back["延期次数"], back["申请销号日期"], back["新建制度（项）"]) == (1, 1, "", "")
    assert (back["原定时限"], back["整改时限"]) == (datetime(2026, 5, 6), datetime(2026, 6, 1))  # noqa: DTZ001
    assert (by_case[lives["late"]]["状态"], by_case[lives["late"]]["预警"]) == ("督办中", "■ 逾期 19 天；疑似整改不力")
    assert (fed["整改措施"], fed["完成情况"], fed["备注"]) == ("台账里的措施", "台账里的进展", "备注一")
    assert "作废" not in {row["状态"] for row in rows}
    assert [row["单位"] for row in rows].count(VILLAGE) == 1


def _is(world: World, case: int, row: dict[str, Any]) -> bool:
    one = world.case(case)
    return (row["单位"], row["编号"]) == (one.unit, one.number)


def test_what_is_exported_comes_back_unchanged_and_says_what_is_not_read(
    world: World, lives: dict[str, int], tmp_path: Path
) -> None:
    sent(world, tmp_path / "a.xlsx")
    before = world.dump()
    found = brought(world, tmp_path / "a.xlsx")
    [notice] = found.notices
    assert (found.errors, notice.endswith("由系统生成，没有读入：在台账里改了不算，请在办理时填写。")) == ([], True)
    assert (found.problems, found.unchanged, found.updated, found.created) == (len(lives), len(lives), 0, 0)
    assert world.dump() == before


def test_a_ledger_that_says_something_else_is_an_update(world: World, lives: dict[str, int], tmp_path: Path) -> None:
    """Of what the unit says itself; the measures of the plan and the progress stay what they are."""
    done = lives["done"]
    path = xlsx(
        tmp_path / "a.xlsx",
        [("编号", "单位", "问题", "整改措施", "完成情况"), ("1", TOWN, "路灯不亮1", "另有措施", "另有进展")],
    )
    found = brought(world, path)
    assert (found.errors, found.updated, found.unchanged) == ([], 1, 0)
    said = world.rows("SELECT measures_said, said FROM cases WHERE id = :case", case=done)
    assert [tuple(row) for row in said] == [("另有措施", "另有进展")]
    assert brought(world, path).unchanged == 1, "as kept is as good as exported"
    row = next(row for row in sent(world, tmp_path / "b.xlsx") if _is(world, done, row))
    assert (row["整改措施"], row["完成情况"]) == (MEASURE, PROGRESS)
    before = [
        ("编号", "单位", "问题", "整改措施", "完成情况"),
        ("1", TOWN, "路灯不亮1", "逐盏维修路灯", "修好17盏\n夜间已查看（17盏）"),
    ]
    assert brought(world, xlsx(tmp_path / "c.xlsx", before)).unchanged == 1, "as releases before wrote it"


def test_several_measures_are_numbered(world: World, tmp_path: Path) -> None:
    (case,) = world.feed_back()
    world.walk(case, "claim")
    measures = [
        {"text": words, "person": "李敏", "department": "村建中心", "on": "2026-05-01", "check": "看"}
        for words in ("修灯", "查线")
    ]
    world.do("secretary", "submit_plan", case, answers={"measures": measures})
    assert sent(world, tmp_path / "a.xlsx")[0]["整改措施"] == (
        "1. 修灯（责任人：李敏；时限：2026年5月1日）\n2. 查线（责任人：李敏；时限：2026年5月1日）"
    )
    assert brought(world, tmp_path / "a.xlsx").unchanged == 1
    world.agree(case)
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-05-06"})
    for no, text in ((2, "查过一遍"), (1, "修好3盏"), (2, "查过两遍")):
        world.do("handler", "progress", case, answers={"measure_no": no, "text": text})
    assert sent(world, tmp_path / "b.xlsx")[0]["完成情况"] == (
        "第 1 项：修好3盏（2026年3月2日）\n第 2 项：查过两遍（2026年3月2日）"
    )
    assert brought(world, tmp_path / "b.xlsx").unchanged == 1


def test_of_a_past_day_a_ledger_says_what_was_so_then(world: World, lives: dict[str, int], tmp_path: Path) -> None:
    """State, dates, results, opinions and progress as of its end; nothing that no record tells of that day."""
    with reading(world.engine) as work:
        driver, round_row = work.driver, work.session.get_one(Round, world.round_id)
        for name, on in (("a", day(3, 24)), ("b", day(3, 1))):
            write_out(driver, tmp_path / f"{name}.xlsx", round_row, world.today, then=Then(on))
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert page is not None
    assert str(page["A1"].value).endswith("台账（截至 2026年3月24日）")
    head, *rows = [["" if cell.value is None else cell.value for cell in cells] for cells in page.iter_rows(min_row=2)]
    done, back, late = (dict(zip(head, row, strict=True)) for row in rows)
    assert (done["状态"], done["验收销号日期"], done["公开日期"], done["新建制度（项）"]) == ("待验收", "", "", "")
    assert done["完成情况"] == PROGRESS
    assert "2026年3月25日" not in str(done["联审、验收意见"])
    assert (back["状态"], back["退回次数"]) == ("整改中", 1)
    assert (late["状态"], late["预警"], late["已提醒到"], late["现时限"]) == ("整改中", "● 正常", "", "")
    before = openpyxl.load_workbook(tmp_path / "b.xlsx").active
    assert before is not None
    assert before.max_row == 2, "fed back later"


def test_chosen_columns_come_in_the_order_of_the_ledger_with_those_that_find_a_problem_again(
    world: World, lives: dict[str, int], tmp_path: Path
) -> None:
    layout = Layout(columns_named("opinions, progress,measures"), A3)
    with reading(world.engine) as work:
        write_out(
            work.driver, tmp_path / "a.xlsx", work.session.get_one(Round, world.round_id), world.today, None, layout
        )
    page = openpyxl.load_workbook(tmp_path / "a.xlsx").active
    assert page is not None
    assert [cell.value for cell in page[2]] == ["编号", "单位", "反馈问题", "整改措施", "完成情况", "联审、验收意见"]
    assert page.page_setup.paperSize == 8
    assert brought(world, tmp_path / "a.xlsx").unchanged == len(lives)
    with pytest.raises(UnknownColumns, match="没有这样的列：版本"):
        columns_named("版本")


def test_a_running_number_is_no_number_of_a_problem(tmp_path: Path) -> None:
    sheet = parse(
        xlsx(tmp_path / "a.xlsx", [("序号", "编号", "单位", "问题"), (1, "7", TOWN, "灯"), (2, "9", TOWN, "路")])
    )
    assert [row.number for row in sheet.rows] == ["7", "9"]
    assert sheet.notices == ()


def test_many_lines_take_as_many_statements_as_few(world: World) -> None:
    few, many = world.feed_back(2), world.feed_back(40, unit=BUREAU)
    counts = []
    with reading(world.engine) as work:
        for cases in (few, many):
            with listening(world.engine) as heard:
                assert len(list(lines_of(work.driver, cases, BESIDE, Then(world.today)))) == len(cases)
            counts.append(len(heard))
    assert counts[0] == counts[1] <= 2, counts


# Several rounds


def two_rounds(world: World, path: Path) -> None:
    """Bring in a second round beside the first, and write a ledger of both, as the page hands it out."""
    world.feed_back(2)
    brought(
        world, xlsx(path, [("编号", "单位", "问题"), *((str(no), BUREAU, f"堤坝{no}") for no in range(1, 13))]), "二轮"
    )
    with reading(world.engine) as work:
        driver = work.driver
        lines = lines_of(driver, [case for (case,) in driver.all("SELECT id FROM cases ORDER BY id")])
        write_ledger(path, "台账", [export_row(line, world.today) for line in lines])


def test_a_ledger_of_two_rounds_is_one_fault_and_not_every_problem_anew(world: World, tmp_path: Path) -> None:
    two_rounds(world, tmp_path / "a.xlsx")
    before = world.dump()
    found = brought(world, tmp_path / "a.xlsx")
    [error] = found.errors
    assert (error["row"], error["column"], error["value"]) == (5, "轮次", "二轮")
    assert error["message"].startswith(
        "有 12 行（第 5、6、7、8、9、10、11、12、13、14 等 12 行）不是“一轮”的问题（二轮 12 行）"
    )
    assert "只筛出“一轮”再导出，或删去这些行" in error["message"]
    assert (found.created, world.dump()) == (0, before)


def test_a_row_of_another_round_is_a_fault_in_its_cell(world: World, tmp_path: Path) -> None:
    world.feed_back()
    rows = [
        ("轮次", "编号", "单位", "问题"),
        ("一轮", "1", TOWN, "路灯不亮"),
        (" 二 轮", "2", TOWN, "井盖"),
        ("", "3", TOWN, "路"),
    ]
    [error] = brought(world, xlsx(tmp_path / "a.xlsx", rows)).errors
    assert (error["row"], error["column"]) == (3, "轮次")
    assert error["message"].startswith("这一行是“二 轮”的问题，这次导入的是“一轮”")


def test_each_round_of_an_export_comes_back_to_its_own(world: World, tmp_path: Path) -> None:
    two_rounds(world, tmp_path / "a.xlsx")
    sent(world, tmp_path / "b.xlsx")
    found = brought(world, tmp_path / "b.xlsx")
    assert (found.errors, len(found.notices), found.unchanged) == ([], 1, 2)
    assert [row["轮次"] for row in sent(world, tmp_path / "b.xlsx")] == ["一轮", "一轮"]


def test_a_ledger_without_rounds_that_repeats_another_round_is_said_aloud_once(world: World, tmp_path: Path) -> None:
    world.feed_back(3)
    rows = [("编号", "单位", "问题"), *((str(no), TOWN, f"路灯不亮{no}") for no in (1, 2, 3)), ("4", TOWN, "新的")]
    found = brought(world, xlsx(tmp_path / "a.xlsx", rows), "二轮")
    assert found.created == 4
    [alarm] = found.alarms
    assert alarm == found.notices[0]
    assert "有 3 行与“一轮”（3 行）已经反馈的问题编号、文字完全相同" in alarm
    assert not brought(world, tmp_path / "a.xlsx", "二轮").alarms, "what is known in its own round is not new"
