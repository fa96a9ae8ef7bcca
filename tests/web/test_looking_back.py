"""整改复查、复审、督查检查: what is settled is looked at again and stands, or is made public after all; what is under way is looked at in between."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

import clock
from states import AMENDED
from storage.engine import reading, writing
from storage.search import found_by
from tests.rules.subjects import TODAY, a_case, a_clock, changed, subject
from tests.test_transferring import replayed, tampered
from tests.web.conftest import Door
from tests.web.test_homes import words
from tests.world import World, day
from trail.verify import verify
from workflow.machine import EFFECTS, GUARDS


def said(rule: str, *, case: Any = None, action: str = "looked_back", **answers: Any) -> str | None:
    """Return what a rule says against an act with these answers."""
    found = GUARDS[rule](subject(action, case=case, answers=answers))
    return found.sentence if found else None


def test_what_was_seen_was_seen_by_today_and_after_there_was_anything_to_see() -> None:
    accepted = a_case(state="publicized", fed_back_on=day(1, 5), verified_on=day(2, 20))
    assert said("checked_in_time", case=accepted) is None
    assert said("checked_in_time", case=accepted, checked_on=TODAY) is None
    assert said("checked_in_time", case=accepted, checked_on=day(2, 20)) is None
    assert said("checked_in_time", case=accepted, checked_on=day(3, 3)) == "检查日期不能晚于今天：查过以后再登记"
    assert (
        said("checked_in_time", case=accepted, checked_on=day(2, 19))
        == "检查日期早于验收销号之日 2026年2月20日（周五）"
    )
    under_way = a_case(fed_back_on=day(2, 1))
    assert said("checked_in_time", case=under_way, checked_on=day(1, 31)) == "检查日期早于反馈之日 2026年2月1日（周日）"


@pytest.mark.parametrize(("kind", "again"), [("focused", None), ("standing", date(2027, 3, 2))])
def test_what_stood_is_looked_at_no_more_a_standing_item_a_year_on(kind: str, again: date | None) -> None:
    s = subject("looked_back", "office", a_clock("look_back", TODAY), case=a_case(state="publicized", kind=kind))
    EFFECTS["end_look_back"](s, change := changed(s))
    left = change.clocks.get("look_back")
    assert (left.due_on if left else None) == again


def test_what_is_released_is_open_again_and_wants_a_text_anew() -> None:
    s = subject("release", case=a_case(state="withheld", settled_at=5, text_hash="ab"))
    EFFECTS["unsettle"](s, change := changed(s))
    assert (change.case.settled_at, change.case.text_hash) == (None, None)


def test_what_is_amended_is_said_otherwise() -> None:
    words = {"problem": "路灯不亮", "detail": "17盏", "amount": "", "basis": "", "category": ""}

    def against(**answers: str) -> Any:
        found = GUARDS["words_differ"](subject("amend", answers=answers, found_words=words))
        return "文字与原文相同" in found.sentence if found else None

    assert against() is None
    assert against(new_problem="路灯不亮") is True
    assert against(new_problem="路灯不亮", new_detail="17盏", new_amount="") is True
    assert against(new_problem="路灯不亮", new_detail="7盏") is None
    s = subject("amend", answers={"new_problem": "路灯不亮", "new_detail": "7盏"}, found_words=words)
    EFFECTS["amend_words"](s, change := changed(s))
    assert change.amended == {**words, "detail": "7盏"}
    assert {name for name in AMENDED if name.startswith("new_")} == {"new_problem", "new_detail", "new_amount"}


def published(world: World) -> int:
    """Return a case made public on the world's day."""
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify", "approve_text", "publicize")
    return case


def test_a_look_back_that_passes_ends_its_clock_and_one_that_fails_opens_the_case_again(world: World) -> None:
    """2 March: made public. 2 September: the office is told, once. It goes and looks; the unit signs for what it reads."""
    case, failing = published(world), published_beside(world)
    world.go(day(9, 2))
    world.scan(day(9, 2))
    assert world.alerts(case, "look_back") == ["day"]
    assert world.case(case).rung == "day"
    world.do("office", "looked_back", case)
    stands = world.case(case)
    assert (stands.state, stands.state_due_on, stands.rung) == ("publicized", None, "")
    assert "look_back" not in world.clocks(case)
    assert world.told(case, "looked_back") == {"secretary", "leader"}
    world.do("secretary", "acknowledge", case)
    world.scan_days(day(9, 3), day(12, 31))
    assert world.alerts(case, "look_back") == ["day"]
    world.do("discipline", "reopen", failing)
    assert world.case(failing).state == "rectifying"


def published_beside(world: World) -> int:
    """Return a second case of the unit made public on the same day."""
    (case,) = world.feed_back(start=2)
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify", "approve_text", "publicize")
    return case


def test_the_ground_is_gone_and_it_is_made_public_or_it_stays_with_another_date(world: World) -> None:
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "verify", "withhold")
    first = world.clocks(case)["ground_review"]
    world.go(first.due_on)
    world.scan(first.due_on)
    assert world.case(case).rung == "day"
    world.do("office", "uphold_ground", case)
    second = world.clocks(case)["ground_review"]
    assert (world.case(case).state, second.due_on > first.due_on, second.period > first.period) == (
        "withheld",
        True,
        True,
    )
    assert world.told(case, "uphold_ground") == {"discipline"}
    world.do("office", "release", case)
    assert (world.case(case).state, world.case(case).owes) == ("verified", "secretary")
    assert world.rows("SELECT settled_at FROM cases WHERE id = :id", id=case) == [(None,)]
    assert set(world.clocks(case)) >= {"publication"}
    world.walk(case, "approve_text", "publicize")


def test_what_is_under_way_is_looked_at_and_no_date_moves(world: World) -> None:
    case = world.at_work(day(6, 1))
    before = world.case(case).state_due_on
    world.do("office", "check", case)
    after = world.case(case)
    assert (after.state, after.state_due_on) == ("rectifying", before)
    assert world.told(case, "check") == {"secretary", "handler"}
    later = day(3, 2).replace(year=2027).isoformat()
    assert "不能晚于今天" in world.refused("office", "check", case, answers={"checked_on": later})


def test_the_words_are_amended_the_old_are_kept_and_both_find_it(world: World) -> None:
    """The figure was wrong: the group corrects it; the claim runs on; the log knows both, and a word changed behind it is found out."""
    (case,) = world.feed_back()
    world.go(day(3, 4))
    world.do("secretary", "object", case)
    world.go(day(3, 6))
    anew = {"new_problem": "背街路灯损坏", "new_detail": "损坏7盏"}
    world.do("office", "amend", case, answers=anew)
    assert world.stands(case) == ("feedback", day(3, 11), "secretary")
    assert world.told(case, "amend") == {"secretary", "leader", "discipline", "organisation"}
    assert world.rows("SELECT problem, detail, category FROM cases WHERE id = :id", id=case) == [
        ("背街路灯损坏", "损坏7盏", "民生")
    ]
    with reading(world.engine) as work:
        for words in ("损坏7盏", "背街路灯", "路灯不亮1", "背街损坏17盏"):
            sql, params = found_by(work.driver, words)
            assert [row[0] for row in work.driver.all(sql, params)] == [case], words
    world.do("secretary", "claim", case)
    assert verify(world.engine, world.home).ok
    say = f"UPDATE cases SET problem = '{{}}' WHERE id = {case}"
    assert "的问题文字与更正记录的摘要不符" in tampered(world, say.format("路灯不亮1"), say.format("背街路灯损坏"))
    born, objected, amended = (world.entry(case, version) for version in (1, 2, 3))
    assert replayed(world, born, objected, amended) == ""
    silent = {name: one for name, one in amended.items() if name != "amended"}
    assert "没有写明更正问题的文字" in replayed(world, born, objected, silent)
    assert "不能更正问题的文字" in replayed(world, born, {**objected, "amended": amended["amended"]})


def test_the_page_shows_what_it_was_before_it_was_amended(door: Door) -> None:
    world = door.world
    (case,) = world.feed_back()
    world.do("secretary", "object", case)
    page = door.as_("office").get(f"/acts/amend?case={case}").text
    assert "路灯不亮1" in page.partition("更正后的问题")[2][:400]
    world.do("office", "amend", case, answers={"new_problem": "背街路灯损坏", "new_detail": "损坏7盏"})
    shown = words(door.as_("secretary").get(f"/cases/{case}").text)
    assert "更正前路灯不亮1背街损坏17盏" in "".join(shown.split())


def test_what_is_to_be_looked_at_again_is_a_task_of_the_office_on_its_day(door: Door) -> None:
    """Nothing of it before; then a line for the unit, and one act for all of its cases."""
    world = door.world
    cases = [published(world), published_beside(world)]
    assert "整改复查" not in words(door.as_("office").get("/").text)
    world.go(day(9, 2))
    world.scan(day(9, 2))
    with writing(world.engine) as work:  # nobody is asked for a new password here
        work.driver.run("UPDATE accounts SET password_at = ?", (clock.micros(world.now),))
        work.commit()
    home = door.sign_in("office").get("/").text
    assert "整改复查" in words(home)
    assert f"/acts/looked_back?case={cases[0]}&amp;case={cases[1]}" in home
