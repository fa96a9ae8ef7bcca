"""Ledgers in Word, .ods and .et through the pages: each row and each fault at its place in the file."""

from __future__ import annotations

import io
import re
from pathlib import Path

import openpyxl
import pytest

from tests.ledger.builders import DATA, docx, ods, ods_table, par, repacked, word_table
from tests.web.conftest import Door
from tests.web.test_importing import counts, go_on, look
from tests.web.test_lists import send
from tests.world import BUREAU, TOWN

HEAD = ("序号", "反馈问题", "整改措施", "责任人", "整改时限")
ROWS = [HEAD, (1, "路灯不亮", "修灯", "郭敏", "2026年4月30日"), (2, "街道排水不畅", "疏通", "郭敏", "2026年4月30日")]


def two_units(path: Path, due: str = "2026年4月30日") -> Path:
    other = [("编号", "存在问题", "具体措施", "联络员", "完成时限"), (1, "堤防巡查不到位", "加密巡查", "赵强", due)]
    return docx(path, par("整改台账"), par(f"一、{TOWN}"), word_table(ROWS), par(f"二、{BUREAU}"), word_table(other))


def test_a_word_ledger_of_two_units_is_looked_through_and_brought_in(door: Door, tmp_path: Path) -> None:
    page = look(door, two_units(tmp_path / "a.docx"), name="台账.docx")
    assert page.status_code == 200
    assert "识别 3 个问题，没有错误" in page.text
    places = re.findall(r'<th scope="row">(.*?)</th>', page.text, re.DOTALL)
    assert [re.sub(r"<.*?>|\s", "", place) for place in places] == [
        "第1个表格第2行",
        "第1个表格第3行",
        "第2个表格第2行",
    ]
    go_on(door, page)
    found = door.world.rows(
        "SELECT units.name, number, problem FROM cases JOIN units ON units.id = unit_id ORDER BY cases.id"
    )
    assert [tuple(row) for row in found] == [
        (TOWN, "1", "路灯不亮"), (TOWN, "2", "街道排水不畅"), (BUREAU, "1", "堤防巡查不到位")
    ]  # fmt: skip
    again = look(door, two_units(tmp_path / "b.docx"), name="台账.docx")
    assert "没有变化 3 个" in again.text


def test_a_fault_of_a_word_ledger_stands_in_its_cell_and_nothing_is_kept(door: Door, tmp_path: Path) -> None:
    before = counts(door)
    page = look(door, two_units(tmp_path / "a.docx", due="尽快"), name="台账.docx")
    assert page.status_code == 422
    assert "第 2 个表格第 2 行“完成时限”" in page.text
    assert 'href="#row-5"' in page.text
    assert 'id="row-5"' in page.text
    assert counts(door) == before


@pytest.mark.parametrize(
    ("source", "name"),
    [("ledger_town.ods", "台账.ods"), ("ledger_office.xls", "台账.et"), ("ledger_town.docx", "台账.docx")],
)
def test_what_wps_and_libreoffice_save_is_brought_in(door: Door, source: str, name: str) -> None:
    page = look(door, DATA / source, name=name)
    assert "没有错误" in page.text
    assert f"已选：{name}" in go_on(door, page, "edit").text


def test_an_old_word_document_and_one_with_macros_are_not_taken(door: Door, tmp_path: Path) -> None:
    page = look(door, DATA / "ledger_office.doc", name="台账.doc")
    assert "请用 Word 或 WPS 另存为 .docx 再导入" in page.text
    before = counts(door)
    macros = repacked(
        two_units(tmp_path / "a.docx"), tmp_path / "b.docx", lambda _, part: part, {"word/vbaProject.bin": b"x"}
    )
    assert "“台账.docx”含有宏，请另存为不含宏的文件" in look(door, macros, name="台账.docx").text
    assert counts(door) == before
    assert not list((door.world.home / "files").glob("*/*"))


def test_a_unit_is_asked_for_only_where_no_table_names_one(door: Door, tmp_path: Path) -> None:
    nobody = docx(tmp_path / "a.docx", par("整改台账"), word_table(ROWS))
    assert "台账里没有写明单位" in look(door, nobody, name="台账.docx").text
    assert "没有错误" in look(door, nobody, name="台账.docx", unit=TOWN).text
    some = docx(tmp_path / "b.docx", par("整改台账"), word_table(ROWS), par(BUREAU), word_table(ROWS))
    page = look(door, some, name="台账.docx", unit=TOWN)
    assert "第 1 个表格没有写明单位" in page.text


def test_a_list_comes_as_ods_too_and_as_word_is_refused_in_words(door: Door, tmp_path: Path) -> None:
    rows = [("名称", "类别"), ("滨江镇党委", "乡镇")]
    page = send(door.as_("office"), "unit", ods(tmp_path / "a.ods", ods_table(rows)).read_bytes(), "名册.ods")
    assert "1 个党组织可以新设" in page.text
    page = send(door.as_("office"), "unit", docx(tmp_path / "a.docx", word_table(rows)).read_bytes(), "名册.docx")
    assert "这不是能导入的名册：这是 Word 文档" in page.text
    page = send(door.as_("office"), "unit", (DATA / "ledger_office.doc").read_bytes(), "名册.doc")
    assert "这不是能导入的名册：这是 Word 文档" in page.text


@pytest.mark.parametrize("ending", ["ods", "docx"])
def test_an_exported_ledger_laid_into_another_format_comes_back_unchanged(
    door: Door, tmp_path: Path, ending: str
) -> None:
    go_on(door, look(door, DATA / "ledger_town.xlsx", round="一轮"), round="一轮")
    book = openpyxl.load_workbook(io.BytesIO(door.as_("office").get("/cases/export.xlsx").content))
    rows = [
        ["" if cell is None else str(cell) for cell in row] for row in book.worksheets[0].iter_rows(values_only=True)
    ]
    path = tmp_path / f"a.{ending}"
    again = ods(path, ods_table(rows)) if ending == "ods" else docx(path, par("整改台账"), word_table(rows[1:]))
    page = look(door, again, name=f"导出.{ending}", round="一轮")
    assert "没有错误" in page.text
    assert f"没有变化 {len(rows) - 2} 个" in page.text
