"""The three ledgers that units really sent, row by row."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import openpyxl

from ledger.parse import parse
from ledger.sheet import Row
from states import AT_ONCE, FOCUSED, STANDING
from tests.ledger.builders import DATA

LIMITS: dict[str, tuple[date | None, str]] = {
    "2021.3.5": (date(2021, 3, 5), FOCUSED),
    "2021年3月底": (date(2021, 3, 31), FOCUSED),
    "2021年4月30日": (date(2021, 4, 30), FOCUSED),
    "2021-05-20": (date(2021, 5, 20), FOCUSED),
    "2021年6月底前": (date(2021, 6, 30), FOCUSED),
    "2021/7/1": (date(2021, 7, 1), FOCUSED),
    "立行立改": (None, AT_ONCE),
    "长期坚持": (None, STANDING),
}
ASPECTS = {
    range(5, 10): "聚焦党中央决策部署在基层落实情况方面",
    range(10, 18): "聚焦群众身边不正之风和腐败问题方面",
    range(18, 23): "聚焦基层党组织软弱涣散和组织力欠缺方面",
    range(23, 25): "聚焦巡察、审计等监督发现问题整改落实方面",
}


def row_of(row: int, cells: list[str], order: str) -> Row:
    """The row that the cells of a sheet should give, by the order of its columns."""
    said = dict(zip(order.split(), cells, strict=True))
    due, kind = LIMITS[said["due"]]
    names = ["number", "unit", "category", "problem", "detail", "measures", "responsible", "department", "person"]
    texts: dict[str, Any] = {name: said.get(name, "") for name in [*names, "progress", "note"]}
    return Row(row=row, basis="", amount="", due=due, kind=kind, **texts)


def test_the_town_s_xlsx_gives_its_twenty_problems() -> None:
    """Merged title, two-row header, merged 方面; a total and a signature row at the end are left out."""
    sheet = parse(DATA / "ledger_town.xlsx")
    page = openpyxl.load_workbook(DATA / "ledger_town.xlsx").active
    assert page is not None
    order = "number problem detail measures responsible department person due progress note unit category"
    expected = []
    for row in range(5, 25):
        cells = [str(page.cell(row, column).value or "") for column in (1, 3, 4, 5, 6, 7, 8, 9, 10, 11)]
        aspect = next(aspect for rows, aspect in ASPECTS.items() if row in rows)
        expected.append(row_of(row, [*cells, "城伯镇党委", aspect], order))
    assert list(sheet.rows) == expected
    assert len(expected) == 20
    assert sheet.faults == ()
    assert sheet.title == "城伯镇党委落实市委第三巡察组巡察反馈意见整改台账"
    assert sheet.notices == ("第 26、27 行是合计、签字、说明或重复的表头，没有当作问题。",)


def test_the_town_s_limits_read_as_a_clerk_reads_them() -> None:
    due = {row.number: row.due or row.kind for row in parse(DATA / "ledger_town.xlsx").rows}
    assert due["1"] == date(2021, 3, 31)
    assert due["3"] == date(2021, 3, 5)
    assert due["4"] == date(2021, 5, 20)
    assert due["5"] == date(2021, 6, 30)
    assert due["6"] == date(2021, 7, 1)
    assert due["7"] == STANDING
    assert due["14"] == date(2021, 4, 30)
    assert due["16"] == AT_ONCE


def test_the_bureau_s_old_xls_gives_its_fourteen_problems() -> None:
    sheet = parse(DATA / "ledger_office.xls")
    assert [row.row for row in sheet.rows] == list(range(3, 17))
    assert [row.number for row in sheet.rows] == [str(number) for number in range(1, 15)]
    assert {row.unit for row in sheet.rows} == {"市水利局党组"}
    assert [row.problem for row in sheet.rows] == [
        "贯彻上级决策部署有差距", "脱贫攻坚成果巩固不到位", "安全生产责任压得不实", "意识形态工作责任制落实不力",
        "扫黑除恶常态化机制不健全", "违规发放津补贴", "公款旅游", "挪用群众集资款", "三资管理不规范", "垃圾乱堆乱倒",
        "街道排水不畅", "路灯不亮", "养殖粪便处理不到位", "“四议两公开”执行不严格",
    ]  # fmt: skip
    assert [row.due for row in sheet.rows] == [
        date(2021, 3, 31), date(2021, 6, 30), date(2021, 3, 31), date(2021, 3, 5), date(2021, 7, 1), None,
        date(2021, 4, 30), None, None, date(2021, 5, 20), date(2021, 6, 30), date(2021, 7, 1), date(2021, 3, 5), None,
    ]  # fmt: skip
    assert [row.kind for row in sheet.rows if row.due is None] == [AT_ONCE, AT_ONCE, AT_ONCE, STANDING]
    assert [row.progress for row in sheet.rows] == [
        "基本完成并持续整改", "", "", "整改中", "", "", "未完成", "未完成", "", "未完成", "未完成", "整改中", "未完成",
        "基本完成并持续整改",
    ]  # fmt: skip
    assert sheet.rows[9] == Row(
        row=12, number="10", unit="市水利局党组", category="", problem="垃圾乱堆乱倒",
        detail="村东头坑塘边生活垃圾长期堆放，清运不及时，群众反映强烈", basis="", amount="",
        measures="1.召开专题会议研究“垃圾乱堆乱倒”；2.逐项核实、限期整改；3.建立长效机制，按月公示。",
        responsible="李志强", department="党政办", person="刘伟", due=date(2021, 5, 20), kind=FOCUSED,
        progress="未完成", note="",
    )  # fmt: skip
    assert (sheet.faults, sheet.notices) == ((), ())
    assert sheet.title == "关于巡察反馈问题整改清单"


def test_the_city_s_gbk_csv_gives_thirty_six_problems_of_four_units() -> None:
    sheet = parse(DATA / "ledger_many_units_gbk.csv")
    raw = (DATA / "ledger_many_units_gbk.csv").read_bytes().decode("gb18030")
    order = "number unit category problem detail measures responsible department person due progress"
    records = list(csv.reader(io.StringIO(raw, newline="")))[1:]
    assert list(sheet.rows) == [row_of(at, cells, order) for at, cells in enumerate(records, 2)]
    assert len(sheet.rows) == 36
    units = ["城伯镇党委", "河雍街道党工委", "市水利局党组", "化工镇党委"]
    assert [row.unit for row in sheet.rows] == [unit for unit in units for _ in range(9)]
    assert (sheet.faults, sheet.notices) == ((), ())


def test_a_unit_s_own_word_of_progress_is_no_state() -> None:
    """What the ledger says of 完成情况 is kept as said; due and kind come from 整改时限 alone."""
    done = [row for row in parse(DATA / "ledger_town.xlsx").rows if row.progress == "已完成"]
    assert [(row.number, row.due) for row in done][:2] == [("9", date(2021, 5, 20)), ("13", date(2021, 3, 5))]
    assert not hasattr(done[0], "state")
