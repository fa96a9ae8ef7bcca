"""Acceptance measure by measure on the pages: what the unit said of each with its evidence beside, one press for all that are so, what is found on the paper and the case."""

from __future__ import annotations

import re

import pytest

from states import LEADER
from tests.rounds import open_round_under
from tests.web.conftest import Answer, Door, as_the_unit_says
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.world import MEASURE, material, usual_materials

TWELVE = 12
RECORD = {"m.acceptance_record": ("验收记录.pdf", PDF)}


def handed_in(door: Door, count: int = TWELVE) -> int:
    """A case of so many measures that waits for acceptance, all opinions in, progress said of its second."""
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim")
    measures = [{**MEASURE, "text": f"修复第 {no} 段路灯"} for no in range(1, count + 1)]
    world.do("secretary", "submit_plan", case, answers={"measures": measures})
    world.walk(case, "approve_plan")
    world.do("handler", "progress", case, answers={"measure_no": 2, "text": "第二段已亮"})
    papers = [one for one in usual_materials("submit") if one.kind != "evidence"]
    world.do(
        "secretary", "submit", case, materials=(*papers, *(material(f"evidence@{no}") for no in range(1, count + 1)))
    )
    world.agree(case)
    return case


def said(case: int, **verdicts: str) -> dict[str, str]:
    """What the form sends with one press for the rest, and these chosen otherwise."""
    own = {f"c{case}.judged.{name.replace('_', '.').removeprefix('m')}": value for name, value in verdicts.items()}
    return {"case": str(case), "s.conclusion": "同意销号", **as_the_unit_says(case, measures=TWELVE), **own}


def check(door: Door, action: str, sent: dict[str, str]) -> Answer:
    return door.as_("office").submit(f"/acts/{action}", {**sent, "step": "check"}, files=RECORD)


def test_twelve_measures_are_one_press_and_one_that_is_not_so_bars_it(door: Door) -> None:
    case = handed_in(door)
    form = door.as_("office").get(f"/acts/verify?case={case}").text
    block = form[form.index('class="judging"') : form.index("其余各项均属实")]
    second = block.split("<li value=")[2]
    assert "第二段已亮" in second, "what the unit said of it"
    assert "evidence.pdf" in second, "with its evidence beside"
    assert block.count('value="false"') == TWELVE
    assert "checked" not in block, "nothing is judged for anybody"
    left = {name: value for name, value in said(case).items() if not name.endswith("rest")}
    assert "第 1、2、3、4、5、6、7、8、9、10、11、12 项措施还没有核查" in words(check(door, "verify", left).text)
    untrue = check(door, "verify", said(case, m3_verdict="false", m3_why="灯杆未立"))
    assert untrue.status_code == 422
    assert "第 3 项不实，不能验收销号" in words(untrue.text)
    assert re.search(rf'id="c{case}\.judged\.3\.false" value="false" checked', untrue.text), "what was chosen stands"
    assert "请写明核查的情况" in words(check(door, "verify", said(case, m3_verdict="undone")).text)
    assert "12 项措施均属实" in words(check(door, "verify", said(case)).text)
    assert "已办：验收销号 1 件" in words(door.as_("office").sign("/acts/verify", said(case), files=RECORD).text)
    assert "逐项核查：12 项措施均属实" in words(door.as_("secretary").get(f"/cases/{case}").text)


def test_what_was_found_goes_back_with_the_work_and_stands_on_the_record(door: Door) -> None:
    """不实 of the third: the unit reads it on its page, beside the measure, and the record of acceptance has it."""
    case = handed_in(door)
    sent = {**said(case, m3_verdict="false", m3_why="灯杆未立"), "s.reason": "第三段没有修", "s.new_on": "2026-05-20"}
    del sent["s.conclusion"]
    made = door.as_("office").submit("/acts/return_work", {**sent, "step": "make:acceptance_record"})
    assert made.status_code in (200, 422), words(made.text)
    assert "已办：退回再整改 1 件" in words(door.as_("office").sign("/acts/return_work", sent, files=RECORD).text)
    page = words(door.as_("secretary").get(f"/cases/{case}").text)
    assert "第 3 项不实：灯杆未立；第 1、2、4" in page
    assert "■ 不实 ：灯杆未立" in page or "■ 不实：灯杆未立" in page


def test_a_party_agrees_to_all_but_one(door: Door) -> None:
    """其余同意: of three problems of a plan the third goes back with words of its own, in one form."""
    world = door.world
    cases = world.feed_back(3)
    world.do("secretary", "claim", *cases)
    world.do("secretary", "submit_plan", *cases)
    address = "/acts/opine?" + "&".join(f"case={one}" for one in cases)
    form = door.as_("discipline").get(address).text
    assert form.count("与其余的相同") == len(cases)
    assert "上面没有另选的问题，都按下面的意见" in words(form)
    own = {f"c{cases[2]}.opinion": "return", f"c{cases[2]}.text": "措施没有时限"}
    sent = {"case": [str(one) for one in cases], "s.opinion": "agree", "s.text": "措施可行", **own, "step": "check"}
    assert "措施没有时限" in words(door.as_("discipline").submit("/acts/opine", sent).text)
    door.as_("discipline").submit("/acts/opine", {**sent, "step": "do"})
    found = world.rows("SELECT opinion FROM opinions ORDER BY case_id")
    assert [opinion for (opinion,) in found] == ["agree", "agree", "return"]


@pytest.mark.parametrize("asked", [True, False])
def test_a_leader_who_is_a_party_is_asked_on_the_first_screen(door: Door, asked: bool) -> None:
    world = door.world
    if asked:
        open_round_under(world, "五方", plan={"parties": ["team", "discipline", LEADER]})
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    home = words(door.as_(LEADER).get("/").text)
    assert ("请您提意见" in home) is asked
    assert ("联审（验收）意见" in door.as_(LEADER).get(f"/cases/{case}").text) is asked
    if asked:
        assert "提方案意见" not in words(door.as_("organisation").get("/").text), "who is no party has nothing to do"
        assert "巡察组、纪委监委、分管市（县）领导还没有提意见" in words(door.as_("office").get("/").text)


def test_what_goes_back_unowned_needs_no_word_written_by_hand(door: Door) -> None:
    """A plan entered from paper that the secretary does not own goes back: the 联审意见汇总 is made from the records with one press."""
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "on paper submit_plan")
    world.do("secretary", "disown_paper", case)
    sent = {"case": str(case), "s.reason": "书记不认", "s.new_on": "2026-04-10", "step": "make:opinions"}
    made = door.as_("office").submit("/acts/return_plan", sent)
    assert "处要人填写" not in words(made.text)
    assert "已收到“" in words(made.text) or "联审意见汇总：" in words(made.text), words(made.text)
