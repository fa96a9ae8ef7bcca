"""A form says on opening that the case has moved on: what happened, where it stands, and the ways out; nothing is filled in for nothing."""

from __future__ import annotations

from datetime import date

from tests.web.conftest import Answer, Door
from tests.web.test_homes import words


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
