"""One road for what is not a case: all reasons at once, all of a call or nothing, an entry for every row; whatever is swapped is found."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from register.asking import Asked, NoSuchRequest, ask, decide
from register.kinds import KINDS, acts
from register.road import enter
from register.rules import AFTERWARDS, COLUMNS, FOLLOW, GUARDS
from register.surroundings import Surroundings
from register.wanted import Entered, UnknownAct, Wanted
from states import ROLES
from storage import requests
from storage.engine import reading, writing
from storage.household import KEPT, LISTED
from tests.world import BUREAU, TOWN, VILLAGE, World, county
from trail.canonical import canonical
from trail.verify import Verified, verify
from workflow.days.profiles import Profile
from workflow.engine import fire
from workflow.people import actor_of, operator


def entered(world: World, login: str, *wanted: Wanted, asked_by: str = "") -> list[Entered]:
    """Enter, or not, and keep it."""
    with writing(world.engine) as work:
        outcomes = enter(work, wanted, world.actor(login), world.now, asked_by=world.people.get(asked_by))
        work.commit()
    return outcomes


def refused(world: World, login: str, *wanted: Wanted, asked_by: str = "") -> str:
    """Return what is said where it is refused; nothing of it may be there."""
    before = world.dump()
    outcomes = entered(world, login, *wanted, asked_by=asked_by)
    assert any(one.refusals for one in outcomes), outcomes
    assert world.dump() == before
    return "\n".join(sentence for one in outcomes for sentence in one.refused)


def asked(world: World, login: str, wanted: Wanted) -> Asked:
    """Ask for something."""
    with writing(world.engine) as work:
        found = ask(work, wanted, world.actor(login), world.now)
        work.commit()
    return found


def decided(world: World, login: str, number: int | None, *, approve: bool = True) -> Entered:
    """Decide on a request."""
    with writing(world.engine) as work:
        found = decide(work, number or 0, world.actor(login), world.now, approve=approve)
        work.commit() if not found.refusals else work.rollback()
    return found


def found(world: World) -> Verified:
    """Verify the log against the tables."""
    return verify(world.engine, world.home, "city")


def account(world: World, login: str) -> int:
    """Return an account by its login."""
    return int(world.rows("SELECT id FROM accounts WHERE login = :login", login=login)[0][0])


def post(world: World, login: str) -> int:
    """Return somebody's latest post."""
    sql = "SELECT MAX(id) FROM posts WHERE person_id = :person"
    return int(world.rows(sql, person=world.people[login])[0][0])


# --- the table of kinds --------------------------------------------------------------------------------------------


def test_every_name_in_the_table_is_known() -> None:
    for kind, act in acts():
        names = {one.name for one in kind.fields}
        assert set(act.fields) <= names, (kind.name, act.name)
        assert set(act.only_if) <= set(GUARDS)
        assert set(act.then) <= {*COLUMNS, *FOLLOW, *AFTERWARDS}
        assert {*act.enters, *act.approves} - {"release"} <= set(ROLES)
        assert set(kind.named_by) <= names
    for name, kept in KEPT.items():
        columns = {column for one in KINDS[name].fields for column in one.columns}
        assert set(kept.columns) <= columns, name
    assert {name for kind, act in acts() for name in act.only_if} == set(GUARDS), "a guard that nobody uses"


def test_an_act_that_no_kind_has_is_a_mistake(world: World) -> None:
    with writing(world.engine) as work, pytest.raises(UnknownAct, match="没有“unit”的“swap”"):
        enter(work, [Wanted("unit", "swap")], world.actor("office"), world.now)


FOLLOWS = {"end_posts": ("post", "end"), "hand_over": ("post", "make"), "person_account_post": ("post", "make")}


def test_what_follows_is_entered_and_approved_by_the_same_people() -> None:
    """An account would be closed by a request that nobody could approve, were its posts another's to end."""
    for kind, act in acts():
        for name in act.then:
            if name in FOLLOWS:
                further_kind, further = FOLLOWS[name]
                rule = KINDS[further_kind].act(further)
                assert set(act.enters) <= set(rule.enters), (kind.name, act.name, name)
                assert set(act.approves) <= set(rule.approves), (kind.name, act.name, name)


def test_a_kind_without_a_table_of_its_own_begins_and_ends(world: World) -> None:
    fields = {"name": "第一巡察组", "round": "一轮", "starts_on": "2026-03-01"}
    (team,) = entered(world, "office", Wanted("team", "make", None, fields))
    early = Wanted("team", "end", team.row, {"ends_on": "2026-02-01"})
    assert "早于起始日期" in refused(world, "office", early)
    entered(world, "office", Wanted("team", "end", team.row, {"ends_on": "2026-03-01"}))
    world.later(1)
    assert "已于 2026年3月1日（周日）截止" in refused(
        world, "office", Wanted("team", "change", team.row, {"name": "第二巡察组"})
    )
    assert found(world).ok


def test_what_comes_whole_is_not_entered_empty(world: World) -> None:
    assert "请写明放假" in refused(world, "office2", Wanted("calendar", "set", world.place), asked_by="office")
    assert "不在这里填写" in refused(world, "office2", Wanted("profile", "adopt", "ab"), asked_by="office")


def test_a_profile_is_named_by_its_name_and_one_that_is_not_there_is_refused(world: World) -> None:
    (made,) = entered(world, "office", Wanted("round", "make", None, {"name": "二轮", "profile": "county"}))
    assert made.row
    assert "没有时限方案“x”" in refused(
        world, "office", Wanted("round", "make", None, {"name": "三轮", "profile": "x"})
    )


# --- the road ------------------------------------------------------------------------------------------------------


def test_a_row_and_its_entry_come_together(world: World) -> None:
    (unit,) = entered(
        world, "office", Wanted("unit", "make", None, {"name": "新城街道党工委", "sort": "街道", "parent": TOWN})
    )
    ((body, about, actor),) = world.rows("SELECT body, about, actor_id FROM trail WHERE idx = :index", index=unit.index)
    assert (about, actor) == (f"unit:{unit.row}", world.people["office"])
    assert "新城街道" not in bytes(body).decode(), "names are salted like texts"
    row = world.rows("SELECT name, sort, parent_id FROM units WHERE id = :unit", unit=unit.row)
    assert row == [("新城街道党工委", "street", world.units[TOWN])]
    assert found(world).ok


def test_all_reasons_are_said_at_once_and_nothing_is_kept(world: World) -> None:
    given = {"name": "", "sort": "moon", "parent": "无此单位", "colour": "red"}
    said = refused(world, "office", Wanted("unit", "make", None, given))
    for sentence in ("请填写名称", "类别没有“moon”", "没有党组织“无此单位”", "不填“colour”"):
        assert sentence in said


def test_of_several_one_refused_means_none(world: World) -> None:
    good, bad = Wanted("unit", "make", None, {"name": "甲镇党委"}), Wanted("unit", "make", None, {"name": TOWN})
    assert "已有党组织" in refused(world, "office", good, bad, good)


@pytest.mark.parametrize("login", ["secretary", "handler", "auditor", "sysadmin", "leader"])
def test_who_may_not_is_told_who_may(world: World, login: str) -> None:
    assert refused(world, login, Wanted("unit", "make", None, {"name": "甲镇党委"})) == "“新设党组织”应由巡察办办理"


def test_the_table_of_moves_and_profiles_come_with_the_release_alone(world: World) -> None:
    assert "应由本程序办理" in refused(
        world, "office", Wanted("definition", "adopt", "ab" * 32, beside={"hash": "ab" * 32, "body": "{}"})
    )
    profile = Wanted(
        "profile", "adopt", "cd" * 32, beside={"hash": "cd" * 32, "name": "own", "version": 1, "body": "{}"}
    )
    assert "须两人办理" in refused(world, "office", profile)
    assert "不能审批自己的申请" in refused(world, "office", profile, asked_by="office")
    (made,) = entered(world, "office2", profile, asked_by="office")
    assert made.index is not None
    assert found(world).ok


def test_what_another_must_approve_is_not_entered_by_one(world: World) -> None:
    assert "须两人办理" in refused(world, "sysadmin", Wanted("person", "make", None, {"name": "钱一"}))
    assert "须两人办理" in refused(
        world, "office", Wanted("unit", "end", world.units[VILLAGE], {"ends_on": "2026-03-09"})
    )


# --- units ---------------------------------------------------------------------------------------------------------


def change(world: World, unit: str, **fields: Any) -> str:
    """Let the office ask for a change and another approve it; return what is said against it."""
    wanted = Wanted("unit", "change", world.units[unit], fields)
    outcomes = entered(world, "office2", wanted, asked_by="office")
    return "\n".join(outcomes[0].refused)


def test_no_unit_stands_above_itself(world: World) -> None:
    assert change(world, TOWN, parent=TOWN) == f"{TOWN}的上级党组织不能是它自己；没有上级党组织的不用填"
    assert f"{VILLAGE} → {TOWN}" in change(world, TOWN, parent=VILLAGE)
    assert change(world, TOWN, parent=BUREAU) == ""


def test_a_unit_with_open_problems_keeps_who_answers_for_it(world: World) -> None:
    world.feed_back(unit=VILLAGE)
    assert "变更责任主体" in change(world, VILLAGE, answerable=BUREAU)
    assert change(world, TOWN, answerable=BUREAU) == "", "its own have none"


def test_a_unit_ends_when_nothing_hangs_on_it(world: World) -> None:
    end = Wanted("unit", "end", world.units[TOWN], {"ends_on": "2026-03-09", "successor": BUREAU})
    assert f"还是{VILLAGE}的上级或责任党组织" in refused(world, "office2", end, asked_by="office")
    assert change(world, VILLAGE, parent=BUREAU, answerable=BUREAU) == ""
    (case,) = world.feed_back()
    assert "1 个问题没有办结（一轮编号 1）" in refused(world, "office2", end, asked_by="office")
    assert case
    village = Wanted("unit", "end", world.units[VILLAGE], {"ends_on": "2026-03-01", "successor": TOWN})
    assert "到今天还在的党组织不能倒签撤并" in refused(world, "office2", village, asked_by="office")
    entered(world, "office2", replace(village, fields={"ends_on": "2026-03-02", "successor": TOWN}), asked_by="office")
    world.later(1)
    assert "已于 2026年3月2日（周一）截止" in change(world, VILLAGE, parent=TOWN)


# --- people: one human is one person ----------------------------------------------------------------------------------


def test_a_personal_key_finds_the_person_of_a_second_login(world: World) -> None:
    """A second login with the same name verified what its owner had rectified: with a key it is the same person."""
    key = {"personal_key": "no:1001"}
    first = world.hire("qian.one", "钱一", "secretary", BUREAU, **key)
    second = world.hire("qian.two", "钱一", "office", **key)
    assert first == second
    said = asked(world, "sysadmin", Wanted("person", "make", None, {"name": "钱二", **key}))
    assert "这个身份标识已是钱一的" in str(said.refusals[0])


def test_an_equal_name_or_address_is_shown_to_who_approves(world: World) -> None:
    fields = {
        "login": "wang.again",
        "name": "王建国",
        "role": "office",
        "email": "handler@example.test",
        "personal_key": "no:4711",
    }
    number = asked(world, "sysadmin", Wanted("account", "open", None, fields)).request
    with reading(world.engine) as work:
        asking = requests.in_states(work.driver, world.place, ("asked",))[0]
        said = Surroundings.of(work.driver, world.place, [asking], world.today).alike(asking)
    assert number == asking.id
    assert [("王建国（secretary）的姓名相同" in one, "李敏（handler）的邮箱相同" in one) for one in said] == [
        (True, False),
        (False, True),
    ]


def test_nobody_approves_their_own_request_or_what_is_about_themselves(world: World) -> None:
    wanted = Wanted("account", "open", None, {"login": "new.one", "name": "新人", "role": "team"})
    number = asked(world, "sysadmin", wanted).request
    assert decided(world, "sysadmin", number).refused == ("“开通账号或增加职务”应由安全管理员审批",)
    assert decided(world, "secadmin", number).index is None
    own = Wanted("account", "reset", account(world, "secadmin"))
    number = asked(world, "sysadmin", own).request
    assert decided(world, "secadmin", number).refused == ("这是您自己的账号，须由别人审批",)
    second = Wanted("account", "make", None, {"login": "secadmin.two", "person": "secadmin"})
    number = asked(world, "sysadmin", second).request
    assert decided(world, "secadmin", number).refused == ("这是您自己的账号，须由别人审批",)


def test_a_request_is_decided_once_and_whoever_asked_may_take_it_back(world: World) -> None:
    wanted = Wanted("account", "open", None, {"login": "new.one", "name": "新人", "role": "team"})
    number = asked(world, "sysadmin", wanted).request
    assert not decided(world, "sysadmin", number, approve=False).refusals
    for approve in (True, False):
        with pytest.raises(NoSuchRequest):
            decided(world, "secadmin", number, approve=approve)
    assert world.rows("SELECT COUNT(*) FROM accounts WHERE login = 'new.one'") == [(0,)]


def test_who_may_not_approve_may_not_turn_down(world: World) -> None:
    wanted = Wanted("account", "open", None, {"login": "new.one", "name": "新人", "role": "team"})
    number = asked(world, "sysadmin", wanted).request
    assert decided(world, "office", number, approve=False).refused == ("“开通账号或增加职务”应由安全管理员审批",)


# --- the operator -----------------------------------------------------------------------------------------------------


def test_the_operators_entries_stand_at_once_and_are_listed_until_somebody_has_looked(world: World) -> None:
    with writing(world.engine) as work:
        (made,) = enter(
            work, [Wanted("person", "make", None, {"name": "钱一"})], operator(world.place, "root"), world.now
        )
        work.commit()
    with reading(world.engine) as work:
        (standing,) = requests.in_states(work.driver, world.place, ("standing",))
    assert (standing.kind, standing.index, standing.os_user) == ("person", made.index, "root")
    entry = world.rows("SELECT body FROM trail WHERE idx = :index", index=made.index)[0][0]
    assert '"via":"cli"' in bytes(entry).decode()
    assert '"os_user":"root"' in bytes(entry).decode()
    look = Wanted("entry", "look", made.index)
    assert "应由安全管理员、安全审计员办理" in refused(world, "sysadmin", look)
    entered(world, "secauditor", look)
    assert world.rows("SELECT COUNT(*) FROM requests WHERE state = 'standing'") == [(0,)]
    assert "已有人看过" in refused(world, "secadmin", look)


# --- verify: the fold equals the tables -------------------------------------------------------------------------------


@contextmanager
def changed(world: World, sql: str, back: str) -> Iterator[None]:
    """Change a row behind the product's back, and put it back."""
    for statement in (sql, back):
        with writing(world.engine) as work:
            work.driver.run(statement)
            work.commit()
        if statement == sql:
            yield


SWAPS = {
    "a unit's name": ("UPDATE units SET name = '别的党委' WHERE id = {town}", "UPDATE units SET name = '城伯镇党委' WHERE id = {town}", "unit:{town}"),
    "what stands above": ("UPDATE units SET parent_id = NULL WHERE id = {village}", "UPDATE units SET parent_id = {town} WHERE id = {village}", "unit:{village}"),
    "who answers": ("UPDATE units SET answerable_id = {bureau} WHERE id = {village}", "UPDATE units SET answerable_id = {town} WHERE id = {village}", "unit:{village}"),
    "a person's name": ("UPDATE people SET name = '张三' WHERE id = {person}", "UPDATE people SET name = '王建国' WHERE id = {person}", "person:{person}"),
    "an address": ("UPDATE people SET email = 'x@example.test' WHERE id = {person}", "UPDATE people SET email = 'secretary@example.test' WHERE id = {person}", "person:{person}"),
    "a personal key": ("UPDATE people SET personal_key = 'no:7' WHERE id = {person}", "UPDATE people SET personal_key = NULL WHERE id = {person}", "person:{person}"),
    "whose account": ("UPDATE accounts SET person_id = {other} WHERE id = {account}", "UPDATE accounts SET person_id = {person} WHERE id = {account}", "account:{account}"),
    "a closed account": ("UPDATE accounts SET state = 'closed' WHERE id = {account}", "UPDATE accounts SET state = 'open' WHERE id = {account}", "account:{account}"),
    "a role": ("UPDATE posts SET role = 'office' WHERE id = {post}", "UPDATE posts SET role = 'secretary' WHERE id = {post}", "post:{post}"),
    "a last day": ("UPDATE posts SET ends_on = '2030-01-01' WHERE id = {post}", "UPDATE posts SET ends_on = NULL WHERE id = {post}", "post:{post}"),
    "a capacity": ("UPDATE posts SET capacity = 'acting' WHERE id = {post}", "UPDATE posts SET capacity = '' WHERE id = {post}", "post:{post}"),
    "a round's dictionary": ("UPDATE rounds SET dictionary_id = (SELECT MIN(id) FROM listed WHERE kind = 'dictionary') WHERE id = {round}", "UPDATE rounds SET dictionary_id = NULL WHERE id = {round}", "round:{round}"),
    "a round's profile": ("UPDATE rounds SET profile = '{other_profile}' WHERE id = {round}", "UPDATE rounds SET profile = '{profile}' WHERE id = {round}", "round:{round}"),
    "a day of feedback": ("UPDATE inspections SET feedback_on = '2025-01-01' WHERE id = {inspection}", "UPDATE inspections SET feedback_on = '2026-03-02' WHERE id = {inspection}", "inspection:{inspection}"),
    "a leader": ("UPDATE inspections SET leader_id = {person} WHERE id = {inspection}", "UPDATE inspections SET leader_id = NULL WHERE id = {inspection}", "inspection:{inspection}"),
    "a working day": ("UPDATE calendar_days SET working = TRUE WHERE day = '2026-10-01'", "UPDATE calendar_days SET working = FALSE WHERE day = '2026-10-01'", "calendar:{place}"),
    "which day": ("UPDATE calendar_days SET day = '2026-12-31' WHERE day = '2026-10-01'", "UPDATE calendar_days SET day = '2026-10-01' WHERE day = '2026-12-31'", "calendar:{place}"),
    "a holiday's name": ("UPDATE calendar_days SET name = '别的' WHERE day = '2026-10-01'", "UPDATE calendar_days SET name = '国庆节' WHERE day = '2026-10-01'", "calendar:{place}"),
    "the named calendar": ("UPDATE heads SET calendar = 'x'", "UPDATE heads SET calendar = '{named}'", "calendar:{place}"),
    "a rehearsal": ("UPDATE jurisdictions SET rehearsal = FALSE", "UPDATE jurisdictions SET rehearsal = TRUE", "jurisdiction:{place}"),
}  # fmt: skip


def another_profile(world: World) -> tuple[str, str]:
    """Let two of the office adopt a second profile; return that of the round, and the new one."""
    body = canonical({**json.loads(county().body), "name": "own"}).decode()
    own = Profile("own", 1, body)
    beside = {"hash": own.digest, "name": own.name, "version": own.version, "body": own.body}
    entered(world, "office2", Wanted("profile", "adopt", own.digest, beside=beside), asked_by="office")
    ((profile,),) = world.rows("SELECT profile FROM rounds WHERE id = :round", round=world.round_id)
    return str(profile), own.digest


@pytest.mark.parametrize("what", SWAPS)
def test_whatever_is_swapped_behind_the_log_is_found(world: World, what: str) -> None:
    world.feed_back()
    ((inspection,),) = world.rows("SELECT MIN(id) FROM inspections")
    ((named,),) = world.rows("SELECT calendar FROM heads")
    profile, other_profile = another_profile(world)
    names = {
        "town": world.units[TOWN], "village": world.units[VILLAGE], "bureau": world.units[BUREAU], "person": world.people["secretary"],
        "other": world.people["handler"], "account": account(world, "secretary"), "post": post(world, "secretary"), "round": world.round_id,
        "inspection": inspection, "place": world.place, "named": named, "profile": profile, "other_profile": other_profile,
    }  # fmt: skip
    sql, back, about = (one.format(**names) for one in SWAPS[what])
    with changed(world, sql, back):
        bad = found(world)
        assert not bad.ok
        assert about in bad.why
    assert found(world).ok


def test_a_row_that_nobody_entered_is_found(world: World) -> None:
    sql = f"INSERT INTO posts (jurisdiction, person_id, role, capacity, document) VALUES ({world.place}, {world.people['handler']}, 'office', '', '')"
    with changed(world, sql, "DELETE FROM posts WHERE id = (SELECT MAX(id) FROM posts)"):
        assert "却没有任何记录：不是经系统登记的" in found(world).why


def test_a_row_that_was_taken_away_is_found(world: World) -> None:
    entered(world, "office", Wanted("team", "make", None, {"name": "第一巡察组", "round": "一轮"}))
    assert found(world).ok
    with changed(
        world,
        f"UPDATE {LISTED} SET kind = 'other' WHERE kind = 'team'",
        f"UPDATE {LISTED} SET kind = 'team' WHERE kind = 'other'",
    ):
        assert not found(world).ok


def test_whoever_rectified_does_not_verify_by_a_second_login(world: World) -> None:
    """A second login of the same name was another person, and verified the case; known by a key it is the same one."""
    key = {"personal_key": "no:77"}
    world.enter("secadmin", "person", "change", world.people["secretary"], asked_by="sysadmin", **key)
    assert world.hire("wang.office", "王建国", "office", **key) == world.people["secretary"]
    (case,) = world.feed_back()
    world.walk(case, "claim", "submit_plan", "approve_plan", "submit", "agree")
    with writing(world.engine) as work:
        actor = actor_of(work.driver, "wang.office", world.today, "web")
        (outcome,) = fire(work, [world.intent("verify", case)], actor, world.now)
        work.rollback()
    assert outcome.refused == ("您参与过该问题的整改，不能验收销号",)
