"""How ledgers are laid out: merged cells, sections, totals, missing numbers, several sheets, the unit above."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ledger.parse import parse
from ledger.sheet import Sheet
from tests.ledger.builders import HEADER, csv_bytes, line, xls, xlsx


def read(tmp_path: Path, rows: list[Any], *merged: str) -> Sheet:
    sheet = parse(xlsx(tmp_path / "a.xlsx", rows, merged))
    assert sheet.faults == ()
    return sheet


def test_a_category_is_filled_down_only_where_it_is_merged(tmp_path: Path) -> None:
    rows = [HEADER, line(1, 方面="甲方面"), line(2), line(3), line(4, 方面="乙方面"), line(5)]
    assert [row.category for row in read(tmp_path, rows, "C2:C3").rows] == ["甲方面", "甲方面", "", "乙方面", ""]


def test_a_category_is_filled_down_in_an_old_xls_too(tmp_path: Path) -> None:
    rows = [HEADER, line(1, 方面="甲方面"), line(2), line(3)]
    sheet = parse(xls(tmp_path / "a.xls", rows, [(1, 2, 2, 2)]))
    assert [row.category for row in sheet.rows] == ["甲方面", "甲方面", ""]


def test_a_merged_unit_and_a_merged_limit_hold_for_all_their_rows(tmp_path: Path) -> None:
    rows = [HEADER, line(1), line(2, due="", 单位=""), line(3, 单位="化工镇党委", due="长期坚持")]
    sheet = read(tmp_path, rows, "B2:B3", "J2:J3")
    assert [(row.unit, row.due) for row in sheet.rows[:2]] == [("城伯镇党委", date(2021, 4, 30))] * 2


def test_a_merge_that_reaches_over_blank_rows_and_the_total_makes_no_problems(tmp_path: Path) -> None:
    rows = [HEADER, line(1, 方面="甲方面"), line(2), [""], ["合计", "", "", "2个问题"]]
    sheet = read(tmp_path, rows, "C2:C5")
    assert [row.category for row in sheet.rows] == ["甲方面", "甲方面"]
    assert sheet.notices == ("第 5 行是合计、签字、说明或重复的表头，没有当作问题。",)


def test_rows_under_one_merged_number_are_one_problem(tmp_path: Path) -> None:
    """序号 and 问题 merged over three lines, each with its own measure, person and date."""
    rows = [
        HEADER,
        line(1, 具体表现="灯坏 17 盏", 整改措施="修灯", 责任人="甲"),
        line("", problem="", 单位="", 整改措施="换线", 责任人="乙", due="2021年6月底前"),
        line("", problem="", 单位="", 整改措施="巡查", 责任人="甲", due="长期坚持"),
        line(2, problem="街道排水不畅"),
    ]
    sheet = read(tmp_path, rows, "A2:A4", "D2:D4")
    first, second = sheet.rows
    assert (first.row, first.number, first.problem) == (2, "1", "路灯不亮")
    assert (first.measures, first.person, first.detail) == ("修灯\n换线\n巡查", "甲、乙", "灯坏 17 盏")
    assert (first.due, first.kind) == (date(2021, 6, 30), "standing")
    assert (second.row, second.number) == (5, "2")
    assert sheet.notices == ("第 2 行：同一编号下有几个时限，按最晚的记。",)


def test_two_problems_under_one_merged_number_are_a_fault(tmp_path: Path) -> None:
    rows = [HEADER, line(1), line("", problem="街道排水不畅")]
    [fault] = parse(xlsx(tmp_path / "a.xlsx", rows, ["A2:A3"])).faults
    assert (fault.row, fault.column, fault.value) == (3, "反馈问题", "街道排水不畅")


def test_a_section_heading_is_the_category_of_what_follows(tmp_path: Path) -> None:
    rows = [
        HEADER,
        ["一、聚焦党中央决策部署方面（2个）"],
        line(1),
        line(2),
        ["（二）群众身边不正之风"],
        line(3),
        line(4, 方面="自己的方面"),
    ]
    sheet = read(tmp_path, rows, "A2:L2", "A5:L5")
    assert [row.category for row in sheet.rows] == [
        "一、聚焦党中央决策部署方面（2个）",
        "一、聚焦党中央决策部署方面（2个）",
        "（二）群众身边不正之风",
        "自己的方面",
    ]
    assert sheet.notices == ("第 2、5 行是分段标题，已作为其下各问题的方面。",)
    assert "category" in sheet.fields


LEFT_OUT: list[list[Any]] = [
    ["合计", "", "", "2个问题"],
    ["合 计"],
    ["总计：2个问题"],
    ["小计（2个）"],
    ["", "合计", "", 2],
    ["共计2个问题"],
    ["本页小计", "", "", 2],
    ["填表人：李敏        审核人：王建国"],
    ["填表人：李敏", "", "", "审核人：王建国"],
    ["党组织主要负责人签字："],
    ["单位负责人（签字）：", "", "", "2021年3月5日"],
    ["填报时间：2021年3月15日"],
    ["联系电话：0391-1234567"],
    ["备注：本表一式三份"],
    ["注1：长期坚持的不填时限"],
    ["说明: 一式三份"],
    list(HEADER),
]


@pytest.mark.parametrize("cells", LEFT_OUT)
def test_totals_signatures_notes_and_repeated_headers_are_left_out(tmp_path: Path, cells: list[Any]) -> None:
    sheet = read(tmp_path, [HEADER, line(1), cells, line(2)])
    assert [row.number for row in sheet.rows] == ["1", "2"]
    assert sheet.notices == ("第 3 行是合计、签字、说明或重复的表头，没有当作问题。",)


@pytest.mark.parametrize("problem", ["合计拨付 37.6 万元未使用", "小计算盘打得精", "签字不规范", "负责人不在岗"])
def test_a_problem_that_only_begins_like_a_total_is_a_problem(tmp_path: Path, problem: str) -> None:
    sheet = read(tmp_path, [["问题", "整改措施", "备注"], [problem, "改", ""]])
    assert [row.problem for row in sheet.rows] == [problem]


def test_numbers_are_text_as_the_clerk_sees_them(tmp_path: Path) -> None:
    rows = [HEADER, line(1), line(2.0), line("三"), line(1.1), line("1-2"), line("（5）"), line("００7")]
    assert [row.number for row in read(tmp_path, rows).rows] == ["1", "2", "三", "1.1", "1-2", "（5）", "007"]


def test_missing_numbers_are_given_by_order_within_the_unit(tmp_path: Path) -> None:
    rows = [HEADER, line(""), line(2), line(""), line("", 单位="化工镇党委"), line("", 单位="化工镇党委")]
    sheet = read(tmp_path, rows)
    assert [row.number for row in sheet.rows] == ["1", "2", "3", "1", "2"]
    assert sheet.notices == ("第 2、4、5、6 行没有编号，已按在本单位内的次序编号。",)


def test_a_given_number_never_takes_one_that_is_there(tmp_path: Path) -> None:
    sheet = read(tmp_path, [HEADER, line(2), line(""), line(3)])
    assert [row.number for row in sheet.rows] == ["2", "4", "3"]


def test_a_ledger_without_a_number_column_is_numbered(tmp_path: Path) -> None:
    sheet = read(tmp_path, [["问题", "整改措施"], ["灯", "修"], ["路", "铺"]])
    assert [row.number for row in sheet.rows] == ["1", "2"]
    assert "number" not in sheet.fields


@pytest.mark.parametrize(
    ("above", "unit"),
    [
        ([["填报单位：城伯镇党委（盖章）          填报时间：2021年3月15日"]], "城伯镇党委"),
        ([["填报单位(盖章)：城伯镇党委"]], "城伯镇党委"),
        ([["单位名称：", "城伯镇党委"]], "城伯镇党委"),
        ([["被巡察党组织：城伯镇党委"]], "城伯镇党委"),
        ([["市水利局党组落实巡察反馈意见整改台账"], ["填报单位：城伯镇党委"]], "城伯镇党委"),
        ([["城伯镇党委落实市委第三巡察组巡察反馈意见整改台账"]], "城伯镇党委"),
        ([["中共城伯镇委员会关于巡察反馈问题的整改台账"]], "中共城伯镇委员会"),
        ([["河雍街道党工委巡察整改台账"]], "河雍街道党工委"),
        ([["关于市委巡察组向城伯镇党委反馈问题整改清单"]], None),
        ([["2021年巡察整改台账"]], None),
        ([], None),
    ],
)
def test_the_unit_above_the_header_is_the_unit_of_every_row(
    tmp_path: Path, above: list[list[str]], unit: str | None
) -> None:
    sheet = read(tmp_path, [*above, ["序号", "问题", "整改措施"], [1, "灯", "修"]])
    assert sheet.rows[0].unit == unit


def test_the_first_sheet_with_a_header_is_read_and_the_others_are_named(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    for name, rows in (
        ("封面", [["某市巡察办"]]),
        ("台账", [HEADER, line(1)]),
        ("备份", [HEADER, line(9)]),
        ("说明", [["填表说明"]]),
    ):
        page = book.create_sheet(name)
        for row in rows:
            page.append(row)
    hidden = book.create_sheet("隐藏", 0)
    hidden.append(HEADER)
    hidden.append(line(7))
    hidden.sheet_state = "hidden"
    book.save(tmp_path / "a.xlsx")
    sheet = parse(tmp_path / "a.xlsx")
    assert (sheet.name, [row.number for row in sheet.rows]) == ("台账", ["1"])
    assert sheet.notices == ("另有工作表“隐藏”、“备份”未读取。",)


def test_row_numbers_are_the_sheet_s_own_over_blank_rows_and_columns(tmp_path: Path) -> None:
    rows = [[""], [""], ["", "", *HEADER], [""], ["", "", *line(1)], [""], ["", "", *line(2)]]
    assert [row.row for row in read(tmp_path, rows).rows] == [5, 7]


def test_excel_dates_and_serials_are_dates_and_elsewhere_words(tmp_path: Path) -> None:
    day = datetime(2021, 5, 20)  # noqa: DTZ001  # a cell knows no time zone
    sheet = read(tmp_path, [HEADER, line(1, due=day, 备注=day), line(2, due=44336), line(3, 备注=True, 责任人=3.5)])
    assert [row.due for row in sheet.rows[:2]] == [date(2021, 5, 20)] * 2
    assert [(row.note, row.person) for row in sheet.rows] == [("2021-05-20", ""), ("", ""), ("是", "3.5")]


def test_fields_say_which_columns_the_file_has(tmp_path: Path) -> None:
    sheet = read(tmp_path, [["序号", "问题", "完成 情况"], [1, "灯", ""]])
    assert sheet.fields == {"number", "problem", "progress"}
    assert dict(sheet.labels) == {"number": "序号", "problem": "问题", "progress": "完成情况"}


def test_a_month_read_as_its_end_is_noticed_with_its_rows(tmp_path: Path) -> None:
    sheet = read(tmp_path, [HEADER, line(1, due="2021年6月"), line(2), line(3, due="2021年6月")])
    assert sheet.notices == ("第 2、4 行：“2021年6月”按 2021年6月30日（周三）记。",)


def test_rows_in_csv_are_counted_as_excel_counts_them(tmp_path: Path) -> None:
    """A line break inside a cell starts no new row; an empty line is a row."""
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes([HEADER, line(1, 整改措施="一\n二\n三"), [], line(2)]))
    assert [row.row for row in parse(path).rows] == [2, 4]
