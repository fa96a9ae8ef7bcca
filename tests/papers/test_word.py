"""The Word file: opened again, with the fonts, lines and pages of GB/T 9704, and nothing of a template left in it."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from typing import Any

import docx
import pytest
from docx.oxml.ns import qn

from papers.content import Content, Table, para
from papers.kinds import KINDS, SCHEMES
from papers.render import render
from papers.sample import sample
from papers.word.shipping import FOLDER, template
from tests.papers.conftest import Filled

NAMES = {"方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体"}


def opened(content: bytes) -> Any:
    return docx.Document(io.BytesIO(content))


def told(content: bytes) -> str:
    """All words of a Word file, its heads and feet with it."""
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        parts = [name for name in packed.namelist() if re.match(r"word/(document|header\d*|footer\d*)\.xml", name)]
        return "\n".join(re.sub(r"<[^>]+>", "", packed.read(name).decode()) for name in parts)


@pytest.mark.parametrize("name", KINDS)
def test_every_paper_is_written(filled: Filled, name: str) -> None:
    """From the records to Word: it opens, says its title, and nothing of a template is left."""
    content = filled(name)
    made = render(name, content, "docx").content
    words = told(made)
    assert not re.search(r"\{[{%]|[%}]\}", words)
    document = opened(made)
    said = "".join(one.text for one in document.paragraphs)
    assert content.title.replace(" ", "") in said.replace(" ", "")
    assert all(blank.shown in words for blank in content.blanks if blank.name != "文号")


@pytest.mark.parametrize("scheme", SCHEMES)
def test_the_template_is_what_the_numbers_make(scheme: str) -> None:
    """Who changes a number runs `python -m papers.word.shipping`; what is committed is never anything else."""
    assert _parts((FOLDER / f"{scheme}.docx").read_bytes()) == _parts(template(scheme))


def _parts(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


def test_styles_name_the_offices_fonts_for_chinese_and_latin_and_fix_the_line() -> None:
    document = opened(render("feedback", sample(KINDS["feedback"]), "docx").content)
    styles = {one.get(qn("w:styleId")): one for one in document.styles.element.iter(qn("w:style"))}
    fonts = styles["gwText"].find(f".//{qn('w:rFonts')}")
    assert {fonts.get(qn(f"w:{script}")) for script in ("ascii", "hAnsi", "eastAsia")} == {"仿宋_GB2312"}
    spacing = styles["gwText"].find(f"./{qn('w:pPr')}/{qn('w:spacing')}")
    assert (spacing.get(qn("w:line")), spacing.get(qn("w:lineRule"))) == ("579", "exact")
    assert styles["gwText"].find(f"./{qn('w:rPr')}/{qn('w:spacing')}").get(qn("w:val")) == "-5"
    used = {one.get(qn("w:eastAsia")) for style in styles.values() for one in style.iter(qn("w:rFonts"))}
    assert used == NAMES


def test_the_font_table_says_by_which_names_others_know_them() -> None:
    made = render("feedback", sample(KINDS["feedback"]), "docx").content
    with zipfile.ZipFile(io.BytesIO(made)) as packed:
        table = packed.read("word/fontTable.xml").decode()
    assert all(f'w:name="{name}"' in table for name in NAMES)
    assert 'w:altName w:val="FangSong_GB2312,仿宋,FangSong"' in table


def test_the_page_is_that_of_the_standard_and_its_number_outside() -> None:
    [section, *_] = opened(render("feedback", sample(KINDS["feedback"]), "docx").content).sections
    page = (
        section.page_width,
        section.page_height,
        section.top_margin,
        section.left_margin,
        section.right_margin,
        section.bottom_margin,
    )
    assert [round(one.mm) for one in page] == [210, 297, 37, 28, 26, 35]
    assert section._sectPr.find(qn("w:docGrid")) is None
    assert [
        part.paragraphs[0]._p.find(f".//{qn('w:jc')}").get(qn("w:val"))
        for part in (section.footer, section.even_page_footer)
    ] == ["right", "left"]


def test_a_list_lies_across_and_what_follows_stands_upright() -> None:
    sections = opened(render("reminder", sample(KINDS["reminder"]), "docx").content).sections
    assert [round(one.page_width.mm) for one in sections] == [210, 297, 210]
    assert [one.different_first_page_header_footer for one in sections] == [True, False, False]
    [across] = opened(
        render("handover", replace(sample(KINDS["handover"]), attachments=(), copies=(), wide=True), "docx").content
    ).sections
    assert (round(across.page_width.mm), round(across.left_margin.mm)) == (297, 35)


def test_a_head_stands_again_and_rows_are_not_split_unless_a_page_would_not_hold_them() -> None:
    high = Table(("编号", "问题"), (("1", "整改" * 1500), ("2", "短")), (1, 6))
    content = Content("提醒", "巡察办", (high,), to="城伯镇党委")
    [table] = opened(render("reminder", content, "docx").content).tables
    marks = [{one.tag.rpartition("}")[2] for one in row._tr.trPr} for row in table.rows]
    assert marks == [{"cantSplit", "tblHeader"}, set(), {"cantSplit"}]


def test_the_last_words_go_with_the_signature() -> None:
    content = Content("提醒", "巡察办", (para("请办理。"),), to="城伯镇党委", on=date(2026, 3, 2))
    paragraphs = opened(render("reminder", content, "docx").content).paragraphs
    place = next(at for at, one in enumerate(paragraphs) if one.text == "请办理。")
    following = paragraphs[place : place + 4]  # the last words, two empty lines, the organ
    assert [one.text for one in following] == ["请办理。", "", "", "巡察办"]
    assert all(one.paragraph_format.keep_with_next for one in following)


def test_a_paper_is_the_same_bytes_each_time() -> None:
    made = [render("warning", sample(KINDS["warning"]), "docx").content for _ in range(2)]
    assert made[0] == made[1]
