"""Ledgers in Word: several tables with titles between them, merged cells, numbers of Word's own, edges out of line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from ledger.parse import parse
from ledger.sheet import Sheet
from ledger.word_numbers import written
from tests.ledger.builders import DATA, W, docx, par, word_cell, word_table

HEAD = ("序号", "反馈问题", "整改措施", "责任人", "整改时限")
ANY_LIST = '<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{of}"/></w:numPr>'


def line(
    number: Any, problem: str = "路灯不亮", due: str = "2021年4月30日", measures: str = "修灯", person: str = "郭敏"
) -> list[Any]:
    return [number, problem, measures, person, due]


def read(tmp_path: Path, *blocks: str, **parts: str) -> Sheet:
    return parse(docx(tmp_path / "台账.docx", *blocks, **parts))


def good(tmp_path: Path, *blocks: str, **parts: str) -> Sheet:
    sheet = read(tmp_path, *blocks, **parts)
    assert sheet.faults == ()
    return sheet


def said(sheet: Sheet) -> list[tuple[str, str | None]]:
    return [(row.number, row.unit) for row in sheet.rows]


def faults(sheet: Sheet) -> list[tuple[str, str, str]]:
    return [(sheet.place(fault.row), fault.column, fault.value) for fault in sheet.faults]


@pytest.mark.parametrize(
    ("source", "as_word"),
    [
        ("ledger_town.xlsx", "ledger_town.docx"),
        ("ledger_office.xls", "ledger_office.docx"),
        ("ledger_many_units_gbk.csv", "ledger_many_units.docx"),
    ],
)
def test_a_ledger_that_was_laid_into_word_gives_the_same_rows(source: str, as_word: str) -> None:
    """The first two as LibreOffice saves them; the third has a table for each unit, named in the heading above it."""
    plain, word = parse(DATA / source), parse(DATA / as_word)
    assert word.faults == ()
    assert [replace(row, row=0) for row in word.rows] == [replace(row, row=0) for row in plain.rows]
    assert len(word.rows) > 10


def test_every_row_has_its_place_in_its_table(tmp_path: Path) -> None:
    sheet = parse(DATA / "ledger_many_units.docx")
    assert [sheet.place(row.row) for row in sheet.rows[8:11]] == [
        "第 1 个表格第 10 行",
        "第 2 个表格第 2 行",
        "第 2 个表格第 3 行",
    ]
    assert len({row.row for row in sheet.rows}) == 36
    assert sheet.title == "2021年第三轮巡察反馈问题整改台账"
    assert sheet.listed([2, 3, 12]) == "第 1 个表格第 2、3 行、第 2 个表格第 2 行"


def test_every_fault_is_named_by_table_row_and_column(tmp_path: Path) -> None:
    """Each table calls its columns in its own words, and faults use them."""
    other = ("编号", "存在问题", "具体措施", "联络员", "完成时限")
    sheet = read(
        tmp_path,
        par("城伯镇党委"),
        word_table([HEAD, line(1, due="尽快"), line(2, problem=""), line(1)]),
        par("化工镇党委"),
        word_table([other, line(1), line(2, due="3月底")]),
    )
    assert faults(sheet) == [
        ("第 1 个表格第 2 行", "整改时限", "尽快"),
        ("第 1 个表格第 3 行", "反馈问题", ""),
        ("第 1 个表格第 4 行", "序号", "1"),
        ("第 2 个表格第 3 行", "完成时限", "3月底"),
    ]
    assert "第 1 个表格第 2 行和第 1 个表格第 4 行都是“城伯镇党委”的编号 1" in sheet.faults[2].message


def test_a_number_may_not_come_twice_for_a_unit_whose_problems_fill_two_tables(tmp_path: Path) -> None:
    sheet = read(
        tmp_path, par("城伯镇党委"), word_table([HEAD, line(1)]), par("聚焦群众身边方面"), word_table([HEAD, line(1)])
    )
    assert faults(sheet) == [("第 2 个表格第 2 行", "序号", "1")]


def test_missing_numbers_go_on_from_table_to_table_of_one_unit(tmp_path: Path) -> None:
    tables = [word_table([HEAD, line(""), line("", "井盖缺失")]) for _ in range(2)]
    sheet = good(
        tmp_path, par("城伯镇党委"), tables[0], par("聚焦群众身边方面"), tables[1], par("化工镇党委"), tables[0]
    )
    assert [row.number for row in sheet.rows] == ["1", "2", "3", "4", "1", "2"]
    assert "第 2 个表格第 2、3 行没有编号，已按在本单位内的次序编号。" in sheet.notices


@pytest.mark.parametrize(
    ("heading", "unit"),
    [
        ("城伯镇党委", "城伯镇党委"),
        ("一、城伯镇党委", "城伯镇党委"),
        ("（二）市水利局党组（9个问题）", "市水利局党组"),
        ("3．河雍街道党工委：", "河雍街道党工委"),
        ("第二部分　市一中党总支", "市一中党总支"),
        ("市水利局", "市水利局"),
        ("1、市第一人民医院", "市第一人民医院"),
        ("填报单位：城伯镇党委（盖章）", "城伯镇党委"),
        ("城伯镇党委落实市委第三巡察组反馈意见整改台账", "城伯镇党委"),
        ("整改台账", None),
        ("市委巡察工作领导小组办公室", None),
        ("附件2", None),
    ],
)
def test_the_line_above_a_table_names_its_unit(tmp_path: Path, heading: str, unit: str | None) -> None:
    assert {row.unit for row in good(tmp_path, par(heading), word_table([HEAD, line(1)])).rows} == {unit}


@pytest.mark.parametrize("title", ["填报单位：化工镇党委", "化工镇党委", "化工镇党委巡察反馈问题整改台账"])
def test_the_unit_may_stand_within_the_table_above_its_header(tmp_path: Path, title: str) -> None:
    rows = [[word_cell(title, span=5)], HEAD, line(1)]
    assert said(good(tmp_path, par("附件"), word_table(rows))) == [("1", "化工镇党委")]


def test_a_column_of_units_goes_before_the_title(tmp_path: Path) -> None:
    rows = [("序号", "单位", "问题"), (1, "市水利局党组", "灯")]
    assert said(good(tmp_path, par("城伯镇党委整改台账"), word_table(rows))) == [("1", "市水利局党组")]


def test_a_table_below_a_line_that_is_no_unit_goes_on_with_the_unit_before_and_says_so(tmp_path: Path) -> None:
    sheet = good(
        tmp_path,
        par("城伯镇党委"),
        word_table([HEAD, line(1)]),
        par("整改不到位的"),
        par("2021年5月"),
        word_table([HEAD, line(2)]),
    )
    assert said(sheet) == [("1", "城伯镇党委"), ("2", "城伯镇党委")]
    assert sheet.notices == ("第 2 个表格上面的“整改不到位的”没有认作单位，这个表格按前面的“城伯镇党委”读入，请核对。",)


def test_a_table_without_a_unit_beside_others_that_have_one_is_a_fault(tmp_path: Path) -> None:
    """What would be asked for once would stand for all of them."""
    sheet = read(tmp_path, word_table([HEAD, line(1)]), par("化工镇党委"), word_table([HEAD, line(1)]))
    assert faults(sheet) == [("第 1 个表格第 1 行", "单位", "")]
    assert "第 1 个表格没有写明单位" in sheet.faults[0].message
    assert parse(tmp_path / "台账.docx", unit="城伯镇党委").faults != ()  # both are number 1 of one unit then


def test_an_aspect_above_a_table_is_that_of_its_problems_until_the_next_unit(tmp_path: Path) -> None:
    table = word_table([HEAD, line("")])
    sheet = good(
        tmp_path,
        par("一、城伯镇党委"), par("（一）聚焦党中央决策部署方面"), table, par("（二）聚焦群众身边不正之风方面（1个）"), table,
        par("二、化工镇党委"), table,
    )  # fmt: skip
    assert [row.category for row in sheet.rows] == [
        "（一）聚焦党中央决策部署方面",
        "（二）聚焦群众身边不正之风方面（1个）",
        "",
    ]


def test_a_table_without_a_header_goes_on_with_that_of_the_table_before(tmp_path: Path) -> None:
    sheet = good(
        tmp_path, par("城伯镇党委"), word_table([HEAD, line(1)]), par("（续表）"), word_table([line(2), line(3)])
    )
    assert [(sheet.place(row.row), row.number, row.due) for row in sheet.rows] == [
        ("第 1 个表格第 2 行", "1", date(2021, 4, 30)),
        ("第 2 个表格第 1 行", "2", date(2021, 4, 30)),
        ("第 2 个表格第 2 行", "3", date(2021, 4, 30)),
    ]


def test_problems_in_a_table_of_other_columns_without_a_header_are_not_passed_over(tmp_path: Path) -> None:
    sheet = read(tmp_path, par("城伯镇党委"), word_table([HEAD, line(1)]), word_table([(2, "灯", "修灯", "郭敏")]))
    assert faults(sheet) == [("第 2 个表格第 1 行", "", "")]
    assert "没有认出表头" in sheet.faults[0].message


def test_tables_of_something_else_are_passed_over_aloud(tmp_path: Path) -> None:
    cover, signed = word_table([["编制", "党政办"]]), word_table([["审核", "", "签发", ""]])
    sheet = good(tmp_path, par("城伯镇党委"), cover, word_table([HEAD, line(1)]), signed)
    assert said(sheet) == [("1", "城伯镇党委")]
    assert sheet.notices == ("第 1、3 个表格不是问题的台账，没有读入。",)


def test_tables_with_different_columns_say_only_what_they_have(tmp_path: Path) -> None:
    """A field that one table lacks was not said there, and is kept where it was."""
    short = word_table([("序号", "问题", "备注"), (2, "灯", "急")])
    sheet = good(tmp_path, par("城伯镇党委"), word_table([HEAD, line(1)]), short)
    assert [[sheet.says(row, name) for name in ("measures", "note")] for row in sheet.rows] == [
        [True, False],
        [False, True],
    ]
    assert [sheet.label(row, "problem") for row in sheet.rows] == ["反馈问题", "问题"]


def test_merged_cells_hold_for_all_their_rows(tmp_path: Path) -> None:
    head = ("序号", "方面", "反馈问题", "整改时限")
    rows = [
        head,
        (1, word_cell("甲方面", merge="restart"), "灯", "长期坚持"),
        (2, word_cell("", merge="continue"), "路", word_cell("2021年6月", merge="restart")),
        (3, "", "水", word_cell("", merge="continue")),
    ]
    sheet = good(tmp_path, par("城伯镇党委"), word_table(rows))
    assert [row.category for row in sheet.rows] == ["甲方面", "甲方面", ""]
    assert [row.due for row in sheet.rows] == [None, date(2021, 6, 30), date(2021, 6, 30)]
    assert sheet.notices == ("第 1 个表格第 3、4 行：“2021年6月”按 2021年6月30日（周三）记。",)


def test_a_header_of_two_rows_and_measures_under_one_number_are_read(tmp_path: Path) -> None:
    tall = {name: word_cell(name, merge="restart") for name in ("序号", "反馈问题", "整改措施", "整改时限")}
    down = word_cell("", merge="continue")
    rows = [
        [tall["序号"], tall["反馈问题"], tall["整改措施"], word_cell("责任分工", span=2), tall["整改时限"]],
        [down, down, down, "责任领导", "责任人", down],
        [word_cell(1, merge="restart"), word_cell("灯", merge="restart"), "修灯", "林建国", "郭敏", "2021.3.5"],
        [down, down, "换线", "林建国", "朱伟", "2021.3.5"],
    ]
    [row] = good(tmp_path, par("城伯镇党委"), word_table(rows)).rows
    assert (row.measures, row.responsible, row.person) == ("修灯\n换线", "林建国", "郭敏、朱伟")


def test_edges_that_were_dragged_out_of_line_do_not_move_a_cell(tmp_path: Path) -> None:
    """Somebody dragged the edges of two rows: the grid has eight columns now, the table five as before."""
    widths = (500, 100, 900, 100, 900, 400, 400, 700)

    def row(cells: list[Any], *spans: int) -> list[str]:
        return [word_cell(text, span=span) for text, span in zip(cells, spans, strict=True)]

    rows = [
        row(list(HEAD), 1, 2, 2, 1, 2),
        row(line(1), 2, 1, 1, 3, 1),
        row(line(2, "街道排水不畅"), 1, 2, 2, 2, 1),
        [word_cell("合计", span=2), word_cell("2个问题", span=6)],
    ]
    sheet = good(tmp_path, par("城伯镇党委"), word_table(rows, widths))
    assert [(one.number, one.problem, one.measures, one.person, one.due) for one in sheet.rows] == [
        ("1", "路灯不亮", "修灯", "郭敏", date(2021, 4, 30)),
        ("2", "街道排水不畅", "修灯", "郭敏", date(2021, 4, 30)),
    ]
    assert sheet.notices == ("第 1 个表格第 4 行是合计、签字、说明或重复的表头，没有当作问题。",)


NUMBERING = (
    f'<w:numbering xmlns:w="{W}">'
    '<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>'
    '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2 "/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="\uf0b7"/></w:lvl></w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="3"><w:abstractNumId w:val="2"/></w:num>'
    '<w:num w:numId="4"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    "</w:numbering>"
)


def listed(text: str, of: int, level: int = 0) -> str:
    return par(text, ANY_LIST.format(level=level, of=of))


def cell_of(*paragraphs: str) -> str:
    return f"<w:tc><w:tcPr/>{''.join(paragraphs)}</w:tc>"


def test_numbers_that_word_writes_are_read_as_everybody_sees_them(tmp_path: Path) -> None:
    """序号 by a list, with no text in the cell at all; the measures by another; a heading by a third."""
    rows = [
        HEAD,
        [cell_of(listed("", 1)), "灯", cell_of(listed("修灯", 2, 1), listed("换线", 2, 1)), "郭敏", "2021.3.5"],
        [cell_of(listed("", 1)), "路", cell_of(listed("铺路", 3)), "郭敏", "2021.3.5"],
    ]
    sheet = good(tmp_path, listed("城伯镇党委", 2), word_table(rows), numbering=NUMBERING)
    assert said(sheet) == [("1", "城伯镇党委"), ("2", "城伯镇党委")]
    assert [row.measures for row in sheet.rows] == ["一.1 修灯\n一.2 换线", "铺路"]


def test_a_list_may_begin_anew_in_the_next_table(tmp_path: Path) -> None:
    def rows(of: int) -> list[Any]:
        return [HEAD, [cell_of(listed("", of)), "灯", "", "", ""], [cell_of(listed("", of)), "路", "", "", ""]]

    blocks = par("城伯镇党委"), word_table(rows(1)), par("化工镇党委"), word_table(rows(4))
    assert [row.number for row in good(tmp_path, *blocks, numbering=NUMBERING).rows] == ["1", "2", "1", "2"]


def test_a_list_that_comes_with_the_style_counts_too(tmp_path: Path) -> None:
    styles = (
        f'<w:styles xmlns:w="{W}"><w:style w:styleId="a"><w:pPr><w:numPr><w:numId w:val="1"/></w:numPr></w:pPr></w:style>'
        '<w:style w:styleId="b"><w:basedOn w:val="a"/></w:style></w:styles>'
    )
    rows = [HEAD, *([cell_of(par("", '<w:pStyle w:val="b"/>')), "灯", "", "", ""] for _ in range(2))]
    sheet = good(tmp_path, par("城伯镇党委"), word_table(rows), numbering=NUMBERING, styles=styles)
    assert [row.number for row in sheet.rows] == ["1", "2"]


@pytest.mark.parametrize(
    ("number", "form", "words"),
    [
        (7, "decimal", "7"), (7, "chineseCountingThousand", "七"), (10, "chineseCounting", "十"), (21, "japaneseCounting", "二十一"),
        (130, "chineseCounting", "130"), (3, "decimalZero", "03"), (2, "upperLetter", "B"), (28, "lowerLetter", "bb"), (14, "lowerRoman", "xiv"),
        (3, "decimalEnclosedCircle", "③"), (3, "decimalEnclosedParen", "（3）"), (3, "bullet", ""), (3, "none", ""), (3, "unheardOf", "3"),
    ],
)  # fmt: skip
def test_numbers_are_written_as_the_list_says(number: int, form: str, words: str) -> None:
    assert written(number, form) == words


def runs(inner: str) -> str:
    return cell_of(f"<w:p>{inner}</w:p>")


@pytest.mark.parametrize(
    ("inner", "words"),
    [
        ("<w:r><w:t>路灯</w:t></w:r><w:r><w:t>不亮</w:t></w:r>", "路灯不亮"),
        ("<w:r><w:t>路灯</w:t><w:br/><w:t>不亮</w:t></w:r>", "路灯\n不亮"),
        ("<w:r><w:t>路灯</w:t><w:tab/><w:t>不亮</w:t></w:r>", "路灯 不亮"),
        ("<w:hyperlink><w:r><w:t>路灯</w:t></w:r></w:hyperlink><w:smartTag><w:r><w:t>不亮</w:t></w:r></w:smartTag>", "路灯不亮"),
        ("<w:sdt><w:sdtPr><w:t>提示</w:t></w:sdtPr><w:sdtContent><w:r><w:t>路灯不亮</w:t></w:r></w:sdtContent></w:sdt>", "路灯不亮"),
        ("<w:r><w:rPr><w:vanish/></w:rPr><w:t>藏</w:t></w:r><w:r><w:t>路灯</w:t></w:r>", "路灯"),
        ("<w:r><w:drawing><w:txbxContent><w:p><w:r><w:t>框</w:t></w:r></w:p></w:txbxContent></w:drawing><w:t>路灯</w:t></w:r>", "路灯"),
        ("<w:r><w:instrText>DATE</w:instrText></w:r><w:r><w:t>路灯</w:t></w:r>", "路灯"),
        ("<w:r><w:ruby><w:rt><w:r><w:t>dēng</w:t></w:r></w:rt><w:rubyBase><w:r><w:t>灯</w:t></w:r></w:rubyBase></w:ruby></w:r>", "灯"),
    ],
)  # fmt: skip
def test_what_is_seen_on_the_page_is_read_and_nothing_else(tmp_path: Path, inner: str, words: str) -> None:
    [row] = good(tmp_path, par("城伯镇党委"), word_table([HEAD, [1, runs(inner), "", "", ""]])).rows
    assert row.problem == words


def test_a_revised_document_is_read_as_if_accepted_and_says_so(tmp_path: Path) -> None:
    struck = "<w:ins><w:r><w:t>路灯不亮</w:t></w:r></w:ins><w:del><w:r><w:delText>旧</w:delText></w:r></w:del><w:moveFrom><w:r><w:t>移走</w:t></w:r></w:moveFrom>"
    gone = f"<w:tr><w:trPr><w:del/></w:trPr>{''.join(map(word_cell, line(9)))}</w:tr>"
    table = word_table([HEAD, [1, runs(struck), "", "", ""]]).replace("</w:tbl>", f"{gone}</w:tbl>")
    sheet = good(tmp_path, par("城伯镇党委"), table)
    assert [(row.number, row.problem) for row in sheet.rows] == [("1", "路灯不亮")]
    assert sheet.notices == ("文档里有没有接受的修订，已按接受以后的样子读入。",)


def test_a_table_within_a_cell_is_a_fault_of_that_cell(tmp_path: Path) -> None:
    inner = word_table([["甲", "乙"]]) + "<w:p/>"
    sheet = read(tmp_path, par("城伯镇党委"), word_table([HEAD, [1, "灯", word_cell("修", inner=inner), "", ""]]))
    assert [(sheet.place(one.row), one.column, one.message) for one in sheet.faults] == [
        ("第 1 个表格第 2 行", "整改措施", "格里还套着表格，请改成文字。")
    ]
