"""What a file really is: told by its bytes; damaged, locked, disguised and explosive ones are refused in words."""

from __future__ import annotations

import io
import random
import re
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from ledger.limits import Limits
from ledger.old_xls import sweep_xls
from ledger.parse import parse
from ledger.refusals import LedgerRefused
from tests.ledger.builders import DATA, HEADER, csv_bytes, line, repacked, shared_xlsx, xls, xlsx

ROWS = [HEADER, line(1), line(2)]
SHEET = "xl/worksheets/sheet1.xml"


def refusal(path: Path, limits: Limits | None = None) -> str:
    """The one sentence a file is refused with."""
    sheet = parse(path, limits=limits) if limits else parse(path)
    [fault] = sheet.faults
    assert (fault.row, fault.column, fault.value, sheet.rows) == (0, "", path.name, ())
    return fault.message


def written(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


@pytest.mark.parametrize(
    ("source", "disguise"),
    [
        ("ledger_town.xlsx", "台账.xls"),
        ("ledger_town.xlsx", "台账.csv"),
        ("ledger_office.xls", "台账.xlsx"),
        ("ledger_office.xls", "没有扩展名"),
        ("ledger_many_units_gbk.csv", "台账.xlsx"),
        ("ledger_many_units_gbk.csv", "城伯镇、河雍街道（第三轮）“整改台账” 2021.csv"),
    ],
)
def test_the_name_of_a_file_does_not_matter(tmp_path: Path, source: str, disguise: str) -> None:
    sheet = parse(written(tmp_path, disguise, (DATA / source).read_bytes()))
    assert sheet.rows == parse(DATA / source).rows
    assert sheet.faults == ()


def test_a_name_of_two_hundred_bytes_of_chinese_is_read(tmp_path: Path) -> None:
    path = written(tmp_path, "台账" * 40 + ".csv", csv_bytes(ROWS))
    assert len(parse(path).rows) == 2


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"%PDF-1.7 ...", "这是 PDF"),
        (b"\x89PNG\r\n\x1a\n....", "这是图片"),
        (b"Rar!\x1a\x07\x00", "这是压缩包"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "这是网页或 XML"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><Workbook/>", "这是网页或 XML"),
        (b"", "文件是空的"),
        (b" \r\n\t", "文件是空的"),
        (b"\xff\xfe\xff", "认不出文字编码"),
        (b"\x81\xff\x00\x00", "不是文本，也不是 Excel"),
        (b"\x81\xff\xff", "认不出文字编码"),
        (b"PK\x03\x04 and nothing more", "压缩目录不在文件末尾"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "内部结构读不出来"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "内部结构读不出来"),
    ],
)
def test_what_is_no_ledger_is_named(tmp_path: Path, content: bytes, why: str) -> None:
    assert why in refusal(written(tmp_path, "台账.xlsx", content))


@pytest.mark.parametrize(
    ("inside", "why"),
    [
        ("word/document.xml", "文档内容读不出来"),
        ("xl/workbook.bin", "xlsb"),
        ("ppt/presentation.xml", "演示文稿"),
        ("content.xml", "表格内容读不出来"),
        ("a.txt", "没有工作簿"),
    ],
)
def test_an_archive_that_is_no_workbook_is_named(tmp_path: Path, inside: str, why: str) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr(inside, "x")
    assert why in refusal(written(tmp_path, "台账.xlsx", out.getvalue()))


def test_a_file_that_is_not_there_or_a_folder_is_refused_in_words(tmp_path: Path) -> None:
    assert "打不开文件" in refusal(tmp_path / "没有.xlsx")
    assert "打不开文件" in refusal(tmp_path)


def test_too_large_a_file_is_refused_unread(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", csv_bytes(ROWS))
    assert "超过上限" in refusal(path, Limits(file_bytes=20))


@pytest.mark.parametrize("maker", [xlsx, xls])
def test_too_many_rows_are_refused(tmp_path: Path, maker: Callable[..., Path]) -> None:
    path = maker(tmp_path / "a", [HEADER, *(line(n) for n in range(1, 30))])
    assert refusal(path, Limits(rows=20)) == "工作表有 30 行，超过上限 20 行。请按单位拆分后分别导入。"


def test_too_many_rows_of_csv_are_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", csv_bytes([HEADER, *(line(n) for n in range(1, 30))]))
    assert "超过上限 20 行" in refusal(path, Limits(rows=20))


def test_a_line_of_a_thousand_cells_is_refused(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", csv_bytes([HEADER, ["1"] * 1000]))
    assert "第 2 行有 1000 格" in refusal(path)


def test_an_xlsx_behind_a_password_is_refused_as_such(tmp_path: Path) -> None:
    """An encrypted xlsx is an OLE file with the stream EncryptedPackage."""
    data = (DATA / "ledger_office.xls").read_bytes()
    name, other = "Workbook".encode("utf-16-le"), "EncryptedPackage".encode("utf-16-le")
    at = data.index(name)
    locked = data[:at] + other.ljust(64, b"\0") + struct.pack("<H", len(other) + 2) + data[at + 66 :]
    assert "打开密码" in refusal(written(tmp_path, "台账.xlsx", locked))


def test_an_old_xls_behind_a_password_is_refused_as_such(tmp_path: Path) -> None:
    """FILEPASS among the globals says that all that follows is enciphered."""
    data = bytearray((DATA / "ledger_office.xls").read_bytes())
    at = 512
    while struct.unpack_from("<H", data, at)[0] != 0x0042:  # CODEPAGE, a record of two bytes like any other
        at += 4 + struct.unpack_from("<H", data, at + 2)[0]
    struct.pack_into("<H", data, at, 0x002F)
    assert "打开密码" in refusal(written(tmp_path, "a.xls", bytes(data)))


def test_an_archive_with_encrypted_parts_is_refused_as_such(tmp_path: Path) -> None:
    data = bytearray(xlsx(tmp_path / "a.xlsx", ROWS).read_bytes())
    at = data.index(b"PK\x01\x02")
    struct.pack_into("<H", data, at + 8, 0x1)
    assert "打开密码" in refusal(written(tmp_path, "b.xlsx", bytes(data)))


def test_a_word_document_in_an_ole_file_is_named(tmp_path: Path) -> None:
    data = (DATA / "ledger_office.xls").read_bytes()
    old, new = "Workbook".encode("utf-16-le"), "WordDocument".encode("utf-16-le")
    at = data.index(old)
    doc = data[:at] + new.ljust(64, b"\0") + struct.pack("<H", len(new) + 2) + data[at + 66 :]
    assert "Word 文档" in refusal(written(tmp_path, "a.doc", doc))


def test_a_zip_bomb_is_refused_before_it_unfolds(tmp_path: Path) -> None:
    plain = xlsx(tmp_path / "a.xlsx", ROWS)
    bomb = repacked(plain, tmp_path / "b.xlsx", lambda _, part: part, {"xl/media/image1.png": b"\0" * (80 * 2**20)})
    assert bomb.stat().st_size < 2**20
    assert "解压后超过上限" in refusal(bomb)


def test_a_bomb_that_lies_about_its_size_is_refused_too(tmp_path: Path) -> None:
    """The directory says 10 bytes, with the checksum of those 10; the stream itself holds 80 MB."""
    plain = xlsx(tmp_path / "a.xlsx", ROWS)
    huge = b"\0" * (80 * 2**20)
    data = bytearray(repacked(plain, tmp_path / "b.xlsx", lambda _, part: part, {"xl/media/a.png": huge}).read_bytes())
    for mark, at_crc in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        at = data.rindex(mark)
        struct.pack_into("<I", data, at + at_crc, zlib.crc32(huge[:10]))
        struct.pack_into("<I", data, at + at_crc + 8, 10)
    path = written(tmp_path, "c.xlsx", bytes(data))
    assert zipfile.ZipFile(path).getinfo("xl/media/a.png").file_size == 10
    assert "解压后超过上限" in refusal(path)


def test_many_parts_count_together(tmp_path: Path) -> None:
    plain = xlsx(tmp_path / "a.xlsx", ROWS)
    many = {f"xl/media/{n}.bin": random.Random(n).randbytes(2**18) for n in range(8)}
    path = repacked(plain, tmp_path / "b.xlsx", lambda _, part: part, many)
    assert len(parse(path).rows) == 2
    assert "解压后超过上限" in refusal(path, Limits(unpacked_bytes=2**20))


def test_one_far_cell_does_not_bring_the_house_down(tmp_path: Path) -> None:
    """A value in XFD1048576 would make the reader ask for 400 GB: it dies in a process of its own, or is counted."""
    plain = xlsx(tmp_path / "a.xlsx", ROWS)
    far = repacked(
        plain,
        tmp_path / "b.xlsx",
        lambda _, part: part.replace(b'r="L2"', b'r="XFD1048576"').replace(b'r="J3"', b'r="XFD1048576"'),
    )
    assert "文件已损坏" in refusal(far)


@pytest.mark.parametrize(
    "spelling", [b"<c  r='XFD1048576'", b'<c\nr="XFD1048576"', b'<x:c r="XFD1048576"', b'<c s="0" r="XFD1048576"']
)
def test_a_far_cell_is_found_in_any_spelling(tmp_path: Path, spelling: bytes) -> None:
    plain = xlsx(tmp_path / "a.xlsx", ROWS)

    def change(_: str, part: bytes) -> bytes:
        head, mark, tail = part.partition(b'<c r="J3"')
        if not mark:
            return part
        if b":" in spelling:
            tail = tail.replace(b"</c>", b"</x:c>", 1)
        return (
            head.replace(
                b"<worksheet", b'<worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
            )
            + spelling
            + tail
        )

    assert "文件已损坏" in refusal(repacked(plain, tmp_path / "b.xlsx", change))


def test_an_unlikely_count_of_strings_does_not_bring_the_house_down(tmp_path: Path) -> None:
    """The reader sets room aside for as many strings as a file says it has: here for 240 TB of them."""
    plain = shared_xlsx(tmp_path / "a.xlsx", ROWS)
    count = re.compile(rb'uniqueCount="\d+"')
    bad = repacked(plain, tmp_path / "b.xlsx", lambda _, part: count.sub(b'uniqueCount="9999999999999"', part))
    assert bad.read_bytes() != plain.read_bytes()
    assert "文件已损坏" in refusal(bad)


def test_wide_ledgers_and_cells_without_references_are_read_as_any(tmp_path: Path) -> None:
    """They go through the guarded reader; what is read is the same."""
    plain = xlsx(tmp_path / "a.xlsx", ROWS)
    bare = repacked(plain, tmp_path / "b.xlsx", lambda name, part: _without_references(part) if name == SHEET else part)
    wide = xlsx(
        tmp_path / "c.xlsx", [[*row, *[""] * 60, text] for row, text in zip(ROWS, ("", "远", "处"), strict=True)]
    )
    assert parse(wide).rows == parse(plain).rows
    assert [row.problem for row in parse(bare).rows] == ["路灯不亮", "路灯不亮"]


def _without_references(part: bytes) -> bytes:
    filled = [list(HEADER), line(1), line(2)]
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{value}</t></is></c>' for value in row) + "</row>" for row in filled
    )
    start, end = part.index(b"<sheetData>") + 11, part.index(b"</sheetData>")
    return part[:start] + rows.encode() + part[end:]


PARTS = [SHEET, "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml"]


@pytest.mark.parametrize("name", PARTS)
def test_an_external_entity_is_refused_and_never_fetched(tmp_path: Path, name: str) -> None:
    secret = written(tmp_path, "secret.txt", "机密".encode())
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "{secret.as_uri()}">]>'.encode()
    plain = shared_xlsx(tmp_path / "a.xlsx", [HEADER, line(1, problem="路灯")])

    def change(part_name: str, part: bytes) -> bytes:
        return doctype + part.replace("路灯".encode(), b"&e;") if part_name == name else part

    assert "外部声明" in refusal(repacked(plain, tmp_path / "b.xlsx", change))


@pytest.mark.parametrize("name", PARTS)
def test_a_part_cut_short_is_refused(tmp_path: Path, name: str) -> None:
    plain = shared_xlsx(tmp_path / "a.xlsx", ROWS)

    def change(part_name: str, part: bytes) -> bytes:
        return part[: len(part) // 2] if part_name == name else part

    assert "文件已损坏" in refusal(repacked(plain, tmp_path / "b.xlsx", change))


@pytest.mark.parametrize("name", PARTS[:3])
def test_a_part_in_an_encoding_nobody_knows_is_refused(tmp_path: Path, name: str) -> None:
    plain = shared_xlsx(tmp_path / "a.xlsx", [HEADER, line(1, 备注="=1+1")])

    def change(part_name: str, part: bytes) -> bytes:
        return part.replace(b'"UTF-8"', b'"U9F-8"') if part_name == name else part

    assert "文件已损坏" in refusal(repacked(plain, tmp_path / "b.xlsx", change))


def test_two_parts_of_one_name_are_refused(tmp_path: Path) -> None:
    """Two readers might each take another of them."""
    plain = xlsx(tmp_path / "a.xlsx", ROWS)
    bad = repacked(plain, tmp_path / "b.xlsx", lambda _, part: part, {"XL/workbook.xml": b"<workbook/>"})
    assert "同名内容" in refusal(bad)


def test_bytes_behind_the_archive_s_end_are_refused(tmp_path: Path) -> None:
    data = xlsx(tmp_path / "a.xlsx", ROWS).read_bytes()
    assert "压缩目录不在文件末尾" in refusal(written(tmp_path, "b.xlsx", data + b"more"))


@pytest.mark.parametrize("source", ["ledger_town.xlsx", "ledger_office.xls"])
def test_a_file_cut_short_anywhere_is_refused(tmp_path: Path, source: str) -> None:
    data = (DATA / source).read_bytes()
    for at in range(9, len(data) - 600, len(data) // 12):
        assert "文件已损坏" in refusal(written(tmp_path, "a.xlsx", data[:at]))


@pytest.mark.parametrize("source", ["ledger_town.xlsx", "ledger_office.xls"])
def test_flipped_bytes_never_raise(tmp_path: Path, source: str) -> None:
    assert flip(tmp_path, source, 20) == []


@pytest.mark.long
@pytest.mark.parametrize("source", ["ledger_town.xlsx", "ledger_office.xls"])
def test_flipped_bytes_never_raise_at_length(tmp_path: Path, source: str) -> None:
    assert flip(tmp_path, source, 2000) == []


def flip(tmp_path: Path, source: str, times: int) -> list[int]:
    """Damage a workbook again and again; return the seeds after which it was neither read nor refused in words."""
    silent = []
    data = (DATA / source).read_bytes()
    for seed in range(times):
        dice = random.Random(seed)
        bad = bytearray(data)
        for _ in range(dice.choice((1, 3, 20))):
            bad[dice.randrange(len(bad))] = dice.randrange(256)
        sheet = parse(written(tmp_path, "a", bytes(bad)))
        silent += [] if sheet.rows or sheet.faults else [seed]
    return silent


def test_an_ole_file_whose_chains_run_in_circles_is_refused() -> None:
    """Every sector of the FAT pointed at itself must end the reading, not keep it going."""
    data = bytearray((DATA / "ledger_office.xls").read_bytes())
    fat = 512 + 512 * struct.unpack_from("<I", data, 76)[0]
    for sector in range(128):
        struct.pack_into("<I", data, fat + 4 * sector, sector)
    with pytest.raises(LedgerRefused, match="成环"):
        sweep_xls(bytes(data))


def test_overlapping_sheets_of_an_old_workbook_are_refused(tmp_path: Path) -> None:
    """Ten thousand sheets over the same records would keep a reader busy for hours."""
    data = bytearray(xls(tmp_path / "a.xls", [HEADER, *(line(n) for n in range(200))]).read_bytes())
    at = 512
    while struct.unpack_from("<H", data, at)[0] != 0x0085:
        at += 4 + struct.unpack_from("<H", data, at + 2)[0]
    target = struct.unpack_from("<I", data, at + 4)[0]
    boundsheet = struct.pack("<HHIBBBB", 0x0085, 8, target, 0, 0, 0, 0)
    back = 512
    while struct.unpack_from("<H", data, back)[0] == 0x0809 or back < at - 3000:
        back += 4 + struct.unpack_from("<H", data, back + 2)[0]
    room = (at - back) // len(boundsheet)
    data[back : back + room * len(boundsheet)] = boundsheet * room
    filler = at - back - room * len(boundsheet)
    assert room > 3
    if filler >= 4:
        struct.pack_into("<HH", data, back + room * len(boundsheet), 0x00FE, filler - 4)
    with pytest.raises(LedgerRefused, match="重叠"):
        sweep_xls(bytes(data))


def test_macros_and_pictures_beside_the_sheet_are_not_looked_at(tmp_path: Path) -> None:
    plain = xlsx(tmp_path / "a.xlsx", ROWS)
    more = {"xl/vbaProject.bin": b"\xd0\xcf\x11\xe0 macro", "xl/media/image1.png": b"\x89PNG"}
    assert len(parse(repacked(plain, tmp_path / "b.xlsm", lambda _, part: part, more)).rows) == 2


def test_a_chart_sheet_before_the_ledger_does_no_harm(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(xlsx(tmp_path / "a.xlsx", ROWS))
    book.create_chartsheet("图", 0)
    book.save(tmp_path / "b.xlsx")
    assert len(parse(tmp_path / "b.xlsx").rows) == 2
