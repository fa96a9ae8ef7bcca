"""Letters: one for a person, a unit and a day, exactly the union of its notices; red ones in office hours, new ones at once, the rest with the day."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from email.message import EmailMessage
from typing import Any

import pytest

import clock
from notifications.deliver import Delivered
from notifications.expansion import expand
from notifications.health import outbox_age
from notifications.holders import Directories
from notifications.hours import OfficeHours, Times
from notifications.together import TITLES, render_letter
from notifications.urgency import speed_of
from register.wanted import Wanted
from storage.engine import reading
from tests.post.conftest import Office, parsed, part
from tests.post.mails import letter, mail, told
from tests.post.relay import Relay
from tests.register.test_road import entered
from tests.world import day

OFFICE_HOURS: dict[str, Any] = {"office_hours": "08:30-17:30", "daily": "08:30"}
LINK = "http://127.0.0.1:8000"


def at(on: date, hour: int, minute: int = 0) -> datetime:
    """A local time of a day."""
    return clock.at_hour(on, hour) + timedelta(minutes=minute)


def cases_of(one: EmailMessage) -> list[int]:
    """The cases that a letter links to, each as often as it does."""
    return [int(number) for number in re.findall(rf"{LINK}/cases/(\d+)\b", part(one, "plain"))]


def test_a_first_feedback_of_thirty_three_problems_is_one_letter_each_at_any_hour(office: Office) -> None:
    world = office.world
    cases = world.feed_back(33)
    night = at(world.today, 2, 30)
    assert office.put(night, **OFFICE_HOURS) == Delivered(5, 0, 0)
    assert office.readers() == ["discipline", "handler", "leader", "organisation", "secretary"]
    [one] = office.to("secretary")
    assert one["Subject"] == "【整改督办】城伯镇党委：新到 33 件"
    assert cases_of(one) == cases
    text = part(one, "plain")
    assert text.count("问题已反馈，认领期限2026年3月9日") == 33
    assert text.count("请党组织书记认领，期限2026年3月9日") == 1
    assert len(one["References"].split()) == 33
    assert office.put(night, **OFFICE_HOURS) == Delivered(0, 0, 0)


def test_a_red_one_of_the_night_waits_for_the_office_and_takes_along_what_waits(office: Office) -> None:
    """Nobody claims: the red one of a Tuesday at half past two leaves at half past eight, with the claim of another of the day before."""
    world = office.world
    [case, other] = world.feed_back(2)
    office.put(world.now, **OFFICE_HOURS)
    world.go(day(3, 9))
    world.do("secretary", "claim", other)
    world.now = at(day(3, 10), 2, 30)
    world.scan()
    waits = office.put(world.now, **OFFICE_HOURS)
    assert (waits.sent, waits.failed, waits.left) == (0, 0, 4)
    assert office.put(at(day(3, 10), 8, 29), **OFFICE_HOURS) == waits
    assert office.put(at(day(3, 10), 8, 30), **OFFICE_HOURS) == Delivered(4, 0, 0)
    assert office.to("leader")[-1]["Subject"] == "【整改督办】城伯镇党委：已逾期 1 件、办理情况 1 件"
    assert cases_of(office.to("leader")[-1]) == [case, other]


def test_what_is_not_urgent_leaves_with_the_next_working_day_and_nobody_hears_of_their_own_act(office: Office) -> None:
    """Friday the 6th: a claim. Saturday nothing leaves; on Monday at half past eight both clerks read it, and the leader."""
    world = office.world
    cases = world.feed_back(3)
    office.put(world.now, **OFFICE_HOURS)
    world.go(day(3, 6))
    world.do("secretary", "claim", *cases)
    for when in (world.now, at(day(3, 7), 10), at(day(3, 9), 8)):
        assert office.put(when, **OFFICE_HOURS) == Delivered(0, 0, 3)
        with reading(world.engine) as work:
            assert outbox_age(work.driver, when) == 0, "what is gathered is not late"
    assert office.put(at(day(3, 9), 8, 30), **OFFICE_HOURS) == Delivered(3, 0, 0)
    assert [len(cases_of(office.to(login)[-1])) for login in ("office", "office2", "leader")] == [3, 3, 3]
    world.go(day(3, 9))
    world.do("office", "escalate_by_hand", cases[0])
    office.put(world.now, **OFFICE_HOURS)
    assert "提级督办" in office.to("office2")[-1]["Subject"]
    assert len(office.to("office")) == 1


def test_the_letters_are_the_union_of_their_singles(office: Office) -> None:
    """Weeks of reminders and acts, delivered at odd times: every notice is in one letter, its reader finds its case there, none is there twice."""
    world = office.world
    cases = world.feed_back(4)
    for on, hour in (
        (day(3, 3), 9),
        (day(3, 5), 3),
        (day(3, 10), 2),
        (day(3, 10), 11),
        (day(3, 14), 12),
        (day(3, 20), 9),
    ):
        world.scan(at(on, hour))
        if on == day(3, 5):
            world.do("secretary", "claim", *cases[:2])
        office.put(world.now, **OFFICE_HOURS)
    office.put(at(day(3, 24), 9), **OFFICE_HOURS)
    rows = world.rows(
        "SELECT a.login, l.id, l.message_id, d.case_id, COUNT(*) AS told FROM deliveries d JOIN letters l ON l.id = d.letter_id "
        "JOIN accounts a ON a.person_id = d.person_id WHERE d.state = 'sent' GROUP BY a.login, l.id, l.message_id, d.case_id"
    )
    by_id = {one["Message-ID"]: one for one in office.mails()}
    told_of = world.rows("SELECT DISTINCT o.idx, d.person_id FROM outbox o JOIN deliveries d ON d.idx = o.idx")
    assert sum(row.told for row in rows) == len(told_of) == len(world.rows("SELECT 1 FROM deliveries"))
    assert set(by_id) == {row.message_id for row in rows}
    for name, one in by_id.items():
        linked = cases_of(one)
        assert len(linked) == len(set(linked))
        assert set(linked) <= {row.case_id for row in rows if row.message_id == name}
    per_day = world.rows("SELECT person_id, unit_id, day, COUNT(*) AS n FROM letters GROUP BY person_id, unit_id, day")
    assert max(row.n for row in per_day) <= 2
    nights = world.rows("SELECT any_hour, sent_at FROM letters")
    assert all(
        row.any_hour or 8 <= clock.from_micros(row.sent_at).astimezone(clock.SHANGHAI).hour < 18 for row in nights
    )


def test_what_cannot_be_made_is_left_out_and_looked_at_again(office: Office) -> None:
    world = office.world
    first, second = world.feed_back(2)
    office.put()
    world.go(day(3, 3))
    world.do("secretary", "claim", first, second)
    [(sound,)] = set(world.rows("SELECT facts FROM outbox WHERE template = 'claim' AND case_id = :case", case=first))
    office.run("UPDATE outbox SET facts = '{' WHERE template = 'claim' AND case_id = ?", first)
    assert office.put() == Delivered(3, 0, 3)
    assert cases_of(office.to("leader")[-1]) == [second]
    office.run("UPDATE outbox SET facts = ? WHERE facts = '{'", sound)
    assert office.put(office.in_(minutes=59)).left == 3
    assert office.put(office.in_(minutes=61)) == Delivered(3, 0, 0)
    assert cases_of(office.to("leader")[-1]) == [first]


def test_a_letter_that_is_tried_again_leaves_out_what_its_reader_may_no_longer_see(office: Office, up: Relay) -> None:
    world = office.world
    first, second = world.feed_back(2)
    up.refusals = {"handler@example.test": "450 busy"}
    assert office.send() == Delivered(4, 0, 1)
    entered(world, "office", Wanted("restriction", "make", None, {"case": first, "roles": "secretary office"}, "涉密"))
    up.refusals = {}
    assert office.send(office.in_(minutes=1)) == Delivered(1, 0, 0)
    [mine] = [parsed(one.content) for one in up.taken if one.recipients == ("handler@example.test",)]
    assert cases_of(mine) == [second]
    assert [tuple(one) for one in world.rows("SELECT case_id, state FROM deliveries WHERE state <> 'sent'")] == [
        (first, "dropped")
    ]


def test_several_clocks_of_a_case_are_one_line_and_the_gravest_stands_first() -> None:
    late = mail(
        "remind",
        case=1,
        number="1",
        facts={"to": "rectifying", "told": [told("rectify", "red"), told("acknowledge", "late")]},
    )
    unsigned = mail(
        "remind", case=1, number="1", facts={"to": "rectifying", "told": [told("progress", "eve", "2026-06-04")]}
    )
    raised, done = mail("escalate", case=2, number="2", facts={"to": "escalated"}), mail("verify", case=3, number="3")
    soon = mail(
        "remind", case=4, number="4", facts={"to": "rectifying", "told": [told("rectify", "yellow", "2026-06-13")]}
    )
    words = render_letter(letter(done, soon, late, unsigned, raised), LINK)
    assert words.subject == "【整改督办】城伯镇党委：升级督办 1 件、已逾期 1 件、期限将到 1 件等"
    places = [words.text.index(f"{title}（1 件）") for title in (TITLES[0], TITLES[2], TITLES[5], TITLES[6])]
    assert places == sorted(places)
    [line] = [one for one in words.text.splitlines() if one.startswith("1. 城伯镇党委 问题1：")]
    assert [word in line for word in ("红色预警，整改期限2026年6月1日", "签收期限", "填报进展期限")] == [True] * 3
    assert words.text.count(f"{LINK}/cases/1\n") == 1
    assert "检查点：第 128 条" in words.text
    assert all(words.html.count(f'{LINK}/cases/{case}"') == 1 for case in (1, 2, 3, 4))


@pytest.mark.parametrize(
    ("action", "facts", "role", "speed"),
    [
        ("feed_back", "{}", "secretary", "now"), ("order_at_once", "{}", "leader", "now"), ("escalate", "{}", "leader", "hours"),
        ("flag", "{}", "office", "hours"), ("claim", "{}", "office", "daily"),
        ("remind", '{"told": [{"rule": "rectify", "rung": "red", "due_on": "2026-03-01"}]}', "secretary", "hours"),
        ("remind", '{"told": [{"rule": "rectify", "rung": "yellow", "due_on": "2026-03-20"}]}', "secretary", "daily"),
        ("remind", '{"told": [{"rule": "progress", "rung": "day", "due_on": "2026-03-02"}]}', "handler", "hours"),
        ("return_plan", '{"owes": "secretary", "state_due_on": "2026-03-02"}', "secretary", "hours"),
        ("return_plan", '{"owes": "secretary", "state_due_on": "2026-03-02"}', "leader", "daily"),
        ("urge", "{}", "secretary", "hours"),
        ("press_copy", '{"pressed": {"due_on": "2026-03-01"}}', "discipline", "hours"), ("claim", "{", "office", "hours"),
    ],
)  # fmt: skip
def test_what_leaves_when(action: str, facts: str, role: str, speed: str) -> None:
    assert speed_of(action, facts, date(2026, 3, 2), role) == speed


def test_the_office_opens_on_the_working_days_of_its_calendar() -> None:
    """Saturday the 14th is made up for, Monday the 16th is free."""
    hours = OfficeHours(Times.read("08:30-17:30", "09:00"), {date(2026, 3, 14): True, date(2026, 3, 16): False})
    told_at = {
        at(date(2026, 3, 13), 17, 29): (at(date(2026, 3, 13), 17, 29), at(date(2026, 3, 14), 9)),
        at(date(2026, 3, 13), 17, 30): (at(date(2026, 3, 14), 8, 30), at(date(2026, 3, 14), 9)),
        at(date(2026, 3, 14), 18): (at(date(2026, 3, 17), 8, 30), at(date(2026, 3, 17), 9)),
        at(date(2026, 3, 17), 9): (at(date(2026, 3, 17), 9), at(date(2026, 3, 17), 9)),
    }
    assert {one: (hours.opening(one), hours.gathering(one)) for one in told_at} == told_at
    always = OfficeHours(Times.read("", ""))
    some = datetime(2026, 3, 15, 2, tzinfo=UTC)
    assert (always.opening(some), always.gathering(some), always.is_open(some)) == (some, some, True)


def test_two_looks_at_the_outbox_make_a_notice_once(office: Office) -> None:
    office.world.feed_back(1)
    for _ in range(2):
        expand(office.world.engine, office.world.now, Directories())
        office.run("UPDATE outbox SET expanded_at = NULL")
    assert len(office.world.rows("SELECT 1 FROM deliveries")) == 5
