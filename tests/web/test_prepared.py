"""What is prepared, returned and taken up again: nobody is led to a dead end, and nothing that was written is lost."""

from __future__ import annotations

import re
from datetime import date
from typing import Any

import pytest

from storage.engine import writing
from tests.web.conftest import PASSWORD, Door
from tests.web.test_homes import words
from tests.world import VILLAGE, World
from workflow.drafts import Drafted, draft_batch
from workflow.subject import Material

TAKEN = {"step": "do", "password": PASSWORD}


def prepared(world: World, login: str, action: str, *cases: int, **more: Any) -> int:
    """Let somebody prepare a move; return the draft's number."""
    made = asked(world, login, action, *cases, **more)
    assert made.draft, made
    return made.draft


def asked(world: World, login: str, action: str, *cases: int, **more: Any) -> Drafted:
    with writing(world.engine) as work:
        intents = [world.intent(action, case, **more) for case in cases]
        made = draft_batch(work, intents, world.actor(login), world.now)
        work.commit()
    return made


def sent_back(door: Door, number: int, why: str = "再写清楚") -> None:
    """Let the secretary return a draft."""
    assert door.as_("secretary").submit(f"/drafts/{number}", {"step": "drop", "reason": why}).status_code == 303


def value_of(page: str, name: str) -> str:
    """Return what a field of a form holds."""
    found = re.search(rf'name="{re.escape(name)}"[^>]*value="([^"]*)"', page)
    return found[1] if found else ""


def test_money_comes_back_in_the_unit_it_was_typed_in(door: Door) -> None:
    """120.50 yuan are recorded in fen; the next application begins with 120.50, and so does the form that judges it."""
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit")
    assert "挽回资金 120.50 元" in words(door.sign_in("office").get(f"/acts/verify?case={case}").text)
    world.do("office", "return_work", case)
    page = door.as_("secretary").get(f"/acts/submit?case={case}").text
    assert value_of(page, f"c{case}.results.money_recovered") == "120.50"


def test_what_moved_since_asks_for_no_password(door: Door) -> None:
    """An extension was prepared, and a progress entered since: the page says so and offers to return it, not to sign."""
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan")
    number = prepared(world, "handler", "request_extension", case)
    assert 'name="password"' in door.as_("secretary").get(f"/drafts/{number}").text or "确认申请延期" in (
        door.as_("secretary").get(f"/drafts/{number}").text
    )
    world.do("handler", "progress", case)
    page = door.as_("secretary").get(f"/drafts/{number}").text
    assert "起草以后问题有变动" in page
    assert 'value="do"' not in page
    assert 'value="drop"' in page


def test_of_a_returned_draft_what_still_fits_is_offered(door: Door) -> None:
    """Three claims came back, one case was escalated meanwhile: the other two are still asked for, with the reason."""
    world = door.world
    one, two, three = world.feed_back(3)
    sent_back(door, prepared(world, "handler", "claim", one, two, three))
    world.do("office", "escalate_by_hand", one)
    page = door.as_("handler").get("/").text
    assert "起草件被退回：再写清楚" in page
    assert f"&amp;case={two}&amp;case={three}" in page
    assert f"case={one}" not in page


def test_what_was_prepared_again_or_put_away_is_not_asked_for_any_more(door: Door) -> None:
    world = door.world
    one, two = world.feed_back(2)
    handler = door.as_("handler")
    first, second = prepared(world, "handler", "claim", one), prepared(world, "handler", "object", two)
    sent_back(door, first)
    sent_back(door, second, "不提了")
    prepared(world, "handler", "claim", one)
    page = words(handler.get("/").text)
    assert "再写清楚" not in page
    assert "起草件被退回：不提了" in page
    assert "不再办" in handler.get(f"/drafts/{second}").text
    assert handler.submit(f"/drafts/{second}", {"step": "drop"}).status_code == 303
    assert "不提了" not in handler.get("/").text
    assert "准备认领" in handler.get("/").text


def test_ones_own_draft_taken_down_can_be_gone_on_with(door: Door) -> None:
    """The handler takes a draft down herself: its page leads back to the form, which holds what she had written."""
    world = door.world
    (case,) = world.feed_back()
    handler = door.as_("handler")
    number = prepared(world, "handler", "object", case, answers={"reason": "路灯是17盏"}, occurred_on=date(2026, 3, 1))
    assert handler.submit(f"/drafts/{number}", {"step": "drop"}).status_code == 303
    assert f"/acts/object?draft={number}&amp;case={case}" in handler.get(f"/drafts/{number}").text
    page = handler.get(f"/acts/object?draft={number}&case={case}").text
    assert "路灯是17盏" in page
    assert value_of(page, "s.occurred_on") == "2026-03-01"
    assert door.as_("secretary").get(f"/acts/object?draft={number}&case={case}").status_code == 404


def test_the_case_page_leads_into_what_came_back(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    number = prepared(world, "handler", "claim", case)
    sent_back(door, number)
    assert f"/acts/claim?draft={number}&amp;case={case}" in door.as_("handler").get(f"/cases/{case}").text


def test_what_came_back_stands_first_on_the_home_and_is_said_on_the_page_of_the_case(door: Door) -> None:
    """A hundred are due sooner: still it is the first group; the case says why it came back, to who had prepared it alone."""
    world = door.world
    case = world.at_work(date(2026, 5, 20))
    world.open_round("二轮")
    (soon,) = world.feed_back()
    number = prepared(world, "handler", "submit", case)
    sent_back(door, number, "照片看不清")
    home = words(door.as_("handler").get("/").text)
    assert home.index("退回的起草件") < home.index("照片看不清") < home.index("准备认领")
    page = door.as_("handler").get(f"/cases/{case}").text
    assert "您起草的“申请销号”被退回：照片看不清 接着改" in words(page)
    assert page.count(f"/acts/submit?draft={number}&amp;case={case}") == 2
    for login, other in (("secretary", case), ("handler", soon)):
        assert "被退回" not in door.as_(login).get(f"/cases/{other}").text


def test_who_makes_a_draft_out_of_date_is_told_so_before(door: Door) -> None:
    """Progress is filed while the report waits for the secretary: the check page says what becomes of it; else it says nothing."""
    world = door.world
    case, other = world.all_at_work(2, date(2026, 5, 20))
    number = prepared(world, "handler", "submit", case)
    said = {"step": "check", f"c{case}.measure_no": "1", "s.text": "已换灯"}
    handler = door.as_("handler")
    warned = "李敏起草的“申请销号”正等待确认；办理“填报进展”以后它就过时，须按新的情况重新起草。"
    assert warned in words(handler.submit("/acts/progress", {"case": str(case), **said}).text)
    assert "过时" not in handler.submit("/acts/progress", {"case": str(other), **said}).text
    assert handler.submit("/acts/progress", {"case": str(case), **said, "step": "do"}).status_code == 200
    assert "起草以后问题有变动" in door.as_("secretary").get(f"/drafts/{number}").text


def test_only_who_confirms_may_return(door: Door) -> None:
    """A village's draft is for the township's secretary: the village's own sees it, and takes nothing down."""
    world = door.world
    (case,) = world.feed_back(unit=VILLAGE)
    number = prepared(world, "handler", "claim", case)
    village = door.as_("secretary_village")
    page = village.get(f"/drafts/{number}")
    assert page.status_code == 200
    assert "退回起草人" not in page.text
    assert village.submit(f"/drafts/{number}", {"step": "drop", "reason": "不"}).status_code == 404
    assert world.rows("SELECT state FROM drafts") == [("open",)]
    assert "退回起草人" in door.as_("secretary").get(f"/drafts/{number}").text


def test_what_is_no_longer_open_is_not_returned(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    number = prepared(world, "handler", "claim", case)
    secretary = door.as_("secretary")
    assert "已办" in secretary.confirm(number).text
    said = secretary.submit(f"/drafts/{number}", {"step": "drop", "reason": "晚了"})
    assert said.status_code == 422
    assert world.rows("SELECT state, returned FROM drafts") == [("confirmed", None)]


def test_a_draft_of_several_stands_at_each_of_them_and_leads_only_those_who_may_open_it(door: Door) -> None:
    world = door.world
    one, two = world.feed_back(2)
    number = prepared(world, "handler", "claim", one, two)
    for case in (one, two):
        assert f"/drafts/{number}" in door.as_("secretary").get(f"/cases/{case}").text
        assert "起草认领" not in door.as_("handler").get(f"/cases/{case}").text
        office = door.as_("office").get(f"/cases/{case}").text
        assert "起草，待确认" in office
        assert f"/drafts/{number}" not in office


def test_discipline_opens_what_the_team_prepared_for_it(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit")
    number = prepared(world, "team", "verify", case)
    assert f"/drafts/{number}" in door.as_("discipline").get("/").text
    assert door.as_("discipline").get(f"/drafts/{number}").status_code == 200


def test_the_ground_of_an_earlier_decision_is_not_shown_as_a_difference(door: Door) -> None:
    """Withheld once, reopened, verified again: the team prepares 不予公开 anew and learns nothing of the first ground."""
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify")
    world.do("office", "withhold", case, answers={"scope": "仅领导小组知悉"})
    index = world.rows("SELECT MAX(idx) FROM trail WHERE action = 'withhold'")[0][0]
    world.do("office", "reopen", case)
    world.walk(case, "submit", "verify")
    number = prepared(world, "team", "withhold", case, answers={"ground": "2", "scope": "另定"})
    assert "仅领导小组知悉" not in door.as_("team").get(f"/drafts/{number}").text
    assert "仅领导小组知悉" in door.as_("office").get(f"/drafts/{number}").text
    proof = door.as_("secretary").get(f"/cases/{case}/proof/{index}").text
    assert "不在您的知悉范围内" in proof
    assert "领组〔2026〕3号" not in proof
    assert "领组〔2026〕3号" in door.as_("office").get(f"/cases/{case}/proof/{index}").text


def test_what_can_only_be_refused_is_not_sent(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify", "approve_text")
    said = asked(world, "handler", "publicize", case, answers={"from_on": "2026-03-20", "to_on": "2026-03-10"})
    assert "公开止日早于公开起日" in said.refused


def test_a_plan_opened_from_one_problem_takes_all_that_are_claimed(door: Door) -> None:
    """From the page of one problem the form of the plan holds all of the inspection that are claimed, and says so."""
    world = door.world
    one, two, three = world.feed_back(3)
    world.do("secretary", "claim", one, two)
    page = door.as_("secretary").get(f"/acts/submit_plan?case={one}").text
    assert "另外 1 个已列在下面" in words(page)
    assert f'name="v{two}"' in page
    assert f'name="v{three}"' not in page


def test_what_is_to_go_on_is_agreed_on_until_its_first_review(door: Door) -> None:
    world = door.world
    (going,) = world.feed_back(kind="continuing")
    world.walk(going, "claim", "submit_plan")
    page = door.as_("office").get(f"/acts/approve_plan?case={going}").text
    assert "首次复核日期" in page
    assert value_of(page, f"c{going}.agreed_on") == ""


def test_words_kept_for_several_are_there_when_one_no_longer_fits(door: Door) -> None:
    world = door.world
    one, two = world.feed_back(2)
    secretary = door.as_("secretary")
    form = {"case": [str(one), str(two)], f"c{two}.responsible": "周海燕"}
    assert "已保存" in secretary.submit("/acts/claim/keep", form).text
    world.do("secretary", "claim", one)
    page = secretary.get(f"/acts/claim?case={one}&case={two}").text
    assert value_of(page, f"c{two}.responsible") == "周海燕"


def test_figures_that_were_cleared_stay_cleared(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit")
    world.do("office", "return_work", case)
    empty = {"case": str(case), "step": "edit", f"c{case}.results.rules_new": "", f"c{case}.root_cause": "管护"}
    page = door.as_("secretary").submit(f"/acts/submit?case={case}", empty).text
    assert value_of(page, f"c{case}.results.rules_new") == ""
    assert value_of(page, f"c{case}.results.money_recovered") == ""


def test_texts_approved_apart_are_published_apart(door: Door) -> None:
    """Two problems, each with a text of its own: a filing is one document, so the second is left out before it is filled in."""
    world = door.world
    cases = world.all_at_work(2)
    for number, case in enumerate(cases):
        world.walk(case, "submit", "verify")
        world.do("office", "approve_text", case, materials=(Material("text", f"{number}" * 64, "公开稿.pdf", 9),))
    page = door.as_("secretary").get(f"/acts/publicize?case={cases[0]}&case={cases[1]}").text
    assert "第 2 号（公开稿是另一份，须另行公开）" in words(page)
    assert f'name="v{cases[1]}"' not in page


@pytest.mark.parametrize("path", ["/acts/claim"])
def test_the_address_of_a_form_bears_its_cases(door: Door, path: str) -> None:
    """Whoever has to sign in again in the middle comes back to the form, not to an address without a case."""
    world = door.world
    (case,) = world.feed_back()
    secretary = door.as_("secretary")
    assert f'action="{path}?case={case}"' in secretary.get(f"{path}?case={case}").text
    said = {
        "case": str(case),
        "step": "check",
        **{f"c{case}.{name}": "甲" for name in ("responsible", "department", "person")},
    }
    assert f'action="{path}?case={case}"' in secretary.submit(f"{path}?case={case}", said).text
