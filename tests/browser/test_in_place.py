"""Files in place, in a real browser: seen above the password, and nothing in them acts."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from playwright.sync_api import Dialog, Page, expect

from storage.engine import writing
from storage.evidence import attach
from storage.files import keep_file
from tests.browser.door import PHONE, ZOOMED, Door
from tests.browser.papers import scan
from tests.browser.steps import attach as choose
from tests.browser.steps import check, confirm, done, fill_case
from tests.web.test_in_place import ACTING, SVG, pdf_of
from tests.world import World

BLUE = (0, 0, 255)
HTML = b"not at first a page <script>document.title='run'</script><img src=x onerror=alert(1)>"


def drawn_pdf() -> bytes:
    """A sheet that is blue all over."""
    drawing = b"0 0 1 rg 0 0 300 400 re f"
    objects = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 400]/Contents 4 0 R>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawing), drawing),
    )
    return pdf_of(*objects)


def picture(width: int = 400, height: int = 300) -> bytes:
    """A photo that is blue all over."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))

    rows = (b"\0" + bytes(BLUE) * width) * height
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")


@pytest.fixture
def case(world: World) -> int:
    """Return a case whose plan is approved."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    return case


def brought(world: World, case: int, name: str, content: bytes) -> None:
    """Keep a file with a case, whatever it holds: as somebody might who does not come through the pages."""
    path = world.home / "brought"
    path.write_bytes(content)
    digest, size = keep_file(world.home, Path(path), 1 << 26)
    with writing(world.engine) as work:
        attach(work.driver, case, 1, 1, digest, name, size, world.people["handler"])
        work.commit()


def looked_over(door: Door, case: int, size: tuple[int, int] | None = None) -> Page:
    """Return the page on which the secretary is to sign the application."""
    page = door.person("secretary") if size is None else door.person("secretary", size)
    page.goto(f"/acts/submit?case={case}")
    fill_case(page, case, root_cause="管护责任不清", elsewhere="排查全镇，另有 3 处")
    choose(page, "m.report", scan("整改报告.pdf"))
    choose(page, "m.commitment", scan("真实性承诺.pdf"))
    check(page)
    return page


def colours(page: Page, place: str, nth: int = 0) -> bool:
    """Say whether blue is seen in a place of the page."""
    frame = page.locator(place).nth(nth)
    frame.scroll_into_view_if_needed()
    for _ in range(40):
        shot = frame.screenshot()
        if _blue(page, shot):
            return True
        page.wait_for_timeout(250)
    return False


def _blue(page: Page, shot: bytes) -> bool:
    counted: int = page.evaluate(
        """async (bytes) => {
          const bitmap = await createImageBitmap(new Blob([new Uint8Array(bytes)], { type: "image/png" }));
          const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
          const context = canvas.getContext("2d");
          context.drawImage(bitmap, 0, 0);
          const data = context.getImageData(0, 0, bitmap.width, bitmap.height).data;
          let found = 0;
          for (let at = 0; at < data.length; at += 4) { if (data[at + 2] > 200 && data[at] < 60 && data[at + 1] < 60) { found += 1; } }
          return found;
        }""",
        list(shot),
    )
    return counted > 2000


def test_a_pdf_and_a_photo_are_seen_above_the_password(door: Door, world: World, case: int) -> None:
    """王建国 sees the contract and the photo where he signs; he gives his password below, and it is recorded."""
    brought(world, case, "合同.pdf", drawn_pdf())
    brought(world, case, "夜间照片.png", picture())
    page = looked_over(door, case)
    assert colours(page, "iframe[title='合同.pdf']")
    assert colours(page, "img[alt='夜间照片.png']")
    password = page.get_by_label("输入登录密码").bounding_box()
    last = page.locator("details.in-place").last.bounding_box()
    assert password
    assert last
    assert last["y"] + last["height"] <= password["y"]
    confirm(page)
    done(page, "已办：申请销号 1 件")


def test_nothing_in_a_file_acts(door: Door, world: World, case: int) -> None:
    """A PDF with a script in sight, one with it packed away, a drawing with a script called a photo, a page called a text: none acts."""
    brought(world, case, "带脚本.pdf", ACTING["in plain sight"])
    brought(world, case, "藏脚本.pdf", ACTING["packed"])
    brought(world, case, "画.png", SVG)
    brought(world, case, "网页.txt", HTML)
    page = looked_over(door, case)
    said: list[str] = []

    def hear(dialog: Dialog) -> None:
        said.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", hear)
    page.evaluate("document.querySelectorAll('details.in-place').forEach((one) => { one.open = true; })")
    for name in ("带脚本.pdf", "藏脚本.pdf"):
        page.locator(f"iframe[title='{name}']").scroll_into_view_if_needed()
        expect(page.frame_locator(f"iframe[title='{name}']").locator("body")).to_contain_text("不在页面里打开")
    text = page.frame_locator("iframe[title='网页.txt']").locator("body")
    page.locator("iframe[title='网页.txt']").scroll_into_view_if_needed()
    expect(text).to_contain_text("<script>document.title='run'</script>")
    assert page.locator("img[alt='画.png'], iframe[title='画.png']").count() == 0
    expect(page.get_by_role("link", name="画.png")).to_be_visible()
    page.wait_for_timeout(500)
    assert (said, page.title().startswith("核对")) == ([], True)


def test_a_file_opened_by_its_address_does_not_act_either(door: Door, world: World, case: int) -> None:
    brought(world, case, "网页.txt", HTML)
    ((number,),) = world.rows("SELECT MAX(id) FROM materials")
    page = door.person("secretary")
    page.goto(f"/materials/{number}/view")
    assert page.locator("script, img").count() == 0
    assert "<script>" in page.locator("body").inner_text()


@pytest.mark.parametrize("size", [PHONE, ZOOMED])
def test_the_page_that_is_signed_keeps_its_width(door: Door, world: World, case: int, size: tuple[int, int]) -> None:
    for number in range(6):
        brought(world, case, f"一个很长很长很长很长很长很长很长很长的文件名{number}.png", picture(1600 + number, 200))
    page = looked_over(door, case, size)
    wide: int = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0
    assert page.locator("details.in-place[open]").count() == 4
