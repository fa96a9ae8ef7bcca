"""Down for an hour, a day, 45 days: one mail per case and addressee at the highest rung, the skipped ones on record."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

from tests.world import World

AGREED = date(2026, 5, 30)


def rectifying(world: World, count: int) -> list[int]:
    """Let problems be rectified until 30 May: green on the 10th, yellow on the 20th, red on the 31st."""
    cases = world.feed_back(count)
    world.do("secretary", "claim", *cases)
    world.do("secretary", "submit_plan", *cases)
    world.agree(*cases)
    world.do("office", "approve_plan", *cases, answers={"agreed_on": AGREED.isoformat()})
    world.do("secretary", "acknowledge", *cases)
    return cases


def told(world: World, since: int = 0) -> list[tuple[Any, ...]]:
    """Return what clocks of rectification told: case, rung, skipped."""
    sql = "SELECT case_id, rung, skipped FROM alerts WHERE rule IN ('rectify', 'overdue') AND version > :since ORDER BY case_id, version, rung"
    return [(row[0], row[1], bool(row[2])) for row in world.rows(sql, since=since)]


def mails(world: World, case: int) -> list[tuple[str, str, list[str]]]:
    """Return the reminders of a case: post, day, and the rungs that each mail tells."""
    sql = "SELECT post, facts FROM outbox WHERE case_id = :case AND template = 'remind' ORDER BY id"
    return [
        (row[0], "", [one["rung"] for one in json.loads(row[1])["told"] if one["rule"] == "rectify"])
        for row in world.rows(sql, case=case)
    ]


def test_a_daily_scan_tells_green_yellow_red_then_flags_and_escalates(world: World) -> None:
    """The undisturbed run: each rung on its day, once; fifteen days late flagged and escalated."""
    (case,) = rectifying(world, 1)
    days = {}
    for number in range(120):
        day = date(2026, 3, 3) + timedelta(days=number)
        for one in world.scan(day).fired:
            if one.get("clock") == "rectify" or one["criterion"]:
                days[one["rung"]] = day
    assert days == {
        "green": date(2026, 5, 10), "yellow": date(2026, 5, 20), "red": date(2026, 5, 31), "flag": date(2026, 6, 14),
        "escalate": date(2026, 6, 14),
    }  # fmt: skip
    assert told(world) == [
        (case, "green", False),
        (case, "yellow", False),
        (case, "red", False),
        (case, "flag", False),
        (case, "escalate", False),
    ]


def test_an_hour_and_a_day_of_downtime_lose_nothing(world: World) -> None:
    """The scan of 31 May runs an hour late, that of 20 May a day late: each rung still told once, none skipped."""
    (case,) = rectifying(world, 1)
    world.scan(date(2026, 5, 10))
    world.scan(date(2026, 5, 21))
    world.go(date(2026, 5, 31))
    world.now += timedelta(hours=1)
    world.scan()
    assert told(world) == [(case, "green", False), (case, "yellow", False), (case, "red", False)]


def test_after_45_days_down_each_addressee_gets_one_mail_at_the_highest_rung(world: World) -> None:
    """Green was told; then 45 days of silence over yellow, red and the flag's day: red in words, yellow skipped."""
    cases = rectifying(world, 3)
    world.scan(date(2026, 5, 10))
    before = len(mails(world, cases[0]))
    fired = world.scan(date(2026, 5, 10) + timedelta(days=45)).fired
    for case in cases:
        fresh = mails(world, case)[before:]
        assert len({post for post, _, _ in fresh}) == len(fresh)
        assert all("yellow" not in rungs for _, _, rungs in fresh)
        assert any("red" in rungs for _, _, rungs in fresh)
    assert [(c, r, s) for c, r, s in told(world) if c == cases[0]] == [
        (cases[0], "green", False), (cases[0], "red", False), (cases[0], "yellow", True), (cases[0], "flag", False), (cases[0], "escalate", False),
    ]  # fmt: skip
    assert {one["action"] for one in fired if one["case"] == cases[0]} == {"remind", "flag", "escalate"}
    assert world.case(cases[0]).state == "escalated"
    assert world.scan().fired == []


def test_down_over_the_first_telling_grants_fifteen_days_before_the_flag(world: World) -> None:
    """Nothing was told before the date; the first scan is 45 days late: red, and the flag fifteen days on."""
    (case,) = rectifying(world, 1)
    first = AGREED + timedelta(days=45)
    assert "flag" not in {one["rung"] for one in world.scan(first).fired}
    assert world.case(case).state == "rectifying"
    assert "flag" not in {one["rung"] for one in world.scan(first + timedelta(days=14)).fired}
    assert "flag" in {one["rung"] for one in world.scan(first + timedelta(days=15)).fired}
    assert world.case(case).state == "escalated"


def test_a_clock_set_back_tells_nothing_twice(world: World) -> None:
    """The machine's clock jumps a month back and forward again: the trail's time stands, no rung is told twice."""
    rectifying(world, 1)
    world.scan(date(2026, 5, 20))
    once = told(world)
    world.scan(date(2026, 4, 20))
    world.scan(date(2026, 5, 20))
    assert told(world) == once
    instants = [row[0] for row in world.rows("SELECT at FROM trail ORDER BY idx")]
    assert instants == sorted(instants)
