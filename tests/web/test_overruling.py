"""The form of an approval or acceptance asks why an opinion is passed over where there is such an opinion, and nowhere else."""

from __future__ import annotations

import pytest

from tests.web.conftest import Door
from tests.web.test_homes import words

TO = ("claim", "submit_plan", "approve_plan", "submit")
MINUTES = ("s.minute_no", "s.minute_on", "m.minutes")
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n"


def opened(door: Door, **opinions: str) -> tuple[int, str]:
    """A case before its acceptance with these opinions, and the form that the office opens."""
    (case,) = door.world.feed_back()
    door.world.walk(case, *TO)
    for party, opinion in opinions.items():
        door.world.do(party, "opine", case, answers={"opinion": opinion})
    return case, door.as_("office").get(f"/acts/verify?case={case}").text


def asked(page: str, case: int) -> set[str]:
    """Which of the fields that only an opinion calls for are in the page."""
    names = (*MINUTES, f"c{case}.not_adopted", f"c{case}.passed_over")
    return {name.rpartition(".")[2] for name in names if f'name="{name}"' in page}


@pytest.mark.parametrize(
    ("opinions", "fields"),
    [
        ({"team": "agree", "discipline": "agree", "organisation": "agree"}, set()),
        ({"team": "return", "discipline": "agree", "organisation": "agree"}, {"not_adopted"}),
        (
            {"team": "agree", "discipline": "return", "organisation": "agree"},
            {"minute_no", "minute_on", "minutes"},
        ),
        ({"team": "agree", "discipline": "agree"}, set()),
    ],
)
def test_only_what_the_opinions_call_for_is_asked(door: Door, opinions: dict[str, str], fields: set[str]) -> None:
    case, page = opened(door, **opinions)
    assert asked(page, case) == fields
    assert ("巡察组的意见为退回" in words(page)) == ("not_adopted" in fields)
    waiting = "组织部还没有提出意见，须等到意见齐备；2026年4月2日（周四） 过后仍未反馈的"
    assert (waiting in words(page)) == ("organisation" not in opinions)


def test_who_is_silent_past_the_date_is_asked_about_and_discipline_never(door: Door) -> None:
    """The day after the date the reason is asked for; 纪委监委 is not named, whose opinion cannot be missing."""
    case, _ = opened(door, team="agree")
    door.world.later(32)
    page = door.sign_in("office").get(f"/acts/verify?case={case}").text
    assert asked(page, case) == {"passed_over"}
    assert "组织部还没有提出意见：期限过后仍未反馈的" in words(page)


def test_what_is_left_out_is_said_at_its_field_and_filled_in_it_goes_through(door: Door) -> None:
    case, _ = opened(door, team="return", discipline="agree", organisation="agree")
    office, path = door.as_("office"), f"/acts/verify?case={case}"
    said = {"case": str(case), "step": "check", "s.conclusion": "完成"}
    files = [("m.acceptance_record", ("验收记录.pdf", PDF))]
    answer = office.submit(path, said, files=files)
    assert answer.status_code == 422
    assert f'id="c{case}.not_adopted-fault"' in answer.text
    assert "不予采纳的须填写" in words(answer.text)
    checked = office.submit(path, {**said, f"c{case}.not_adopted": "已在措施二中回应"}, files=files)
    assert checked.status_code == 200
    assert "巡察组" in words(checked.text).partition("将通知")[2]
    assert "已在措施二中回应" in words(checked.text)


def test_discipline_that_closes_a_case_is_not_asked_for_its_own_opinion(door: Door) -> None:
    (case,) = door.world.feed_back()
    door.world.walk(case, *TO)
    page = door.as_("discipline").get(f"/acts/verify?case={case}").text
    assert "巡察组、组织部还没有提出意见，须等到意见齐备" in words(page)
