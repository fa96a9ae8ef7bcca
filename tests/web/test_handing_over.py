"""整改责任交接 in the browser: from the home of who leaves to the signature of who takes over, and the office's feeding back again."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from openpyxl import load_workbook

import clock
from storage.accounts import give_password
from storage.engine import writing
from tests.handing import NEW, OLD, changed, comes, confirms, leaves, prepares
from tests.handing import signs as hand_signs
from tests.household import end_posts
from tests.web.conftest import PASSWORD, Answer, Door, Visitor, field_in, password_hash
from tests.web.test_homes import words
from tests.world import BUREAU, TOWN, day


def at(answer: Answer) -> str:
    """Return where an answer leads."""
    return str(answer.headers["location"])


def arrives(door: Door, first: date) -> None:
    """Let the new secretary take the post, with an account that signs in."""
    comes(door.world, first=first)
    with writing(door.world.engine) as work:
        give_password(work.session, "secretary_new", password_hash(), clock.micros(door.world.now), chosen=True)
        work.commit()


def signs(visitor: Visitor, path: str, password: str = PASSWORD) -> Answer:
    """Look at the sheet, and sign one's part of it."""
    shown = field_in(visitor.get(path).text, "shown")
    return visitor.submit(path, {"step": "do", "password": password, "shown": shown})


def home_of(door: Door, login: str) -> str:
    """Return the words of somebody's home, signed in anew."""
    return words(door.sign_in(login).get("/").text)


def test_from_the_home_of_who_leaves_to_the_signature_of_who_takes_over(door: Door) -> None:
    """2 March: the secretary's post ends today; the home asks for the hand-over, which is prepared and signed. The office
    sees to it. 3 March: the new secretary signs, and the office has twenty working days to feed back again.
    """
    world = door.world
    cases = world.feed_back(2)
    leaves(world, "secretary", world.today)
    old = door.as_("secretary")
    home = words(old.get("/").text)
    assert "起草责任交接" in home
    assert "请在离任前起草交接单并签字" in home
    form = "/acts/hand_over?" + "&".join(f"case={case}" for case in cases)
    assert form in old.get("/").text.replace("&amp;", "&")
    assert "交出人" in words(old.get(form).text)
    sent = old.submit(
        "/acts/hand_over", {"case": cases, "s.giver": OLD, "s.matters": "与供电公司约定5月完工", "step": "draft"}
    )
    assert sent.status_code == 303, words(sent.text)
    sheet = at(old.get(at(sent)))
    page = words(old.get(sheet).text)
    assert "2 个问题" in page
    assert "与供电公司约定5月完工" in page
    assert "交出人签字" in words(old.get("/").text)
    assert signs(old, sheet, "不是密码").status_code == 422
    assert old.submit(sheet, {"step": "do", "password": PASSWORD, "shown": ""}).status_code == 422
    assert signs(old, sheet).status_code == 303
    assert "交出人签字" not in words(old.get("/").text)
    assert old.get(sheet).text.count("待签字") == 2
    assert "监交人签字" in words(door.as_("office").get("/").text)
    arrives(door, day(3, 3))
    world.go(day(3, 3))
    new, office = door.sign_in("secretary_new"), door.sign_in("office")
    assert "等监交人签字以后，由您确认" in words(new.get("/").text)
    assert "监交人还没有签字" in words(new.get(sheet).text)
    assert signs(office, sheet).status_code == 303
    assert "交出人、监交人的手续已齐" in words(new.get("/").text)
    assert signs(new, sheet).status_code == 303
    done = words(new.get(sheet).text)
    assert all(one in done for one in ("已交接", OLD, NEW, "陈静"))
    assert "接收交接" not in words(new.get("/").text)
    told_of = words(new.get(f"/cases/{cases[0]}").text)
    assert "交出人的签字文本" in told_of
    assert "监交人的签字文本" in told_of
    assert f"{OLD} 于2026年3月2日（周一）签字整改责任交接（交出人）" in told_of
    assert [world.actions(case)[-1] for case in cases] == ["hand_over", "hand_over"]
    assert "重新反馈" in words(office.get("/").text)
    told = {"case": [cases[0]], "s.briefed_on": "2026-03-03", "s.text": "已当面反馈"}
    assert office.sign("/acts/feed_again", told).status_code == 200
    assert "重新反馈" in words(new.get("/").text)
    assert "签收" in words(new.get("/").text)
    book = load_workbook(BytesIO(new.get(f"{sheet}/sheet.xlsx").content))
    lines = [[cell.value for cell in row] for row in book.active.iter_rows()]  # type: ignore[union-attr]
    assert lines[0][0] == f"{TOWN}巡察整改责任交接单"
    assert [row[1] for row in lines[2:4]] == [f"{TOWN} 第 1 号", f"{TOWN} 第 2 号"]
    assert [row[1] for row in lines if str(row[0]).endswith("人：")] == [OLD, NEW, "陈静"]


def test_each_signs_in_words_of_their_own(door: Door) -> None:
    """Who leaves gives up without leaving anything out, the third has seen to it, who comes takes over: nobody files a report."""
    world = door.world
    first, second = world.feed_back(2)
    leaves(world, "secretary", day(3, 9))
    arrives(door, world.today)
    old, office, new = door.as_("secretary"), door.sign_in("office"), door.sign_in("secretary_new")
    form = f"/acts/hand_over?case={first}&case={second}"
    asked = words(old.get(form).text)
    assert "不能签字的原因" not in asked, "that is the office's to say"
    assert "不能签字的原因" in words(office.get(form).text)
    assert "这是一份交接单：2 个问题一起交接" in asked
    sent = old.submit("/acts/hand_over", {"case": [first, second], "s.giver": OLD, "step": "draft"})
    sheet = at(old.get(at(sent)))
    for visitor, part, vouched in (
        (old, "交出人", "如实交出，没有隐瞒遗漏"),
        (office, "监交人", "由本人监交，交出人、接收人的手续已核对"),
        (new, "接收人", "同意接收，自接收之日起由本人负责整改"),
    ):
        shown = words(visitor.get(sheet).text)
        assert f"签字整改责任交接（{part}）" in shown
        assert vouched in shown
        assert "报送" not in shown
        assert signs(visitor, sheet).status_code == 303


def test_where_nobody_handed_over_the_office_is_told_until_somebody_did(door: Door) -> None:
    """The post ended without a hand-over. The office's home names the unit; prepared by it, with the reason, it is gone from there."""
    world = door.world
    (case,) = world.feed_back()
    assert "没有交接" not in home_of(door, "office")
    leaves(world, "secretary", world.today)
    world.later(1)
    assert "没有交接" not in home_of(door, "office"), "nobody is there to take over: the vacancy is told"
    arrives(door, world.today)
    assert f"书记已由{OLD}变更为{NEW}，没有交接" in home_of(door, "office")
    office = door.sign_in("office")
    sent = office.submit(
        "/acts/hand_over", {"case": [case], "s.giver": OLD, "s.absent_why": "因病住院", "step": "draft"}
    )
    sheet = at(office.get(at(sent)))
    assert "没有交接" not in words(office.get("/").text)
    assert "不能签字：因病住院" in words(office.get(sheet).text)
    assert signs(office, sheet).status_code == 303
    assert signs(door.sign_in("secretary_new"), sheet).status_code == 303
    world.later(1)
    assert "没有交接" not in home_of(door, "office")
    # In charge by a document first, appointed later: that is no change.
    end_posts(world, "secretary_new", world.today)
    comes(world, first=day(3, 5))
    world.go(day(3, 5))
    assert "没有交接" not in home_of(door, "office")


def test_what_was_handed_over_is_asked_of_nobody_again(door: Door) -> None:
    """Both are in post for a week, and the new one has signed: nobody is asked for another, before the old one left or after."""
    world = door.world
    first, second = world.feed_back(2)
    leaves(world, "secretary", day(3, 9))
    arrives(door, world.today)
    old, office, new = door.as_("secretary"), door.sign_in("office"), door.sign_in("secretary_new")
    sent = old.submit("/acts/hand_over", {"case": [first, second], "s.giver": OLD, "step": "draft"})
    sheet = at(old.get(at(sent)))
    assert [signs(one, sheet).status_code for one in (old, office, new)] == [303] * 3
    assert "起草责任交接" not in words(old.get("/").text)
    again = prepares(world, "secretary", first, second)
    assert again.draft is None
    assert f"{OLD}已向{NEW}交接，接收人已签字，不用再交接" in "".join(again.refused)
    world.later(8)
    assert "没有交接" not in home_of(door, "office")


def test_a_second_sheet_is_signed_by_nobody_once_the_first_one_was(door: Door) -> None:
    """The old secretary and the office have each prepared one; the first is taken over: the second asks nobody, and says why."""
    world = door.world
    (case,) = world.feed_back()
    leaves(world, "secretary", day(3, 9))
    arrives(door, world.today)
    first, second = prepares(world, "secretary", case), prepares(world, "office", case)
    for login, part in (("secretary", "giver"), ("office2", "witness")):
        assert hand_signs(world, login, part, first) == ""
    assert "监交人签字" in words(door.as_("office2").get("/").text)
    assert [one.outcome for one in confirms(world, "secretary_new", first)] == ["done"]
    homes = [words(door.as_(login).get("/").text) for login in ("secretary", "office2")]
    assert not any("人签字" in home or "接收交接" in home for home in (*homes, home_of(door, "secretary_new")))
    page = words(door.as_("office2").get(f"/handovers/{second.draft}").text)
    assert f"{OLD}已向{NEW}交接（另一份交接单），接收人已签字；这一份不用再签" in page
    assert "待签字" not in page
    assert "这一份不用再签" in hand_signs(world, "office2", "witness", second)


def test_that_who_leaves_cannot_sign_is_not_theirs_to_post(door: Door) -> None:
    """The field is not in the secretary's form; posted all the same it is refused, whoever of the unit it is."""
    world = door.world
    (case,) = world.feed_back()
    leaves(world, "secretary", world.today)
    sent = {"case": [case], "s.giver": OLD, "s.absent_why": "因病住院", "step": "draft"}
    refused = door.as_("secretary").submit("/acts/hand_over", sent)
    assert refused.status_code == 422
    assert "由巡察办起草并写明原因" in words(refused.text)
    world.later(1)
    arrives(door, world.today)
    assert door.sign_in("secretary_new").submit("/acts/hand_over", sent).status_code == 422


def test_what_was_fed_back_since_is_handed_over_too(door: Door) -> None:
    """Handed over on 2 March; on 3 March one more is fed back, while the old one is still there until the 9th."""
    world = door.world
    (first,) = world.feed_back()
    leaves(world, "secretary", day(3, 9))
    arrives(door, world.today)
    made = prepares(world, "secretary", first)
    for login, part in (("secretary", "giver"), ("office", "witness")):
        assert hand_signs(world, login, part, made) == ""
    assert [one.outcome for one in confirms(world, "secretary_new", made)] == ["done"]
    world.later(1)
    (second,) = world.feed_back(1, start=7)
    assert "起草责任交接" in home_of(door, "secretary")
    world.later(8)
    assert "没有交接" in home_of(door, "office")
    assert prepares(world, "office", first, second, absent_why="因病住院").draft


def test_what_was_fed_back_after_the_change_is_nobodys_to_hand_over(door: Door) -> None:
    world = door.world
    changed(world, world.today)
    world.feed_back()
    assert "没有交接" not in words(door.as_("office").get("/").text)


def test_the_sheet_is_there_for_who_signs_it_and_whose_its_problems_are(door: Door) -> None:
    """The secretary above signs without reading a word of the problems; a stranger is told nothing; what is changed is said."""
    world = door.world
    world.enter("office2", "unit", "change", world.units[TOWN], asked_by="office", parent=world.units[BUREAU])
    (case,) = world.feed_back()
    old = door.as_("secretary")
    sheet = at(old.get(at(old.submit("/acts/hand_over", {"case": [case], "s.giver": OLD, "step": "draft"}))))
    above = door.as_("secretary_bureau")
    page = words(above.get(sheet).text)
    assert "监交人签字" in page
    assert "路灯不亮" not in page
    assert "监交人签字" in words(above.get("/").text)
    assert f"/cases/{case}" not in above.get("/").text
    assert [
        door.as_(login).get(sheet).status_code for login in ("handler_bureau", "secretary_village", "sysadmin")
    ] == [404] * 3
    assert door.as_("handler_bureau").submit(sheet, {"step": "do", "password": PASSWORD}).status_code == 404
    assert door.as_("handler").get(sheet).status_code == 200
    assert "签字文本" not in words(door.as_("handler").get(sheet).text)
    assert signs(above, sheet).status_code == 303
    world.do("secretary", "claim", case)
    old = door.as_("secretary")
    assert "现在不能按这一份交接" in words(old.get(sheet).text)
    assert signs(old, sheet).status_code == 422
    assert old.submit(sheet.replace("handovers", "drafts"), {"step": "drop"}).status_code == 303
    assert "已撤下，不再签字" in words(old.get(sheet).text)


def test_of_a_case_page_all_that_goes_together_is_in_the_form(door: Door) -> None:
    first, second = door.world.feed_back(2)
    form = door.as_("secretary").get(f"/acts/hand_over?case={first}").text
    assert f'value="{second}"' in form
    for login in ("secretary", "office"):
        page = door.as_(login).get(f"/cases/{first}").text
        assert f'href="/acts/hand_over?case={first}"' in page
