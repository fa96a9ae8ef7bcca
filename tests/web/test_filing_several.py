"""A filing for several inspections on the pages: what is offered with it, what is signed, and where it is read later."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.test_filings import all_of, claimed, rectifying
from tests.villages import fed_back, village
from tests.web.conftest import PASSWORD, Answer, Door, field_in
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.web.test_prepared import value_of
from tests.world import VILLAGE
from web.acts import beside as besides

FIRST, SECOND, THIRD = (village(number) for number in (1, 2, 3))
OFFER = "连同本轮由本单位负责的其他党组织一并报送方案"
PAPERS = {
    "m.plan": ("整改方案.pdf", PDF, "application/pdf"),
    "m.plan_commitment": ("承诺书.pdf", PDF + b"%\n", "application/pdf"),
}


def cases_in(page: str) -> list[int]:
    """Return the cases of a form."""
    return [int(one) for one in re.findall(r'name="case" value="(\d+)"', page)]


def planned(*cases: int) -> dict[str, Any]:
    """Return a plan of one measure for each case, as the form sends it."""
    row = {"text": "修路灯", "person": "李敏", "department": "村建中心", "on": "2026-05-01", "check": "现场看"}
    cells = {f"c{case}.measures.1.{name}": said for case in cases for name, said in row.items()}
    return {"case": [str(case) for case in cases], **cells}


def sent(door: Door, step: str, *cases: int, login: str = "secretary", **more: Any) -> Answer:
    return door.as_(login).submit("/acts/submit_plan", {**planned(*cases), "step": step, **more}, files=PAPERS)


def test_one_click_takes_in_the_other_villages_and_keeps_what_was_typed(door: Door) -> None:
    """From one problem the form has its own inspection's; it offers the two other villages, and takes them in as typed."""
    found = claimed(door.world, [FIRST, SECOND, THIRD], each=2)
    one = found[FIRST][0]
    page = door.as_("secretary").get(f"/acts/submit_plan?case={one}").text
    assert cases_in(page) == found[FIRST]
    assert f"{OFFER}（2 个单位 4 个问题）" in words(page)
    assert f"{SECOND}（2 个问题）" in words(page)
    wide = sent(door, "beside", *found[FIRST]).text
    assert cases_in(wide) == all_of(found)
    assert value_of(wide, f"c{one}.measures.1.on") == "2026-05-01"
    assert "已收到“整改方案.pdf”" in words(wide)
    assert OFFER not in wide, "there is nothing left to take in"
    assert "包括 3 个单位的 6 个问题" in words(wide)


def test_some_of_the_other_villages_are_chosen(door: Door) -> None:
    found = claimed(door.world, [FIRST, SECOND, THIRD])
    page = door.as_("secretary").get(f"/acts/submit_plan?case={found[FIRST][0]}").text
    ((third, _),) = re.findall(rf'for="with-(\d+)">({THIRD})', page)
    wide = sent(door, "chosen", *found[FIRST], **{"with": third}).text
    assert cases_in(wide) == [*found[FIRST], *found[THIRD]]
    assert f"{SECOND}（1 个问题）" in words(wide)
    none = sent(door, "chosen", *found[FIRST])
    assert (none.status_code, "没有加上：请选要一并报送方案的单位" in none.text) == (422, True)
    assert cases_in(none.text) == found[FIRST]


def test_one_check_page_names_each_case_by_its_unit_and_one_signature_files_all(door: Door) -> None:
    """Three villages: the check page names them, one password files them, and each page of theirs shows the one filing."""
    world = door.world
    found = claimed(world, [FIRST, SECOND, THIRD], each=2)
    cases = all_of(found)
    page = sent(door, "check", *cases)
    assert f"包括 3 个单位的 6 个问题：{FIRST} 2 个（第 1、2 号）；{SECOND} 2 个（第 1、2 号）；" in words(page.text)
    for name, (one, two) in found.items():
        assert [f"{name} 第 {number} 号" in page.text for number in (1, 2)] == [True, True], (one, two)
    done = {"shown": field_in(page.text, "shown"), "kept": field_in(page.text, "kept"), "password": PASSWORD}
    assert "已办：报送方案 6 件" in words(sent(door, "do", *cases, **done).text)
    assert world.rows("SELECT version, signed_by FROM filings") == [(1, world.people["secretary"])]
    shown = words(door.as_("secretary").get(f"/cases/{cases[0]}").text)
    assert "整改方案，本轮第 1 次 一份文件，包括 3 个单位的 6 个问题" in shown
    assert f"{THIRD} 第 1、2 号" in shown


def test_a_filing_of_one_inspection_lists_no_other_units(door: Door) -> None:
    world = door.world
    found = claimed(world, [FIRST], each=2)
    world.do("secretary", "submit_plan", *all_of(found))
    shown = words(door.as_("secretary").get(f"/cases/{found[FIRST][0]}").text)
    assert "整改方案，本轮第 1 次" in shown
    assert "一份文件，包括" not in shown


def test_a_village_that_is_not_ready_is_named_with_its_reason_and_not_taken_in(door: Door) -> None:
    world = door.world
    found = claimed(world, [FIRST, SECOND])
    late, disputed = fed_back(world, [THIRD], each=2)[THIRD]
    world.do("secretary", "claim", late)
    world.do("secretary", "object", disputed)
    page = words(door.as_("secretary").get(f"/acts/submit_plan?case={found[FIRST][0]}").text)
    assert (
        f"{THIRD}（1 个问题）还不能一并报送方案：同一次巡察还有 1 个问题待认领或复核中，须全部认领后报送方案。" in page
    )
    assert f"{OFFER}（1 个单位 1 个问题）" in page
    assert cases_in(sent(door, "beside", *found[FIRST]).text) == all_of(found)


def test_what_another_unit_answers_for_and_another_round_is_not_offered(door: Door) -> None:
    world = door.world
    one = claimed(world, [FIRST])
    bureau = world.feed_back(1, unit="市水利局党组")
    world.do("secretary_bureau", "claim", *bureau)
    world.open_round("二轮")
    claimed(world, [SECOND])
    page = door.as_("secretary").get(f"/acts/submit_plan?case={one[FIRST][0]}").text
    assert OFFER not in page
    assert "还不能一并" not in page


def test_a_selection_of_several_inspections_is_made_whole_for_each(door: Door) -> None:
    """Chosen in the ledger: one problem of two villages each; the other claimed ones of both come along."""
    found = claimed(door.world, [FIRST, SECOND], each=2)
    one, two = found[FIRST][0], found[SECOND][1]
    page = door.as_("secretary").get(f"/acts/submit_plan?case={two}&case={one}").text
    assert cases_in(page) == all_of(found)
    assert "另外 2 个已列在下面" in words(page)


def test_the_handler_prepares_for_several_and_the_secretary_reads_which(door: Door) -> None:
    found = claimed(door.world, [FIRST, SECOND])
    page = door.as_("handler").get(f"/acts/submit_plan?case={found[FIRST][0]}").text
    assert f"{OFFER}（1 个单位 1 个问题）" in words(page)
    made = sent(door, "draft", *all_of(found), login="handler")
    assert made.status_code == 303
    draft = words(door.as_("secretary").get(made.headers["location"]).text)
    assert f"包括 2 个单位的 2 个问题：{FIRST} 1 个（第 1 号）；{SECOND} 1 个（第 1 号）。" in draft


def test_who_prepares_for_one_village_alone_is_offered_no_other(door: Door) -> None:
    """The village's own secretary does not answer for it, sees its problems and prepares nothing for its neighbours."""
    world = door.world
    (own,) = world.feed_back(1, unit=VILLAGE)
    world.do("secretary", "claim", own)
    claimed(world, [FIRST])
    page = door.as_("secretary_village").get(f"/acts/submit_plan?case={own}").text
    assert FIRST not in page


@pytest.mark.parametrize("action", ["submit", "publicize"])
def test_reports_and_publications_offer_the_same(door: Door, action: str) -> None:
    world = door.world
    found = rectifying(world, [FIRST, SECOND])
    (one,), (two,) = found.values()
    if action == "publicize":
        world.do("secretary", "submit", one, two)
        world.agree(one, two)
        world.do("office", "verify", one, two)
        assert "连同本轮" not in door.as_("secretary").get(f"/acts/{action}?case={one}").text
        # One text of the unit and the round: the office is offered the other for it, in one form.
        offered = door.as_("office").get(f"/acts/approve_text?case={one}").text
        assert "连同本轮由本单位负责的其他党组织一并审定公开稿（1 个单位 1 个问题）" in words(offered)
        wide = door.as_("office").submit("/acts/approve_text", {"case": str(one), "step": "beside"}).text
        assert cases_in(wide) == [one, two]
        world.do("office", "approve_text", one)
        assert "连同本轮" not in door.as_("office").get(f"/acts/approve_text?case={two}").text
        page = words(door.as_("secretary").get(f"/acts/{action}?case={one}").text)
        assert "连同本轮" not in page
        world.do("office", "approve_text", two)
    shown = "申请销号" if action == "submit" else "公开"
    page = words(door.as_("secretary").get(f"/acts/{action}?case={one}").text)
    assert f"连同本轮由本单位负责的其他党组织一并{shown}（1 个单位 1 个问题）" in page
    wide = door.as_("secretary").submit(f"/acts/{action}", {"case": str(one), "step": "beside"}).text
    assert cases_in(wide) == [one, two]


def test_of_one_inspection_the_other_problems_are_offered_for_a_report(door: Door) -> None:
    (one, two) = door.world.all_at_work(2)
    page = words(door.as_("secretary").get(f"/acts/submit?case={one}").text)
    assert "连同本次巡察的其他问题一并申请销号（1 个问题）" in page
    wide = door.as_("secretary").submit("/acts/submit", {"case": str(one), "step": "beside"}).text
    assert cases_in(wide) == [one, two]


def test_more_than_a_form_takes_are_chosen_among(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    found = claimed(door.world, [FIRST, SECOND, THIRD])
    monkeypatch.setattr(besides, "MOST_CASES", 2)
    page = words(door.as_("secretary").get(f"/acts/submit_plan?case={found[FIRST][0]}").text)
    assert OFFER not in page
    assert "只加其中几个（一次最多 2 个问题）" in page
    assert sent(door, "beside", *found[FIRST]).status_code == 422


def test_enter_goes_on_to_the_check(door: Door) -> None:
    """The first button of the form is the one that a press of Enter takes."""
    found = claimed(door.world, [FIRST, SECOND])
    page = door.as_("secretary").get(f"/acts/submit_plan?case={found[FIRST][0]}").text
    form = page.partition('id="form"')[2]
    assert re.findall(r'name="step" value="(\w+)"', form)[:2] == ["check", "beside"]
