"""A story of people: who holds which post on which day, and so who gets the mail, who may sign, and what the log says of it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from notifications.deliver import deliver
from notifications.settings import channel_for
from states import STAND_IN
from storage.engine import reading, writing
from tests.household import close_login, end_posts, give_post, put_above
from tests.post.sending import folder
from tests.web.conftest import Door
from tests.world import BUREAU, TOWN, World, day
from trail.verify import verify
from workflow.drafts import confirm, draft
from workflow.engine import fire
from workflow.outcome import Outcome
from workflow.people import actor_of


def as_today(world: World, login: str, action: str, case: int, **more: Any) -> Outcome:
    """Let somebody try a move, in the posts they hold today."""
    with writing(world.engine) as work:
        actor = actor_of(work.driver, login, world.today, "web")
        (outcome,) = fire(work, [world.intent(action, case, **more)], actor, world.now)
        work.commit()
    return outcome


def mail_of(world: World) -> set[str]:
    """Deliver what waits; return the logins that got something just now."""
    before = {row[0] for row in world.rows("SELECT id FROM deliveries WHERE state = 'sent'")}
    post = folder(world.home / "mail")
    deliver(world.engine, post, world.now, channel_for(post))
    sql = "SELECT d.id, a.login FROM deliveries d JOIN accounts a ON a.person_id = d.person_id WHERE d.state = 'sent'"
    return {login for number, login in world.rows(sql) if number not in before}


def units_side(logins: set[str]) -> set[str]:
    """Return those of a unit's side."""
    return {login for login in logins if login.startswith(("secretary", "handler", "new", "deputy"))}


def hire(world: World, login: str, name: str, role: str, unit: str | None = None, **more: Any) -> None:
    """Open an account with its post, and remember whose it is."""
    world.people[login] = world.hire(login, name, role, unit, **more)


def test_a_secretary_is_replaced(world: World) -> None:
    """The post goes over on a day: until then the one signs and gets the mail, from then on the other; both stand in the log."""
    hire(world, "new.secretary", "钱一", "handler", BUREAU)
    one, two = world.feed_back(2)
    assert units_side(mail_of(world)) == {"secretary", "handler"}
    ((old,),) = world.rows(
        "SELECT id FROM posts WHERE person_id = :one AND role = 'secretary'", one=world.people["secretary"]
    )
    world.enter(
        "secadmin", "post", "end", old, asked_by="sysadmin", ends_on=day(3, 4), successor=world.people["new.secretary"]
    )
    assert as_today(world, "new.secretary", "claim", one).refused == ("问题不存在，或不在您的职责范围内",)
    assert as_today(world, "secretary", "claim", one).outcome == "done"
    world.go(day(3, 5))
    assert as_today(world, "secretary", "claim", two).outcome == "refused"
    assert as_today(world, "new.secretary", "claim", two).outcome == "done"
    world.do("office", "escalate_by_hand", one)
    told = units_side(mail_of(world))
    assert ("new.secretary" in told, "secretary" in told) == (True, False)
    posts = [world.entry(case, 2)["actor"]["post"] for case in (one, two)]
    assert posts[0] == old
    assert posts[1] != old
    ends = world.rows("SELECT body FROM trail WHERE about = :post ORDER BY idx DESC LIMIT 1", post=f"post:{old}")
    assert json.loads(bytes(ends[0][0]))["after"]["ends_on"] == "2026-03-04"


def test_a_deputy_for_two_weeks_signs_receipts_and_nothing_else(world: World) -> None:
    hire(world, "deputy", "代一", "handler", BUREAU)
    give_post(world, "deputy", "secretary", TOWN, day(3, 2), day(3, 13), capacity=STAND_IN)
    (case,) = world.feed_back()
    assert {"secretary", "deputy"} <= mail_of(world)
    refused = as_today(world, "deputy", "claim", case)
    assert refused.outcome == "refused"
    assert "代班" in refused.refused[0]
    assert as_today(world, "deputy", "acknowledge", case).outcome == "done"
    world.go(day(3, 14))
    world.do("office", "escalate_by_hand", case)
    assert "deputy" not in mail_of(world)
    assert as_today(world, "deputy", "acknowledge", case).outcome == "refused"


def test_who_is_in_charge_by_a_document_signs_all_that_a_secretary_signs(world: World) -> None:
    end_posts(world, "secretary", date(2026, 3, 1))
    hire(world, "deputy", "主一", "handler", BUREAU)
    give_post(world, "deputy", "secretary", TOWN, capacity="acting", document="城组〔2026〕7号")
    (case,) = world.feed_back()
    told = mail_of(world)
    assert ("deputy" in told, "secretary" in told) == (True, False)
    for action in ("claim", "submit_plan"):
        assert as_today(world, "deputy", action, case).outcome == "done", action


def test_an_account_is_closed_in_mid_draft(world: World) -> None:
    """What its owner prepared stays, and another signs it; what waits for the owner falls to who stands in."""
    put_above(world, TOWN, BUREAU)
    (case,) = world.feed_back()
    mail_of(world)
    with writing(world.engine) as work:
        made = draft(work, world.intent("claim", case), actor_of(work.driver, "handler", world.today, "web"), world.now)
        work.commit()
    close_login(world, "handler")
    with writing(world.engine) as work:
        outcome = confirm(work, made.draft or 0, actor_of(work.driver, "secretary", world.today, "web"), world.now)
        work.commit()
    assert outcome.outcome == "done"
    assert world.entry(case)["prepared_by"] == world.people["handler"]
    close_login(world, "secretary")
    world.later(1)
    world.do("office", "escalate_by_hand", case)
    assert units_side(mail_of(world)) == {"secretary_bureau"}
    with reading(world.engine) as work, pytest.raises(LookupError):
        actor_of(work.driver, "secretary", world.today, "web")


def test_an_empty_post_falls_to_the_parents_secretary_and_the_office(world: World) -> None:
    put_above(world, TOWN, BUREAU)
    end_posts(world, "secretary", date(2026, 3, 1))
    world.feed_back()
    told = mail_of(world)
    assert {"secretary_bureau", "office", "office2"} <= told
    assert "secretary" not in told


def test_a_resident_team_sees_and_acts_in_its_units_alone(door: Door) -> None:
    """`--role discipline --unit …` saw every case of the city."""
    world = door.world
    (town,) = world.feed_back()
    (bureau,) = world.feed_back(unit=BUREAU)
    hire(world, "resident", "驻一", "discipline", TOWN)
    with writing(world.engine) as work:
        work.driver.run(
            "UPDATE accounts SET password_hash = (SELECT MIN(password_hash) FROM accounts), password_at = ?",
            (10**15 * 2,),
        )
        work.commit()
    visitor = door.sign_in("resident")
    assert visitor.get(f"/cases/{town}").status_code == 200
    assert visitor.get(f"/cases/{bureau}").status_code == 404
    page = visitor.get("/cases").text
    assert (TOWN in page, BUREAU in page) == (True, False)
    assert as_today(world, "resident", "escalate_by_hand", bureau).outcome == "refused"
    assert as_today(world, "resident", "escalate_by_hand", town).outcome == "done"
    mail_of(world)
    world.do("discipline", "escalate_by_hand", bureau)
    assert "resident" not in mail_of(world)


def test_an_auditor_of_the_higher_office_comes_for_a_month(door: Door) -> None:
    """To one round, from a day to a day: what is of that round is there to read, prove and take away, nothing of another; the day after there is nothing."""
    world = door.world
    (here,) = world.feed_back()
    first = world.round_id
    world.open_round("二轮")
    (there,) = world.feed_back()
    hire(world, "guest", "市巡一", "auditor", round=first, starts_on=world.today, ends_on=day(4, 1))
    with writing(world.engine) as work:
        work.driver.run(
            "UPDATE accounts SET password_hash = (SELECT MIN(password_hash) FROM accounts), password_at = ?",
            (10**15 * 2,),
        )
        work.commit()
    assert seen_of(door, "guest", here, there) == {here}
    assert seen_of(door, "auditor", here, there) == {here, there}, "the city's own"
    world.go(day(4, 1))
    assert seen_of(door, "guest", here, there) == {here}, "the last day"
    world.go(day(4, 2))
    assert seen_of(door, "guest", here, there) == set()
    guest = door.sign_in("guest")
    for address in ("/log", "/log/checkpoints"):
        assert guest.get(address).status_code == 404
    for address in ("/log/verify", "/log/export"):
        assert guest.submit(address).status_code == 404
    assert seen_of(door, "auditor", here, there) == {here, there}
    assert verify(world.engine, world.home, "city").ok


def seen_of(door: Door, login: str, *cases: int) -> set[int]:
    """Return the cases that somebody reads today: page, list of the log, entry with its proof and export say the same."""
    visitor = door.sign_in(login)
    pages = {case for case in cases if visitor.get(f"/cases/{case}").status_code == 200}
    log = visitor.get("/log").text
    assert {case for case in cases if f'href="/cases/{case}"' in log} == pages
    entries = dict(door.world.rows("SELECT case_id, MIN(idx) FROM trail WHERE case_id IS NOT NULL GROUP BY case_id"))
    assert {case for case in cases if visitor.get(f"/log/{entries[case]}").status_code == 200} == pages
    if pages:
        assert visitor.submit("/log/verify").status_code == 303
        exported = map(json.loads, visitor.submit("/log/export").text.splitlines()[1:])
        bodies = [json.loads(one["body"]) for one in exported if "body" in one]
        assert {body["case"] for body in bodies if body.get("case")} == pages
    return pages
