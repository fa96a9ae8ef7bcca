"""Which profile comes with the release and which is its writer's: by its content, never by where the configuration stands."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ledger.bring_in import Order, bring_in
from ledger.parse import parse
from register.asking import ask, decide
from register.groundwork import (
    SHIPPED_PROFILES,
    ProfileChanged,
    changed,
    keep_the_profile,
    lay_groundwork,
    not_adopted,
    passed_over,
)
from register.versions import followed
from register.wanted import Wanted
from settings import SHIPPED
from storage.engine import reading, writing
from storage.requests import in_states
from tests.cli.conftest import Shell
from tests.web.conftest import Door
from tests.web.signed import events
from tests.world import TOWN, World, county
from workflow.days.profiles import Profile
from workflow.people import operator
from workflow.subject import Material


def own(version: int = 9, **table: Any) -> Profile:
    """Return a profile that somebody wrote into the configuration."""
    return Profile.of("county", {name: value for name, value in county().table.items() if name != "name"} | {"version": version} | table)  # fmt: skip


def adoption(world: World, profile: Profile) -> tuple[str, str, str | None]:
    """Return role, door and user of the system of the entry by which a profile was adopted."""
    ((body,),) = world.rows("SELECT body FROM trail WHERE about = :about", about=f"profile:{profile.digest}")
    entry = json.loads(bytes(body))
    return entry["actor"]["role"], entry["via"], entry["os_user"]


def standing(world: World) -> list[tuple[str, str, str | None]]:
    """Return what of the operator's nobody has looked at: kind, row and user of the system."""
    with reading(world.engine) as work:
        return [(one.kind, one.row or "", one.os_user) for one in in_states(work.driver, world.place, ("standing",))]


def test_the_product_knows_its_own_profile_by_its_hash() -> None:
    """Whoever changes a number in the shipped configuration puts this hash into SHIPPED_PROFILES: so it enters with the release."""
    assert {county().digest} == SHIPPED_PROFILES


def test_the_shipped_profile_enters_with_the_release_and_no_other(world: World) -> None:
    """An edited configuration entered as if it had come with the product; it is its writer's, and waits to be looked at."""
    assert adoption(world, county())[:2] == ("release", "release")
    mine, before = own(verifiers=["discipline"]), standing(world)
    with writing(world.engine) as work:
        lay_groundwork(work, "city", "示范市", [county(), mine], world.now, os_user="lin")
        work.commit()
    assert adoption(world, mine) == ("operator", "cli", "lin")
    assert set(standing(world)) - set(before) == {("profile", mine.digest, "lin")}
    with writing(world.engine) as work:
        lay_groundwork(work, "city", "示范市", [county(), mine], world.now, os_user="lin")
        work.commit()
    assert len(standing(world)) == len(before) + 1, "it is entered once"


def test_an_administrator_sees_it_until_one_has_looked(door: Door) -> None:
    with writing(door.world.engine) as work:
        keep_the_profile(work, operator(door.world.place, "lin"), own(), door.world.now)
        work.commit()
    index = door.world.rows("SELECT idx FROM requests WHERE kind = 'profile' AND state = 'standing'")[0][0]
    for login in ("secadmin", "secauditor"):
        page = door.as_(login).get("/register").text
        for words in ("启用时限方案", "县（市）通用 第 9 版", "lin"):
            assert words in page, words
    assert door.as_("secauditor").submit("/register/looked", {"entry": str(index)}).status_code == 303
    assert "县（市）通用 第 9 版" not in door.as_("secadmin").get("/register").text
    assert "register_looked" in events(door)


@pytest.mark.parametrize("via", ["cli", "web"])
def test_an_import_begins_a_round_by_a_profile_that_was_entered(world: World, tmp_path: Path, via: str) -> None:
    """At the command line it is the operator's; on a page it is refused, and says who enters it."""
    mine = own()
    path = tmp_path / "ledger.csv"
    path.write_text(f"编号,单位,问题,具体表现\n1,{TOWN},路灯不亮,背街17盏\n", encoding="utf-8")
    order = Order("二轮", None, mine, Material("problem_list", "cd" * 32, "ledger.csv", 1))
    actor = replace(world.actor("office"), via=via, os_user="lin" if via == "cli" else None)
    with writing(world.engine) as work:
        found = bring_in(work, parse(path), order, actor, world.now, world.today)
        work.rollback() if found.errors else work.commit()
    if via == "cli":
        assert (found.created, adoption(world, mine)) == (1, ("operator", "cli", "lin"))
    else:
        assert [one["message"] for one in found.errors] == [
            "时限方案 county 第 9 版是在配置文件里写的，还没有启用：请操作员执行 zhenggai db upgrade"
        ]
    known = Order("一轮", None, mine, Material("problem_list", "cd" * 32, "ledger.csv", 1))
    with writing(world.engine) as work:
        again = bring_in(work, parse(path), known, replace(actor, via="web"), world.now, world.today)
        work.commit()
    assert again.created == 1, "a round that is there keeps its own"


def test_check_says_what_is_not_entered_yet_and_upgrade_enters_it(shell: Shell) -> None:
    config = shell.home / "c.toml"
    text = SHIPPED.read_text(encoding="utf-8").replace(f"version = {county().version}", "version = 9")
    config.write_text(text.replace('claim = "5 workdays"', 'claim = "6 workdays"'), encoding="utf-8")
    code, _, err = shell.run("--config", config, "check")
    assert (code, "时限方案 county 第 9 版是在配置文件里写的，还没有启用" in err) == (0, True)
    assert "升级请执行 zhenggai db upgrade" in shell.run("--config", config, "db", "upgrade", "--dry-run")[2]
    shell.ok("--config", config, "db", "upgrade")
    assert "还没有启用" not in shell.run("--config", config, "check")[2]
    assert "不用升级" in shell.run("--config", config, "db", "upgrade", "--dry-run")[2]
    assert shell.json("trail", "verify")["ok"]


def made_by_two(world: World, changes: str) -> Profile:
    """Let two of the office put a version in force that is made of the shipped one; return it."""
    fields = {"base": county().digest, "changes": changes, "was": county().version}
    wanted = Wanted("profile", "adopt", None, fields, "巡察办发〔2026〕5号")
    with writing(world.engine) as work:
        asked = ask(work, wanted, world.actor("office"), world.now)
        assert not asked.refusals, asked
        entered = decide(work, asked.request or 0, world.actor("office2"), world.now, approve=True)
        work.commit()
    with reading(world.engine) as work:
        return followed(work.driver, str(entered.row))


def test_a_version_made_in_the_browser_holds_against_the_same_number_in_the_configuration(world: World) -> None:
    """Nothing stops and nothing is replaced: the configuration's is passed over, and it is said which number it may have."""
    made = made_by_two(world, "limits.claim = 7 workdays")
    theirs = own(made.version, verifiers=["discipline"])
    with writing(world.engine) as work:
        lay_groundwork(work, "city", "示范市", [county(), theirs], world.now, os_user="lin")
        driver = work.driver
        assert (changed(driver, [theirs]), not_adopted(driver, world.place, [theirs])) == ([], [])
        (said,) = passed_over(driver, [county(), theirs])
        work.commit()
    assert f"把 version 改为 {made.version + 1}" in said
    assert world.rows("SELECT hash FROM profiles WHERE version = :it", it=made.version) == [(made.digest,)]
    twice = own(county().version, verifiers=["discipline"])
    with writing(world.engine) as work, pytest.raises(ProfileChanged):
        keep_the_profile(work, operator(world.place, "lin"), twice, world.now)


def test_an_import_begins_a_round_by_the_newest_version_in_force(world: World, tmp_path: Path) -> None:
    """The configuration says by which name; which version of it two people have decided."""
    made = made_by_two(world, "limits.claim = 7 workdays")
    path = tmp_path / "ledger.csv"
    path.write_text(f"编号,单位,问题,具体表现\n1,{TOWN},路灯不亮,背街17盏\n", encoding="utf-8")
    order = Order("二轮", None, county(), Material("problem_list", "cd" * 32, "ledger.csv", 1))
    with writing(world.engine) as work:
        assert bring_in(work, parse(path), order, world.actor("office"), world.now, world.today).created == 1
        work.commit()
    assert world.rows("SELECT profile FROM rounds WHERE name = '二轮'") == [(made.digest,)]
