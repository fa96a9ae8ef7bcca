"""The form of an approval or acceptance asks why an opinion is passed over where there is such an opinion, and nowhere else."""

from __future__ import annotations

from typing import Any

import pytest

from notifications.deliver import deliver
from notifications.settings import channel_for
from states import OVERRULED
from tests.post.conftest import parsed, part
from tests.post.sending import folder
from tests.web.conftest import Door, as_the_unit_says
from tests.web.test_homes import words
from tests.world import material, usual_materials

TO = ("claim", "submit_plan", "approve_plan", "submit")
MEETING = ("s.meeting", "s.minute_no", "s.minute_on", "m.minutes")
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
    names = (*MEETING, f"c{case}.not_adopted", f"c{case}.passed_over")
    return {name.rpartition(".")[2] for name in names if f'name="{name}"' in page}


@pytest.mark.parametrize(
    ("opinions", "fields"),
    [
        ({"team": "agree", "discipline": "agree", "organisation": "agree"}, set()),
        ({"team": "return", "discipline": "agree", "organisation": "agree"}, {"not_adopted"}),
        (
            {"team": "agree", "discipline": "return", "organisation": "agree"},
            {"meeting"},
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
    said = {"case": str(case), "step": "check", "s.conclusion": "完成", **as_the_unit_says(case)}
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


ALL = dict.fromkeys(("team", "discipline", "organisation"), "agree")
# Whose opinion is passed over, what the parties said, and what the office answers.
PASSED_OVER: dict[str, tuple[str, dict[str, str], dict[str, Any]]] = {
    "not_adopted": ("team", {**ALL, "team": "return"}, {"not_adopted": "已在措施二中回应"}),
    "passed_over": ("organisation", {"team": "agree", "discipline": "agree"}, {"passed_over": "两次书面征求意见"}),
    "minute_no": (
        "discipline",
        {**ALL, "discipline": "return"},
        {"minute_no": "领组〔2026〕7号", "minute_on": "2026-03-02"},
    ),
}


@pytest.mark.parametrize("action", ["approve_plan", "verify"])
@pytest.mark.parametrize("answer", PASSED_OVER)
def test_who_was_passed_over_reads_that_by_mail_and_the_reason_on_the_case(
    door: Door, action: str, answer: str
) -> None:
    """One mail says it to the party and to nobody else; the case page, which it leads to, says why."""
    world, (party, opinions, said) = door.world, PASSED_OVER[answer]
    (case,) = world.feed_back()
    world.walk(case, *TO[: 2 if action == "approve_plan" else 4])
    for who, opinion in opinions.items():
        world.do(who, "opine", case, answers={"opinion": opinion})
    if answer == "passed_over":
        world.later(40)
    papers = (material("minutes"),) if answer == "minute_no" else ()
    world.do("office", action, case, answers=said, materials=(*usual_materials(action), *papers))
    assert told_by_mail(door, OVERRULED[answer].told) == [f"{party}@example.test"]
    page = words(door.as_(party).get(f"/cases/{case}").text)
    assert str(said[answer]) in page
    assert OVERRULED[answer].shown in page


def told_by_mail(door: Door, sentence: str) -> list[str]:
    """Deliver all that waits; return to whom a mail says the sentence."""
    post = folder(door.world.home / "mail")
    deliver(door.world.engine, post, door.world.now, channel_for(post))
    mails = [parsed(file.read_bytes()) for file in (door.world.home / "mail").glob("*.eml")]
    return [one["To"].addresses[0].addr_spec for one in mails if sentence in part(one, "plain")]
