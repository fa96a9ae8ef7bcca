"""Hostile ledgers: every fault is named by the sheet's own row and column, and texts are only texts."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from ledger.limits import Limits
from ledger.parse import parse
from ledger.sheet import Sheet
from tests.ledger.builders import HEADER, csv_bytes, line, repacked, xls, xlsx

TITLE: list[Any] = ["某市巡察整改台账"]
BLANK: list[Any] = [""]


def read(tmp_path: Path, *lines: list[Any], merged: tuple[str, ...] = ()) -> Sheet:
    """The ledger of these lines under a title, an empty row and HEADER: the first line is row 4."""
    return parse(xlsx(tmp_path / "a.xlsx", [TITLE, BLANK, HEADER, *lines], merged))


def faults_of(sheet: Sheet) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.value) for fault in sheet.faults]


def test_every_fault_of_a_bad_ledger_is_named_by_row_and_column(tmp_path: Path) -> None:
    sheet = read(
        tmp_path,
        line(1),
        line(2, problem=""),
        line(3, due="2021年2月30日"),
        line(4, due="2021.13.5"),
        line(5, due="尽快"),
        line(1, problem="街道排水不畅"),
        line(6, 整改措施='=CONCATENATE("修","灯")'),
        line(7, problem="=1+1"),
        line(8),
    )
    assert faults_of(sheet) == [
        (5, "反馈问题", ""),
        (6, "整改时限", "2021年2月30日"),
        (7, "整改时限", "2021.13.5"),
        (8, "整改时限", "尽快"),
        (9, "序号", "1"),
        (10, "整改措施", ""),
        (11, "反馈问题", ""),
    ]
    messages = [fault.message for fault in sheet.faults]
    assert "第 4 行和第 9 行都是“城伯镇党委”的编号 1" in messages[4]
    assert messages[5] == "公式单元格，请粘贴为数值。"


def test_a_formula_is_a_fault_whatever_value_it_shows(tmp_path: Path) -> None:
    """Excel keeps the last value beside the formula; a reader that sees the value alone would take it."""
    rows = [HEADER, line("=ROW()-1", problem="灯"), line(2, problem="路")]
    plain = xlsx(tmp_path / "a.xlsx", rows)
    shown = repacked(
        plain, tmp_path / "b.xlsx", lambda _, part: part.replace(b"<v />", b"<v>1</v>").replace(b"<v></v>", b"<v>1</v>")
    )
    assert faults_of(parse(shown)) == [(2, "序号", "1")]


def test_a_formula_in_an_old_xls_is_a_fault(tmp_path: Path) -> None:
    sheet = parse(xls(tmp_path / "a.xls", [TITLE, HEADER, line(1), line(2, 备注="=1+1"), line(3, due="=NOW()")]))
    assert [(fault.row, fault.column, fault.message) for fault in sheet.faults] == [
        (4, "备注", "公式单元格，请粘贴为数值。"),
        (5, "整改时限", "公式单元格，请粘贴为数值。"),
    ]


def test_shared_and_array_formulas_are_found_at_their_own_cells(tmp_path: Path) -> None:
    plain = xlsx(tmp_path / "a.xlsx", [HEADER, line(1, 备注=7), line(2, 备注=7), line(3, 备注=8)])

    def change(_: str, part: bytes) -> bytes:
        part = part.replace(b'<c r="L2" t="n"><v>7', b'<c r="L2" t="n"><f t="shared" ref="L2:L3" si="0">A2</f><v>7')
        part = part.replace(b'<c r="L3" t="n"><v>7', b'<c r="L3" t="n"><f t="shared" si="0"/><v>7')
        return part.replace(b'<c r="L4" t="n"><v>8', b'<c r="L4" t="n"><f t="array" ref="L4">A4</f><v>8')

    sheet = parse(repacked(plain, tmp_path / "b.xlsx", change))
    assert faults_of(sheet) == [(2, "备注", "7"), (3, "备注", "7"), (4, "备注", "8")]


def test_formulas_in_totals_and_in_columns_that_are_not_read_do_no_harm(tmp_path: Path) -> None:
    rows = [(*HEADER, "剩余天数"), [*line(1), "=TODAY()-1"], ["合计", "", "", "=COUNTA(D2:D2)"]]
    sheet = parse(xlsx(tmp_path / "a.xlsx", rows))
    assert sheet.faults == ()
    assert len(sheet.rows) == 1
    assert any("剩余天数" in notice for notice in sheet.notices)


def test_a_unit_taken_from_a_formula_above_the_header_is_a_fault(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["填报单位：", "=封面!A1"], ["序号", "问题", "备注"], [1, "灯", ""]]
    plain = xlsx(tmp_path / "a.xlsx", rows)
    shown = repacked(
        plain,
        tmp_path / "b.xlsx",
        lambda _, part: (
            part.replace(b"<v />", "<v>某镇</v>".encode())
            .replace(b"<v></v>", "<v>某镇</v>".encode())
            .replace(b'<c r="B1">', b'<c r="B1" t="str">')
        ),
    )
    sheet = parse(shown)
    assert faults_of(sheet) == [(1, "填报单位", "某镇")]
    assert parse(shown, unit="某镇党委").faults == ()


def test_an_error_cell_is_a_fault_and_never_an_empty_one(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    page = book.active
    assert page is not None
    for row in (HEADER, line(1), line(2)):
        page.append(list(row))
    page["F3"] = "#REF!"
    page["F3"].data_type = "e"
    book.save(tmp_path / "a.xlsx")
    [fault] = parse(tmp_path / "a.xlsx").faults
    assert (fault.row, fault.column) == (3, "整改措施")
    assert "错误值" in fault.message


def test_one_number_may_serve_in_two_units_but_not_twice_in_one(tmp_path: Path) -> None:
    sheet = read(tmp_path, line(1), line(1, 单位="化工镇党委"), line("1 "), line("１", 单位="化工镇党委"))
    assert faults_of(sheet) == [(6, "序号", "1"), (7, "序号", "1")]


def test_one_unit_for_the_whole_file_makes_twins_of_equal_numbers(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [HEADER, line(1), line(1, 单位="化工镇党委")])
    assert parse(path).faults == ()
    assert faults_of(parse(path, unit="市水利局党组")) == [(3, "序号", "1")]


def test_a_missing_unit_is_a_fault_unless_one_stands_for_all(tmp_path: Path) -> None:
    path = xlsx(tmp_path / "a.xlsx", [HEADER, line(1), line(2, 单位="")])
    assert faults_of(parse(path)) == [(3, "单位", "")]
    assert {row.unit for row in parse(path, unit="市水利局党组").rows} == {"市水利局党组"}


def test_a_row_with_a_number_alone_is_a_fault(tmp_path: Path) -> None:
    assert faults_of(read(tmp_path, line(1), [2])) == [(5, "单位", ""), (5, "反馈问题", "")]


@pytest.mark.parametrize("column", ["反馈问题", "具体表现", "整改措施", "完成情况", "备注", "单位", "责任人", "方面"])
def test_markup_and_formula_signs_are_only_text(tmp_path: Path, column: str) -> None:
    for text in ("<script>alert(1)</script>", "=cmd|' /C calc'!A0", "＝1+1", "+1", "-1", "@SUM(1)", "a&b <i> ]]>"):
        rows = [HEADER, line(1, **{column: text})]
        sheet = parse_csv(tmp_path, rows)
        assert sheet.faults == ()
        assert text in vars_of(sheet)


def parse_csv(tmp_path: Path, rows: list[Any]) -> Sheet:
    path = tmp_path / "a.csv"
    path.write_bytes(csv_bytes(rows))
    return parse(path)


def vars_of(sheet: Sheet) -> list[object]:
    return [getattr(sheet.rows[0], name) for name in sheet.rows[0].__slots__]


def test_line_breaks_in_names_become_blanks_and_are_noticed(tmp_path: Path) -> None:
    rows = [HEADER, line("1", 单位="城伯镇\r\n党委", 责任领导="林\n建国", 责任部门=" 财政所\n", 责任人="郭\r敏")]
    sheet = parse_csv(tmp_path, rows)
    [row] = sheet.rows
    assert (row.unit, row.responsible, row.department, row.person) == ("城伯镇 党委", "林 建国", "财政所", "郭 敏")
    assert sheet.notices == (
        "第 2 行“单位”中的换行已改为空格。",
        "第 2 行“责任领导”中的换行已改为空格。",
        "第 2 行“责任人”中的换行已改为空格。",
    )


def test_line_breaks_in_texts_stay(tmp_path: Path) -> None:
    sheet = parse_csv(tmp_path, [HEADER, line(1, 整改措施=" 1.修灯；\r\n2.换线。\n", 备注="一\n二")])
    assert (sheet.rows[0].measures, sheet.rows[0].note) == ("1.修灯；\n2.换线。", "一\n二")
    assert sheet.notices == ()


@pytest.mark.parametrize("sign", ["\0", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\ufffe"])
def test_an_invisible_control_character_is_a_fault(tmp_path: Path, sign: str) -> None:
    sheet = parse_csv(tmp_path, [HEADER, line(1, problem=f"灯{sign}坏", 单位=f"某{sign}镇")])
    assert [(fault.row, fault.column) for fault in sheet.faults] == [(2, "单位"), (2, "反馈问题")]
    assert f"U+{ord(sign):04X}" in sheet.faults[0].message
    assert sign not in sheet.faults[0].value


def test_a_control_character_hidden_in_excel_s_escape_is_a_fault(tmp_path: Path) -> None:
    plain = xlsx(tmp_path / "a.xlsx", [HEADER, line(1, problem="灯LAMP坏")])
    bad = repacked(plain, tmp_path / "b.xlsx", lambda _, part: part.replace(b"LAMP", b"_x0000_"))
    assert [(fault.row, fault.column) for fault in parse(bad).faults] == [(2, "反馈问题")]


def test_a_text_beyond_all_measure_is_a_fault(tmp_path: Path) -> None:
    fits, over = "长" * 20_000, "长" * 20_001
    sheet = parse_csv(
        tmp_path, [HEADER, line(1, fits), line(2, over), line("3" * 51, 单位="镇" * 201, 责任人="甲" * 501)]
    )
    assert [(fault.row, fault.column) for fault in sheet.faults] == [
        (3, "反馈问题"),
        (4, "序号"),
        (4, "单位"),
        (4, "责任人"),
    ]
    assert all(len(fault.value) <= 61 for fault in sheet.faults)
    [small] = parse(tmp_path / "a.csv", limits=Limits(text_chars=20_001)).faults[:1]
    assert small.row == 4


def test_a_number_that_excel_made_a_date_is_a_fault(tmp_path: Path) -> None:
    [fault] = read(tmp_path, line(datetime(2021, 1, 2))).faults  # noqa: DTZ001  # a cell knows no time zone
    assert (fault.row, fault.column) == (4, "序号")
    assert "日期" in fault.message


def test_a_kind_that_contradicts_the_limit_is_a_fault(tmp_path: Path) -> None:
    rows: list[list[Any]] = [
        ["序号", "问题", "整改类型", "整改时限"],
        [1, "灯", "集中整改", "长期坚持"],
        [2, "路", "随便", "2021.3.5"],
        [3, "水", "持续整改", "2021.3.5"],
        [4, "电", "", "立行立改"],
    ]
    sheet = parse(xlsx(tmp_path / "a.xlsx", rows))
    assert faults_of(sheet) == [(2, "整改类型", "集中整改"), (3, "整改类型", "随便")]
    assert [(row.kind, row.due) for row in sheet.rows[2:]] == [("continuing", date(2021, 3, 5)), ("at_once", None)]


def test_many_faults_are_all_listed(tmp_path: Path) -> None:
    rows = [HEADER, *(line(number, due="尽快") for number in range(1, 301))]
    assert len(parse_csv(tmp_path, rows).faults) == 300


def test_a_faulty_ledger_still_shows_its_rows_for_a_preview(tmp_path: Path) -> None:
    sheet = read(tmp_path, line(1), line(2, due="尽快"))
    assert [(row.row, row.due) for row in sheet.rows] == [(4, date(2021, 4, 30)), (5, None)]
