"""What a file really is, told by its bytes and never by its name; and the parts of an archive, unpacked within bounds."""

from __future__ import annotations

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Collection
from enum import Enum

from ledger.limits import Limits
from ledger.refusals import Damaged, Locked, NotALedger, UnpacksTooLarge

ZIP, OLE = b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
END_OF_ZIP = b"PK\x05\x06"
WORKBOOK = "xl/workbook.xml"
OTHERS = {
    "xl/workbook.bin": "这是 xlsb 二进制工作簿",
    "ppt/presentation.xml": "这是演示文稿",
}
MAGIC = {
    b"%PDF": "这是 PDF",
    b"Rar!": "这是压缩包",
    b"7z\xbc\xaf": "这是压缩包",
    b"\x89PNG": "这是图片",
    b"\xff\xd8\xff": "这是图片",
    b"{\\rtf": "这是 RTF 文档",
}
MARKUP = re.compile(rb"\s*(?:\xef\xbb\xbf)?\s*<(?:!doctype|html|table|head|body|\?xml|\?mso)", re.IGNORECASE)


class FileKind(Enum):
    """The kinds of file a ledger may come in: WPS writes its .et as an old .xls."""

    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    WORD = "docx"
    TEXT = "text"


MAIN = {WORKBOOK: FileKind.XLSX, "word/document.xml": FileKind.WORD, "content.xml": FileKind.ODS}
"""What an archive is, by the part that it must have."""


def kind_of(data: bytes) -> FileKind:
    """The kind of a file by its bytes; NotALedger names what it is instead."""
    if data.startswith(ZIP):
        return _kind_of_archive(_entries(data))
    if data.startswith(OLE):
        return FileKind.XLS
    for magic, what in MAGIC.items():
        if data.startswith(magic):
            raise NotALedger(what)
    if MARKUP.match(data[:200]):
        raise NotALedger("这是网页或 XML，不是真正的 Excel 文件")
    if not data.strip():
        raise NotALedger("文件是空的")
    return FileKind.TEXT


def _kind_of_archive(names: Collection[str]) -> FileKind:
    if "encrypted-package" in names:  # how LibreOffice locks a whole file up
        raise Locked
    found = next((kind for name, kind in MAIN.items() if name in names), None)
    if found is None:
        raise NotALedger(next((what for name, what in OTHERS.items() if name in names), "压缩包里没有工作簿"))
    return found


class Package:
    """The parts of an archive. Every size is counted while unpacking: what the archive claims is not believed."""

    def __init__(self, data: bytes, limits: Limits) -> None:
        self._data = data
        self._limits = limits
        self._room = _room(data, limits)
        self._infos = _entries(data)

    @property
    def names(self) -> list[str]:
        """The parts' names in the archive's order."""
        return list(self._infos)

    def part(self, name: str) -> bytes:
        """The bytes of one part, unpacked; parts count together against the limits, and XML must be harmless."""
        if name not in self._infos:
            raise Damaged(f"缺少 {name}")
        content = self._inflate(self._infos[name])
        self._room -= len(content)
        if name.endswith((".xml", ".rels")) and (b"\0" in content or _declares(content)):
            raise Damaged("含有不允许的外部声明或编码")
        return content

    def _inflate(self, info: zipfile.ZipInfo) -> bytes:
        packed = self._packed(info)
        if info.compress_type == zipfile.ZIP_STORED:
            content, whole = packed, True
        else:
            stream = zlib.decompressobj(-15)
            try:
                content = stream.decompress(packed, self._room + 1)
            except zlib.error:
                raise Damaged("压缩内容读不出来") from None
            whole = stream.eof
        if len(content) > self._room:
            raise UnpacksTooLarge(self._limits.unpacked_bytes)
        if not whole:
            raise Damaged("压缩内容不完整")
        return content

    def _packed(self, info: zipfile.ZipInfo) -> bytes:
        head = self._data[info.header_offset : info.header_offset + 30]
        if len(head) < 30 or not head.startswith(ZIP):
            raise Damaged("压缩目录与内容不符")
        start = info.header_offset + 30 + sum(struct.unpack("<HH", head[26:30]))
        return self._data[start : start + info.compress_size]


def _declares(content: bytes) -> bool:
    return b"!" in content and (b"<!DOCTYPE" in content or b"<!ENTITY" in content)


def _room(data: bytes, limits: Limits) -> int:
    return min(limits.unpacked_bytes, max(limits.ratio_from_bytes, len(data) * limits.unpack_ratio))


def _entries(data: bytes) -> dict[str, zipfile.ZipInfo]:
    # Bytes after the directory could be a second directory, and another reader might use that one.
    if data[-22:-18] != END_OF_ZIP:
        raise Damaged("压缩目录不在文件末尾")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error):
        raise Damaged("压缩目录读不出来") from None
    if any(info.flag_bits & 0x1 for info in infos):
        raise Locked
    if len({info.filename.lower() for info in infos}) != len(infos):
        raise Damaged("压缩目录中有同名内容")
    if any(info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for info in infos):
        raise Damaged("压缩方式不支持")
    return {info.filename: info for info in infos}
