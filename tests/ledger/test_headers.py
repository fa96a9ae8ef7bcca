"""Which column is which, whatever units call it and however they lay the header out."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.grid import Grid, Merge
from ledger.headers import SYNONYMS, field_of, find_header
from ledger.parse import parse
from ledger.words import squeezed
from tests.ledger.builders import HEADER, line, xlsx


def grid_of(*rows: tuple[str, ...], merges: tuple[Merge, ...] = ()) -> Grid:
    return Grid("表", tuple(zip(*rows, strict=True)), len(rows), merges)


NAMES = {
    "number": ["序 号", "编号", "No."],
    "unit": ["被巡察党组织", "单位名称"],
    "category": ["方面", "问题类别"],
    "problem": ["反馈问题", "存在问题", "问题", "*问题"],
    "detail": ["具体表现", "主要表现"],
    "basis": ["定性依据"],
    "amount": ["涉及金额", "涉及金额（万元）"],
    "measures": ["整 改\n措 施"],
    "responsible": ["责任领导", "分管领导", "牵头领导"],
    "department": ["责任部门", "责任单位", "责任科室", "责任\r\n部门"],
    "person": ["责任人", "责　任　人", "具体责任人"],
    "due": ["整改时限", "完成时限", "整改期限", "整改时限(年月日)"],
    "kind": ["整改类型"],
    "progress": ["完成情况", "整改进展", "进展情况"],
    "note": ["备注", "★备注"],
}


@pytest.mark.parametrize(("field", "label"), [(field, label) for field, labels in NAMES.items() for label in labels])
def test_a_column_is_known_by_any_of_its_names(field: str, label: str) -> None:
    assert field_of(label) == field


@pytest.mark.parametrize("label", ["整改目标", "", "问题线索", "备注：", "填报单位：某镇党委", "责任分工"])
def test_other_words_name_no_column(label: str) -> None:
    assert field_of(label) is None


def test_no_name_stands_for_two_fields() -> None:
    names = [squeezed(name) for names in SYNONYMS.values() for name in names]
    assert len(names) == len(set(names))


def test_the_preferred_of_two_columns_of_one_meaning_is_read_and_the_other_noticed(tmp_path: Path) -> None:
    header = ("序号", "问题", "分管领导", "责任领导", "整改目标")
    sheet = parse(xlsx(tmp_path / "a.xlsx", [header, (1, "路灯不亮", "市领导", "林建国", "亮")]))
    assert sheet.rows[0].responsible == "林建国"
    assert sheet.notices == (
        "“分管领导”与“责任领导”含义相同，只读了“责任领导”。",
        "不认识的列没有读入：整改目标。",
    )


def test_a_specific_problem_is_the_detail_beside_a_problem_and_the_problem_when_alone() -> None:
    beside = find_header(grid_of(("序号", "问题", "具体问题")))
    alone = find_header(grid_of(("序号", "具体问题", "整改措施")))
    assert beside is not None
    assert beside.columns == {"number": 0, "problem": 1, "detail": 2}
    assert alone is not None
    assert alone.columns == {"number": 0, "problem": 1, "measures": 2}


def test_a_header_of_two_rows_is_read_under_its_merged_group() -> None:
    rows = (("台账", "", "", ""), ("序号", "问题", "责任分工", ""), ("", "", "责任领导", "责任人"))
    header = find_header(grid_of(*rows, merges=(Merge(1, 0, 2, 0), Merge(1, 1, 2, 1), Merge(1, 2, 1, 3))))
    assert header is not None
    assert (header.top, header.bottom) == (1, 2)
    assert header.columns == {"number": 0, "problem": 1, "responsible": 2, "person": 3}


def test_a_header_of_two_rows_is_read_where_csv_has_lost_the_merges() -> None:
    header = find_header(
        grid_of(("序号", "问题", "责任分工", ""), ("", "", "责任领导", "责任人"), ("1", "灯", "甲", "乙"))
    )
    assert header is not None
    assert header.bottom == 1
    assert header.columns == {"number": 0, "problem": 1, "responsible": 2, "person": 3}


def test_start_and_end_under_one_group_give_the_end() -> None:
    rows = (("序号", "问题", "整改时限", ""), ("", "", "起", "止"))
    merges = (Merge(0, 0, 1, 0), Merge(0, 1, 1, 1), Merge(0, 2, 0, 3))
    header = find_header(grid_of(*rows, merges=merges))
    assert header is not None
    assert header.columns["due"] == 3


def test_words_in_the_title_make_no_header() -> None:
    header = find_header(grid_of(("问题整改台账", "", ""), ("填报单位：某镇党委", "", ""), ("序号", "问题", "备注")))
    assert header is not None
    assert header.top == 2


def test_a_ledger_without_a_problem_column_is_one_fault(tmp_path: Path) -> None:
    sheet = parse(xlsx(tmp_path / "a.xlsx", [("序号", "单位", "整改措施", "整改时限"), (1, "某镇党委", "修", "尽快")]))
    [fault] = sheet.faults
    assert (fault.row, fault.column) == (1, "问题")
    assert "没有找到“问题”一列" in fault.message
    assert sheet.rows == ()


def test_a_file_without_a_header_is_refused_whole(tmp_path: Path) -> None:
    [fault] = parse(xlsx(tmp_path / "a.xlsx", [("姓名", "电话"), ("甲", "1")])).faults
    assert fault.row == 0
    assert "没有认出表头" in fault.message


def test_a_header_without_rows_is_a_fault(tmp_path: Path) -> None:
    [fault] = parse(xlsx(tmp_path / "a.xlsx", [HEADER])).faults
    assert "表头下面没有一行问题" in fault.message


def test_faults_name_columns_as_the_sheet_does(tmp_path: Path) -> None:
    rows = [
        ("编号", "党组织", "存在\n问题", "完成 时限"),
        (1, "某镇党委", "灯", "尽快"),
        (2, "某镇党委", "", "2021.3.5"),
    ]
    faults = parse(xlsx(tmp_path / "a.xlsx", rows)).faults
    assert [(fault.row, fault.column, fault.value) for fault in faults] == [
        (2, "完成时限", "尽快"),
        (3, "存在问题", ""),
    ]


def test_columns_that_the_system_makes_are_not_read_and_that_is_said_once(tmp_path: Path) -> None:
    rows = [(*HEADER, "状态", "现时限", "预警", "退回次数", "版本"), [*line(1), "整改中", "2021.5.1", "黄", 0, 7]]
    sheet = parse(xlsx(tmp_path / "a.xlsx", rows))
    [notice] = sheet.notices
    assert (sheet.faults, len(sheet.rows)) == ((), 1)
    assert "状态、现时限、预警等 5 列由系统生成，没有读入" in notice
