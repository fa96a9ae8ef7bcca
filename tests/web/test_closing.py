"""An account is closed: its posts end that day, what was theirs falls to others, and no kind of administrator dies out."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

import clock
from clock import chinese_date
from notifications.deliver import Delivered, deliver
from notifications.settings import channel_for
from register.household import NotEntered
from storage.accounts import give_password
from storage.engine import writing
from tests.household import close_login, end_posts, ends, name_leader, put_above, second_login
from tests.post.sending import folder, smtp
from tests.web.conftest import Answer, Door, password_hash
from tests.web.stage import Stage
from tests.web.test_homes import words
from tests.world import BUREAU, TOWN

THREE = ("sysadmin", "secadmin", "secauditor")


def ask_to_close(door: Door, login: str) -> Answer:
    """Let the sysadmin ask for a closing."""
    return door.as_("sysadmin").submit("/accounts", {"kind": "close", "login": login, "reason": "调离"})


def close(door: Door, login: str) -> None:
    """Let the sysadmin ask for a closing and the secadmin approve it."""
    assert ask_to_close(door, login).status_code == 303
    [(number,)] = door.world.rows("SELECT MAX(id) FROM requests")
    answer = door.as_("secadmin").approve(number)
    assert (answer.status_code, "已停用" in answer.text) == (200, True)


def put(door: Door, relay: int | None = None) -> Delivered:
    """Deliver into the folder, or over a relay that is not there."""
    post = folder(door.world.home / "mail") if relay is None else smtp(relay)
    return deliver(door.world.engine, post, door.world.now, channel_for(post))


def readers(door: Door, state: str = "sent") -> set[str]:
    """Return the logins that mails went to."""
    sql = "SELECT a.login FROM deliveries d JOIN accounts a ON a.person_id = d.person_id WHERE d.state = :state"
    return {row[0] for row in door.world.rows(sql, state=state)}


def above(door: Door) -> None:
    """Put the town below the bureau."""
    put_above(door.world, TOWN, BUREAU)


def test_a_closed_account_ends_its_posts_and_its_mail_goes_to_who_stands_in(door: Door) -> None:
    """On the very day: the parent's secretary and the office get what the secretary of the town would have got."""
    above(door)
    close(door, "secretary")
    assert ends(door.world, "secretary") == [door.world.today.isoformat()]
    door.world.feed_back()
    put(door)
    assert readers(door) == {"discipline", "handler", "leader", "office", "office2", "organisation", "secretary_bureau"}


def test_mail_that_still_waits_for_a_closed_account_goes_to_who_stands_in(door: Door) -> None:
    """The relay is down when the account is closed; when it is up again nothing goes to who has left, and nothing twice."""
    door.world.feed_back()
    put(door, relay=1)
    assert "secretary" in readers(door, "waiting")
    close(door, "secretary")
    door.world.later(1)
    assert put(door).left == 0
    assert readers(door) == {"discipline", "handler", "leader", "office", "office2", "organisation"}
    assert readers(door, "dropped") == {"secretary"}
    assert "收件人的账号已停用" in door.as_("office").get("/mails").text
    assert put(door).sent == 0


def test_mail_to_a_named_leader_whose_account_is_closed_goes_to_the_one_in_charge(door: Door) -> None:
    world = door.world
    world.hire("leader2", "新领导", "leader")
    [case] = world.feed_back()
    name_leader(world, "leader")
    close(door, "leader")
    assert case
    put(door)
    assert "leader2" in readers(door)
    assert not {"leader", "office"} & readers(door)


def test_a_person_with_another_account_keeps_the_posts(door: Door) -> None:
    """They end when the last of the person's accounts is closed."""
    second_login(door.world, "secretary", "wang.second")
    close(door, "secretary")
    assert ends(door.world, "secretary") == ["None"]
    close(door, "wang.second")
    assert ends(door.world, "secretary") == [door.world.today.isoformat()]


def test_a_post_that_had_ended_keeps_its_day(door: Door) -> None:
    earlier, later = door.world.today - timedelta(days=9), door.world.today + timedelta(days=9)
    for login, last in (("secretary", earlier), ("handler", later)):
        end_posts(door.world, login, last)
        close(door, login)
    assert ends(door.world, "secretary") == [earlier.isoformat()]
    assert ends(door.world, "handler") == [door.world.today.isoformat()]


def test_the_tasks_of_a_closed_account_stand_with_the_office_and_the_parents_secretary(door: Door) -> None:
    """One line for the unit, with how many and by when; the secretary above reads no words of a case that is not theirs."""
    above(door)
    cases = door.world.feed_back(3)
    assert "没有在任的书记" not in door.as_("office").get("/").text
    close(door, "secretary")
    office = door.as_("office").get("/").text
    assert "落实书记" in office
    assert f"{TOWN} 第 1 号</a>等 3 个问题" in office
    assert f'href="/cases/{cases[0]}"' in office
    parent = door.as_("secretary_bureau").get("/").text
    assert f"{TOWN} 第 1 号等 3 个问题" in parent
    assert "没有在任的书记" in parent
    assert "路灯不亮" not in parent
    assert f"/cases/{cases[0]}" not in parent
    for other in ("handler", "secretary_village", "team"):
        assert "没有在任的书记" not in door.as_(other).get("/").text, other


def test_a_unit_without_a_secretary_stands_before_the_days_tasks_with_the_day_that_it_owes_by(door: Door) -> None:
    """The day is the nearest that the unit owes by, here 签收, and neither the case's next nor the office's own; much else that is late does not fold it away."""
    world = door.world
    first, _ = world.feed_back(2)
    world.do("secretary", "object", first)
    world.feed_back(9, unit=BUREAU)
    close(door, "secretary")
    page = words(door.as_("office").get("/").text)
    owed = world.today + timedelta(days=2)
    assert f"{TOWN}没有在任的书记，问题无人办理：请落实继任书记，由系统管理员开通账号；{chinese_date(owed)}前" in page
    assert "落实书记 1 件" in page
    assert page.index("落实书记 1 件") < page.index("复核异议")
    assert "其中落实书记 1 件" in page


def test_a_unit_without_a_secretary_is_said_with_all_that_waits_however_much_it_is(door: Door) -> None:
    """A first ledger comes in before anybody has an account: the unit after the two-hundredth case is named like the first."""
    door.world.feed_back(201)
    door.world.feed_back(2, unit=BUREAU)
    for login in ("secretary", "secretary_bureau"):
        close(door, login)
    page = door.as_("office").get("/").text
    assert f"{TOWN} 第 1 号</a>等 201 个问题" in page
    assert f"{BUREAU} 第 1 号</a>等 2 个问题" in page
    assert "落实书记 2 件" in words(page)


@pytest.mark.parametrize("role", THREE)
def test_the_last_administrator_of_a_kind_is_not_closed(door: Door, role: str) -> None:
    """Neither asked for nor approved."""
    answer = ask_to_close(door, role)
    assert (answer.status_code, "唯一的" in answer.text) == (422, True)
    assert door.world.rows("SELECT COUNT(*) FROM requests WHERE state = 'asked'") == [(0,)]
    number = Stage(door).request("close", role)
    answer = door.as_("secadmin").approve(number)
    assert (answer.status_code, "唯一的" in answer.text) == (422, True)
    assert door.world.rows("SELECT state FROM accounts WHERE login = :login", login=role) == [("open",)]
    assert door.world.rows("SELECT COUNT(*) FROM requests WHERE state = 'asked'") == [(1,)]


def another_auditor(door: Door) -> None:
    """Let there be a second secauditor who can sign in."""
    door.world.hire("audit2", "安审二", "secauditor")
    with writing(door.world.engine) as work:
        give_password(work.session, "audit2", password_hash(), clock.micros(door.world.now))
        work.commit()


def test_two_requests_do_not_together_close_the_last_administrator(door: Door) -> None:
    another_auditor(door)
    assert ask_to_close(door, "secauditor").status_code == 303
    assert ask_to_close(door, "audit2").status_code == 303
    first, second = (row[0] for row in door.world.rows("SELECT id FROM requests WHERE state = 'asked' ORDER BY id"))
    assert door.as_("secadmin").approve(first).status_code == 200
    answer = door.as_("secadmin").approve(second)
    assert (answer.status_code, "唯一的安全审计员" in answer.text) == (422, True)
    assert door.as_("secadmin").submit(f"/accounts/{second}", {"step": "refuse"}).status_code == 200


def test_two_closings_at_the_same_moment_leave_one_administrator(door: Door) -> None:
    """Each would still see the other open; one waits for the other and is refused."""
    world = door.world
    another_auditor(door)

    def closed(login: str) -> bool:
        try:
            close_login(world, login)
        except NotEntered:
            return False
        return True

    with ThreadPoolExecutor(2) as both:
        assert sorted(both.map(closed, ("secauditor", "audit2"))) == [False, True]


def test_an_administrator_who_has_no_password_is_nobody_else(door: Door) -> None:
    """Who cannot sign in cannot open an account for anybody: the last who can stays."""
    door.world.hire("audit2", "安审二", "secauditor")
    answer = ask_to_close(door, "secauditor")
    assert (answer.status_code, "唯一的安全审计员" in answer.text) == (422, True)


def test_a_closed_account_is_not_closed_again(door: Door) -> None:
    close(door, "team")
    answer = ask_to_close(door, "team")
    assert (answer.status_code, "已经停用" in answer.text) == (422, True)
