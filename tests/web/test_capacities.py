"""How a post is held 任职方式: who is in charge by a document does all that a secretary does, a stand-in 代班 signs for receipts and no more."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from grammar import Move
from states import MOVES, SECRETARY
from storage.engine import reading, writing
from storage.reads.tasks import unheld
from tests.web.conftest import PASSWORD, Door
from tests.web.posted import acting_as, hire
from tests.web.stage import PDF, kind_of
from tests.web.test_homes import words
from tests.world import TOWN, World
from workflow.drafts import confirm, draft
from workflow.engine import fire

ONLY_RECEIPTS = "代班期间只能签收，“{}”须由党组织书记本人或主持工作的人办理"
FIRST, LAST = date(2026, 3, 1), date(2026, 3, 14)


def stand_in(world: World) -> int:
    return hire(world, "stand_in", SECRETARY, TOWN, capacity="stand_in", starts_on=FIRST, ends_on=LAST)


def in_charge(world: World) -> int:
    return hire(
        world, "in_charge", SECRETARY, TOWN, capacity="acting", document="示组〔2026〕7号", ends_on=date(2026, 6, 30)
    )


def test_a_stand_in_signs_for_a_receipt_and_the_entry_names_that_post(door: Door) -> None:
    world = door.world
    post, (case,) = stand_in(world), world.feed_back()
    visitor = door.as_("stand_in")
    assert visitor.get(f"/cases/{case}").status_code == 200
    answer = visitor.submit("/acts/acknowledge", {"case": str(case), "step": "do"})
    assert answer.status_code == 200, answer.text
    assert world.entry(case)["actor"] == {
        "person": world.people["stand_in"], "login": "stand_in", "role": "secretary", "post": post,
    }  # fmt: skip
    assert world.row(case).unsigned == 0


def test_a_stand_in_is_offered_and_asked_for_receipts_alone(door: Door) -> None:
    world = door.world
    stand_in(world)
    (case,) = world.feed_back()
    home, page, ledger = (door.as_("stand_in").get(path).text for path in ("/", f"/cases/{case}", "/cases"))
    assert "签收" in home
    assert set(re.findall(r"/acts/(\w+)", home)) == {"acknowledge"}
    assert set(re.findall(r"/acts/(\w+)", page)) == {"acknowledge"}
    assert set(re.findall(r"/acts/(\w+)", ledger)) == {"acknowledge"}
    world.do("secretary", "acknowledge", case)
    assert "认领问题" not in door.as_("stand_in").get("/").text
    assert "认领问题" in door.as_("secretary").get("/").text


def test_a_stand_in_reads_what_is_not_theirs_and_is_not_let_fill_it_in(door: Door) -> None:
    """Two to claim and to sign for: home counts what waits for the secretary, and a form by its address says whose it is."""
    world = door.world
    stand_in(world)
    case, _ = world.feed_back(2)
    visitor = door.as_("stand_in")
    assert "代班期间只能签收；另有 2 件须书记本人或主持工作的人办理。" in visitor.get("/").text
    assert "代班期间" not in door.as_("secretary").get("/").text
    for action, shown in (("claim", "认领"), ("object", "提出异议")):
        page = visitor.get(f"/acts/{action}?case={case}")
        assert (page.status_code, ONLY_RECEIPTS.format(shown) in page.text, f'action="/acts/{action}' in page.text) == (
            403, True, False
        ), action  # fmt: skip
    world.walk(case, "claim")
    assert "另有 2 件" in visitor.get("/").text


def test_the_record_says_how_the_post_was_held(door: Door) -> None:
    """On the page of the case and in the log: a stand-in's receipt, a claim by who is in charge, and what the secretary does in their own right."""
    world = door.world
    stand_in(world)
    in_charge(world)
    first, second = world.feed_back(2)
    door.as_("stand_in").submit("/acts/acknowledge", {"case": str(first), "step": "do"})
    said = {f"c{first}.responsible": "林建国", f"c{first}.department": "村建中心", f"c{first}.person": "李敏"}
    assert door.as_("in_charge").sign("/acts/claim", {"case": str(first), **said}).status_code == 200
    world.do("secretary", "claim", second)
    names = {
        login: world.rows("SELECT name FROM people WHERE id = :id", id=world.people[login])[0][0]
        for login in world.people
    }
    page, log = door.as_("office").get(f"/cases/{first}").text, door.as_("auditor").get("/log").text
    for text in (words(page), words(log).replace(" （", "（")):
        assert f"{names['stand_in']}（代班书记）" in text
        assert f"{names['in_charge']}（书记，主持工作）" in text
    assert f"✓ {names['stand_in']}（代班书记）已签收" in words(page)
    assert f"{names['secretary']}（党组织书记）" in words(log).replace(" （", "（")
    assert log.count('data-label="序号"') == len(set(re.findall(r'data-label="序号"><a href="/log/(\d+)"', log)))


@pytest.mark.parametrize(
    "move", [m for m in MOVES if m.who == (SECRETARY,) and not m.is_receipt], ids=lambda m: str(m.action)
)
def test_what_wants_more_than_a_receipt_is_refused_with_whose_it_is(world: World, move: Move) -> None:
    """On no road: not fired, not prepared, and not confirmed."""
    stand_in(world)
    action, shown = move.action, move.shown
    (case,) = world.feed_back()
    who = acting_as(world, "stand_in")
    with writing(world.engine) as work:
        [outcome] = fire(work, [world.intent(action, case)], who, world.now)
        made = draft(work, world.intent(action, case), who, world.now)
        work.rollback()
    assert ONLY_RECEIPTS.format(shown) in outcome.refused
    assert ONLY_RECEIPTS.format(shown).replace("人办理", "人起草") in made.refused
    assert world.actions(case) == ["feed_back"]


def test_a_stand_in_does_not_confirm_what_the_handler_prepared_nor_send_it_back(door: Door) -> None:
    world = door.world
    stand_in(world)
    (case,) = world.feed_back()
    with writing(world.engine) as work:
        made = draft(work, world.intent("claim", case), world.actor("handler"), world.now)
        work.commit()
    visitor, number = door.as_("stand_in"), made.draft
    assert "确认认领" not in visitor.get("/").text
    answer = visitor.submit(f"/drafts/{number}", {"step": "do", "password": PASSWORD})
    assert answer.status_code == 422
    assert ONLY_RECEIPTS.format("认领") in answer.text
    assert visitor.submit(f"/drafts/{number}", {"step": "drop", "reason": "不妥"}).status_code == 404
    with writing(world.engine) as work:
        assert confirm(work, number or 0, acting_as(world, "stand_in"), world.now).outcome == "refused"
        work.rollback()
    assert world.rows("SELECT state FROM drafts") == [("open",)]


def test_a_stand_in_signs_no_commitment_at_the_door(door: Door) -> None:
    """真实性承诺: the form leads to whose it is, and nothing is written."""
    world = door.world
    stand_in(world)
    case = world.at_work(date(2026, 5, 20))
    papers = {f"m.{kind}": (f"{kind}.pdf", PDF) for kind in ("report", "commitment")}
    said = {"case": str(case), "s.root_cause": "管护不清", "s.elsewhere": "已排查", "step": "check"}
    answer = door.as_("stand_in").submit(
        "/acts/submit", said, files={**papers, f"e{case}.evidence@1": ("证据.pdf", PDF)}
    )
    assert answer.status_code == 422
    assert ONLY_RECEIPTS.format("申请销号") in answer.text
    assert (
        kind_of(
            door.as_("stand_in").submit(
                f"/cases/{case}/materials", {"measure": "1"}, files={"m.evidence": ("证.pdf", PDF)}
            )
        )
        == "none"
    )
    assert world.row(case).state == "rectifying"


def test_a_stand_in_is_one_on_their_days_alone(door: Door) -> None:
    world = door.world
    stand_in(world)
    (case,) = world.feed_back()
    world.go(LAST)
    assert door.sign_in("stand_in").get(f"/cases/{case}").status_code == 200
    world.go(LAST + timedelta(days=1))
    assert door.sign_in("stand_in").get(f"/cases/{case}").status_code == 404
    assert "暂无职务" in door.sign_in("stand_in").get("/me").text


def test_who_is_in_charge_signs_all_that_a_secretary_signs(door: Door) -> None:
    world = door.world
    post, (case,) = in_charge(world), world.feed_back()
    visitor = door.as_("in_charge")
    said = {f"c{case}.responsible": "林建国", f"c{case}.department": "村建中心", f"c{case}.person": "李敏"}
    answer = visitor.sign("/acts/claim", {"case": str(case), **said})
    assert answer.status_code == 200, answer.text
    assert world.entry(case)["actor"]["post"] == post
    with writing(world.engine) as work:
        made = draft(work, world.intent("submit_plan", case), world.actor("handler"), world.now)
        assert made.draft
        outcome = confirm(work, made.draft, acting_as(world, "in_charge"), world.now)
        work.commit()
    assert outcome.outcome == "done", outcome
    assert world.entry(case)["actor"] == {
        "person": world.people["in_charge"], "login": "in_charge", "role": "secretary", "post": post,
    }  # fmt: skip


def test_posts_in_words_say_how_long_and_how_they_are_held(door: Door) -> None:
    world = door.world
    stand_in(world)
    in_charge(world)
    hire(world, "across", SECRETARY, TOWN, capacity="stand_in", starts_on=date(2026, 2, 25), ends_on=date(2026, 3, 10))
    year = {"capacity": "acting", "document": "示组〔2025〕9号", "starts_on": date(2025, 12, 20)}
    hire(world, "year", SECRETARY, TOWN, **year, ends_on=date(2026, 3, 4))
    hire(world, "visiting", "auditor", round=world.round_id, ends_on=date(2026, 3, 31))
    assert f"{TOWN}代班书记（3月1日至14日）" in door.as_("stand_in").get("/me").text
    assert f"{TOWN}书记（主持工作；至2026年6月30日）" in door.as_("in_charge").get("/me").text
    assert f"{TOWN}代班书记（2月25日至3月10日）" in door.as_("across").get("/me").text
    assert f"{TOWN}书记（主持工作；2025年12月20日至2026年3月4日）" in door.as_("year").get("/me").text
    assert "监督审计员（一轮；至2026年3月31日）" in door.as_("visiting").get("/me").text


def test_a_unit_with_a_stand_in_alone_has_no_secretary(world: World) -> None:
    """What is more than a receipt waits for nobody there: the office reads so."""
    stand_in(world)
    (case,) = world.feed_back()
    with reading(world.engine) as work:
        assert unheld(work.driver, world.place, world.today) == []
    post = world.rows("SELECT id FROM posts WHERE person_id = :person", person=world.people["secretary"])[0][0]
    world.enter("secadmin", "post", "end", post, asked_by="sysadmin", ends_on=world.today.isoformat())
    world.now += timedelta(days=1)
    with reading(world.engine) as work:
        assert [one.id for one in unheld(work.driver, world.place, world.today)] == [case]
    in_charge(world)
    with reading(world.engine) as work:
        assert unheld(work.driver, world.place, world.today) == []
