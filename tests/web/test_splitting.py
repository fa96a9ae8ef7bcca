"""拆分 on the pages: the office divides a problem in two steps; both pages, the ledger's sheet and the report show the link."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import openpyxl

from tests.post.conftest import part as part_in
from tests.test_splitting import DIVIDED, part_of, split
from tests.web.conftest import Door
from tests.web.stage import PDF
from tests.web.test_assisting import mails_of
from tests.web.test_homes import words
from tests.world import BUREAU

MINUTES = ("领导小组会议纪要.pdf", PDF + b"split")


def split_from_of(door: Door, login: str) -> dict[str, str]:
    """Return what the sheet that somebody takes along says of each number: from which it was split."""
    sheet = openpyxl.load_workbook(BytesIO(door.as_(login).get("/cases/export.xlsx").content)).active
    assert sheet is not None
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows()]
    head = next(row for row in rows if "拆分自" in row)
    return {row[head.index("编号")]: row[head.index("拆分自")] for row in rows[rows.index(head) + 1 :]}


def test_one_prepares_another_confirms_and_both_pages_show_it(door: Door) -> None:
    """The form begins with the words as they are; what is changed needs the minutes; the second person's name makes both."""
    world = door.world
    (case,) = world.feed_back()
    office = door.as_("office")
    assert f"/acts/split?case={case}" in office.get(f"/cases/{case}").text
    form = office.get(f"/acts/split?case={case}").text
    assert form.count("路灯不亮1") >= 3
    data: dict[str, Any] = {
        "case": str(case), "s.part_number": "1-2", "s.part_unit": BUREAU, "s.kind": "focused", "s.part_problem": "供水管网老化", "s.part_detail": "三处漏水",
        f"c{case}.kept_problem": "路灯不亮", "s.reason": "供水归水利局", "step": "draft",
    }  # fmt: skip
    lacking = office.submit("/acts/split", data)
    assert lacking.status_code == 422
    assert "须由领导小组决定" in words(lacking.text)
    decided = {**data, "s.minute_no": "领组〔2026〕5号", "s.minute_on": "2026-03-02"}
    sent = office.submit("/acts/split", decided, files={"m.minutes": MINUTES})
    assert sent.status_code in (200, 303), words(sent.text)
    ((draft,),) = world.rows("SELECT id FROM drafts")
    second = door.as_("office2")
    assert "确认拆分" in second.get("/").text
    page = words(second.get(f"/drafts/{draft}").text)
    assert "供水管网老化" in page
    assert second.confirm(draft).status_code in (200, 303)
    part = part_of(world, case)
    whole = office.get(f"/cases/{case}").text
    assert f'拆出<a href="/cases/{part}">第 1-2 号</a>' in whole
    assert "拆分前 路灯不亮1" in words(whole)
    new = office.get(f"/cases/{part}").text
    assert f'由<a href="/cases/{case}">第 1 号</a>拆分' in new
    assert "由巡察办" in words(new) or "书记" in words(new)


def test_each_unit_sees_its_own_and_where_the_other_went(door: Door) -> None:
    """The bureau has its part and reads from which number it came; the town reads which number was taken off. The sheet says it too."""
    world = door.world
    (case,) = world.feed_back()
    split(world, case, part_problem="路灯不亮1")
    part = part_of(world, case)
    bureau = door.as_("secretary_bureau")
    page = bureau.get(f"/cases/{part}").text
    assert f"/acts/claim?case={part}" in page
    assert "由第 1 号拆分" in words(page)
    assert f'href="/cases/{case}"' not in page
    assert bureau.get(f"/cases/{case}").status_code == 404
    assert f'拆出<a href="/cases/{part}">第 77 号</a>' in door.as_("handler").get(f"/cases/{case}").text
    assert split_from_of(door, "office") == {"1": "", "77": "1"}


def test_what_is_for_some_alone_is_not_named_beside(door: Door) -> None:
    """限定知悉: to others the page of the part says nothing of the whole that is restricted."""
    world = door.world
    (case,) = world.feed_back()
    split(world, case, part_problem="路灯不亮1")
    part = part_of(world, case)
    said = {"roles": ["secretary", "handler"], "people": "office", "reason": "涉密"}
    assert door.as_("office").submit(f"/cases/{case}/restrict", said).status_code == 303
    page = door.as_("office2").get(f"/cases/{part}").text
    assert "<dt>拆分</dt>" not in page
    assert f"/cases/{case}" not in page
    assert split_from_of(door, "office2") == {"77": ""}
    assert f'由<a href="/cases/{case}">第 1 号</a>拆分' in door.as_("office").get(f"/cases/{part}").text


def test_the_words_of_a_restricted_part_stand_nowhere_else(door: Door) -> None:
    """限定知悉 of the part: what the split said of it is not read on the page of the whole, nor on its draft, nor in the package of the log."""
    world = door.world
    (case,) = world.feed_back()
    said = {**DIVIDED, "minute_on": "2026-03-02", "part_problem": "机密问题", "part_detail": "机密细节"}
    split(world, case, **said)
    part = part_of(world, case)
    ((draft,),) = world.rows("SELECT id FROM drafts")
    told = ("机密", "77")
    office, other, auditor = door.as_("office"), door.as_("office2"), door.as_("auditor")
    package = auditor.submit("/log/export", {"texts": "1"}).text
    assert all(
        told[0] in text
        for text in (words(other.get(f"/cases/{case}").text), other.get(f"/drafts/{draft}").text, package)
    )
    circle = {"roles": ["secretary", "handler"], "people": "office", "reason": "涉密"}
    assert office.submit(f"/cases/{part}/restrict", circle).status_code == 303
    page = words(other.get(f"/cases/{case}").text)
    assert [word for word in told if word in page] == []
    assert "路灯不亮无人管护" in page
    assert other.get(f"/drafts/{draft}").status_code == 404
    assert told[0] not in auditor.submit("/log/export", {"texts": "1"}).text
    assert told[0] in words(office.get(f"/cases/{case}").text)
    assert office.get(f"/drafts/{draft}").status_code == 200


def test_each_reads_in_the_mail_what_is_theirs(door: Door) -> None:
    """The bureau: by when to claim the part. The town: that a part is gone, and that its own date stands."""
    world = door.world
    (case,) = world.feed_back()
    mails_of(door)
    split(world, case, part_problem="路灯不亮1")
    mails = mails_of(door)
    new, old = part_in(mails["secretary_bureau"], "plain"), part_in(mails["secretary"], "plain")
    assert "拆出的这一个由市水利局党组负责" in new
    assert "请党组织书记认领，期限2026年3月9日" in new
    assert "该问题已经拆分" in old
    assert "本阶段仍由党组织书记办理，期限2026年3月9日" in old
