"""筹备: what is still missing is told by what the next feedback needs, wherever the people who count hold their posts."""

from __future__ import annotations

import re

from sqlalchemy import text

from tests.web.conftest import Door, password_hash
from tests.world import TOWN


def said(door: Door, step: str) -> tuple[bool, str]:
    """Return whether a step of the page is done, and how it says that it stands."""
    page = door.as_("office").get("/setup").text
    for row in re.findall(r"<tr>.*?</tr>", page, re.DOTALL):
        cells = [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)]
        if cells and cells[1] == step:
            return cells[0].startswith("✓"), cells[2]
    raise AssertionError(step)


def test_a_leader_of_some_units_is_there_to_be_written_to(door: Door) -> None:
    """Leaders answer for units, not for the city: a post at one of them counts."""
    close(door, "leader")
    assert said(door, "呈送和抄告的人") == (False, "分管领导还没有能登录的人，反馈时送不到")
    hire(door, "leader_of_town", "leader")
    assert said(door, "呈送和抄告的人") == (True, "都有")


def test_a_secretary_is_no_second_person_of_the_office(door: Door) -> None:
    assert said(door, "巡察办的人")[0]
    close(door, "office2")
    hire(door, "secretary_again", "secretary")
    done, words = said(door, "巡察办的人")
    assert not done
    assert words == "1 人能登录，须两人以上：一人申请的，由另一人审批"


def test_who_cannot_sign_in_is_missing(door: Door) -> None:
    close(door, "discipline")
    assert said(door, "呈送和抄告的人") == (False, "纪委监委还没有能登录的人，反馈时送不到")


def test_what_is_missing_before_the_first_feedback_is_said_only_until_then(door: Door) -> None:
    before = door.as_("office").get("/setup").text
    assert re.search(r"第一次反馈以前，还缺 <strong>\d+</strong> 项", before)
    door.world.feed_back()
    after = door.as_("office").get("/setup").text
    assert "第一次反馈以前，还缺" not in after
    assert re.search(r"<p>还缺 <strong>\d+</strong> 项", after)


def close(door: Door, login: str) -> None:
    """Close the account of one of the cast, as the administrators do."""
    ((number,),) = door.world.rows("SELECT id FROM accounts WHERE login = :login", login=login)
    door.world.enter("secadmin", "account", "close", int(number), asked_by="sysadmin")


def hire(door: Door, login: str, role: str) -> None:
    """Let somebody have a post at a unit, with an account that signs in."""
    door.world.hire(login, "林晓燕", role, TOWN)
    with door.world.engine.begin() as connection:
        connection.execute(text("UPDATE accounts SET password_hash = :hash"), {"hash": password_hash()})
