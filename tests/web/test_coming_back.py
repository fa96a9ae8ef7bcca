"""What came back says why, on every page of mending it: the draft's reason from its secretary, the office's from its decision."""

from __future__ import annotations

import pytest

from tests.web.conftest import Answer, Door, field_in
from tests.web.test_homes import words
from tests.web.test_prepared import prepared, sent_back, value_of
from tests.world import VILLAGE

WHY = "退回理由：再写清楚。"


def mended(door: Door, case: int, number: int, **form: str) -> Answer:
    """Send the handler's form of a claim that came back."""
    return door.as_("handler").submit("/acts/claim", {"case": str(case), "draft": str(number), "step": "draft", **form})


def test_the_reason_stays_on_top_until_the_draft_is_sent_again(door: Door) -> None:
    """Opened, refused twice, a file not taken, looked over again: the reason and the draft's number stay; sent, both are gone."""
    (case,) = door.world.feed_back()
    number = prepared(door.world, "handler", "claim", case)
    sent_back(door, number)
    handler = door.as_("handler")
    page = handler.get(f"/acts/claim?case={case}&draft={number}").text
    assert (WHY in words(page), value_of(page, "draft")) == (True, str(number))
    empty = {f"c{case}.{name}": "" for name in ("responsible", "department", "person")}
    for step in ({"step": "draft"}, {"step": "draft"}, {"step": "edit"}):
        answer = mended(door, case, number, key=field_in(page, "key"), **empty, **step)
        page = answer.text
        assert (answer.status_code, WHY in words(page), value_of(page, "draft")) == (
            200 if step["step"] == "edit" else 422,
            True,
            str(number),
        )
    typed = dict.fromkeys(empty, "甲")
    assert mended(door, case, number, **typed).status_code == 303
    assert WHY not in words(handler.get(f"/acts/claim?case={case}").text)


def test_a_file_that_is_not_taken_leaves_the_reason_too(door: Door) -> None:
    (case,) = door.world.feed_back()
    number = prepared(door.world, "handler", "object", case)
    sent_back(door, number)
    form = {"case": str(case), "draft": str(number), "step": "draft"}
    answer = door.as_("handler").submit("/acts/object", form, files={"m.statement": ("说明.pdf", b"MZ\x90")})
    assert (answer.status_code, WHY in words(answer.text)) == (422, True)


def test_what_moved_meanwhile_leaves_the_reason_with_the_rest(door: Door) -> None:
    world = door.world
    one, two = world.feed_back(2)
    number = prepared(world, "handler", "claim", one, two)
    sent_back(door, number)
    handler = door.as_("handler")
    page = handler.get(f"/acts/claim?case={one}&case={two}&draft={number}").text
    world.do("office", "escalate_by_hand", one)
    form = {"case": [str(one), str(two)], "draft": str(number), "step": "draft", f"v{one}": field_in(page, f"v{one}")}
    answer = handler.submit("/acts/claim", form)
    assert (answer.status_code, WHY in words(answer.text), value_of(answer.text, "draft")) == (409, True, str(number))


@pytest.mark.parametrize("whose", ["another's", "open", "of another act", "of no one"])
def test_the_number_of_a_draft_opens_no_other(door: Door, whose: str) -> None:
    """As on opening: somebody else's, one that waits, one of another act is not there."""
    world = door.world
    (case,) = world.feed_back()
    (village,) = world.feed_back(unit=VILLAGE)
    if whose == "another's":
        number = prepared(world, "handler_bureau", "claim", *world.feed_back(unit="市水利局党组"))
        world_reason = {"step": "drop", "reason": "机密的理由"}
        assert door.as_("secretary_bureau").submit(f"/drafts/{number}", world_reason).status_code == 303
    else:
        number = {"of no one": 10**6}.get(whose) or prepared(
            world, "handler", "object" if whose == "of another act" else "claim", village if whose == "open" else case
        )
        if whose == "of another act":
            sent_back(door, number)
    answer = mended(door, case, number)
    assert answer.status_code == 404
    assert "机密的理由" not in answer.text


def test_a_number_that_is_none_is_no_draft(door: Door) -> None:
    (case,) = door.world.feed_back()
    for odd in ("x", "-1", "9" * 30, ""):
        form = {"case": str(case), "draft": odd, "step": "draft"}
        assert door.as_("handler").submit("/acts/claim", form).status_code == 422


@pytest.mark.parametrize(
    ("walk", "back", "action", "why"),
    [
        ((), ("object", "keep"), "claim", "维持原问题： 见材料"),
        (("claim", "submit_plan"), ("return_plan",), "submit_plan", "退回方案： 见材料"),
        (("claim", "submit_plan", "approve_plan", "submit"), ("return_work",), "submit", "退回再整改： 见材料"),
        (("claim", "submit_plan", "approve_plan", "submit"), ("return_work",), "progress", "退回再整改： 见材料"),
        (
            ("claim", "submit_plan", "approve_plan", "submit", "verify"),
            ("reopen",),
            "submit",
            "回头看退回重改： 路灯仍不亮",
        ),
    ],
)
def test_the_form_that_mends_it_says_why_the_office_sent_it_back(
    door: Door, walk: tuple[str, ...], back: tuple[str, ...], action: str, why: str
) -> None:
    """On opening, after a refused attempt, and no longer once it was done again."""
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, *walk)
    login = "handler" if action == "progress" else "secretary"
    address = f"/acts/{action}?case={case}"
    if walk:
        assert "陈静（巡察办）" not in words(door.as_(login).get(f"/acts/progress?case={case}").text)
    world.walk(case, *back)
    said = f"陈静（巡察办）2026年3月2日 10:00 {why}"
    assert said in words(door.as_(login).get(address).text)
    refused = door.as_(login).submit(f"/acts/{action}", {"case": str(case), "step": "check"})
    assert (refused.status_code, said in words(refused.text)) == (422, True)


def test_what_went_on_since_is_no_return_any_more(door: Door) -> None:
    """The plan came back, was filed again and approved: the closing says nothing of that."""
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "return_plan", "submit_plan", "approve_plan")
    assert "退回方案" not in words(door.as_("secretary").get(f"/acts/submit?case={case}").text)


def test_of_several_each_says_its_own(door: Door) -> None:
    world = door.world
    one, two = world.all_at_work(2)
    world.walk(one, "submit", "return_work")
    said = words(door.as_("handler").get(f"/acts/submit?case={one}&case={two}").text)
    assert said.count("退回再整改：") == 1


def test_of_several_that_came_back_together_it_is_said_once(door: Door) -> None:
    world = door.world
    one, two = world.feed_back(2)
    world.do("secretary", "claim", one, two)
    world.do("secretary", "submit_plan", one, two)
    world.do("office", "return_plan", one, two)
    said = words(door.as_("handler").get(f"/acts/submit_plan?case={one}&case={two}").text)
    assert said.count("陈静（巡察办）2026年3月2日 10:00 退回方案： 见材料") == 1


def test_the_paper_of_the_office_is_not_for_its_own_forms(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "return_plan")
    assert "退回方案：" not in words(door.as_("office").get(f"/acts/void?case={case}").text)
