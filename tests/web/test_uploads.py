"""Hostile files: refused with a sentence, or kept as bytes that nothing here opens and no browser runs."""

from __future__ import annotations

import io
import random
import re
import secrets
import struct
import tracemalloc
import zipfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from starlette.datastructures import FormData

from settings import Settings
from states import MATERIALS
from storage.engine import writing
from storage.files import place_of
from storage.rows import lock_cases
from tests.ledger.builders import HEADER, line, xlsx
from tests.web.conftest import Answer, Door, opened
from tests.web.stage import PDF
from tests.world import World
from web.acts import attaching, files
from web.acts.attaching import MOST
from web.acts.uploads import LONGEST_NAME, MOST_PARTS, BadUpload, check_upload, clean_name

LARGEST = 1 << 20
TYPES = '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">{}</Types>'
MACRO_PART = '<Override PartName="/word/x.bin" ContentType="application/vnd.ms-office.vbaProject"/>'
MACRO_DOCUMENT = (
    '<Override PartName="/word/document.xml" ContentType="application/vnd.ms-word.document.macroEnabled.main+xml"/>'
)
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII5B", 13, b"IHDR", 800, 600, 8, 2, 0, 0, 0) + b"\0" * 64
HUGE_PNG = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII5B", 13, b"IHDR", 30_000, 30_000, 8, 2, 0, 0, 0) + b"\0" * 64
HTML = b"<html><body><script>alert(document.cookie)</script></body></html>"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'
XXE = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><document><body><p>&e;</p></body></document>'


def container(main: str = "word/document.xml", types: str = "", **more: Any) -> bytes:
    """An office container with the main part, what its list of types says, and more parts by name."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("[Content_Types].xml", TYPES.format(types))
        packed.writestr(main, "<document/>")
        for name, content in more.items():
            packed.writestr(name, content)
    return file.getvalue()


def with_parts(**parts: bytes | str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    return file.getvalue()


def open_sheet(**more: Any) -> bytes:
    """An .ods, as far as an upload looks into it."""
    return with_parts(mimetype="application/vnd.oasis.opendocument.spreadsheet", **{"content.xml": "<x/>", **more})


def claiming(size: int) -> bytes:
    """A document whose list says that a part unpacks to so much."""
    data = bytearray(container())
    at = data.find(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", size)
    return bytes(data)


def listing(parts: int) -> bytes:
    """A container that lists so many parts, all the same."""
    name = b"word/document.xml"
    entry = (
        struct.pack("<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 0, 0, 0x21, 0, 0, 0, len(name), 0, 0, 0, 0, 0, 0) + name
    )
    head = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 0, 0, 0x21, 0, 0, 0, len(name), 0) + name
    return (
        head
        + entry * parts
        + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, parts & 0xFFFF, parts & 0xFFFF, len(entry) * parts, len(head), 0)
    )


REFUSED: dict[str, tuple[str, bytes, str]] = {
    "empty": ("空.pdf", b"", "空文件"),
    "page as picture": ("图.png", HTML, "不是可以上传的类型"),
    "page as text": ("说明.txt", HTML, "不是可以上传的类型"),
    "drawing with a script": ("图.svg", SVG, "不是可以上传的类型"),
    "drawing as picture": ("图.png", SVG, "不是可以上传的类型"),
    "drawing behind a mark": ("图.svg", b"\xef\xbb\xbf" + SVG, "扩展名不符"),
    "picture that is a script": ("图.gif", b"GIF89a=1;alert(1)//" + b"\0" * 40, "不是可以上传的类型"),
    "picture of another kind": ("图.jpg", PNG, "扩展名不符"),
    "picture beyond measure": ("图.png", HUGE_PNG, "不是可以上传的类型"),
    "program": ("报告.pdf", b"MZ\x90\0" + b"\0" * 100, "不是可以上传的类型"),
    "program of another house": ("报告.pdf", b"\x7fELF\x02\x01\x01" + b"\0" * 100, "不是可以上传的类型"),
    "shell": ("运行.sh", b"#!/bin/sh\nrm -rf /\n", "扩展名不符"),
    "batch": ("运行.bat", b"@echo off\r\n", "扩展名不符"),
    "paper with the ending of a program": ("报告.pdf.exe", PDF, "扩展名不符"),
    "paper without an ending": ("报告", PDF, "扩展名不符"),
    "packed": ("材料.zip", with_parts(**{"a.txt": "x"}), "不是可以上传的类型"),
    "packed as a document": ("材料.docx", with_parts(**{"a.txt": "x"}), "不是可以上传的类型"),
    "sheet as a document": ("材料.docx", container("xl/workbook.xml"), "扩展名不符"),
    "document with macros": ("材料.docx", container(**dict[str, Any]({"word/vbaProject.bin": b"x"})), "含有宏"),
    "sheet with macros": ("台账.xlsx", container("xl/workbook.xml", **dict[str, Any]({"xl/vbaProject.bin": b"x"})), "含有宏"),
    "macros under another name": ("材料.docx", container(types=MACRO_PART, **dict[str, Any]({"word/x.bin": b"x"})), "含有宏"),
    "a docm by another name": ("材料.docx", container(types=MACRO_DOCUMENT), "含有宏"),
    "a docm": ("材料.docm", container(types=MACRO_DOCUMENT), "扩展名不符"),
    "old document with macros": ("材料.doc", OLE + b"\0" * 600 + "_VBA_PROJECT".encode("utf-16-le") + b"\0" * 600, "含有宏"),
    "ods with macros": ("台账.ods", open_sheet(**dict[str, Any]({"Basic/Standard/Module1.xml": b"x"})), "含有宏"),
    "ods with a program": ("台账.ods", open_sheet(**dict[str, Any]({"Scripts/python/a.py": b"x"})), "含有宏"),
    "other open document": ("材料.ods", with_parts(mimetype="application/vnd.oasis.opendocument.text", **{"content.xml": "x"}), "不是可以上传的类型"),
    "sheet by another name": ("台账.xlsx", open_sheet(), "扩展名不符"),
    "no list of types": ("材料.docx", with_parts(**{"word/document.xml": "<x/>"}), "含有宏"),
    "bomb by its own word": ("材料.docx", claiming(0xF0000000), "不是可以上传的类型"),
    "way out of the folder": ("材料.docx", container(**dict[str, Any]({"../../../etc/cron.d/x": b"x"})), "不是可以上传的类型"),
    "root of the disk": ("材料.docx", container(**dict[str, Any]({"/etc/passwd": b"x"})), "不是可以上传的类型"),
    "too many parts": ("材料.docx", listing(MOST_PARTS + 1), "不是可以上传的类型"),
    "half a container": ("材料.docx", container()[:-30], "不是可以上传的类型"),
    "head of a container alone": ("材料.docx", b"PK\x03\x04", "不是可以上传的类型"),
    "bytes": ("数据.txt", bytes(range(256)) * 4, "不是可以上传的类型"),
    "too large": ("大.pdf", PDF + b"\0" * LARGEST, "超过 1 MB"),
}  # fmt: skip
INERT: dict[str, tuple[str, bytes]] = {
    "paper that is a page too": ("报告.pdf", PDF + HTML),
    "paper with a script of its own": ("报告.pdf", PDF + b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
    "paper that is an archive too": ("报告.pdf", PDF + with_parts(**{"a.exe": "MZ"})),
    "picture that is a page too": ("图.png", PNG + HTML),
    "document that is an archive of programs too": ("材料.docx", container(**dict[str, Any]({"META-INF/MANIFEST.MF": b"Main-Class: X", "X.class": b"\xca\xfe\xba\xbe"}))),
    "document that asks for a file of the server": ("材料.docx", container(**dict[str, Any]({"word/header1.xml": XXE.encode()}))),
    "document that unpacks to much": ("材料.docx", container(**dict[str, Any]({"word/media/a.bmp": b"\0" * 30_000_000}))),
    "text with markup further on": ("说明.txt", "整改说明\n".encode() + HTML),
    "text of formulas": ("表.csv", "=cmd|' /C calc'!A0,@SUM(1)\n".encode("gb18030")),
    "long text": ("说明.txt", "整改" .encode() * 5000),
    "long text in the old encoding": ("说明.txt", b"a" + "整改".encode("gb18030") * 5000),
    "old document": ("材料.doc", OLE + b"\0" * 600),
    "old sheet": ("台账.xls", OLE + b"\0" * 600),
    "sheet of WPS": ("台账.et", OLE + b"\0" * 600),
    "sheet of WPS in the new dress": ("台账.et", container("xl/workbook.xml")),
    "open sheet": ("台账.ods", open_sheet()),
}  # fmt: skip


@dataclass(frozen=True)
class Desk:
    """A door that takes files of a megabyte, and a case to attach them to."""

    door: Door
    case: int

    def attach(self, *files: tuple[str, bytes]) -> Answer:
        """Send files as the handler's page does."""
        sent = [("m.evidence", file) for file in files]
        return self.door.as_("handler").submit(f"/cases/{self.case}/materials", {"measure": "1"}, files=sent)

    def attached(self) -> list[tuple[str, str, int]]:
        """Return name, hash and number of what waits with the case."""
        sql = "SELECT name, sha256, id FROM materials WHERE version = 0 AND case_id = :case ORDER BY id"
        return [tuple(row) for row in self.door.world.rows(sql, case=self.case)]

    def files(self) -> int:
        """Return how many files are kept in the house."""
        return sum(1 for path in (self.door.world.home / "files").rglob("*") if path.is_file())


@pytest.fixture(scope="module")
def small(town: World) -> Iterator[Door]:
    """Yield the door of the module."""
    with opened(town, largest=LARGEST) as door:
        yield door


@pytest.fixture
def desk(small: Door) -> Desk:
    """Return a desk with a case of its own."""
    small.world.open_round(f"轮 {secrets.token_hex(4)}")
    [case] = small.world.feed_back()
    small.world.walk(case, "claim", "submit_plan", "approve_plan")
    return Desk(small, case)


def test_every_hostile_file_is_refused_with_a_sentence_that_names_it(desk: Desk) -> None:
    before = desk.files()
    for what, (name, content, sentence) in REFUSED.items():
        answer = desk.attach((name, content))
        assert answer.status_code == 422, what
        assert f"“{name}”" in answer.text, what
        assert sentence in answer.text, (what, re.findall('class="errors".*?</div>', answer.text, re.DOTALL))
    assert desk.attached() == []
    assert desk.files() == before


def test_the_same_files_are_refused_where_an_act_or_an_import_takes_them(desk: Desk) -> None:
    before = desk.door.world.rows("SELECT COUNT(*) FROM cases")
    for what, (name, content, sentence) in REFUSED.items():
        answer = desk.door.as_("secretary").submit(
            "/acts/submit", {"case": str(desk.case), "step": "check"}, files={"m.report": (name, content)}
        )
        assert (answer.status_code, sentence in answer.text) == (422, True), what
        wish = {"round": "二轮", "unit": "", "feedback": "2026-03-02", "step": "look"}
        answer = desk.door.as_("office").submit("/import", wish, files={"m.problem_list": (name, content)})
        assert answer.status_code == 422, what
    assert desk.attached() == []
    assert desk.door.world.rows("SELECT COUNT(*) FROM cases") == before


def test_what_is_taken_comes_back_byte_for_byte_as_a_download_that_no_browser_runs(desk: Desk) -> None:
    for what, (name, content) in INERT.items():
        answer = desk.attach((name, content))
        assert answer.status_code == 303, (what, answer.text)
        number = desk.attached()[-1][2]
        handed = desk.door.as_("office").get(f"/materials/{number}")
        assert handed.content == content, what
        assert handed.headers["content-type"] == "application/octet-stream"
        assert handed.headers["content-disposition"].startswith("attachment;")
        assert handed.headers["x-content-type-options"] == "nosniff"
        assert handed.headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_a_refused_file_takes_the_whole_lot_with_it(desk: Desk) -> None:
    assert desk.attach(("一.pdf", PDF), ("二.exe", b"MZ")).status_code == 422
    assert desk.attached() == []


def test_only_so_many_files_wait_with_a_case(desk: Desk) -> None:
    for start in range(0, MOST, 30):
        assert desk.attach(*((f"{n}.pdf", PDF) for n in range(start, start + 30))).status_code == 303
    answer = desk.attach(("再来.pdf", PDF))
    assert (answer.status_code, f"不超过 {MOST} 份" in answer.text) == (422, True)
    assert len(desk.attached()) == MOST


def test_more_files_in_one_form_than_any_page_has_are_refused(desk: Desk) -> None:
    answer = desk.attach(*((f"{n}.pdf", PDF) for n in range(60)))
    assert (answer.status_code, "未接收" in answer.text) == (400, True)
    assert desk.attached() == []


NAMES = {
    "../../../etc/passwd.pdf": "passwd.pdf", "..\\..\\windows\\win.pdf": "win.pdf", "C:\\桌面\\整改.pdf": "整改.pdf", "/abs/整改.pdf": "整改.pdf", "照片\u202egpj.pdf": "照片gpj.pdf",
    "a\u0000b.pdf": "ab.pdf", "a\nb\r.pdf": "ab.pdf", " 整改 .pdf. ": "整改 .pdf", "\u200b整\ufeff改.pdf": "整改.pdf", "e\u0301.pdf": "é.pdf", "整改.PDF": "整改.PDF", "...": "未命名", "": "未命名",
}  # fmt: skip


def test_a_name_is_text_without_a_path_and_without_what_cannot_be_seen() -> None:
    assert {name: clean_name(name) for name in NAMES} == NAMES


def test_a_name_of_255_bytes_keeps_its_ending_and_fits(desk: Desk) -> None:
    long, longer = "整" * 83 + "改.pdf", "整" * 400 + ".pdf"
    assert len(long.encode()) == 256
    for name in (long, longer):
        assert desk.attach((name, PDF)).status_code == 303
    names = [name for name, _, _ in desk.attached()]
    assert names[0] == long
    assert (len(names[1]), names[1][-5:]) == (LONGEST_NAME, "整.pdf")
    assert desk.door.as_("handler").get(f"/cases/{desk.case}").status_code == 200


@pytest.mark.parametrize(
    "name", ["整改方案.pdf".encode("gbk"), b"\xff\xfe\x00.pdf", b"a\x0bb.pdf", "整改.pdf".encode("utf-16-le")]
)
def test_a_name_in_another_encoding_is_kept_as_some_text(desk: Desk, name: bytes) -> None:
    """Old browsers send names in GBK; the bytes of the file are what counts."""
    head = b'--b\r\nContent-Disposition: form-data; name="csrf"\r\n\r\n' + desk.door.as_("handler").csrf.encode()
    body = (
        head
        + b'\r\n--b\r\nContent-Disposition: form-data; name="m.evidence"; filename="'
        + name
        + b'"\r\n\r\n'
        + PDF
        + b"\r\n--b--\r\n"
    )
    answer = desk.door.as_("handler").post(
        f"/cases/{desk.case}/materials", content=body, headers={"content-type": "multipart/form-data; boundary=b"}
    )
    assert answer.status_code in (303, 422)
    for shown, sha256, _ in desk.attached():
        assert shown.isprintable()
        assert place_of(desk.door.world.home, sha256).read_bytes() == PDF
        number = desk.attached()[-1][2]
        assert desk.door.as_("handler").get(f"/materials/{number}").status_code == 200


def test_a_material_whose_name_is_a_header_stays_one_header(desk: Desk) -> None:
    assert (
        desk.attach(
            ('a"; filename="evil.html.pdf', PDF),
            ("a%0d%0aSet-Cookie: x=1.pdf", PDF),
            ("；filename*=UTF-8''x.pdf", PDF),
        ).status_code
        == 303
    )
    for _, _, number in desk.attached():
        handed = desk.door.as_("office").get(f"/materials/{number}")
        assert re.fullmatch(
            r"attachment; filename(=\"[^\"\r\n]*\"|\*=utf-8''[^\";\r\n ]*)",
            handed.headers["content-disposition"],
            re.IGNORECASE,
        )
        assert "x=1" not in handed.headers.get("set-cookie", "")


# What a file may cost.


def peak_of(path: Path, name: str) -> int:
    """Return how much memory looking at a file took, in bytes."""
    tracemalloc.start()
    try:
        with pytest.raises(BadUpload):
            check_upload(path, name, 1 << 30)
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def test_looking_at_a_file_takes_little_memory_whatever_it_claims(tmp_path: Path) -> None:
    many, types = tmp_path / "many.docx", tmp_path / "types.docx"
    many.write_bytes(listing(300_000))
    with zipfile.ZipFile(types, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("word/document.xml", "<x/>")
        packed.writestr("[Content_Types].xml", b"macroEnabled" + b"\0" * 60_000_000)
    assert peak_of(many, "many.docx") < 8 << 20
    assert peak_of(types, "types.docx") < 8 << 20


def test_a_container_damaged_anywhere_is_taken_or_refused_and_nothing_else(tmp_path: Path) -> None:
    dice, path = random.Random(20260302), tmp_path / "a.docx"
    whole = container(types=MACRO_PART, **dict[str, Any]({"word/media/图.png": PNG}))
    outcomes = set()
    for _ in range(1500):
        data = bytearray(whole)
        for _ in range(dice.randrange(1, 5)):
            data[dice.randrange(4, len(data))] = dice.randrange(256)
        path.write_bytes(data[: dice.choice([len(data), dice.randrange(4, len(data))])])
        try:
            outcomes.add(check_upload(path, "a.docx", 1 << 30))
        except BadUpload as fault:
            outcomes.add(str(fault)[-10:])
    assert len(outcomes) >= 2


def test_a_ledger_that_asks_for_a_file_of_the_server_is_refused_and_nothing_is_read(door: Door, tmp_path: Path) -> None:
    """XXE in an imported workbook: in its texts, its strings and its relations."""
    secret = tmp_path / "secret.txt"
    secret.write_text("机密内容")
    plain = xlsx(tmp_path / "a.xlsx", [HEADER, line(1)])
    doctype = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>'
    wish = {"round": "一轮", "unit": "", "feedback": "2026-03-02", "step": "look"}
    for part in (
        "xl/worksheets/sheet1.xml",
        "xl/workbook.xml",
        "xl/sharedStrings.xml",
        "xl/_rels/workbook.xml.rels",
        "[Content_Types].xml",
    ):
        answer = door.as_("office").submit(
            "/import", wish, files={"m.problem_list": ("台账.xlsx", declared(plain, part, doctype))}
        )
        assert "机密内容" not in answer.text, part
        # The list of types is read by nobody: what it declares is never looked up.
        assert answer.status_code == 422, part
    assert door.world.rows("SELECT COUNT(*) FROM cases") == [(0,)]


def declared(path: Path, part: str, doctype: str) -> bytes:
    """The workbook with a declaration in one part, and its entity where the text is."""
    file = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as new:
        for name in {*old.namelist(), part}:
            content = old.read(name).decode() if name in old.namelist() else "<sst/>"
            if name == part:
                head, mark, rest = content.partition("?>") if content.startswith("<?xml") else ("", "", content)
                content = head + mark + doctype + rest.replace("路灯不亮", "&e;")
            new.writestr(name, content)
    return file.getvalue()


def test_a_file_is_only_ever_for_a_kind_of_material_that_there_is(door: Door) -> None:
    [case] = door.world.feed_back()
    fields = ["m.evidence", "m.no_such", "m.__class__", "x", "m.evidence@1", "e1.evidence@1", "e1.statement"]
    answer = door.as_("secretary").submit(
        "/acts/object",
        {"case": str(case), "step": "edit"},
        files=[(name, (f"{n}.pdf", PDF)) for n, name in enumerate(fields)],
    )
    shown = re.findall(r"✓ (\w+)", answer.text)
    assert answer.status_code == 200
    assert set(shown) <= set(MATERIALS.values())
    assert len(shown) == 4


def test_there_is_a_case_of_each_outcome() -> None:
    said: set[Any] = {sentence for _, _, sentence in REFUSED.values()}
    assert said == {"空文件", "不是可以上传的类型", "扩展名不符", "含有宏", "超过 1 MB"}


def test_a_file_that_arrives_after_the_case_was_signed_is_not_taken(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was opened in time and sent in time; while it was being kept, the case moved on."""
    keep = files.keep_uploads

    def meanwhile(form: FormData, settings: Settings) -> Any:
        kept = keep(form, settings)
        desk.door.world.walk(desk.case, "submit")
        return kept

    monkeypatch.setattr(attaching, "keep_uploads", meanwhile)
    assert desk.attach(("来晚了.pdf", PDF)).status_code == 404
    assert "来晚了.pdf" not in {row[0] for row in desk.door.world.rows("SELECT name FROM materials")}


def test_a_file_is_not_taken_back_after_the_case_was_signed(desk: Desk) -> None:
    assert desk.attach(("夜间.pdf", PDF)).status_code == 303
    ((number,),) = desk.door.world.rows("SELECT id FROM materials WHERE name = '夜间.pdf'")
    with writing(desk.door.world.engine) as work:
        lock_cases(work.driver, desk.door.world.place, [desk.case])
        with ThreadPoolExecutor(1) as other:
            answer = other.submit(desk.door.as_("handler").submit, f"/cases/{desk.case}/materials/{number}/remove")
            with pytest.raises(TimeoutError):
                answer.result(0.5)
            attached = work.driver.run("UPDATE materials SET version = 9 WHERE id = ?", (number,))
            work.commit()
            assert (attached, answer.result().status_code) == (1, 404)
