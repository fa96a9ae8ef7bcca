"""CSV as units save it: encodings, delimiters, quotes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.parse import parse
from ledger.sheet import Sheet
from tests.ledger.builders import HEADER, csv_bytes, line

ROWS = [
    ["某市整改台账，第三轮"],
    HEADER,
    line(1, problem="路灯，不亮", 备注='他说"好"'),
    line(2, problem="街道,排水不畅"),
]


def read(tmp_path: Path, content: bytes) -> Sheet:
    path = tmp_path / "台账.csv"
    path.write_bytes(content)
    return parse(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "gbk", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t"])
def test_every_encoding_and_delimiter_gives_the_same_rows(tmp_path: Path, encoding: str, delimiter: str) -> None:
    sheet = read(tmp_path, csv_bytes(ROWS, encoding, delimiter))
    assert sheet.faults == ()
    assert [row.problem for row in sheet.rows] == ["路灯，不亮", "街道,排水不畅"]
    assert sheet.rows[0].note == '他说"好"'
    assert sheet.title == "某市整改台账，第三轮"


def test_rare_characters_of_gb18030_are_read(tmp_path: Path) -> None:
    rows = [HEADER, line(1, 责任人="𠮷㛃", 单位="邨委会€")]
    assert read(tmp_path, csv_bytes(rows, "gb18030")).rows[0].person == "𠮷㛃"


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_ending_gives_the_same_rows(tmp_path: Path, end: str) -> None:
    text = csv_bytes(ROWS).decode().replace("\r\n", end)
    assert [row.row for row in read(tmp_path, text.encode()).rows] == [3, 4]


def test_broken_bytes_are_refused_and_not_guessed_at(tmp_path: Path) -> None:
    content = csv_bytes(ROWS, "gb18030")
    at = content.index("街道".encode("gb18030"))
    [fault] = read(tmp_path, content[:at] + b"\xff\xff" + content[at:]).faults
    assert fault.row == 0
    assert "认不出文字编码" in fault.message


def test_an_unclosed_quote_is_refused_before_it_swallows_the_rest(tmp_path: Path) -> None:
    text = csv_bytes([HEADER, line(1), line(2), line(3)]).decode().replace("2,", '2,"', 1)
    [fault] = read(tmp_path, text.encode()).faults
    assert "引号没有成对" in fault.message


def test_a_formula_in_csv_is_only_text(tmp_path: Path) -> None:
    sheet = read(tmp_path, csv_bytes([HEADER, line(1, problem="=1+1")]))
    assert (sheet.faults, sheet.rows[0].problem) == ((), "=1+1")


def test_short_and_long_lines_are_filled_up(tmp_path: Path) -> None:
    sheet = read(tmp_path, "序号,问题,备注\r\n1,灯\r\n2,路,长,多出来的\r\n".encode())
    assert [(row.problem, row.note) for row in sheet.rows] == [("灯", ""), ("路", "长")]
