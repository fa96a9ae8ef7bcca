"""Before an upgrade one may look ahead: which open cases would meet other acts, dates or addressees; nothing is written."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

import pytest
from sqlalchemy import Engine

from settings import SHIPPED
from storage import steps
from storage.engine import open_engine, reading, writing
from storage.household import put_new
from storage.reads.rules import last_definition
from tests.cli.conftest import Shell
from tests.kept import EARLIER, load
from tests.world import county
from workflow.days.profiles import Profile
from workflow.outlook import Ahead, outlook
from workflow.rules import DEFINITION

KEPT = "0017"


# What open cases would meet otherwise by a change that is meant, as the outlook says it: who changes a row writes its sentence
# here and in CHANGELOG.md, and takes it out with the next database kept.
MEANT: Final[frozenset[str]] = frozenset()


@contextmanager
def database() -> Iterator[Engine]:
    engine = open_engine(os.environ["ZHENGGAI_DATABASE_URL"])
    try:
        yield engine
    finally:
        engine.dispose()


def everything() -> dict[str, list[str]]:
    """Return every row, and the step the database is at."""
    with database() as engine, reading(engine) as work:
        driver = work.driver
        tables = ("cases", "clocks", "trail", "definitions", "profiles", "rounds", "alembic_version", "outbox")
        return {name: sorted(map(str, driver.all(f"SELECT * FROM {name}"))) for name in tables}


@pytest.fixture
def older(bare: Shell) -> Shell:
    """Give a shell on the database of an earlier release."""
    with database() as engine:
        load(engine, KEPT, EARLIER)
    return bare


def test_a_dry_run_says_what_would_change_and_writes_nothing(older: Shell) -> None:
    before = everything()
    code, out, err = older.run("db", "upgrade", "--dry-run")
    assert (code, out) == (0, "")
    assert err.endswith("以上只是预告，数据库没有改动；升级请执行 zhenggai db upgrade\n")
    assert everything() == before
    with database() as engine:
        assert steps.current(engine) == KEPT
    older.ok("db", "upgrade")
    with database() as engine:
        assert steps.is_current(engine)
    older.ok("check")


def test_a_dry_run_says_which_cases_by_unit_and_one_line_a_change(older: Shell) -> None:
    """Numbers repeat from unit to unit: each stands behind its unit; a clock names the state in which it begins."""
    told = older.run("db", "upgrade", "--dry-run")[2]
    assert "轮次“rectifying”，整改中 1 个问题：\n    城伯镇党委 第 1 号\n" in told
    assert "  · 多了时钟“填报进展”，从下一次进入“整改中”起计\n" in told
    assert "该状态" not in told
    heads = [line for line in told.splitlines() if line.startswith("轮次“") and line.endswith("个问题：")]
    assert len(heads) == len(set(heads)) > 3


def test_of_many_cases_some_are_named_and_the_rest_are_counted() -> None:
    few = (("城伯镇党委", ("1", "2")), ("武桥村党支部", ("1",)))
    assert str(Ahead("一轮", "rectifying", few, ("甲", "乙"))) == (
        "轮次“一轮”，整改中 3 个问题：\n    城伯镇党委 第 1、2 号；武桥村党支部 第 1 号\n  · 甲\n  · 乙"
    )
    long = tuple(map(str, range(1, 15)))
    many = (("城伯镇党委", long), *((f"第{n}村", ("7",)) for n in range(9)))
    told = str(Ahead("一轮", "rectifying", many, ("甲",)))
    assert "整改中 23 个问题：\n    城伯镇党委 第 1、2、3、4、5、6、7、8、9、10 号等 14 个；第0村 第 7 号" in told
    assert "第4村 第 7 号；另有 4 个单位的 4 个" in told
    assert "第5村" not in told


def test_the_same_silence_of_many_rounds_is_said_once(older: Shell) -> None:
    """A warning for each profile, with the rounds that follow it; `check` says it the same way."""
    told = older.run("db", "upgrade", "--dry-run")[2]
    older.ok("db", "upgrade")
    for said in (told, older.run("check")[2]):
        lines = [line for line in said.splitlines() if "按本程序的默认办理" in line]
        assert len(lines) == len({line.partition("的时限方案")[2] for line in lines}) > 0
        assert any(re.search(r"”等 \d+ 轮的时限方案", line) for line in lines)


def test_on_a_current_database_nothing_is_left_to_do(older: Shell) -> None:
    older.ok("db", "upgrade")
    code, _, err = older.run("db", "upgrade", "--dry-run")
    assert (code, "请执行 zhenggai db upgrade" in err) == (0, False)
    assert err.endswith("数据库已是当前版本，不用升级；以上从下一次办理起生效\n")


def test_on_a_current_database_where_nothing_changes_it_says_just_that(shell: Shell) -> None:
    code, _, err = shell.run("db", "upgrade", "--dry-run")
    assert (code, err) == (0, "办理中的问题的下一步、日期和告知对象都不变\n数据库已是当前版本，不用升级\n")


def test_a_dry_run_on_nothing_makes_nothing(bare: Shell) -> None:
    code, _, err = bare.run("db", "upgrade", "--dry-run")
    assert (code, "zhenggai init" in err) == (1, True)
    assert [path.name for path in bare.home.iterdir() if path.suffix == ".db"] == []


def test_what_the_release_before_this_one_knew_is_as_it_was_for_open_cases(older: Shell) -> None:
    """Its acts, dates and addressees are those of the schema before; what the definition did not say then is no change."""
    del older
    unmeant = {where: set(told) - MEANT for where, told in foreseen(lambda _: None).items()}
    assert {where: told for where, told in unmeant.items() if told} == {}, (
        "if it is meant, write the sentences in MEANT"
    )


def ahead(change: Callable[[dict[str, Any]], None]) -> dict[str, tuple[str, ...]]:
    """Return what such a change of the life brings, by round and state: what this release brings of its own is no part of it."""
    own = foreseen(lambda _: None, rows_of_then=True)
    brought = {
        where: tuple(one for one in told if one not in own.get(where, ()))
        for where, told in foreseen(change, rows_of_then=True).items()
    }
    return {where: told for where, told in brought.items() if told}


def foreseen(change: Callable[[dict[str, Any]], None], *, rows_of_then: bool = False) -> dict[str, tuple[str, ...]]:
    """Return what would change, by round and state, were this release's life changed so; what came since is left out.

    With the rows of then, acts are as they were, so that a change of this release does not stand in the way of what is tried.
    """
    table = json.loads(DEFINITION)
    with database() as engine, reading(engine) as work:
        then = json.loads(last_definition(work.driver, 1) or "")
        only_of_then(table, then)
        if rows_of_then:
            table |= {"arrows": then["arrows"], "rules": then["rules"]}
        change(table)
        found = outlook(work.driver, 1, json.dumps(table))
    assert all(isinstance(one, Ahead) and one.size for one in found)
    return {f"{one.round}/{one.state}": one.changes for one in found}


def only_of_then(table: dict[str, Any], then: dict[str, Any]) -> None:
    """Leave out the acts and clocks that an earlier definition did not know, and the effects, which begin and end such clocks."""
    known = {(one["from"], one["action"]) for one in then["arrows"]}
    table["arrows"] = [one for one in table["arrows"] if (one["from"], one["action"]) in known]
    effects = {name for one in then["rules"] for name in one["then"]}
    for rule in table["rules"]:
        rule["then"] = [name for name in rule["then"] if name in effects]
    table["clocks"] = {name: one for name, one in table["clocks"].items() if name in then["clocks"]}


def arrow(table: dict[str, Any], state: str, action: str) -> dict[str, Any]:
    """Return an arrow of a definition."""
    return next(one for one in table["arrows"] if (one["from"], one["action"]) == (state, action))


def test_an_act_that_goes_comes_or_changes_is_told_of_the_states_that_have_it(older: Shell) -> None:
    del older

    def change(table: dict[str, Any]) -> None:
        table["arrows"].remove(arrow(table, "feedback", "object"))
        table["arrows"].append({**arrow(table, "disputed", "keep"), "action": "set_aside", "who": ["secretary"]})
        arrow(table, "plan_review", "recall_plan")["needs"] = ["minutes"]
        next(one for one in table["rules"] if one["action"] == "claim")["tells"] = ["office"]

    found = ahead(change)
    assert found["feedback/feedback"] == ("没有了“提出异议”", "“认领”的告知对象由 巡察办、分管市（县）领导 变为 巡察办")
    assert found["disputed/disputed"] == ("多了“set_aside”",)
    assert found["plan_review/plan_review"] == ("“撤回方案”的材料有变",)
    assert {name.rpartition("/")[2] for name in found} == {"feedback", "disputed", "plan_review"}


def test_a_new_clock_or_rung_is_told_where_it_will_run(older: Shell) -> None:
    del older

    def change(table: dict[str, Any]) -> None:
        table["clocks"]["report"] = {**table["clocks"]["measure"], "states": ["rectifying"], "within": "report"}
        table["clocks"]["acceptance"]["rungs"]["eve"] = ["office"]
        table["numbers"] |= {"limits.report": "1 month", "rungs.acceptance.eve": "1 workday before"}

    found = ahead(change)
    both = {"多了时钟“report”，从下一次进入“整改中”起计", "“验收”多了提醒“临期提醒”"}
    assert set(found["rectifying/rectifying"]) == set(found["submitted/submitted"]) == both
    assert "claimed/claimed" not in found


def test_a_default_changes_dates_only_where_the_profile_says_nothing(older: Shell) -> None:
    """The round “feedback” has a profile that wrote less; all others wrote every number."""
    table = {name: value for name, value in json.loads(county().body).items() if name not in ("limits", "rungs")}
    bare = Profile("county", 9, json.dumps({**table, "version": 9}))
    with database() as engine, writing(engine) as work:
        row = {"name": bare.name, "version": bare.version, "body": bare.body}
        put_new(work.driver, "profile", 1, bare.digest, row)
        work.driver.run("UPDATE rounds SET profile = ? WHERE name = 'feedback'", (bare.digest,))
        # As a release with defaults of its own has left it: the last move names a definition that knows them.
        work.driver.run("UPDATE definitions SET body = ? WHERE body = ?", (DEFINITION, EARLIER.definition))
        work.commit()

    def change(table: dict[str, Any]) -> None:
        table["numbers"] |= {
            "limits.claim": "7 workdays",
            "rungs.claim.eve": "2 workdays before",
            "limits.refused_left": "5 workdays",
        }
        table["clocks"]["claim"]["rungs"]["red"] = ["secretary", "leader", "discipline"]

    found = ahead(change)
    told = "“认领”提醒“红色预警（已逾期）”的告知对象由 党组织书记、分管市（县）领导 变为 党组织书记、分管市（县）领导、纪委监委"
    assert found["feedback/feedback"] == (
        "“认领”的时限由 5 workdays 变为 7 workdays", "“认领”提醒“临期提醒”的日子由 1 workday before 变为 2 workdays before", told,
        "“延期被拒后至少还有”由 3 workdays 变为 5 workdays",
    )  # fmt: skip
    assert found["feedback, kept/feedback"] == (told,)
    code, _, err = older.run("db", "upgrade", "--dry-run")
    assert code == 0
    assert "轮次“feedback”的时限方案 county 第 9 版没有写 limits、rungs，按本程序的默认办理" in err


def test_check_names_round_profile_and_keys_that_fall_back(shell: Shell) -> None:
    """What a whole part, a whole clock or a single number leaves to the life's own."""
    text = SHIPPED.read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.startswith(("plan = { yellow", 'claim = "5', "returned ="))]
    assert len(lines) == len(text.splitlines()) - 3
    config = shell.home / "less.toml"
    version = county().version + 1
    config.write_text("\n".join(lines).replace(f"version = {version - 1}", f"version = {version}"), encoding="utf-8")
    shell.ok("--config", config, "db", "upgrade")
    assert "没有写" not in shell.run("--config", config, "check")[2]
    with database() as engine, writing(engine) as work:
        driver = work.driver
        driver.run(
            "INSERT INTO rounds (jurisdiction, name, profile) SELECT 1, '新轮次', hash FROM profiles WHERE version = ?",
            (version,),
        )
        work.commit()
    code, _, err = shell.run("--config", config, "check")
    assert code == 0
    assert (
        f"轮次“新轮次”的时限方案 county 第 {version} 版没有写 limits.claim（5 workdays）、rungs.plan、criteria.returned，按本程序的默认办理"
        in err
    )
