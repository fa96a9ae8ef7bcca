"""Hostile words in a paper: markup of the typesetter, of templates, of Word and of sheets, control signs, very long names. All are text."""

from __future__ import annotations

import io
from dataclasses import replace

import docx
import pytest
from pypdf import PdfReader

from papers.content import Attachment, Blank, Box, Boxes, Content, Form, Heading, Receipt, Signers, Table, para, plain
from papers.render import render
from tests.papers.pages import pages
from tests.papers.test_word import told

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "xml": "</w:t></w:r></w:p><w:p>&amp;&#x41;]]>",
    "typst": '#panic("x") $a_1$ *粗* @ref <label> #import "@preview/x:1.0.0" `raw` = 标题 \\u{41} // 注',
    "typst_file": '#read("/etc/passwd") #include "gb9704.typ" #sys.inputs',
    "jinja": "{{ 7*7 }} {% raw %} {%p for x in y %} {# c #} {{ ''.__class__.__mro__ }}",
    "jinja_open": "{{ {% {#",
    "formula": '=HYPERLINK("http://x","y")',
    "field": '{ INCLUDETEXT "c:\\\\x" } TOC \\o',
    "breaks": "甲\r\n乙\n丙\u2028丁\x0b戊\x85己",
    "controls": "甲\x00\x01\x07\x0c\x1b\ufeff\u202e\u200b\ud800\uffff乙\t丙",
    "long": "长" * 300,
    "long_word": "a" * 300,
    "json": '","is":"table","x":"\\',
    "quotes": "‘’“”\"'`",
    "rare": "喆珺堃垚玥镕",
}


def paper(words: str) -> Content:
    """A paper with the words in every place that a record may fill."""
    return Content(
        title=words, organ=words, to=words,
        blocks=(
            Heading(words), para(words, Blank("名", words), Blank("写", written=words)), Form((((words, words), ("乙", words)),)),
            Table((words, "乙"), ((words, words), (Blank("丙", words), words)), (1, 2)), Boxes((Box(words, words, words),)),
            Signers(((words, words),)),
        ),
        attachments=(Attachment(words, (Table(("甲",), ((words,),), (1,)),), wide=True),), named_only=(words,), copies=(words,),
        receipt=Receipt(words, words, words), number=words, signer=words,
    )  # fmt: skip


def squeezed(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_they_are_text_in_word(words: str) -> None:
    made = render("feedback", paper(words), "docx").content
    document = docx.Document(io.BytesIO(made))
    said = squeezed(
        "".join(one.text for one in document.paragraphs)
        + "".join(cell.text for row in document.tables[1].rows for cell in row.cells)
    )
    assert squeezed(plain(words)) in said
    assert "49" not in told(made).replace("2049", "")


@pytest.mark.parametrize("name", ["typst", "controls", "long", "long_word", "json"])
def test_they_are_text_in_every_place_of_a_pdf(name: str) -> None:
    """Drawn as they are written, sign for sign as far as a PDF tells its signs again; and named so."""
    words = HOSTILE[name]
    reader = PdfReader(io.BytesIO(render("reminder", paper(words), "pdf").content))
    assert squeezed(plain(words))[:12] in squeezed("".join(page.extract_text() for page in reader.pages))
    assert reader.metadata is not None
    assert squeezed(reader.metadata.title or "") == squeezed(plain(words))


def test_they_are_text_in_a_pdf() -> None:
    """All of them in one, as paragraphs and as cells."""
    rows = tuple((name, words) for name, words in HOSTILE.items())
    content = Content("标题", "机关", (*map(para, HOSTILE.values()), Table(("名", "说"), rows, (1, 4))))
    said = squeezed("".join(page.text for page in pages(render("reminder", content, "pdf").content)))
    assert [name for name, words in HOSTILE.items() if said.count(squeezed(plain(words))[:12]) < 2] == []


def test_what_no_font_draws_is_left_out_and_breaks_are_line_ends() -> None:
    assert plain(HOSTILE["controls"]) == "甲\n乙 丙"
    assert plain(HOSTILE["breaks"]) == "甲\n乙\n丙\n丁\n戊\n己"
    assert plain("\n\n甲 \n") == "甲"


def test_a_names_character_newer_than_our_tables_or_private_stays() -> None:
    assert plain("王\U000323af\ue000\U0001ffff") == "王\U000323af\ue000"


def test_a_word_of_300_letters_stays_within_the_page() -> None:
    found = pages(
        render(
            "closing_request", replace(paper("甲"), blocks=(para("a" * 300), Form(((("摘要值", "b" * 200),),)))), "pdf"
        ).content
    )
    assert max(one.left for one in found[0].words) < 184
    assert sum(page.text.count("a") for page in found) == 300
