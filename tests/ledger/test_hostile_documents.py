"""Word and ODS files that are damaged, locked, disguised or made to exhaust: one sentence each, in bounded time and memory."""

from __future__ import annotations

import random
import struct
import time
import zipfile
from pathlib import Path
from typing import Any

import pytest

from ledger.limits import Limits
from ledger.parse import parse
from tests.ledger.builders import (
    DATA,
    HEADER,
    W,
    docx,
    line,
    ods,
    ods_cell,
    ods_table,
    par,
    repacked,
    word_cell,
    word_table,
)
from tests.ledger.test_files import flip, refusal, written

ROWS = [HEADER, line(1), line(2)]
WORDS = ("ledger_town.docx", "ledger_many_units.docx", "ledger_town.ods")
HUGE = '<table:table-row table:number-rows-repeated="{rows}"><table:table-cell table:number-columns-repeated="{columns}" office:value-type="string"><text:p>1</text:p></table:table-cell></table:table-row>'
SECONDS = 20
"""Two helpers may be busy beside; what is read without end takes far longer."""


def word(tmp_path: Path, *blocks: str, **parts: str | bytes) -> Path:
    return docx(tmp_path / "台账.docx", *(blocks or (word_table(ROWS),)), **parts)


def sheet(tmp_path: Path, *more: str, **said: Any) -> Path:
    return ods(
        tmp_path / "台账.ods", ods_table(ROWS).replace("</table:table>", f"{''.join(more)}</table:table>"), **said
    )


def test_an_old_word_document_is_told_what_to_do(tmp_path: Path) -> None:
    assert refusal(DATA / "ledger_office.doc").startswith(
        "这是老格式的 Word 文档（.doc、.wps），读不出表格。请用 Word 或 WPS 另存为 .docx"
    )
    disguised = written(tmp_path, "台账.docx", (DATA / "ledger_office.doc").read_bytes())
    assert "老格式的 Word 文档" in refusal(disguised)


def test_words_without_a_table_are_told_what_is_missing(tmp_path: Path) -> None:
    assert refusal(word(tmp_path, par("一、路灯不亮"))).startswith("Word 文档里没有表格")
    boxed = f"<w:p><w:r><w:pict><w:txbxContent>{word_table(ROWS)}</w:txbxContent></w:pict></w:r></w:p>"
    assert "文本框" in refusal(word(tmp_path, boxed))


def test_tables_without_a_header_are_told_so(tmp_path: Path) -> None:
    assert "没有认出表头" in refusal(word(tmp_path, word_table([["甲", "乙"]])))


@pytest.mark.parametrize(
    ("kind", "why"), [("text", "这是 ODF 文档，里面没有电子表格"), ("presentation", "这是 ODF 文档，里面没有电子表格")]
)
def test_other_open_documents_are_named(tmp_path: Path, kind: str, why: str) -> None:
    assert why in refusal(ods(tmp_path / "a.ods", "<text:p>1</text:p>", kind=kind))


def test_rich_text_is_named(tmp_path: Path) -> None:
    assert "RTF" in refusal(written(tmp_path, "台账.doc", rb"{\rtf1\ansi ...}"))


@pytest.mark.parametrize("entry", ['<m:file-entry><m:encryption-data m:checksum="x"/></m:file-entry>'])
def test_an_ods_behind_a_password_is_refused_as_such(tmp_path: Path, entry: str) -> None:
    assert "打开密码" in refusal(sheet(tmp_path, manifest=entry))
    assert "打开密码" in refusal(ods(tmp_path / "b.ods", more={"encrypted-package": b"x"}))


def test_a_docx_behind_a_password_is_refused_as_such(tmp_path: Path) -> None:
    """It is an OLE file with the stream EncryptedPackage, whatever is locked up in it."""
    data = (DATA / "ledger_office.xls").read_bytes()
    name, other = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    at = data.index(name)
    locked = data[:at] + other.ljust(64, b"\0") + struct.pack("<H", len(other) + 2) + data[at + 66 :]
    assert "打开密码" in refusal(written(tmp_path, "台账.docx", locked))


@pytest.mark.parametrize("source", WORDS)
def test_a_file_cut_short_anywhere_is_refused(tmp_path: Path, source: str) -> None:
    data = (DATA / source).read_bytes()
    for at in range(9, len(data) - 600, len(data) // 8):
        assert "文件已损坏" in refusal(written(tmp_path, "a", data[:at]))


@pytest.mark.parametrize(
    ("source", "part"), [("ledger_town.docx", "word/document.xml"), ("ledger_town.ods", "content.xml")]
)
def test_a_part_cut_short_is_refused(tmp_path: Path, source: str, part: str) -> None:
    def change(name: str, content: bytes) -> bytes:
        return content[: len(content) // 2] if name == part else content

    assert "文件已损坏" in refusal(repacked(DATA / source, tmp_path / "a", change))


@pytest.mark.parametrize("source", WORDS)
def test_flipped_bytes_never_raise(tmp_path: Path, source: str) -> None:
    assert flip(tmp_path, source, 20) == []


@pytest.mark.long
@pytest.mark.parametrize("source", WORDS)
def test_flipped_bytes_never_raise_at_length(tmp_path: Path, source: str) -> None:
    assert flip(tmp_path, source, 1000) == []


@pytest.mark.parametrize("source", WORDS)
def test_flipped_bytes_of_the_part_itself_never_raise(tmp_path: Path, source: str) -> None:
    """An archive's checksums would hide the walk from most of the flips."""
    part = "content.xml" if source.endswith("ods") else "word/document.xml"
    with zipfile.ZipFile(DATA / source) as archive:
        content = archive.read(part)
    for seed in range(20):
        dice = random.Random(seed)
        bad = bytearray(content)
        for _ in range(dice.choice((1, 3, 20))):
            bad[dice.randrange(len(bad))] = dice.randrange(256)
        path = repacked(DATA / source, tmp_path / "a", lambda name, old, bad=bytes(bad): bad if name == part else old)  # type: ignore[misc]
        found = parse(path)
        assert found.rows or found.faults


@pytest.mark.parametrize("part", ["document", "numbering", "styles"])
def test_an_entity_of_word_is_refused_and_never_unfolded(tmp_path: Path, part: str) -> None:
    bomb = '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>'
    parts = {part: f'{bomb}<w:{part} xmlns:w="{W}"/>'}
    path = (
        word(tmp_path, **parts)
        if part != "document"
        else repacked(word(tmp_path), tmp_path / "b", _with(bomb, "document.xml"))
    )
    assert "外部声明" in refusal(path)


def test_an_entity_of_an_ods_is_refused(tmp_path: Path) -> None:
    path = repacked(sheet(tmp_path), tmp_path / "b", _with('<!DOCTYPE x SYSTEM "file:///etc/passwd">', "content.xml"))
    assert "外部声明" in refusal(path)


def _with(doctype: str, part: str):  # type: ignore[no-untyped-def]  # noqa: ANN202
    return lambda name, old: old.replace(b"?>", b"?>" + doctype.encode(), 1) if name.endswith(part) else old


@pytest.mark.parametrize("maker", ["word", "ods"])
def test_a_part_that_unfolds_beyond_measure_is_refused(tmp_path: Path, maker: str) -> None:
    if maker == "word":
        path = word(tmp_path, "<!--" + " " * (80 * 2**20) + "-->", word_table(ROWS))
    else:
        path = sheet(tmp_path, more={"Pictures/a.png": b"\0" * (80 * 2**20)})
    assert path.stat().st_size < 2**20
    assert "解压后超过上限" in refusal(path)


def in_time(path: Path, limits: Limits | None = None) -> str:
    begun = time.process_time()
    why = refusal(path, limits)
    assert time.process_time() - begun < SECONDS
    return why


@pytest.mark.parametrize("tags", [("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"), ("<w:sdt>", "</w:sdt>")])
def test_what_is_nested_without_end_is_refused(tmp_path: Path, tags: tuple[str, str]) -> None:
    deep = 100_000
    assert "套得太深" in in_time(word(tmp_path, tags[0] * deep + tags[1] * deep))


def test_numbers_nested_without_end_do_no_harm(tmp_path: Path) -> None:
    deep = "<w:a>" * 500_000 + "</w:a>" * 500_000
    path = word(
        tmp_path, par("城伯镇党委"), word_table(ROWS), numbering=f'<w:numbering xmlns:w="{W}">{deep}</w:numbering>'
    )
    found = parse(path)
    assert found.rows or found.faults


@pytest.mark.parametrize(
    ("blocks", "why"),
    [
        ([word_table([[word_cell(1)] * 64])], "第 1 行有 64 格，超过上限 63 格"),
        (["<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>" * 2_001], "内容过多"),
    ],
)
def test_more_columns_and_tables_than_word_has_are_refused(tmp_path: Path, blocks: list[str], why: str) -> None:
    assert why in in_time(word(tmp_path, *blocks))


def test_more_rows_and_elements_than_a_ledger_has_are_refused(tmp_path: Path) -> None:
    path = word(tmp_path, word_table([HEADER, *(line(n) for n in range(1, 30))]))
    assert "超过上限 20 行" in refusal(path, Limits(rows=20))
    assert "内容过多" in refusal(path, Limits(elements=1000))


def test_a_span_over_a_million_columns_takes_no_more_room_than_the_cell(tmp_path: Path) -> None:
    wide = [word_cell("大标题", span=99_999_999)]
    assert [row.number for row in parse(word(tmp_path, word_table([wide, *ROWS]))).rows] == ["1", "2"]


@pytest.mark.parametrize(
    ("rows", "columns", "why"),
    [
        (1_000_000, 1, "超过上限 200000 行"),
        (1, 1_000_000, "有 1000000 格，超过上限 256 格"),
        (1_000_000, 1_000_000, "超过上限 256 格"),
    ],
)
def test_a_cell_repeated_a_million_times_is_refused_uncounted(
    tmp_path: Path, rows: int, columns: int, why: str
) -> None:
    assert why in in_time(sheet(tmp_path, HUGE.format(rows=rows, columns=columns)))


def test_a_formula_repeated_over_a_million_cells_is_refused(tmp_path: Path) -> None:
    cell = ods_cell("1", table__formula="of:=1", table__number_columns_repeated="200")
    row = f'<table:table-row table:number-rows-repeated="100000">{cell}</table:table-row>'
    assert "内容过多" in in_time(sheet(tmp_path, row))


def test_a_merge_that_reaches_beyond_the_sheet_does_no_harm(tmp_path: Path) -> None:
    cell = ods_cell("甲方面", table__number_rows_spanned="999999999", table__number_columns_spanned="999999999")
    path = ods(tmp_path / "a.ods", ods_table([HEADER, line(1, 方面=cell), line(2)]))
    assert [row.category for row in parse(path).rows] == ["甲方面", "甲方面"]


def test_macros_beside_the_tables_are_not_looked_at(tmp_path: Path) -> None:
    """They never run here; on the pages such a file is not taken (tests/web/test_uploads.py)."""
    path = repacked(
        word(tmp_path), tmp_path / "b.docm", lambda _, part: part, {"word/vbaProject.bin": b"\xd0\xcf\x11\xe0 macro"}
    )
    assert len(parse(path).rows) == 2
