"""A signature covers exactly what was shown: measures and evidence stand on the page, and what was slipped in is stale."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest

from tests.web.conftest import PASSWORD, Answer, Door, field_in
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.web.test_prepared import prepared
from tests.world import World

SIGNED = {"step": "do", "password": PASSWORD}


@pytest.fixture
def case(world: World) -> int:
    """Return a case in rectification whose one measure has no evidence yet."""
    (found,) = world.feed_back()
    world.walk(found, "claim", "submit_plan", "approve_plan")
    return found


def attach(door: Door, case: int, name: str, content: bytes = PDF) -> None:
    """Let the handler attach a file to the first measure."""
    sent = [("m.evidence", (name, content))]
    answer = door.as_("handler").submit(f"/cases/{case}/materials", {"measure": "1"}, files=sent)
    assert answer.status_code == 303


def remove(door: Door, case: int, name: str) -> None:
    """Let the handler take a file back."""
    sql = "SELECT id FROM materials WHERE case_id = :case AND name = :name"
    ((number,),) = door.world.rows(sql, case=case, name=name)
    assert door.as_("handler").submit(f"/cases/{case}/materials/{number}/remove").status_code == 303


def checked(door: Door, case: int, **more: Any) -> tuple[Answer, dict[str, str]]:
    """Let the secretary fill in an application; return the page to be signed, and what it will send."""
    said = {f"c{case}.root_cause": "管护责任不清", f"c{case}.elsewhere": "排查全镇"}
    files = {"m.report": ("整改报告.pdf", PDF + b"r"), "m.commitment": ("真实性承诺.pdf", PDF + b"c"), **more}
    secretary = door.as_("secretary")
    form = secretary.get(f"/acts/submit?case={case}").text
    sent = {
        "case": str(case),
        f"v{case}": field_in(form, f"v{case}"),
        "key": field_in(form, "key"),
        **said,
        "step": "check",
    }
    page = secretary.submit("/acts/submit", sent, files=files)
    assert (page.status_code, "核对：申请销号" in page.text) == (200, True), words(page.text)
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page.text)
    return page, {name: html.unescape(value) for name, value in hidden} | SIGNED


def test_what_is_signed_lists_measures_and_all_evidence_with_links(door: Door, case: int) -> None:
    """A photo attached by the handler, one that comes with the application, the report: each is opened from the page."""
    attach(door, case, "夜间照片.pdf", PDF + b"night")
    page, _ = checked(door, case, **{f"e{case}.evidence@1": ("维修合同.pdf", PDF + b"contract")})
    said = words(page.text)
    assert "第 1 项：逐盏维修路灯" in said
    assert "李敏" in said
    assert "2026年5月1日" in said
    links = {
        name.strip(): html.unescape(href) for href, name in re.findall(r'<a href="([^"]+)">([^<]+\.pdf)</a>', page.text)
    }
    assert set(links) == {"夜间照片.pdf", "维修合同.pdf", "整改报告.pdf", "真实性承诺.pdf"}
    contents = {name: door.as_("secretary").get(href).content for name, href in links.items()}
    assert contents["夜间照片.pdf"] == PDF + b"night"
    assert contents["维修合同.pdf"] == PDF + b"contract"
    assert contents["整改报告.pdf"] == PDF + b"r"
    assert door.as_("handler").get(links["维修合同.pdf"]).status_code == 404, (
        "a link to what was just sent is one's own"
    )


@pytest.mark.parametrize("slipped", ["in", "out", "changed"])
def test_a_file_slipped_in_before_the_signature_is_not_signed(door: Door, case: int, slipped: str) -> None:
    """王建国 reads the page; meanwhile a file is added, taken away, or replaced under its name: told what, he reads again."""
    world = door.world
    attach(door, case, "夜间照片.pdf", PDF + b"night")
    _, sent = checked(door, case)
    if slipped != "in":
        remove(door, case, "夜间照片.pdf")
    if slipped != "out":
        attach(door, case, "夜间照片.pdf" if slipped == "changed" else "塞入.pdf", PDF + b"other")
    if slipped == "out":
        attach(door, case, "别的.pdf", PDF + b"third")
    answer = door.as_("secretary").submit("/acts/submit", sent)
    assert answer.status_code == 409, words(answer.text)
    said = words(answer.text)
    assert {
        "in": "新增佐证材料“塞入.pdf”（第 1 项措施）",
        "out": "撤下佐证材料“夜间照片.pdf”（第 1 项措施）",
        "changed": "新增佐证材料“夜间照片.pdf”（第 1 项措施）",
    }[slipped] in said, said
    assert "管护责任不清" in answer.text
    assert world.case(case).state == "rectifying"
    _, again = checked(door, case)
    assert "已办：申请销号 1 件" in words(door.as_("secretary").submit("/acts/submit", again).text)


def test_what_was_not_changed_is_signed_and_a_double_click_is_one_entry(door: Door, case: int) -> None:
    attach(door, case, "夜间照片.pdf")
    _, sent = checked(door, case)
    door.world.scan(door.world.today)
    assert "已办：申请销号 1 件" in words(door.as_("secretary").submit("/acts/submit", sent).text)
    assert "此前已办，未重复记录" in door.as_("secretary").submit("/acts/submit", sent).text
    assert door.world.actions(case).count("submit") == 1


def test_what_comes_without_having_been_shown_is_shown_first(door: Door, case: int) -> None:
    attach(door, case, "夜间照片.pdf")
    _, sent = checked(door, case)
    for shown in ({}, {"shown": "forged"}):
        answer = door.as_("secretary").submit(
            "/acts/submit", {**{k: v for k, v in sent.items() if k != "shown"}, **shown}
        )
        assert (answer.status_code, "核对：申请销号" in answer.text, "夜间照片.pdf" in answer.text) == (200, True, True)
    assert door.world.case(case).state == "rectifying"


def test_a_draft_lists_measures_and_evidence_and_is_stale_with_what_was_slipped_in(door: Door, case: int) -> None:
    world = door.world
    attach(door, case, "夜间照片.pdf", PDF + b"night")
    number = prepared(world, "handler", "submit", case)
    page = door.as_("secretary").get(f"/drafts/{number}").text
    said = words(page)
    assert "第 1 项：逐盏维修路灯" in said
    assert "2026年5月1日" in said
    found = re.search(r'<a href="(/materials/\d+)">夜间照片\.pdf</a>', page)
    assert found
    assert door.as_("secretary").get(found[1]).content == PDF + b"night"
    attach(door, case, "塞入.pdf", PDF + b"other")
    later = words(door.as_("secretary").get(f"/drafts/{number}").text)
    assert "新增佐证材料“塞入.pdf”（第 1 项措施）" in later
    assert "输入登录密码" not in later
    answer = door.as_("secretary").submit(f"/drafts/{number}", {**SIGNED, "shown": field_in(page, "shown")})
    assert answer.status_code == 409
    assert world.case(case).state == "rectifying"
    remove(door, case, "塞入.pdf")
    assert "已办：申请销号 1 件" in words(door.as_("secretary").confirm(number).text)


def test_evidence_spoils_only_what_it_is_part_of(door: Door, case: int) -> None:
    """An extension was prepared; a photo attached since is no part of it."""
    number = prepared(door.world, "handler", "request_extension", case)
    attach(door, case, "夜间照片.pdf")
    assert "已办：申请延期 1 件" in words(door.as_("secretary").confirm(number).text)


@pytest.mark.parametrize("token", ["missing", "forged", "of another"])
def test_what_was_not_shown_is_not_signed_however_little_is_laid_open(door: Door, token: str) -> None:
    """A claim lays open no evidence; still the secretary signs what the page has shown, and is shown it first."""
    mine, other = door.world.feed_back(2)
    secretary = door.as_("secretary")
    form = {f"c{case}.{name}": "甲" for case in (mine, other) for name in ("responsible", "department", "person")}
    sent = secretary.looked_over("/acts/claim", {**form, "case": str(mine)}) | SIGNED
    shown = {
        "missing": "",
        "forged": sent["shown"][:-3] + "abc",
        "of another": secretary.looked_over("/acts/claim", {**form, "case": str(other)})["shown"],
    }
    answer = secretary.submit("/acts/claim", {**sent, "shown": shown[token]})
    assert door.world.case(mine).state == "feedback"
    assert answer.status_code == (409 if token == "of another" else 200)
    assert ("核对：认领" in answer.text) == (token != "of another")
    assert "已办" in secretary.submit("/acts/claim", sent).text
