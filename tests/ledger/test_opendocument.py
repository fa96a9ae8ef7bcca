"""Ledgers as LibreOffice keeps them (.ods), and as WPS does (.et): the same rows, the same faults."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest

from ledger.parse import parse
from ledger.sheet import Sheet
from tests.ledger.builders import DATA, HEADER, OPEN, et, line, ods, ods_cell, ods_table, repacked, xls

REPEATED = '<table:table-row table:number-rows-repeated="{rows}"><table:table-cell table:number-columns-repeated="{columns}"/></table:table-row>'


def read(tmp_path: Path, rows: list[Any]) -> Sheet:
    return parse(ods(tmp_path / "台账.ods", ods_table(rows)))


def faults(sheet: Sheet) -> list[tuple[int, str, str]]:
    return [(fault.row, fault.column, fault.value) for fault in sheet.faults]


@pytest.mark.parametrize(
    ("source", "as_ods"),
    [
        ("ledger_town.xlsx", "ledger_town.ods"),
        ("ledger_office.xls", "ledger_office.ods"),
        ("ledger_many_units_gbk.csv", "ledger_many_units.ods"),
    ],
)
def test_a_ledger_saved_by_libreoffice_gives_the_same_rows_at_the_same_places(source: str, as_ods: str) -> None:
    plain, other = parse(DATA / source), parse(DATA / as_ods)
    assert (other.rows, other.faults, other.notices) == (plain.rows, (), plain.notices)
    assert len(other.rows) > 10


def test_a_wps_sheet_is_read_by_the_same_road_as_an_old_workbook(tmp_path: Path) -> None:
    assert parse(et(tmp_path / "台账.et", DATA / "ledger_office.xls")).rows == parse(DATA / "ledger_office.xls").rows
    bad = et(tmp_path / "坏.et", xls(tmp_path / "a.xls", [HEADER, line(1), line(2, due="=NOW()"), line(3, due="尽快")]))
    assert [one[:2] for one in faults(parse(bad))] == [(3, "整改时限"), (4, "整改时限")]


def test_every_fault_is_named_by_row_and_column(tmp_path: Path) -> None:
    formula = ods_cell("3", table__formula="of:=1+2")
    error = ods_cell("#N/A", calcext__value_type="error")
    sheet = read(
        tmp_path,
        [["某市台账"], HEADER, line(1), line(1), line(3, due="尽快"), line(4, 备注=formula), line(5, 整改措施=error)],
    )
    assert faults(sheet) == [
        (4, "序号", "1"), (5, "整改时限", "尽快"), (6, "备注", "3"), (7, "整改措施", "#N/A"),
    ]  # fmt: skip
    assert sheet.faults[2].message == "公式单元格，请粘贴为数值。"


def test_dates_numbers_and_lines_are_what_they_are_elsewhere(tmp_path: Path) -> None:
    day = '<table:table-cell office:value-type="date" office:date-value="2021-03-05"><text:p>21/3/5</text:p></table:table-cell>'
    one = '<table:table-cell office:value-type="float" office:value="1"><text:p>1.00</text:p></table:table-cell>'
    [row] = read(tmp_path, [HEADER, line(one, due=day, 整改措施="1.修灯\n2.换线")]).rows
    assert (row.number, row.due, row.measures) == ("1", date(2021, 3, 5), "1.修灯\n2.换线")
    assert not isinstance(row.due, datetime)


def test_merged_cells_hold_for_all_their_rows(tmp_path: Path) -> None:
    tall = ods_cell("甲方面", table__number_rows_spanned="2", table__number_columns_spanned="1")
    rows = [HEADER, line(1, 方面=tall), line(2, 方面="<table:covered-table-cell/>"), line(3)]
    assert [row.category for row in read(tmp_path, rows).rows] == ["甲方面", "甲方面", ""]


def test_comments_and_former_contents_are_not_read(tmp_path: Path) -> None:
    noted = (
        '<table:table-cell office:value-type="string"><office:annotation><dc:creator>李</dc:creator><text:p>批注</text:p>'
        "</office:annotation><text:p>路灯不亮</text:p></table:table-cell>"
    )
    former = (
        '<table:tracked-changes><table:cell-content-change><table:previous><table:table-cell office:value-type="string" '
        'table:formula="of:=1"><text:p>旧</text:p></table:table-cell></table:previous></table:cell-content-change></table:tracked-changes>'
    )
    sheet = parse(ods(tmp_path / "a.ods", former, ods_table([HEADER, line(1, problem=noted)])))
    assert ([row.problem for row in sheet.rows], sheet.faults) == (["路灯不亮"], ())


def test_a_hidden_sheet_is_not_read_and_another_is_named(tmp_path: Path) -> None:
    hidden = ods_table([HEADER, line(3)], "藏").replace("<table:table ", '<table:table table:style-name="h" ')
    path = ods(tmp_path / "a.ods", hidden, ods_table([HEADER, line(1)], "一"), ods_table([HEADER, line(2)], "二"))
    style = (
        f'<office:automatic-styles xmlns:style="{OPEN}style:1.0"><style:style style:name="h" style:family="table">'
        '<style:table-properties table:display="false"/></style:style></office:automatic-styles><office:body>'
    )
    shown = repacked(path, tmp_path / "b.ods", lambda _, part: part.replace(b"<office:body>", style.encode()))
    sheet = parse(shown)
    assert ([row.number for row in sheet.rows], sheet.notices) == (["1"], ("另有工作表“藏”、“二”未读取。",))


def test_a_sheet_filled_up_with_a_million_empty_rows_and_columns_is_read(tmp_path: Path) -> None:
    """So LibreOffice ends nearly every sheet: a format reaches to the last row and the last column."""
    end = REPEATED.format(rows=1_048_000, columns=16_384)
    table = ods_table([HEADER, line(1), line(2)]).replace("</table:table>", f"{end}</table:table>")
    assert [row.row for row in parse(ods(tmp_path / "a.ods", table)).rows] == [2, 3]


def test_repeated_rows_keep_the_rows_below_at_their_own_numbers(tmp_path: Path) -> None:
    gap = REPEATED.format(rows=3, columns=4)
    table = ods_table([HEADER, line(1)]).replace("</table:table-row>", f"</table:table-row>{gap}", 1)
    assert [row.row for row in parse(ods(tmp_path / "a.ods", table)).rows] == [5]
