"""协办单位 on the pages and by mail: the office names who assists, and their people see, report, and sign nothing."""

from __future__ import annotations

from typing import Any

from notifications.deliver import deliver
from notifications.settings import channel_for
from tests.post.conftest import parsed, part
from tests.post.sending import folder
from tests.test_drafts import prepared
from tests.web.conftest import Door
from tests.web.test_homes import words
from tests.world import BUREAU, TOWN, day

ASKED = "提供管网图，派两名技术员到现场"


def named(door: Door) -> int:
    """Return a case of the town at work, for which the office asks the bureau on its page to assist."""
    world = door.world
    case = world.at_work(day(6, 1))
    world.later(1)
    office = door.as_("office")
    assert f"/acts/name_assisting?case={case}" in office.get(f"/cases/{case}").text
    assert "取消协办" not in words(office.get(f"/cases/{case}").text)
    assert f'<option value="{BUREAU}">' in office.get(f"/acts/name_assisting?case={case}").text
    said = {"case": str(case), "s.assistant": BUREAU, "s.asked": ASKED, "s.reason": "供水归其主管"}
    assert office.sign("/acts/name_assisting", said).status_code == 200
    return case


def mails_of(door: Door) -> dict[str, Any]:
    """Return the last mail to each person, once all are sent."""
    world = door.world
    post = folder(world.home / "mail")
    deliver(world.engine, post, world.now, channel_for(post))
    files = sorted((world.home / "mail").glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
    found = {one["To"].addresses[0].username: one for one in (parsed(file.read_bytes()) for file in files)}
    for file in files:
        file.unlink()
    return found


def test_each_sees_what_is_asked_and_the_handler_reports(door: Door) -> None:
    """The bureau reads what is asked of it, apart from its own; its handler reports, and the town reads whose report it is."""
    world = door.world
    case = named(door)
    handler, secretary = door.as_("handler_bureau"), door.as_("secretary_bureau")
    for one in (handler, secretary):
        home = words(one.get("/").text)
        assert "协办 1 件" in home
        assert f"请协办：{ASKED}" in home
        assert "现在没有要您办理的事" in home
        page = words(one.get(f"/cases/{case}").text)
        assert "贵单位协办，不签字，不计期限" in page
        assert f"{BUREAU}：{ASKED} 2026年3月3日（周二）起" in page
        assert "协办" in words(one.get("/cases").text)
    assert f"/acts/progress?case={case}" in handler.get("/").text
    assert "/acts/" not in secretary.get(f"/cases/{case}").text
    assert "上传佐证" not in handler.get(f"/cases/{case}").text
    said = {"case": str(case), f"c{case}.measure_no": "1", "s.text": "已派员测压"}
    done = handler.submit("/acts/progress", handler.looked_over("/acts/progress", said))
    assert (done.status_code, "下次填报进展" in done.text) == (200, False)  # the next day is the town's
    form = door.as_("office").get(f"/acts/drop_assisting?case={case}").text
    assert f'value="{BUREAU}"' in form.partition('id="s.assistant"')[2].partition(">")[0]
    for login in ("handler", "office", "handler_bureau"):
        assert f"朱芳（协办单位 {BUREAU}）：已派员测压" in words(door.as_(login).get(f"/cases/{case}").text)
    assert f"协办单位：{BUREAU}" in words(door.as_("auditor").get(f"/cases/{case}").text)
    assert "已派员测压" not in world.entry(case)["answers"].values()


def test_it_signs_nothing_on_the_pages(door: Door) -> None:
    """No form of an act of the town leads anywhere, nothing that the town prepares is there, and nothing is attached beside."""
    world = door.world
    case = named(door)
    draft = prepared(world, "handler", "request_extension", case, answers={"until": "2026-06-20"}).draft
    for login in ("secretary_bureau", "handler_bureau"):
        one = door.as_(login)
        assert "申请延期" not in words(one.get(f"/cases/{case}").text)
        assert one.get(f"/drafts/{draft}").status_code == 404
        assert one.submit(f"/drafts/{draft}", {"step": "do"}).status_code == 404
        answer = one.submit(
            "/acts/request_extension", {"case": str(case), "s.reason": "雨季", "s.until": "2026-07-01", "step": "check"}
        )
        assert answer.status_code in (404, 422)
        assert one.submit(f"/cases/{case}/materials", files={"m.evidence": ("a.pdf", b"%PDF-1.4 a")}).status_code == 404
    assert world.row(case).state == "rectifying"
    assert words(door.as_("secretary").get(f"/drafts/{draft}").text).count("申请延期") > 0


def test_the_mail_says_that_it_only_assists(door: Door) -> None:
    """Named, it reads that it signs nothing; let go, that it is over, and no way in. The town reads that its dates stand."""
    world = door.world
    mails_of(door)
    case = named(door)
    mails = mails_of(door)
    helping, town = part(mails["secretary_bureau"], "plain"), part(mails["secretary"], "plain")
    assert mails["secretary_bureau"]["Subject"].endswith("请协办")
    assert f"该问题由{TOWN}负责，现明确贵单位协办" in helping
    assert "不签字，不计期限" in helping
    assert "签收" not in helping
    assert "责任和期限不变" in town
    world.do("office", "drop_assisting", case)
    mails = mails_of(door)
    over = part(mails["handler_bureau"], "plain")
    assert "贵单位不再协办该问题" in over
    assert "/cases/" not in part(mails["handler_bureau"], "html")
    assert door.as_("handler_bureau").get(f"/cases/{case}").status_code == 404
    assert "请协办" not in words(door.as_("handler_bureau").get("/").text)
    assert f"{BUREAU}：{ASKED} 2026年3月3日（周二）起，2026年3月3日（周二）取消" in words(
        door.as_("office").get(f"/cases/{case}").text
    )


def test_what_is_for_some_alone_is_for_those_named_of_it(door: Door) -> None:
    """限定知悉 for secretaries and handlers: those of the assisting unit are not meant by it; who is named sees it, and is told."""
    world = door.world
    mails_of(door)
    case = named(door)
    office = door.as_("office")
    said: dict[str, Any] = {"roles": ["secretary", "handler", "office"], "people": "office", "reason": "涉密"}
    assert office.submit(f"/cases/{case}/restrict", said).status_code == 303
    for login in ("secretary_bureau", "handler_bureau"):
        assert door.as_(login).get(f"/cases/{case}").status_code == 404
        assert ASKED not in words(door.as_(login).get("/").text)
    assert {"secretary_bureau", "handler_bureau"} & set(mails_of(door)) == set()
    with_handler = {**said, "people": "office handler_bureau"}
    answer = office.submit(f"/cases/{case}/restrict", with_handler)
    assert answer.status_code == 303, words(answer.text)
    assert door.as_("handler_bureau").get(f"/cases/{case}").status_code == 200
    assert door.as_("secretary_bureau").get(f"/cases/{case}").status_code == 404
    world.do("office", "drop_assisting", case)
    assert "secretary_bureau" not in mails_of(door)
