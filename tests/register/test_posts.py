"""Posts begin and end, accounts are closed and opened again: who stands in, who succeeds, who is the last."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from register.asking import ask
from register.household import NotEntered, must_enter
from register.wanted import Limits, Wanted
from states import STAND_IN
from storage.engine import writing
from tests.register.test_road import account, asked, decided, entered, found, post
from tests.world import TOWN, World
from workflow.people import operator


def make_post(world: World, login: str, **fields: Any) -> str:
    """Let a post be asked for and approved; return what is said against it."""
    wanted = Wanted("post", "make", None, {"person": login, **fields})
    outcomes = entered(world, "secadmin", wanted, asked_by="sysadmin")
    return "\n".join(outcomes[0].refused)


@pytest.mark.parametrize(
    ("login", "fields", "sentence"),
    [
        ("office", {"role": "secretary"}, "党组织书记须填写党组织"),
        ("team", {"role": "secauditor", "unit": TOWN}, "安全审计员面向全地区任职，不填党组织和轮次"),
        ("handler", {"role": "secretary", "unit": TOWN, "capacity": "acting"}, "主持工作须填写任职文件的文号"),
        ("handler", {"role": "secretary", "unit": TOWN, "capacity": STAND_IN, "starts_on": "2026-03-02"}, "代班须填写起止日期"),
        ("team", {"role": "office", "capacity": STAND_IN, "starts_on": "2026-03-02", "ends_on": "2026-03-03"}, "只有党组织书记、整改联络员可以代班"),
        ("team", {"role": "office", "starts_on": "2026-03-09", "ends_on": "2026-03-03"}, "截止日期 2026年3月3日（周二）早于起始日期 2026年3月9日（周一）"),
        ("office", {"role": "sysadmin"}, "三员须由不同的人担任"),
        ("sysadmin", {"role": "office"}, "三员须由不同的人担任"),
        ("office", {"role": "office"}, "陈静已任这个职务"),
        ("office", {"role": "moon"}, "没有角色“moon”"),
        ("nobody", {"role": "office"}, "没有人员“nobody”"),
    ],
)  # fmt: skip
def test_a_post_that_cannot_be_is_refused_in_words(
    world: World, login: str, fields: dict[str, Any], sentence: str
) -> None:
    assert sentence in make_post(world, login, **fields)


@pytest.mark.parametrize(("last", "days"), [("2026-03-31", 0), ("2026-04-01", 31), ("2026-06-15", 106)])
def test_who_stands_in_does_so_for_days(world: World, last: str, days: int) -> None:
    """For three and a half months somebody stood in: that long, somebody is in charge by a document."""
    fields = {"role": "secretary", "unit": TOWN, "capacity": "stand_in", "starts_on": "2026-03-02", "ends_on": last}
    said = f"代班最多 30 天，所填的是 {days} 天：更长的，任职方式请用“主持工作”（须有任职文件）"
    assert make_post(world, "handler", **fields) == (said if days else "")
    acting = {**fields, "capacity": "acting", "document": "某委〔2026〕1号", "ends_on": "2026-06-15"}
    assert make_post(world, "handler", **acting) == ""


def test_how_long_a_stand_in_lasts_is_configured(world: World) -> None:
    fields = {"person": "handler", "role": "secretary", "unit": TOWN, "capacity": "stand_in", "starts_on": "2026-03-02", "ends_on": "2026-03-08"}  # fmt: skip
    for most, taken in ((6, False), (7, True)):
        with writing(world.engine) as work:
            asked_for = ask(
                work, Wanted("post", "make", None, fields), world.actor("sysadmin"), world.now, Limits(most)
            )
            work.rollback()
        assert (asked_for.refusals == ()) == taken
    with pytest.raises(NotEntered, match="代班最多 6 天"), writing(world.engine) as work:
        must_enter(
            work, [Wanted("post", "make", None, fields)], operator(world.place, "root"), world.now, limits=Limits(6)
        )


def test_the_same_is_not_asked_for_twice(world: World) -> None:
    """Two like requests waited, and whoever approved the second read of none before it."""
    wanted = Wanted("unit", "change", world.units[TOWN], {"sort": "town"}, "改")
    number = asked(world, "office", wanted).request
    again = asked(world, "office2", replace(wanted, reason="也改"))
    assert (again.request, [one.sentence for one in again.refusals]) == (
        None,
        ["已有同样的申请在等审批：请等待审批，或先撤回那一份"],
    )
    decided(world, "office2", number, approve=False)
    assert asked(world, "office", wanted).request


def test_a_post_ends_on_a_day_and_its_successor_begins_on_the_next(world: World) -> None:
    end = Wanted("post", "end", post(world, "secretary"), {"ends_on": "2026-03-04", "successor": "handler"})
    entered(world, "secadmin", end, asked_by="sysadmin")
    rows = world.rows(
        "SELECT person_id, starts_on, ends_on FROM posts WHERE role = 'secretary' AND unit_id = :town ORDER BY id",
        town=world.units[TOWN],
    )
    assert [(row[0], str(row[1]), str(row[2])) for row in rows] == [
        (world.people["secretary"], "None", "2026-03-04"), (world.people["handler"], "2026-03-05", "None")
    ]  # fmt: skip
    assert found(world).ok


def test_closing_an_account_ends_its_posts_or_hands_them_over_in_the_same_act(world: World) -> None:
    close = Wanted("account", "close", account(world, "secretary"), {"successor": "handler"}, "调离")
    number = asked(world, "sysadmin", close).request
    entered_ = decided(world, "secadmin", number)
    acts_ = [
        row[0] for row in world.rows("SELECT action FROM trail WHERE idx >= :index ORDER BY idx", index=entered_.index)
    ]
    assert acts_ == ["account.close", "post.end", "post.make"]
    sql = "SELECT person_id FROM posts WHERE role = 'secretary' AND unit_id = :town AND starts_on = :day"
    today = world.today.isoformat() if world.engine.dialect.name == "sqlite" else world.today
    assert world.rows(sql, town=world.units[TOWN], day=today) == [(world.people["handler"],)]


def test_the_last_administrator_keeps_account_and_post(world: World) -> None:
    with writing(world.engine) as work:
        work.driver.run("UPDATE accounts SET password_hash = 'x'")
        work.commit()
    close = asked(world, "sysadmin", Wanted("account", "close", account(world, "secauditor")))
    assert "是唯一的安全审计员，账号 secauditor 不能停用" in str(close.refusals[0])
    end = asked(world, "sysadmin", Wanted("post", "end", post(world, "secauditor"), {"ends_on": "2026-03-04"}))
    assert "是唯一的安全审计员，不能免" in str(end.refusals[0])


def test_a_closed_account_is_reopened_through_the_administrators(world: World) -> None:
    number = asked(world, "sysadmin", Wanted("account", "close", account(world, "team"))).request
    decided(world, "secadmin", number)
    assert "已停用，不能重置密码" in str(
        asked(world, "sysadmin", Wanted("account", "reset", account(world, "team"))).refusals
    )
    number = asked(world, "sysadmin", Wanted("account", "reopen", account(world, "team"))).request
    decided(world, "secadmin", number)
    assert world.rows("SELECT state FROM accounts WHERE login = 'team'") == [("open",)]
    assert "没有停用" in str(asked(world, "sysadmin", Wanted("account", "reopen", account(world, "team"))).refusals)
