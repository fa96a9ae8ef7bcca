"""变更责任主体 on the pages and by mail: the office chooses what goes in the ledger, and each reads what it means for them."""

from __future__ import annotations

import re
from typing import Any

from notifications.deliver import deliver
from notifications.settings import channel_for
from register.wanted import Wanted
from tests.household import end_unit
from tests.post.conftest import parsed, part
from tests.post.sending import folder
from tests.register.test_road import entered
from tests.test_drafts import prepared
from tests.test_transferring import transfer
from tests.web.conftest import PASSWORD, Door, field_in
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.world import BUREAU, TOWN, day

PAPER = ("变更责任主体的文件.pdf", PDF)


def test_the_office_transfers_what_it_chose_in_the_ledger(door: Door) -> None:
    """One form for all: a unit is picked by its name, of those in being; one document; who is told stands on the check page."""
    world = door.world
    cases = world.feed_back(2)
    world.go(day(3, 4))
    (made,) = entered(world, "office2", Wanted("unit", "make", None, {"name": "旧乡党委"}), asked_by="office")
    world.units["旧乡党委"] = int(made.row or 0)
    end_unit(world, "旧乡党委", day(3, 3))
    office = door.as_("office")
    of_town = f"/cases?unit={world.units[TOWN]}"
    assert "批量变更责任主体" in words(office.get(of_town).text)
    assert "批量变更责任主体" not in words(office.get("/cases").text)
    assert "批量变更责任主体" not in words(door.as_("secretary").get(of_town).text)
    address = "/acts/transfer?" + "&".join(f"case={case}" for case in cases)
    form = office.get(address).text
    assert f'<option value="{BUREAU}">' in form
    assert "旧乡党委" not in form
    assert words(form).count("原单位不再办理这些问题") == 1
    data: dict[str, Any] = {
        "case": [str(case) for case in cases],
        "s.successor": BUREAU,
        "s.ground": "merged",
        "step": "check",
    }
    missing = office.submit("/acts/transfer", data)
    assert (missing.status_code, "缺少材料：变更责任主体的文件" in words(missing.text)) == (422, True)
    unknown = office.submit("/acts/transfer", {**data, "s.successor": "水利厅"}, files={"m.transfer_document": PAPER})
    assert "没有党组织“水利厅”" in words(unknown.text)
    assert 'value="水利厅"' in unknown.text
    checked = office.submit("/acts/transfer", data, files={"m.transfer_document": PAPER})
    assert checked.status_code == 200
    assert f"前由{BUREAU}书记办理" in words(checked.text)
    assert f"前由{TOWN}书记办理" not in words(checked.text)
    kept = {"kept": field_in(checked.text, "kept"), "shown": field_in(checked.text, "shown")}
    assert office.submit("/acts/transfer", {**data, **kept, "password": PASSWORD, "step": "do"}).status_code in (
        200,
        303,
    )
    assert [world.row(case).answerable_id for case in cases] == [world.units[BUREAU]] * 2
    page = words(office.get(f"/cases/{cases[0]}").text)
    assert "责任主体：城伯镇党委 → 市水利局党组" in page
    assert "变更责任主体后，自变更之日起至少还有 5 个工作日" in page
    old = door.as_("secretary").get(f"/cases/{cases[0]}").text
    assert "/acts/claim?case" not in old
    assert f'href="/acts/claim?case={cases[0]}"' in door.as_("secretary_bureau").get(f"/cases/{cases[0]}").text
    assert "认领" not in words(door.as_("secretary").get("/").text)


def test_all_that_a_unit_has_are_chosen_at_once(door: Door) -> None:
    """A page lists fifty; seventy are chosen together, as many as an act takes, and go with one document."""
    world = door.world
    cases, other = world.feed_back(70), world.feed_back(1, unit=BUREAU)
    office = door.as_("office")
    page = office.get(f"/cases?unit={world.units[TOWN]}")
    assert "选择全部符合条件的 70 件" in words(page.text)
    every = office.get(f"/acts/transfer?unit={world.units[TOWN]}&pick=found")
    picked = re.findall(r'name="case" value="(\d+)"', every.text)
    assert {int(one) for one in picked} == set(cases)
    data: dict[str, Any] = {
        "case": [str(case) for case in cases],
        "s.successor": BUREAU,
        "s.ground": "merged",
        "step": "do",
    }
    assert office.sign("/acts/transfer", data, files={"m.transfer_document": PAPER}).status_code == 200
    assert {world.row(case).answerable_id for case in (*cases, *other)} == {world.units[BUREAU]}
    assert world.rows("SELECT COUNT(DISTINCT sha256) FROM materials WHERE kind = 'transfer_document'") == [(1,)]


def test_a_draft_of_the_old_unit_leads_nowhere_and_says_why(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    made = prepared(world, "handler", "claim", case)
    assert "确认认领" in door.as_("secretary").get("/").text
    world.later(1)
    transfer(world, case)
    handler = door.as_("handler")
    assert f"draft={made.draft}" not in handler.get("/").text
    assert "责任主体已变更，起草件作废" in words(handler.get(f"/drafts/{made.draft}").text)
    assert handler.get(f"/acts/claim?case={case}&draft={made.draft}").status_code == 404


def test_each_reads_in_the_mail_what_it_means_for_them(door: Door) -> None:
    """The new secretary: by when, and to sign. The old one: that it is not theirs any more, and no way in."""
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "acknowledge", case)
    post = folder(world.home / "mail")
    deliver(world.engine, post, world.now, channel_for(post))
    for file in (world.home / "mail").glob("*.eml"):
        file.unlink()
    transfer(world, case)
    deliver(world.engine, post, world.now, channel_for(post))
    mails = {
        one["To"].addresses[0].username: one
        for one in (parsed(file.read_bytes()) for file in (world.home / "mail").glob("*.eml"))
    }
    assert {"secretary", "handler", "secretary_bureau", "handler_bureau", "discipline", "organisation"} <= set(mails)
    new, old = part(mails["secretary_bureau"], "plain"), part(mails["secretary"], "plain")
    assert mails["secretary"]["Subject"].endswith("责任主体变更为市水利局党组")
    assert "本阶段由党组织书记办理，期限2026年3月9日（还有7天）。" in new
    assert "须由党组织书记登录系统签收" in new
    assert "此后由市水利局党组办理，原责任党组织不再办理" in old
    assert "签收" not in old
    assert "查看与办理" not in old
    assert "/cases/" not in part(mails["secretary"], "html")
