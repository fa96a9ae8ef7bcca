"""Who gets a mail: the holders of a post on the day it is taken up, or those who stand in for them."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from notifications.holders import Addressees, Directory, DirectoryUnit, Holding
from storage.scope import Where
from tests.household import (
    close_login,
    end_unit,
    give_post,
    lay_elsewhere,
    name_leader,
    open_as_operator,
    put_above,
    second_login,
)
from tests.post.conftest import Office, part
from tests.world import BUREAU, CAST, TOWN, VILLAGE

DAY = date(2026, 3, 2)
TOLD_OF_FEEDBACK = ["discipline", "handler", "leader", "organisation", "secretary"]


def test_all_who_are_told_of_a_villages_problem_get_one_mail_each_and_no_neighbour_does(office: Office) -> None:
    office.world.feed_back(1, unit=VILLAGE)
    other = lay_elsewhere(office.world, "county", "邻县")
    open_as_operator(office.world, other, "neighbour", "邻县纪委", "discipline", email="neighbour@example.test")
    assert office.put().sent == 5
    assert office.readers() == TOLD_OF_FEEDBACK
    [mail] = office.to("secretary")
    assert f"党组织：{VILLAGE}（责任党组织：{TOWN}）" in part(mail, "plain")


def test_a_new_secretary_gets_what_was_written_to_the_post_before(office: Office) -> None:
    office.world.feed_back(1)
    office.empty("secretary")
    for days, login in enumerate(("team", "head")):
        give_post(office.world, login, "secretary", TOWN, starts=office.world.today + timedelta(days=days))
    office.put()
    assert office.readers() == ["discipline", "handler", "leader", "organisation", "team"]
    [mail] = office.to("team")
    assert f"致：{TOWN} 党组织书记 周强" in part(mail, "plain")


def test_who_has_no_open_account_left_is_not_reached(office: Office) -> None:
    """A leader whom the inspection names and the village's secretary: closed, the one by a second login, too, is told nothing."""
    world = office.world
    world.feed_back(1, unit=VILLAGE)
    name_leader(world, "head")
    second_login(world, "handler", "li.min")
    for login in ("head", "handler", "discipline"):
        close_login(world, login)
    office.put()
    # The handler has the other login; for the leader and 纪委监委 the office takes it.
    assert office.readers() == ["handler", "office", "office2", "organisation", "secretary"]
    world.feed_back(1, unit=VILLAGE, start=2)
    close_login(world, "li.min")
    office.put()
    assert office.readers().count("handler") == 1


def test_an_empty_post_goes_to_the_parents_secretary_and_the_office_who_are_told_why(office: Office) -> None:
    office.world.feed_back(1)
    put_above(office.world, TOWN, BUREAU)
    office.empty("secretary")
    for login, blank in (("handler", None), ("leader", ""), ("discipline", "  ")):
        office.set_address(login, blank)
    office.put()
    assert office.readers() == ["office", "office2", "organisation", "secretary_bureau"]
    [above] = office.to("secretary_bureau")
    assert part(above, "plain").count("请您代收并转达") == 2
    [mail] = office.to("office")
    words = part(mail, "plain")
    for post in (f"致：{TOWN} 党组织书记", f"致：{TOWN} 整改联络员", "呈送：分管市（县）领导", "抄告：纪委监委"):
        assert f"{post} 陈静（该职务暂无人任职或没有邮箱，请您代收并转达）" in words


def test_when_nobody_has_an_address_the_message_stays_and_goes_once_somebody_has(office: Office) -> None:
    office.world.feed_back(1)
    for login in CAST:
        office.set_address(login, None)
    assert office.put().left == 5
    office.set_address("office", "office@example.test")
    done = office.put(office.in_(hours=1))
    assert (done.sent, done.left) == (1, 0)
    assert office.readers() == ["office"]


def test_a_person_with_several_posts_gets_one_mail_with_all_that_each_is_told(office: Office) -> None:
    """The handler is told of the work's date, the secretary of what is unsigned; one person is both."""
    world = office.world
    give_post(world, "secretary", "handler", TOWN)
    for login in ("handler", "leader"):
        office.empty(login)
    [case] = world.feed_back(1)
    world.walk(case, "claim", "submit_plan", "acknowledge")
    world.agree(case)
    world.do("office", "approve_plan", case, answers={"agreed_on": "2026-03-25"})
    world.scan(date(2026, 3, 5))
    office.put_each()
    [alert] = [mail for mail in office.to("secretary") if "绿色提醒" in mail["Subject"]]
    words = part(alert, "plain")
    assert alert["Subject"].endswith("：绿色提醒，整改期限2026年3月25日还有20天等2项")
    assert "整改期限2026年3月25日（还有20天）" in words
    assert "签收期限2026年3月4日（已逾期1天）" in words
    assert f"致：{TOWN} 党组织书记 王建国" in words
    assert f"致：{TOWN} 整改联络员 王建国" in words
    # The office is told of the claim itself, and would stand in for the leader.
    [claimed] = [mail for mail in office.to("office") if mail["Subject"].endswith("：认领")]
    assert "致：巡察办 陈静" in part(claimed, "plain")
    assert "代收" not in part(claimed, "plain")


def test_the_secretary_above_is_told_of_what_stays_unsigned(office: Office) -> None:
    put_above(office.world, TOWN, BUREAU)
    office.world.feed_back(1)
    office.world.scan(date(2026, 3, 6))
    office.put()
    [mail] = office.to("secretary_bureau")
    assert "致：上级党组织书记 郭海燕" in part(mail, "plain")
    assert "报上级党组织" in mail["Subject"]


def test_the_leader_the_inspection_names_and_the_successor_of_a_unit_are_told(office: Office) -> None:
    world = office.world
    for ends, successor in ((VILLAGE, TOWN), (TOWN, BUREAU)):
        end_unit(world, ends, world.today, successor)
    world.feed_back(1)
    name_leader(world, "head")
    world.later(1)
    office.put()
    assert office.readers() == ["discipline", "handler_bureau", "head", "organisation", "secretary_bureau"]


# The directory itself.


def directory(
    *holdings: Holding,
    reachable: frozenset[int] = frozenset(range(1, 10)),
    units: dict[int, DirectoryUnit] | None = None,
) -> Directory:
    return Directory(
        units or {1: DirectoryUnit("镇", 2, None, None), 2: DirectoryUnit("县", None, None, None)}, holdings, reachable
    )


def of_round(role: str, unit: int | None, person: int, around: int) -> Holding:
    return replace(holding(role, unit, person), round=around)


def holding(
    role: str, unit: int | None, person: int, starts_on: date | None = None, ends_on: date | None = None
) -> Holding:
    return Holding(role, unit, person, starts_on, ends_on)


@pytest.mark.parametrize(
    ("named", "holdings", "people"),
    [
        (7, (holding("leader", 1, 3), holding("leader", None, 4)), (7,)),
        (7, (holding("leader", 1, 3), holding("leader", 2, 7, None, DAY - timedelta(days=1))), (3,)),
        (7, (holding("leader", 1, 3), holding("leader", 2, 7, None, DAY)), (7,)),
        (None, (holding("leader", 1, 3), holding("leader", None, 4), holding("leader", 2, 5)), (3,)),
        (None, (holding("leader", 2, 5), holding("leader", None, 4)), (5,)),
        (None, (holding("leader", 3, 6), holding("leader", None, 4)), (4,)),
    ],
)
def test_a_leader_is_the_named_one_else_the_units_or_the_nearest_aboves_else_the_one_at_large(
    named: int | None, holdings: tuple[Holding, ...], people: tuple[int, ...]
) -> None:
    assert directory(*holdings).addressees("leader:1", named, DAY) == Addressees(people)


# Posts of the day: of units, of a round, in charge, in somebody's place for some days.

CASE = Where(1, 2, 30, 40)
ELSEWHERE = Where(5, 5, 31, 41)


@pytest.mark.parametrize("role", ["discipline", "organisation", "team", "office", "auditor"])
def test_a_post_of_units_is_told_of_their_cases_alone_beside_those_at_large(role: str) -> None:
    here = directory(
        holding(role, None, 3), holding(role, 1, 4), holding(role, 2, 5), holding(role, 9, 6), of_round(role, None, 7, 40), of_round(role, 1, 8, 41)
    )  # fmt: skip
    assert here.addressees(f"{role}:0", None, DAY, CASE) == Addressees((3, 4, 5, 7))
    assert here.addressees(f"{role}:0", None, DAY, ELSEWHERE) == Addressees((3,))


def test_a_resident_team_elsewhere_is_nobody_here() -> None:
    here = directory(holding("discipline", 9, 3), holding("office", 9, 4), holding("head", None, 5))
    assert here.addressees("discipline:0", None, DAY, CASE) == Addressees((5,), stand_in=True)


def test_a_leader_of_a_round_is_told_of_it_alone() -> None:
    here = directory(of_round("leader", 1, 3, 41), holding("leader", None, 4))
    assert here.addressees("leader:1", None, DAY, CASE) == Addressees((4,))
    assert here.addressees("leader:1", None, DAY, Where(1, 1, 30, 41)) == Addressees((3,))


def test_who_is_in_charge_fills_the_post() -> None:
    here = directory(replace(holding("secretary", 1, 3), capacity="acting"), holding("secretary", 2, 4))
    assert here.addressees("secretary:1", None, DAY, CASE) == Addressees((3,))


def test_beside_a_stand_in_the_holder_is_told_too_and_an_empty_post_stays_empty() -> None:
    deputy = replace(holding("secretary", 1, 3), capacity="stand_in")
    both = directory(deputy, holding("secretary", 1, 5))
    assert both.addressees("secretary:1", None, DAY, CASE) == Addressees((3, 5))
    alone = directory(deputy, holding("secretary", 2, 4), holding("office", None, 6))
    told = alone.addressees("secretary:1", None, DAY, CASE)
    assert told == Addressees((3, 4, 6), stand_in=True, deputies=(3,))
    assert [told.takes_for_another(one) for one in told.people] == [False, True, True]


def test_mails_follow_the_post_of_the_day(office: Office) -> None:
    """A stand-in for two weeks gets the unit's mails with the secretary, in words of their own; afterwards no more."""
    world = office.world
    world.hire(
        "deputy", "代班的人", "secretary", TOWN, capacity="stand_in", starts_on=DAY, ends_on=DAY + timedelta(days=13)
    )
    world.hire("resident", "派驻的人", "discipline", BUREAU)
    world.feed_back(1)
    office.put()
    assert office.readers() == sorted([*TOLD_OF_FEEDBACK, "deputy"])
    [mail] = office.to("deputy")
    assert f"致：{TOWN} 党组织书记 代班的人" in part(mail, "plain")
    assert "代收" not in part(mail, "plain")
    world.go(DAY + timedelta(days=14))
    world.feed_back(1, start=2)
    office.put()
    assert len(office.to("deputy")) == 1
    world.feed_back(1, unit=BUREAU, start=3)
    office.put()
    assert len(office.to("resident")) == 1


def test_a_post_lasts_from_its_first_to_its_last_day() -> None:
    held = holding("secretary", 1, 3, DAY, DAY + timedelta(days=1))
    days = [DAY + timedelta(days=n) for n in (-1, 0, 1, 2)]
    assert [held.on(day) for day in days] == [False, True, True, False]


def test_only_unit_posts_are_stood_in_for_by_the_parent() -> None:
    here = directory(holding("secretary", 2, 3), holding("office", None, 4))
    assert here.addressees("handler:1", None, DAY) == Addressees((3, 4), stand_in=True)
    for post in ("leader:1", "discipline:0", "parent:2"):
        assert here.addressees(post, None, DAY) == Addressees((4,), stand_in=True)


def test_the_head_stands_in_for_an_office_that_cannot_be_reached() -> None:
    here = directory(holding("office", None, 9), holding("head", None, 4), reachable=frozenset({4}))
    for post in ("office:0", "secretary:1", "discipline:0"):
        assert here.addressees(post, None, DAY) == Addressees((4,), stand_in=True)


def test_units_that_succeed_each_other_in_a_ring_do_not_hang() -> None:
    yesterday = DAY - timedelta(days=1)
    ring = {1: DirectoryUnit("甲", None, yesterday, 2), 2: DirectoryUnit("乙", None, yesterday, 1)}
    assert directory(units=ring).addressees("secretary:1", None, DAY) == Addressees((), stand_in=True)


@pytest.mark.parametrize("above", [TOWN, BUREAU])
def test_units_that_stand_above_each_other_in_a_ring_do_not_hang_a_delivery(office: Office, above: str) -> None:
    """A database that was brought into a ring by an earlier release: the mails go to the office."""
    units = office.world.units
    office.world.feed_back(1)
    office.world.spoilt = f"登记 unit:{units[TOWN]} 的 parent_id 在表中是"
    office.run("UPDATE units SET parent_id = ? WHERE id = ?", units[above], units[TOWN])
    office.run("UPDATE units SET parent_id = ? WHERE id = ?", units[TOWN], units[BUREAU])
    for login in ("leader", "secretary", "secretary_bureau"):
        office.empty(login)
    office.put()
    assert office.readers() == ["discipline", "handler", "office", "office2", "organisation"]
