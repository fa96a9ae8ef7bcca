"""What may be uploaded: the type by content, the name as text, nothing that runs."""

from __future__ import annotations

import codecs
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path

import filetype

MOST_UNPACKED, MOST_PARTS = 400 * 1024 * 1024, 10_000
LONGEST_NAME = 120
TYPES = {
    "pdf": "PDF", "png": "图片", "jpg": "图片", "heic": "图片", "docx": "Word", "xlsx": "Excel", "pptx": "PPT", "doc": "Word", "xls": "Excel",
    "txt": "文本", "csv": "表格", "mp4": "视频", "wps": "WPS", "et": "WPS 表格", "ods": "ODS 表格",
}  # fmt: skip
_OFFICE = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx", "ppt/presentation.xml": "pptx"}
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_SIDES_MOST = 20_000
# Every part of a container is listed behind this mark; a folder of macros has this name in old office files.
_LISTED, _OLD_MACROS = b"PK\x01\x02", "_VBA_PROJECT".encode("utf-16-le")
_NEW_MACROS = (b"vbaProject", b"macroEnabled")
_ODS_MACROS = ("Basic/", "Scripts/")
_START, _BLOCK = 8192, 1 << 20


class BadUpload(ValueError):
    """A file is not taken; the sentence names it and says why."""


def check_upload(path: Path, name: str, largest: int) -> str:
    """Return the name as it will be shown, when the content is one of the known types and fits its ending."""
    shown = clean_name(name)
    if path.stat().st_size == 0:
        raise BadUpload(f"“{shown}”是空文件")
    if path.stat().st_size > largest:
        raise BadUpload(f"“{shown}”超过 {largest // 1024 // 1024} MB，请压缩或拆分")
    ending = shown.rpartition(".")[2].lower().replace("jpeg", "jpg")
    found = content_type(path)
    if found is None:
        raise BadUpload(f"“{shown}”不是可以上传的类型（PDF、图片、Word、Excel、WPS 和 ODS 表格、PPT、文本、MP4）")
    if (
        ending != found
        and not (found == "doc" and ending in ("doc", "xls", "ppt", "wps", "et"))
        and (found, ending) not in (("txt", "csv"), ("xlsx", "et"), ("docx", "wps"))
    ):
        raise BadUpload(f"“{shown}”的内容与扩展名不符（实为 {TYPES[found]}），请核对后重新上传")
    if _has_macros(path, found):
        raise BadUpload(f"“{shown}”含有宏，请另存为不含宏的文件后重新上传")
    return shown


def clean_name(name: str) -> str:
    """Return a file name as plain text: no path, no control or direction marks, not too long."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c)[0] != "C").strip(" .")
    stem, dot, ending = kept.rpartition(".")
    if len(kept) > LONGEST_NAME and dot:
        kept = f"{stem[: LONGEST_NAME - len(ending) - 1]}.{ending}"
    return kept[-LONGEST_NAME:] or "未命名"


def content_type(path: Path) -> str | None:
    """Return the known type that the content is, or None."""
    with path.open("rb") as file:
        start = file.read(_START)
    if start.startswith(b"PK"):
        return _container(path)
    if start.startswith(_OLE):
        return "doc"
    kind = filetype.guess(start)
    if kind is not None:
        return _image_or_video(start, kind.extension)
    return "txt" if _is_text(start) else None


def _image_or_video(start: bytes, extension: str) -> str | None:
    if extension == "png":
        width, height = int.from_bytes(start[16:20]), int.from_bytes(start[20:24])
        return "png" if max(width, height) <= _SIDES_MOST else None
    return extension if extension in TYPES else None


def _container(path: Path) -> str | None:
    """An office container: known parts, no way out of the folder, bounded when listed and when unpacked."""
    if _count(path, _LISTED) > MOST_PARTS:
        return None
    try:
        with zipfile.ZipFile(path) as container:
            parts = container.infolist()
            ods = "mimetype" in container.NameToInfo and _is_ods(container)
    except (
        zipfile.BadZipFile,
        struct.error,
        OSError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        zlib.error,
        EOFError,
    ):
        return None
    names = [part.filename for part in parts]
    if sum(part.file_size for part in parts) > MOST_UNPACKED or any(
        n.startswith("/") or ".." in n.split("/") for n in names
    ):
        return None
    return next(
        (kind for part, kind in _OFFICE.items() if part in names), "ods" if ods and "content.xml" in names else None
    )


def _is_ods(container: zipfile.ZipFile) -> bool:
    with container.open("mimetype") as said:
        return said.read(len(_ODS) + 1).strip() == _ODS


def _has_macros(path: Path, found: str) -> bool:
    if found == "doc":
        return _count(path, _OLD_MACROS) > 0
    if found not in {*_OFFICE.values(), "ods"}:
        return False
    try:
        with zipfile.ZipFile(path) as container:
            names = container.namelist()
            if found == "ods":
                return any(name.startswith(_ODS_MACROS) for name in names)
            named = any(name.lower().endswith("vbaproject.bin") for name in names)
            with container.open("[Content_Types].xml") as types:
                said = types.read(_BLOCK)
    except (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, LookupError, RuntimeError, ValueError):
        return True  # what cannot be looked into is not taken for harmless
    return named or any(mark in said for mark in _NEW_MACROS)


def _count(path: Path, mark: bytes) -> int:
    """Count a mark in a file, block by block."""
    count, tail = 0, b""
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            count += (tail + block).count(mark)
            tail = block[-(len(mark) - 1) :]
    return count


def _is_text(start: bytes) -> bool:
    if b"\0" in start or start.lstrip()[:1] == b"<":
        return False
    for encoding in ("utf-8", "gb18030"):
        try:
            # The block may end within a character.
            codecs.getincrementaldecoder(encoding)().decode(start, final=len(start) < _START)
        except UnicodeDecodeError:
            continue
        return True
    return False
