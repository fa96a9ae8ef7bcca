"""Files in place: what the bytes are decides how a page shows them, nothing in them acts, and other bytes than were kept are refused."""

from __future__ import annotations

import html
import re
import zlib
from datetime import timedelta

import pytest

from storage.engine import writing
from storage.files import keep_file, place_of
from tests.web.conftest import Answer, Door
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.web.test_shown import attach, checked
from tests.world import World
from web.acts import active_pdf
from web.acts.active_pdf import may_act
from web.downloads import ACTIVE, altered

PNG = b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR\0\0\0\x01\0\0\0\x01\x08\x06\0\0\0\x1f\x15\xc4\x89"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def case(world: World) -> int:
    """Return a case in rectification."""
    (found,) = world.feed_back()
    world.walk(found, "claim", "submit_plan", "approve_plan")
    return found


def material(door: Door, case: int, name: str, content: bytes) -> str:
    """Keep a file with a case, whatever it holds, as the command line would; return its address."""
    world = door.world
    attach(door, case, "原件.pdf", PDF + name.encode())
    digest, size = keep_file(world.home, door.file(content), 1 << 26)
    ((number,),) = world.rows("SELECT MAX(id) FROM materials")
    with writing(world.engine) as work:
        work.driver.run(
            "UPDATE materials SET name = ?, sha256 = ?, size = ? WHERE id = ?", (name, digest, size, number)
        )
        work.commit()
    return f"/materials/{number}"


def looked_at(door: Door, case: int, name: str, content: bytes) -> Answer:
    return door.as_("secretary").get(f"{material(door, case, name, content)}/view")


@pytest.mark.parametrize(
    ("name", "content", "media"),
    [
        ("报告.pdf", PDF, "application/pdf"),
        ("照片.jpg", PNG, "image/png"),
        ("说明.txt", "整改说明".encode(), "text/plain; charset=utf-8"),
        ("旧说明.txt", "整改说明，已办".encode("gb18030"), "text/plain; charset=gb18030"),
        ("网页.txt", b"hello <script>alert(1)</script>", "text/plain; charset=utf-8"),
    ],
)
def test_the_bytes_say_what_it_is_and_the_frame_is_closed(
    door: Door, case: int, name: str, content: bytes, media: str
) -> None:
    answer = looked_at(door, case, name, content)
    assert (answer.status_code, answer.headers["content-type"], answer.content) == (200, media, content)
    policy = answer.headers["content-security-policy"]
    assert policy == "default-src 'none'; sandbox; frame-ancestors 'self'"
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("name", "content"),
    [("画.png", SVG), ("页.pdf", b"<html><script>alert(1)</script>"), ("表.txt", b"PK\x03\x04"), ("空.pdf", b"\0\1\2")],
)
def test_what_no_browser_shows_safely_is_only_handed_out(door: Door, case: int, name: str, content: bytes) -> None:
    address = material(door, case, name, content)
    assert door.as_("secretary").get(f"{address}/view").status_code == 404
    handed = door.as_("secretary").get(address)
    assert (handed.status_code, handed.content) == (200, content)
    assert handed.headers["content-disposition"].startswith("attachment")
    assert handed.headers["content-type"] == "application/octet-stream"


def test_no_other_answer_may_be_framed(door: Door, case: int) -> None:
    address = material(door, case, "报告.pdf", PDF)
    for path in ("/", f"/cases/{case}", address, "/queue", f"/acts/submit?case={case}"):
        answer = door.as_("secretary").get(path)
        assert answer.headers["x-frame-options"] == "DENY", path
        assert "frame-ancestors 'self'" not in answer.headers["content-security-policy"], path


def test_other_bytes_than_were_kept_are_refused_with_a_sentence(door: Door, case: int) -> None:
    """Somebody with a hand on the disk writes another report under the hash of the first."""
    address = material(door, case, "报告.pdf", PDF)
    ((digest,),) = door.world.rows("SELECT sha256 FROM materials WHERE id = :id", id=int(address.rpartition("/")[2]))
    place_of(door.world.home, digest).write_bytes(PDF + b"swapped")
    for path in (address, f"{address}/view"):
        answer = door.as_("secretary").get(path)
        assert (answer.status_code, altered("巡察办") in html.unescape(answer.text)) == (410, True)
        assert b"swapped" not in answer.content
    assert door.as_("handler_bureau").get(f"{address}/view").status_code == 404


def test_a_file_is_looked_at_by_those_alone_who_may_have_it(door: Door, case: int) -> None:
    page, _ = checked(door, case, **{f"e{case}.evidence@1": ("维修合同.pdf", PDF + b"contract")})
    views = [html.unescape(one) for one in re.findall(r'<iframe inert src="([^"]+)"', page.text)]
    assert len(views) == 3
    assert {door.as_("secretary").get(one).status_code for one in views} == {200}
    assert {door.as_("handler").get(one).status_code for one in views} == {404}
    assert {door.visitor().get(one).status_code for one in views} == {303}


def test_many_files_are_folded_and_none_loads_before_it_is_looked_at(door: Door, case: int) -> None:
    for number in range(12):
        attach(door, case, f"照片{number}.pdf", PDF + str(number).encode())
    page, _ = checked(door, case)
    assert page.text.count('<details class="in-place"') == 14
    assert page.text.count('<details class="in-place" open') == 4
    assert page.text.count("<iframe ") == page.text.count('loading="lazy"') == 14


def test_the_papers_come_first_and_the_same_bytes_are_laid_open_once(door: Door, case: int) -> None:
    """One photo for the measure, brought before and now again: it is looked at once, behind report and commitment."""
    attach(door, case, "照片.pdf", PDF + b"photo")
    page, _ = checked(door, case, **{f"e{case}.evidence@1": ("又一张.pdf", PDF + b"photo")})
    text = page.text
    assert text.index("<dt>整改报告</dt>") < text.index("<dt>真实性承诺</dt>") < text.index("<dt>措施和佐证</dt>")
    assert text.count('<details class="in-place" open') == 3
    assert "与上面的“照片.pdf”是同一份文件" in text


def test_who_accepts_finds_each_file_once_with_its_day_and_looks_at_it_beside_the_form(door: Door, case: int) -> None:
    """Handed in, sent back, handed in again with the same photo and report: each stands once, as it first came."""
    world = door.world
    attach(door, case, "照片.pdf", PDF + b"photo")
    for _ in range(2):
        page, sent = checked(door, case, **{f"e{case}.evidence@1": ("又一次.pdf", PDF + b"photo")})
        assert door.as_("secretary").submit("/acts/submit", sent).status_code == 200
        world.now += timedelta(minutes=10)
        if not world.rows("SELECT 1 FROM trail WHERE action = 'return_work'"):
            world.walk(case, "agree", "return_work")
    assert world.rows("SELECT COUNT(*) FROM materials WHERE kind = 'evidence'")[0][0] > 1
    page = door.as_("office").get(f"/acts/verify?case={case}").text
    text = words(page)
    for shown in ("整改报告，", "真实性承诺，", ""):
        assert text.count(f" {shown}2026年3月2日 10:00报送：") == 1, shown
    assert page.count('<details class="in-place"') == 3
    assert page.count('<details class="in-place" open') == 3, "the first eight are looked at without a click"
    [view] = [one for one in re.findall(r'<iframe inert src="([^"#]+)', page) if "/materials/" in one][:1]
    assert door.as_("office").get(view).status_code == 200


# A PDF that could act.


def pdf_of(*objects: bytes) -> bytes:
    body = b"".join(b"%d 0 obj%s\nendobj\n" % (number, one) for number, one in enumerate(objects, start=1))
    return b"%PDF-1.7\n" + body + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def packed(content: bytes, more: bytes = b"", before: bytes = b"") -> bytes:
    """Objects packed into a stream."""
    squeezed = zlib.compress(content)
    head = b"<<%s/Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d%s>>" % (before, len(squeezed), more)
    return b"%sstream\n%s\nendstream" % (head, squeezed)


PAGE = b"<</Type/Page/Contents 4 0 R>>"
SCRIPT = b"2 0 <</S/JavaScript/JS(app.alert(1))>>"
SOUND = {
    "plain": pdf_of(b"<</Type/Catalog/OpenAction[3 0 R/Fit]>>", PAGE),
    "packed": pdf_of(packed(b"2 0 " + PAGE), PAGE),
    "a picture beside": pdf_of(b"<</Filter/DCTDecode/Length 6>>stream\n\xff\xd8\xff\xe0ab\nendstream", packed(b"2 0 " + PAGE)),
    "a link": pdf_of(b"<</A<</S/URI/URI(http://127.0.0.1/)>>>>", PAGE),
    "words about it": pdf_of(b"<</Title(JavaScript and /JSON)>>"),
}  # fmt: skip
ACTING = {
    "in plain sight": pdf_of(b"<</OpenAction<</S/JavaScript/JS(app.alert(1))>>>>"),
    "escaped": pdf_of(b"<</OpenAction<</S/J#61vaScript/#4AS(app.alert(1))>>>>"),
    "packed": pdf_of(packed(SCRIPT)),
    "packed behind a comment": pdf_of(packed(SCRIPT, before=b"/X 1%obj<<\n")),
    "packed behind a string": pdf_of(packed(SCRIPT, before=b"/X(\\)>>stream\n)")),
    "packed behind a nested dictionary": pdf_of(packed(SCRIPT, before=b"/X<</Y<</Z(>>)>>>>")),
    "packed in a name escaped": pdf_of(packed(SCRIPT).replace(b"/First", b"/F#69rst").replace(b"/ObjStm", b"/Obj#53tm")),
    "packed by a predictor": pdf_of(packed(b"2 0 " + PAGE, more=b"/DecodeParms<</Predictor 12>>")),
    "packed otherwise": pdf_of(packed(b"2 0 " + PAGE).replace(b"/FlateDecode", b"[/ASCIIHexDecode/FlateDecode]")),
    "packed out of sight": pdf_of(packed(b"2 0 " + PAGE).replace(b"x\x9c", b"no")),
    "a form that is sent": pdf_of(b"<</S/SubmitForm/F(http://127.0.0.1/)>>"),
    "a program": pdf_of(b"<</S/Launch/F(cmd.exe)>>"),
    "a dictionary without end": pdf_of(b"<</X " + b"<</Y 1>>" * 20_000),
}  # fmt: skip


TIRESOME = {
    "dictionaries in each other": b"obj<<" * 4000 + b">>" * 4000,
    "comments without end": b"obj%" * 200_000,
    "strings without end": b"obj<<(" * 200_000,
}


@pytest.mark.parametrize("name", TIRESOME)
def test_what_is_made_to_be_read_for_ever_is_not_read(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted: no more is looked at than twice the file, and the last dictionary."""
    steps: list[int] = []
    real = active_pdf._end_of_dictionary

    def counted(pdf: bytes, start: int) -> int:
        steps.append(start)
        return real(pdf, start)

    monkeypatch.setattr(active_pdf, "_end_of_dictionary", counted)
    assert may_act(b"%PDF-1.7\n" + TIRESOME[name])
    assert len(steps) < 10


@pytest.mark.parametrize("name", SOUND)
def test_a_pdf_that_only_shows_is_shown(name: str) -> None:
    assert not may_act(SOUND[name])


@pytest.mark.parametrize("name", ACTING)
def test_a_pdf_that_could_act_or_hides_it_is_not_opened(name: str) -> None:
    assert may_act(ACTING[name])


def test_more_than_is_looked_at_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("web.acts.active_pdf.MOST_UNPACKED", 1000)
    assert may_act(pdf_of(packed(b"2 0 " + b" " * 2000)))
    assert not may_act(pdf_of(packed(b"2 0 " + b" " * 500)))


def test_in_the_place_of_a_pdf_that_could_act_stands_a_sentence(door: Door, case: int) -> None:
    answer = looked_at(door, case, "带脚本.pdf", ACTING["packed"])
    assert (answer.status_code, answer.text) == (200, ACTIVE)
    assert answer.headers["content-type"].startswith("text/plain")
    assert "sandbox" in answer.headers["content-security-policy"]


def test_size_and_hash_stand_by_every_file(door: Door, case: int) -> None:
    attach(door, case, "夜间照片.pdf", PDF)
    page, _ = checked(door, case)
    ((digest,),) = door.world.rows("SELECT sha256 FROM materials WHERE name = '夜间照片.pdf'")
    assert f"1 KB 文件指纹 {digest[:16]} 此前已传" in words(page.text)
