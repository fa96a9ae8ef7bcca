"""代录 on the pages: the office enters a signed paper with its scan, the secretary confirms all of them by one line, or does not own one."""

from __future__ import annotations

import html
from typing import Any

from sqlalchemy import text

from notifications.deliver import deliver
from notifications.settings import channel_for
from storage.engine import writing
from tests.post.conftest import parsed, part
from tests.post.sending import folder
from tests.web.conftest import PASSWORD, Door, field_in
from tests.web.test_homes import words
from tests.world import TOWN, day

SCAN = {"m.signed_paper": ("认领.pdf", b"%PDF-1.4 signed")}
SAID = {"responsible": "林建国", "department": "村建中心", "person": "李敏"}


def claim_on_paper(case: int, signed: str = "2026-03-06", **more: str) -> dict[str, Any]:
    """Return the form by which the office enters a claim."""
    said = {f"c{case}.{name}": value for name, value in SAID.items()}
    return {"case": str(case), "paper": "1", "s.occurred_on": signed, **said, **more}


def test_the_office_enters_a_signed_claim_and_the_secretary_confirms_it(door: Door) -> None:
    """Signed on 6 March, entered on the 12th; both pages say so, and the secretary signs for the scan itself."""
    world = door.world
    (case,) = world.feed_back()
    world.go(day(3, 12))
    office = door.as_("office")
    page = office.get(f"/cases/{case}").text
    address = f"/acts/claim?case={case}&paper=1"
    assert html.escape(address) in page.partition("代录单位的签字件")[2]
    form = office.get(address).text
    assert "代录：认领" in words(form)
    assert ('name="s.occurred_on"' in form, 'name="m.signed_paper"' in form, 'name="paper" value="1"' in form) == (
        True,
        True,
        True,
    )
    missing = office.submit("/acts/claim", {**claim_on_paper(case, ""), "step": "check"})
    assert missing.status_code == 422
    assert {"请填写“签字日期”", "缺少材料：单位签字件（扫描件）"} <= {
        one.partition("：签字件上")[0] for one in words(missing.text).split() if "签字" in one
    }
    checked = office.submit("/acts/claim", {**claim_on_paper(case), "step": "check"}, files=SCAN)
    said = words(checked.text)
    assert "核对：代录“认领”" in said
    assert "是否按期看签字日期" in said
    assert "签字代录“认领”：城伯镇党委第 1 号问题" in said
    assert "签字日期：2026年3月6日（周五）" in said
    assert "放入待签" not in said
    done = {**claim_on_paper(case), "kept": field_in(checked.text, "kept"), "shown": field_in(checked.text, "shown")}
    answer = office.submit("/acts/claim", {**done, "step": "do", "password": PASSWORD})
    assert "代录须由城伯镇党委书记在 2026年3月19日（周四）前确认" in words(answer.text)
    assert world.case(case).state == "claimed"
    assert "代录待书记确认" in words(office.get(f"/cases/{case}").text)
    assert "代录单位的签字件 报送方案" in " ".join(words(office.get(f"/cases/{case}").text).split()).replace(
        "单位交来书记签了字的纸件，照原样录入，附扫描件。一份签字件写几个问题的， 在台账里勾选 ，一起代录： ", ""
    )
    _confirm(door, case)


def _confirm(door: Door, case: int) -> None:
    """The secretary reads who entered what, looks at the scan, and signs for it."""
    secretary = door.as_("secretary")
    assert "巡察办代录了贵单位的签字件" in words(secretary.get("/").text)
    form = words(secretary.get(f"/acts/confirm_paper?case={case}").text)
    assert "认领，签字日期 2026年3月6日（周五），陈静代录：" in form
    assert "责任领导 林建国 责任部门 村建中心 责任人 李敏" in form  # what the scan is compared with
    sent = {"case": str(case)}
    checked = words(secretary.submit("/acts/confirm_paper", {**sent, "step": "check"}).text)
    assert "代录的签字件：认领，签字日期 2026年3月6日（周五），陈静代录，“认领.pdf”（" in checked
    assert "责任领导 林建国" in checked
    assert secretary.sign("/acts/confirm_paper", sent).status_code == 200
    told = words(secretary.get(f"/cases/{case}").text)
    assert "照书记签字的纸件代录" in told
    assert "✓ 王建国已确认代录" in told
    assert "代录待书记确认" not in told


def test_who_may_not_enter_a_paper_sees_no_way_to_it(door: Door) -> None:
    (case,) = door.world.feed_back()
    for login in ("secretary", "handler", "team", "discipline", "leader", "auditor"):
        assert "代录单位的签字件" not in door.as_(login).get(f"/cases/{case}").text
        assert door.as_(login).get(f"/acts/claim?case={case}&paper=1").status_code == 404
    office = door.as_("office")
    assert office.get(f"/acts/acknowledge?case={case}&paper=1").status_code == 404
    assert office.get(f"/acts/claim?case={case}").status_code == 404
    assert office.submit("/acts/claim", {**claim_on_paper(case), "step": "draft"}).status_code == 422


def test_several_are_one_line_and_one_form(door: Door) -> None:
    """Two papers about three problems of a unit, entered from its ledger: one line of the secretary's, one form with the scan open once, one signature."""
    world = door.world
    cases = world.feed_back(3)
    narrowed = f"/cases?unit={world.units[TOWN]}&state=feedback"
    assert 'name="paper" value="1" formaction="/acts/claim"' in door.as_("office").get(narrowed).text
    for login, address in (
        ("office", "/cases?state=feedback"),
        ("office", narrowed.partition("&")[0]),
        ("secretary", narrowed),
    ):
        assert 'name="paper" value="1" form' not in door.as_(login).get(address).text
    said = {f"c{case}.{name}": value for name, value in SAID.items() for case in cases[:2]}
    paper = {"case": [str(case) for case in cases[:2]], "paper": "1", "s.occurred_on": world.today.isoformat(), **said}
    assert door.as_("office").sign("/acts/claim", paper, files=SCAN).status_code == 200
    world.receive("claim", cases[2])
    (other,) = world.feed_back(start=7)
    listed = door.as_("office").get("/cases?paper=1").text
    assert [f'href="/cases/{case}"' in listed for case in (*cases, other)] == [True, True, True, False]
    assert 'value="1" checked>' in listed.partition('id="paper"')[2][:60]
    secretary = door.as_("secretary")
    together = "&".join(f"case={case}" for case in cases)
    assert html.escape(f"/acts/confirm_paper?{together}") in secretary.get("/").text
    page = secretary.get(f"/acts/confirm_paper?{together}").text
    assert (words(page).count("陈静代录"), words(page).count("孙立代录"), page.count("在这里看")) == (2, 1, 1)
    assert html.escape(f"/acts/disown_paper?{together}") in page
    checked = secretary.submit("/acts/confirm_paper", {"case": [str(case) for case in cases], "step": "check"})
    assert words(checked.text).partition("签字文本")[2].count("陈静代录") == 1
    assert secretary.sign("/acts/confirm_paper", {"case": [str(case) for case in cases]}).status_code == 200
    assert all("confirm_paper" not in world.clocks(case) for case in cases)


def test_what_is_not_owned_is_a_task_of_the_office(door: Door) -> None:
    """The secretary says why; the case shows it; who did not enter it says what was done, and that goes to the secretary."""
    world = door.world
    (case,) = world.feed_back()
    world.receive("claim", case)
    secretary = door.as_("secretary")
    said = {"case": str(case), "s.reason": "不是我签的字"}
    assert "这一步照旧有效" in words(secretary.get(f"/acts/disown_paper?case={case}").text)
    assert secretary.sign("/acts/disown_paper", said).status_code == 200
    office = door.as_("office")
    home = office.get("/").text
    assert "处理不认的代录" in words(home)
    assert "退回的可以重新代录" in words(home)
    page = words(office.get(f"/cases/{case}").text)
    assert "代录未获确认" in page
    assert "✗ 王建国不认代录" in page
    assert "退回重新认领" in page
    assert "不认代录： 不是我签的字" in page.partition("现在")[0]
    for action in ("settle_paper", "return_claim"):
        assert "书记不认代录： 不是我签的字" in words(office.get(f"/acts/{action}?case={case}").text)
    assert (
        office.sign("/acts/settle_paper", {"case": str(case), "s.text": "已与书记当面核实，重新认领"}).status_code
        == 200
    )
    assert "代录未获确认" not in words(office.get(f"/cases/{case}").text)


def test_the_secretary_is_told_by_mail_what_was_entered(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    with writing(world.engine) as work:
        work.session.execute(text("DELETE FROM outbox"))
        work.commit()
    world.receive("claim", case)
    post = folder(world.home / "mail")
    deliver(world.engine, post, world.now, channel_for(post))
    mails = [parsed(file.read_bytes()) for file in (world.home / "mail").glob("*.eml")]
    said = {one["To"].addresses[0].username: part(one, "plain") for one in mails}
    assert "由巡察办照贵单位书记签字的纸件代录" in said["secretary"]
    assert all("代录" not in text for login, text in said.items() if login != "secretary")
