"""呈送、抄告: what is fed back goes in one letter per unit to the leader and the departments, each opens it and signs for their own."""

from __future__ import annotations

from dataclasses import replace

import pytest

from notifications.deliver import deliver
from notifications.settings import channel_for
from states import ACTIONS, LEADER
from tests.household import end_posts
from tests.post.conftest import parsed, part
from tests.post.sending import folder
from tests.rules.subjects import CASE, ME, a_case, changed, subject
from tests.web.conftest import Answer, Door
from tests.web.posted import hire
from tests.web.test_homes import words
from tests.world import BUREAU, TOWN, World, day
from web.acts.fields import shared_fields
from workflow.copies import Owed, letters
from workflow.machine import EFFECTS, GUARDS

RECEIVERS = ("leader", "discipline", "organisation")
WAITS = "呈送（抄告）待签收"


def sign(door: Door, login: str, *cases: int) -> Answer:
    """Press the button that signs for letters."""
    return door.as_(login).submit("/acts/acknowledge_copy", {"case": list(map(str, cases)), "step": "do"})


def unsigned(world: World) -> list[tuple[int, str]]:
    return [tuple(row) for row in world.rows("SELECT case_id, role FROM copies WHERE signed_version IS NULL ORDER BY case_id, role")]  # fmt: skip


def test_the_rules_by_themselves() -> None:
    """One signs for what came to the posts held for the case, and for that alone; the first of each inspection bears the letter."""
    rule, effect = GUARDS["copy_unsigned"], EFFECTS["sign_for_copy"]
    copies = tuple(Owed(*one, sign_by=day(3, 4)) for one in ((1, "discipline"), (1, "leader"), (4, "leader")))
    theirs = subject("acknowledge_copy", "leader", copies=copies)
    assert rule(theirs) is None
    assert rule(subject("acknowledge_copy", "organisation", copies=copies)) is not None
    assert rule(subject("acknowledge_copy", "leader", copies=())) is not None
    change = changed(theirs)
    effect(theirs, change)
    assert change.acknowledged == [(1, "leader"), (4, "leader")]
    assert change.rows["copies_signed"] == [(6, ME, CASE, 1, "leader"), (6, ME, CASE, 4, "leader")]
    fed = [subject("feed_back", case=a_case(number=str(number))) for number in (1, 2)]
    assert [one.numbers for one in letters(fed).values()] == [("1", "2")]
    assert letters([subject("keep")]) == {}


def test_one_letter_for_each_unit_and_receiver_and_one_entry_signs_for_it(door: Door) -> None:
    """Three problems of the town and one of the bureau: two letters to each of three, and the entry names what it signs for."""
    world = door.world
    cases, (other,) = world.feed_back(3), world.feed_back(1, BUREAU)
    assert unsigned(world) == sorted((case, role) for case in (cases[0], other) for role in RECEIVERS)
    assert world.entry(cases[0])["copied"] == {"to": list(RECEIVERS), "cases": cases}
    assert "copied" not in world.entry(cases[1])
    assert (world.told(cases[0], "feed_back"), world.told(cases[1], "feed_back")) == (
        {"secretary", "handler", *RECEIVERS}, {"secretary", "handler"},
    )  # fmt: skip
    home = words(door.as_("discipline").get("/").text)
    assert f"{WAITS} 2 个单位" in home
    assert "反馈 3 个问题" in home
    assert sign(door, "discipline", cases[0], other).status_code == 200
    entry = world.entry(cases[0])
    assert (entry["action"], entry["actor"]["role"]) == ("acknowledge_copy", "discipline")
    assert entry["acknowledged"] == [{"version": 1, "role": "discipline"}]
    assert WAITS not in words(door.as_("discipline").get("/").text)
    assert "没有待您签收的呈送（抄告）件" in words(sign(door, "discipline", other).text)
    assert {role for _, role in unsigned(world)} == {"leader", "organisation"}
    assert sign(door, "secretary", other).status_code in (403, 404)


def test_who_holds_the_post_now_signs_not_who_held_it_when_it_was_sent(door: Door) -> None:
    """The leader of the town leaves on the day after feedback: the mail was theirs, the signature is the next one's."""
    world = door.world
    end_posts(world, "leader", day(3, 1))
    hire(world, "leader_then", "leader", TOWN)
    (case,) = world.feed_back()
    world.go(day(3, 3))
    end_posts(world, "leader_then", day(3, 3))
    world.go(day(3, 4))
    hire(world, "leader_now", "leader", TOWN)
    assert WAITS in words(door.as_("leader_now").get("/").text)
    assert sign(door, "leader_then", case).status_code in (403, 404)
    assert (case, LEADER) in unsigned(world)
    assert sign(door, "leader_now", case).status_code == 200
    assert (case, LEADER) not in unsigned(world)
    assert world.entry(case)["actor"]["login"] == "leader_now"
    page = words(door.as_("office").get(f"/copies/{case}/1").text)
    assert "leader_now的人签收" in page


def test_it_is_noted_once_who_opened_it_first(door: Door) -> None:
    """Any problem of the letter opens it, for the role that looks; others' looking and a second look change nothing."""
    world = door.world
    cases = world.feed_back(2)
    asked = "SELECT role, opened_at, opened_by FROM copies WHERE opened_at IS NOT NULL"
    for login in ("office", "secretary", "auditor"):
        door.as_(login).get(f"/cases/{cases[1]}")
    assert world.rows(asked) == []
    size = world.size
    door.as_("leader").get(f"/cases/{cases[1]}")
    first = world.rows(asked)
    assert [(role, by) for role, _, by in first] == [("leader", world.people["leader"])]
    world.go(day(3, 3))
    door.as_("leader").get(f"/copies/{cases[0]}/1")
    assert (world.rows(asked), world.size) == (first, size)
    door.as_("organisation").get(f"/copies/{cases[0]}/1")
    assert {role for role, _, _ in world.rows(asked)} == {"leader", "organisation"}
    later = world.feed_back(1, start=9)
    door.as_("discipline").get(f"/cases/{later[0]}")
    assert world.rows(f"{asked} AND case_id = :case AND role = 'discipline'", case=cases[0]) == []


def test_who_has_not_signed_in_time_is_a_task_of_the_office(door: Door) -> None:
    """Two working days are until 4 March; on the 5th the office reads whom it has to press, and the list says how each stands."""
    world = door.world
    (case,) = world.feed_back(2)[:1]
    sign(door, "discipline", case)
    world.go(day(3, 4))
    home = words(door.sign_in("office").get("/").text)
    assert "呈送（抄告）未签收、未回复 2 件" in home
    assert "■ 逾期" not in home
    world.go(day(3, 5))
    office = door.sign_in("office")
    home = words(office.get("/").text)
    assert f"组织部 没有签收 1 件 ■ 逾期 1 件 {TOWN}" in home
    around = words(office.get(f"/copies?round={world.round_id}").text)
    assert "逾期未签收" in around
    assert "罗伟签收" in around
    assert "还没有打开" in around
    assert "反馈 2 个问题" in words(office.get("/copies").text)
    assert "送出 3 件（每方算一件），已签收 1 件" in words(office.get(f"/register/round/{world.round_id}").text)
    own = words(door.sign_in("organisation").get("/copies").text)
    assert ("罗伟" in own, "组织部" in own) == (False, True)
    assert door.as_("leader").get(f"/copies?round={world.round_id + 99}").status_code == 404


def test_a_letter_shows_its_problems_and_is_there_for_its_receivers_alone(door: Door) -> None:
    world = door.world
    cases = world.feed_back(2)
    page = door.as_("leader").get(f"/copies/{cases[0]}/1").text
    assert all(f'href="/cases/{case}"' in page for case in cases)
    assert 'action="/acts/acknowledge_copy"' in page
    assert 'action="/acts/acknowledge_copy"' not in door.as_("office").get(f"/copies/{cases[0]}/1").text
    assert "不在您的职责范围内" not in page
    for address in (f"/copies/{cases[0]}/1", "/copies"):
        assert door.as_("secretary").get(address).status_code == 404
    for address in (f"/copies/{cases[1]}/1", f"/copies/{cases[0]}/2", "/copies/9999/1"):
        assert door.as_("leader").get(address).status_code == 404


def test_the_mail_says_how_many_which_and_by_when_and_leads_to_the_letter(door: Door) -> None:
    world = door.world
    cases = world.feed_back(12)
    post = folder(world.home / "mail")
    deliver(world.engine, post, world.now, channel_for(post))
    mails = [
        one
        for one in (parsed(file.read_bytes()) for file in (world.home / "mail").glob("*.eml"))
        if one["To"].addresses[0].username == "discipline"
    ]
    assert len(mails) == 1
    text = part(mails[0], "plain")
    for piece in (
        "抄告：纪委监委",
        "共 12 个问题",
        "1、2、3",
        "请登录系统签收，期限2026年3月4日",
        f"/copies/{cases[0]}/1",
    ):
        assert piece in text
    assert "路灯" not in text


def test_words_that_are_others_now_go_in_copy_again(door: Door) -> None:
    """更正后维持: what leader and departments hold is no longer what stands; one signature is for both that wait."""
    world = door.world
    (case,) = world.feed_back()
    world.walk(case, "object", "amend")
    assert len(unsigned(world)) == 6
    sign(door, "leader", case)
    assert world.entry(case)["acknowledged"] == [{"version": 1, "role": "leader"}, {"version": 3, "role": "leader"}]


def test_who_gets_no_copy_has_not_settled_it(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    """What went to some alone says nothing of the others; of those who got it, who signed owes no more."""
    door.world.feed_back()
    sign(door, "leader", 1)
    page = door.as_("office").get("/copies").text
    assert page.count("✓ 已签收") == 1
    act = ACTIONS["feed_back"]
    monkeypatch.setitem(ACTIONS, "feed_back", replace(act, copied=tuple(role for role in act.copied if role != LEADER)))
    assert "✓ 已签收" not in door.as_("office").get("/copies").text


def test_the_form_names_who_is_asked_to_answer() -> None:
    asked = {one.answer: one for one in shared_fields(replace(ACTIONS["amend"], copied=("organisation",)), {}, {})}
    assert asked["reply_by"].hint.startswith("要组织部回复意见的")


@pytest.mark.parametrize("action", ["keep", "transfer", "feed_again", "claim"])
def test_nothing_else_goes_in_copy(action: str) -> None:
    assert ACTIONS[action].copied == ()
