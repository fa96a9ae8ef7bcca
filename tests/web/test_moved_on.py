"""A form says on opening that the case has moved on: what happened, where it stands, and the ways out; nothing is filled in for nothing."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.web.conftest import PASSWORD, Answer, Door, field_in
from tests.web.stage import PDF
from tests.web.test_homes import words
from tests.web.test_prepared import value_of


def opened(door: Door, login: str, action: str, *cases: int) -> Answer:
    """Open the address of a form."""
    return door.as_(login).get(f"/acts/{action}", params={"case": [str(case) for case in cases]})


def test_a_link_to_what_was_done_says_by_whom_and_where_it_stands(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "claim", case)
    for login in ("secretary", "handler"):
        page = opened(door, login, "claim", case)
        said = words(page.text)
        assert page.status_code == 200
        assert "不能再办：认领" in said
        assert "2026年3月2日 10:00，王建国已办理“认领”" in said
        assert "现为“待报方案”，2026年4月2日（周四）前由城伯镇党委书记办理" in said
        assert f'href="/cases/{case}"' in page.text
        assert 'href="/"' in page.text
        assert "<form" not in page.text.partition("<main")[2]


def test_what_ended_while_the_state_stayed_is_said_too(door: Door) -> None:
    """Signed for already; an extension answered already; an opinion given already."""
    world = door.world
    case = world.at_work(date(2026, 5, 4))
    world.do("secretary", "acknowledge", *([case] if world.row(case).unsigned else []))
    world.do("secretary", "request_extension", case)
    world.do("office", "refuse_extension", case)
    world.do("secretary", "acknowledge", *([case] if world.row(case).unsigned else []))
    for login, action, why in (
        ("secretary", "acknowledge", "没有待签收的事项"),
        ("office", "grant_extension", "没有待答复的延期申请"),
        ("secretary", "request_extension", "该问题已申请过一次延期"),
    ):
        said = words(opened(door, login, action, case).text)
        assert f"{why}。现为“整改中”" in said, (action, said)
    world.walk(case, "submit")
    world.do("team", "opine", case)
    assert "本次已提出过意见。现为“待验收”" in words(opened(door, "team", "opine", case).text)


def test_several_that_have_all_moved_on_are_each_said_and_what_still_fits_is_a_form(door: Door) -> None:
    world = door.world
    one, two = world.feed_back(2)
    world.do("secretary", "claim", one)
    assert 'id="form"' in opened(door, "secretary", "claim", one, two).text
    world.do("secretary", "object", two)
    said = words(opened(door, "secretary", "claim", one, two).text)
    assert "王建国已办理“认领”" in said
    assert "王建国已办理“提出异议”" in said
    assert "现为“复核中”" in said


def test_what_only_has_to_wait_can_be_filled_in(door: Door) -> None:
    """A plan is written while a sibling is not yet claimed: the form is there."""
    world = door.world
    one, _ = world.feed_back(2)
    world.do("secretary", "claim", one)
    assert 'id="form"' in opened(door, "handler", "submit_plan", one).text


def filled(page: str, case: int, step: str = "check") -> dict[str, str]:
    """Return what the form of a claim sends for a case, with what it says of itself."""
    typed = {f"c{case}.{name}": f"甲{case}" for name in ("responsible", "department", "person")}
    return {f"v{case}": field_in(page, f"v{case}"), "key": field_in(page, "key"), "step": step, **typed}


@pytest.mark.parametrize("step", ["check", "do", "draft"])
def test_what_another_decided_meanwhile_is_said_as_on_opening_and_asks_for_nothing_more(door: Door, step: str) -> None:
    """Claimed while the handler or the secretary still wrote: sending shows the page that opening the address shows."""
    world = door.world
    (case,) = world.feed_back()
    login = "handler" if step == "draft" else "secretary"
    form = {"case": str(case), "password": PASSWORD, **filled(opened(door, login, "claim", case).text, case, step)}
    world.do("secretary", "claim", case)
    answer = door.as_(login).submit("/acts/claim", form)
    assert answer.status_code == 409
    assert words(answer.text) == words(opened(door, login, "claim", case).text)
    assert "请核对后再提交" not in answer.text
    assert "不能再办：认领" in words(answer.text)


def test_an_opinion_given_meanwhile_ends_the_act_though_the_state_stayed(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan")
    page = opened(door, "team", "opine", case).text
    world.do("team", "opine", case)
    form = {
        "case": str(case),
        f"v{case}": field_in(page, f"v{case}"),
        "s.opinion": "agree",
        "s.text": "好",
        "step": "check",
    }
    answer = door.as_("team").submit("/acts/opine", form)
    assert (answer.status_code, "本次已提出过意见。现为“联审中”" in words(answer.text)) == (409, True)


@pytest.mark.parametrize("step", ["check", "draft"])
def test_of_several_what_no_longer_fits_is_left_out_and_named_and_the_rest_stays_as_typed(
    door: Door, step: str
) -> None:
    world = door.world
    one, two = world.feed_back(2)
    login = "handler" if step == "draft" else "secretary"
    page = opened(door, login, "claim", one, two).text
    form = {"case": [str(one), str(two)], "password": PASSWORD, **filled(page, one, step), **filled(page, two, step)}
    world.do("secretary", "object", one)
    answer = door.as_(login).submit("/acts/claim", form)
    said = words(answer.text)
    assert answer.status_code == 409
    assert (
        "您填写期间情况有变，选中的问题里有 1 个这次不能一起认领，没有列入：城伯镇党委 第 1 号（复核中）。其余的请核对后再提交。"
        in said
    )
    assert "在您填写期间有变动" not in said
    assert (f'name="v{one}"' in answer.text, f'name="v{two}"' in answer.text) == (False, True)
    assert value_of(answer.text, f"c{two}.person") == f"甲{two}"
    left = filled(answer.text, two)
    assert door.as_(login).submit("/acts/claim", {"case": str(two), **left}).status_code == (
        303 if step == "draft" else 200
    )


def test_what_is_signed_together_is_not_done_in_part(door: Door) -> None:
    """One of two moved on between the look and the signature: neither is signed for, and the other stays as typed."""
    world = door.world
    one, two = world.feed_back(2)
    page = opened(door, "secretary", "claim", one, two).text
    form = {"case": [str(one), str(two)], **filled(page, one), **filled(page, two)}
    signed = door.as_("secretary").looked_over("/acts/claim", form) | {"password": PASSWORD}
    world.do("secretary", "object", one)
    answer = door.as_("secretary").submit("/acts/claim", signed)
    assert (answer.status_code, world.case(two).state) == (409, "feedback")
    assert "没有列入：城伯镇党委 第 1 号（复核中）" in words(answer.text)
    assert value_of(answer.text, f"c{two}.person") == f"甲{two}"


def opinions(door: Door, *cases: int) -> dict[str, Any]:
    """Return what the form of an opinion on these cases sends to be done: nobody signs for one."""
    page = opened(door, "team", "opine", *cases).text
    said = {"s.opinion": "agree", "s.text": "同意", "step": "do", "key": field_in(page, "key")}
    return {"case": [str(one) for one in cases], **said, **{f"v{one}": field_in(page, f"v{one}") for one in cases}}


def test_what_was_done_of_several_is_not_said_to_be_over(door: Door) -> None:
    """One of two moved on in the very last moment: the other is done and said to be, the first with where it stands."""
    world = door.world
    one, two = world.all_at_work(2)
    world.walk(one, "submit")
    world.walk(two, "submit")
    form = opinions(door, one, two)
    world.do("secretary", "recall", one)
    said = words(door.as_("team").submit("/acts/opine", form).text)
    assert "已办：联审（验收）意见 1 件" in said
    assert "未办理：在您填写期间有变动，现为“整改中”" in said


def test_of_three_one_done_and_one_over_the_third_stays_as_typed(door: Door) -> None:
    """The third was opened before it was fed back: its version is older than all that there is."""
    world = door.world
    one, two, three = world.all_at_work(3)
    for case in (one, two, three):
        world.walk(case, "submit")
    form = opinions(door, one, two, three) | {f"v{three}": "0"}
    world.do("secretary", "recall", one)
    said = door.as_("team").submit("/acts/opine", form)
    assert said.status_code == 409
    assert "没有列入：城伯镇党委 第 1 号（整改中）、城伯镇党委 第 2 号（已办理“联审（验收）意见”）" in words(said.text)
    assert "城伯镇党委 第 3 号在您填写期间有变动" in words(said.text)
    assert ">同意</textarea>" in said.text


def test_the_file_of_a_case_that_is_left_out_goes_with_it(door: Door) -> None:
    world = door.world
    one, two = world.all_at_work(2)
    secretary = door.as_("secretary")
    page = opened(door, "secretary", "submit", one, two).text
    papers = {name: (f"{name}.pdf", PDF) for name in (f"e{one}.evidence@1", f"e{two}.evidence@1", "m.report")}
    form = {
        "case": [str(one), str(two)],
        "step": "check",
        **{f"v{case}": field_in(page, f"v{case}") for case in (one, two)},
    }
    world.do("secretary", "submit", one)
    answer = secretary.submit("/acts/submit", form, files=papers)
    said = words(answer.text)
    assert answer.status_code == 409
    assert (f"e{two}.evidence@1.pdf" in said, f"e{one}.evidence@1.pdf" in said, "m.report.pdf" in said) == (
        True,
        False,
        True,
    )


def test_what_only_changed_is_still_to_be_looked_over(door: Door) -> None:
    """A progress was entered: the act is not over, the form says what happened and keeps what was typed."""
    world = door.world
    case = world.at_work(date(2026, 5, 4))
    page = opened(door, "secretary", "request_extension", case).text
    world.do("handler", "progress", case)
    form = {
        "case": str(case),
        f"v{case}": field_in(page, f"v{case}"),
        "s.reason": "工期",
        "s.until": "2026-05-20",
        "step": "check",
    }
    answer = door.as_("secretary").submit("/acts/request_extension", form)
    assert answer.status_code == 409
    assert "李敏 填报进展。请核对后再提交" in words(answer.text)
    assert "工期" in answer.text
