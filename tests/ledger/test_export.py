"""The office's ledger as xlsx: everything said is only text, and what was written comes back as it was."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from ledger.dates import YEARS
from ledger.headers import OFFICE, field_of
from ledger.out_columns import COLUMNS, RUNNING, ExportRow
from ledger.parse import parse
from ledger.sheet import Row
from ledger.sheet_out import CUT, CellTooLong, TooManyProblems, write_ledger
from ledger.sweep import column_letters
from ledger.words import tidy_name, tidy_number, tidy_text
from states import AT_ONCE, CONTINUING, FOCUSED, KINDS, STANDING
from storage.visible import tidy

READ_BACK = (
    "number",
    "round",
    "unit",
    "category",
    "problem",
    "detail",
    "basis",
    "amount",
    "measures",
    "responsible",
    "department",
    "person",
    "due",
    "kind",
    "progress",
    "note",
    "topics",
)
OURS = tuple(one.key for one in COLUMNS if one.ours)
HOSTILE = [
    "=1+1", "=cmd|' /C calc'!A0", "+1", "-1", "@SUM(1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠1", "'=1",
    "<script>alert(1)</script>", "<r>重</r>", "<r></r>", "<r><t>x</t></r>", "<r>_x0041_x0042_\r</r>", "_x0041_",
    "_x005F_x0041_",
    "x_x000D_x000A_y", "]]>", "&lt;", "a\nb", "a\rb", "a\tb", "http://example.invalid/", "mailto:a@b", "123", "1e5",
    "2021-03-05", "TRUE", "#REF!", "😀", "𠮷", "\u202e倒", '"引号"', "{=1}", "合计", "填表人：甲",
]  # fmt: skip


def said(row: Row | ExportRow) -> tuple[object, ...]:
    return tuple(getattr(row, name) for name in READ_BACK)


def there_and_back(path: Path, rows: list[ExportRow]) -> list[tuple[object, ...]]:
    assert write_ledger(path, "第三轮巡察反馈问题整改台账", rows) == len(rows)
    sheet = parse(path)
    assert sheet.faults == ()
    assert sheet.notices == (
        f"状态、现时限、预警等 {len(OURS)} 列由系统生成，没有读入：在台账里改了不算，请在办理时填写。",
    )
    return list(map(said, sheet.rows))


def page_of(path: Path) -> Worksheet:
    page = openpyxl.load_workbook(path).active
    assert isinstance(page, Worksheet)
    return page


TEXTS = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\r"), max_size=30),
)
TIDY_TEXTS = TEXTS.map(tidy_text).filter(lambda text: "\ufffe" not in text and "\uffff" not in text)
NAMES = TIDY_TEXTS.map(tidy_name)
PROBLEMS = st.builds(
    ExportRow,
    number=NAMES.map(tidy_number).filter(bool),
    unit=NAMES.map(tidy).filter(bool),
    problem=TIDY_TEXTS.filter(bool),
    category=NAMES,
    detail=TIDY_TEXTS,
    basis=TIDY_TEXTS,
    amount=NAMES,
    measures=TIDY_TEXTS,
    responsible=NAMES,
    department=NAMES,
    person=NAMES,
    due=st.none() | st.dates(date(YEARS.start, 1, 1), date(YEARS.stop - 1, 12, 31)),
    kind=st.sampled_from(list(KINDS)),
    progress=TIDY_TEXTS,
    note=TIDY_TEXTS,
    topics=NAMES,
    state=TEXTS,
    state_due=st.none() | st.just(date(2021, 5, 1)),
    warning=TEXTS,
    returns=st.integers(0, 9),
    extensions=st.integers(0, 9),
    accepted=st.none() | st.just(date(2021, 6, 1)),
    rules_new=st.none() | st.integers(0, 99),
    money_recovered=st.none() | st.floats(0, 1e9),
    people=TEXTS,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(PROBLEMS, min_size=1, max_size=6))
def test_what_is_exported_imports_unchanged(tmp_path: Path, rows: list[ExportRow]) -> None:
    """Numbers are made distinct: an export never holds one twice in a unit."""
    rows = [
        replace(row, number=str(at) if at % 2 else f"{at}号{row.number}"[:40].strip()) for at, row in enumerate(rows)
    ]
    assert there_and_back(tmp_path / "a.xlsx", rows) == list(map(said, rows))


@pytest.mark.parametrize("text", HOSTILE)
def test_hostile_words_stay_text_in_every_column(tmp_path: Path, text: str) -> None:
    name = tidy_name(text)
    row = ExportRow(
        number="1", unit=tidy(name), problem=text, category=name, detail=text, basis=text, amount=name, measures=text,
        responsible=name, department=name, person=name, progress=text, note=text, state=text, warning=text,
    )  # fmt: skip
    path = tmp_path / "a.xlsx"
    write_ledger(path, text, [row])
    assert [said(row) for row in parse(path).rows] == [said(row)]
    page = page_of(path)
    assert {cell.data_type for cells in page.iter_rows() for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cells in page.iter_rows() for cell in cells)


HEADER = [one.shown for one in COLUMNS]
LAST = column_letters(len(COLUMNS) - 1)


def test_the_office_sees_its_columns_in_the_order_of_its_own_ledger(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    rows = [
        ExportRow(
            "1",
            "甲镇党委",
            "灯",
            due=date(2021, 3, 5),
            state="整改中",
            state_due=date(2021, 5, 1),
            returns=2,
            extensions=1,
            asked=date(2021, 4, 1),
            rules_revised=3,
            money_repaid=120.5,
            people="诫勉 1 人",
        ),
        ExportRow("2", "甲镇党委", "路", kind=AT_ONCE, warning="黄"),
        ExportRow("3", "甲镇党委", "水", kind=STANDING),
        ExportRow("4", "甲镇党委", "电", kind=CONTINUING, due=date(2021, 12, 31)),
        ExportRow("5", "甲镇党委", "气", kind=FOCUSED),
    ]
    write_ledger(path, "第三轮台账", rows)
    page = page_of(path)
    assert page["A1"].value == "第三轮台账"
    assert [cell.value for cell in page[2]] == HEADER
    assert [(cells[13].value, cells[14].value) for cells in page.iter_rows(min_row=3)] == [
        (datetime(2021, 3, 5), "集中整改"),  # noqa: DTZ001  # a cell knows no time zone
        ("立行立改", "立行立改"),
        ("长期坚持", "长期坚持"),
        (datetime(2021, 12, 31), "持续整改"),  # noqa: DTZ001
        (None, "集中整改"),
    ]
    office = ["" if cell.value is None else cell.value for cell in page[3]][18:37]
    asked = ["", datetime(2021, 4, 1), "", ""]  # noqa: DTZ001
    due = datetime(2021, 5, 1)  # noqa: DTZ001
    assert office == ["整改中", due, "", *asked, "", 3, "", 120.5, "", "", "", "", "诫勉 1 人", 2, 1, ""]
    assert [cells[0].value for cells in page.iter_rows(min_row=3)] == [1, 2, 3, 4, 5]


def test_the_sheet_scrolls_under_its_header_and_prints_on_a4(tmp_path: Path) -> None:
    write_ledger(tmp_path / "a.xlsx", "台账", [ExportRow("1", "甲镇党委", "灯")])
    page = page_of(tmp_path / "a.xlsx")
    assert page.freeze_panes == "A3"
    assert page.auto_filter.ref == f"A2:{LAST}3"
    assert page.print_title_rows == "$2:$2"
    assert (page.page_setup.orientation, page.page_setup.paperSize, page.page_setup.fitToHeight) == ("landscape", 9, 0)
    assert page["E3"].alignment.wrap_text
    assert f"A1:{LAST}1" in [str(area) for area in page.merged_cells.ranges]


def test_an_empty_ledger_is_a_header(tmp_path: Path) -> None:
    assert write_ledger(tmp_path / "a.xlsx", "台账", []) == 0
    assert page_of(tmp_path / "a.xlsx").max_row == 2


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    rows = [ExportRow(str(n), "甲镇党委", "灯") for n in range(20)]
    for name in ("a.xlsx", "b.xlsx"):
        write_ledger(tmp_path / name, "台账", rows)
    write_ledger(tmp_path / "c.xlsx", "台账", rows, made_at=datetime(2026, 3, 5, tzinfo=UTC))
    first, second, third = ((tmp_path / name).read_bytes() for name in ("a.xlsx", "b.xlsx", "c.xlsx"))
    assert first == second
    assert first != third


def test_a_failed_export_leaves_the_old_file_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "台账.xlsx"
    write_ledger(path, "台账", [ExportRow("1", "甲镇党委", "灯")])
    before = path.read_bytes()
    with pytest.raises(CellTooLong, match="“甲镇党委”第 2 号问题的“整改措施”超过"):
        write_ledger(
            path, "台账", [ExportRow("1", "甲镇党委", "灯"), ExportRow("2", "甲镇党委", "路", measures="长" * 32_768)]
        )

    def broken() -> Iterator[ExportRow]:
        yield ExportRow("1", "甲镇党委", "灯")
        raise ConnectionError

    with pytest.raises(ConnectionError):
        write_ledger(path, "台账", broken())
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_the_longest_text_that_fits_is_written_whole(tmp_path: Path) -> None:
    write_ledger(tmp_path / "a.xlsx", "台账", [ExportRow("1", "甲镇党委", "灯", note="长" * 20_000)])
    assert parse(tmp_path / "a.xlsx").rows[0].note == "长" * 20_000


def test_a_column_of_the_office_is_cut_where_it_is_too_long_and_says_so(tmp_path: Path) -> None:
    write_ledger(tmp_path / "a.xlsx", "台账", [ExportRow("1", "甲镇党委", "灯", evidence="😀" * 40_000)])
    said = str(page_of(tmp_path / "a.xlsx")[3][HEADER.index("佐证材料")].value)
    assert (said[:16_000], said[16_000:]) == ("😀" * 16_000, CUT)


def test_signs_no_file_can_hold_become_one_that_says_so(tmp_path: Path) -> None:
    write_ledger(tmp_path / "a.xlsx", "台\ud800账", [ExportRow("1", "甲镇党委", "灯\ud800\uffff坏")])
    assert parse(tmp_path / "a.xlsx").rows[0].problem == "灯\ufffd\ufffd坏"


def test_more_problems_than_a_sheet_has_rows_are_refused_in_words() -> None:
    assert "1,048,576" in str(TooManyProblems())


def test_every_column_is_known_to_the_import_or_to_the_office() -> None:
    labels = [one.shown for one in COLUMNS]
    assert len(labels) == len(set(labels))
    assert {one.key for one in COLUMNS} == {RUNNING, *READ_BACK, *OURS}
    assert [one.shown for one in COLUMNS if one.ours] == [label for label in OFFICE if label != "版本"]
    assert not [label for label in OFFICE if field_of(label)], "what import took for the unit's own words"
    assert sum(one.usual for one in COLUMNS) == 15
