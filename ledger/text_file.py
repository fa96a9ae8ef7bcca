"""CSV and tab-separated text: decoded strictly, split strictly, one row per record as Excel counts them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

from ledger.refusals import BrokenQuotes, NotALedger, TooManyRows, TooWide, UnknownEncoding

UTF16 = (b"\xff\xfe", b"\xfe\xff")
PREVIEW_LINES = 30
WIDEST = 256


def decode(data: bytes) -> str:
    """The text of a file in UTF-8 (with or without BOM), UTF-16 with BOM, or GB18030; UnknownEncoding otherwise."""
    encodings = ("utf-16",) if data.startswith(UTF16) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    if b"\0" in data:
        raise NotALedger("文件不是文本，也不是 Excel")
    raise UnknownEncoding


def split(text: str, rank: Callable[[list[list[str]]], int], row_limit: int) -> list[list[str]]:
    """The records of a text by the delimiter (comma or tab) under which `rank` finds more of a header."""
    delimiter = max(",\t", key=lambda mark: rank(_preview(text[: 2**16], mark)))
    return records(text, delimiter, row_limit)


def _preview(start: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(start, newline=""), delimiter=delimiter)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) == PREVIEW_LINES:
                break
    except csv.Error:
        pass
    return rows


def records(text: str, delimiter: str, row_limit: int) -> list[list[str]]:
    """The records of a text with a delimiter, split strictly."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    rows: list[list[str]] = []
    try:
        for row in reader:
            rows.append(row)
            if len(rows) > row_limit:
                raise TooManyRows(len(rows), row_limit)
            if len(row) > WIDEST:
                raise TooWide(len(rows), len(row), WIDEST)
    except csv.Error:
        raise BrokenQuotes(reader.line_num) from None
    return rows
