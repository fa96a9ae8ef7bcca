"""Figures 整改成效: each stands in its entry by itself, a whole number with its unit, and the table says the same."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import Any

import pytest

from results import FEN, RESULTS, amount_of
from tests.trail.store import Attacker, Store
from tests.trail.test_export import exported, read, write
from tests.world import World
from trail.offline import Bad, check_export, check_texts

SAID = {"rules_new": 2, "money_recovered": "120.50", "people_party": 0}


def submit_of(attacker: Attacker) -> int:
    return int(attacker.one("SELECT idx FROM trail WHERE action = 'submit'"))


def sides(world: World, index: int) -> dict[str, Any]:
    ((body,),) = world.rows("SELECT body FROM texts WHERE idx = :index", index=index)
    found: dict[str, Any] = json.loads(body)
    return found


def test_each_figure_has_a_promise_and_a_salt_of_its_own(world: World) -> None:
    """The auditor opens the money recovered, and learns nothing of the people punished."""
    (case,) = world.all_at_work(1)
    (done,) = world.do("secretary", "submit", case, answers={"results": SAID})
    promised = world.entry(case)["answers"]["results"]
    kept = {name: one for name, one in sides(world, done.index or 0).items() if name.startswith("answers.results")}
    assert {name: text for name, (_, text) in kept.items()} == {
        "answers.results.rules_new": "2 项",
        "answers.results.money_recovered": "12050 分",
        "answers.results.people_party": "0 人",
    }
    assert len({salt for salt, _ in kept.values()}) == 3
    for kind, promise in promised.items():
        salt, text = kept[f"answers.results.{kind}"]
        assert sha256(bytes.fromhex(salt) + text.encode()).hexdigest() == promise
    assert "answers.results" not in sides(world, done.index or 0)


def test_who_states_nothing_promises_nothing(world: World) -> None:
    (case,) = world.all_at_work(1)
    world.do("secretary", "submit", case, answers={"results": {}})
    assert world.entry(case)["answers"]["results"] == {}


def test_every_kind_has_its_unit() -> None:
    assert {one.unit for one in RESULTS.values()} == {"分", "项", "人"}
    assert {one.asked for one in RESULTS.values() if one.unit == FEN} == {
        "清理资金（元）",
        "清退资金（元）",
        "追缴资金（元）",
        "挽回资金（元）",
    }
    for one in RESULTS.values():
        assert one.asked == f"{one.shown}（{one.said_in}）"
        assert amount_of(one.recorded(12050)) == 12050


@pytest.mark.parametrize("text", ["12050", "1.5 项", "12050 元", "-1 分", "01 分", "１ 项", "1 项 ", "一 项"])
def test_what_is_no_whole_number_with_its_unit_is_no_figure(text: str) -> None:
    salt = "00" * 16
    promise = sha256(bytes.fromhex(salt) + text.encode()).hexdigest()
    entry = {"kind": "move", "index": 7, "answers": {"results": {"rules_new": promise}, "reason": promise}}
    assert check_texts(entry, {"answers.reason": [salt, text]}) == 1
    with pytest.raises(Bad, match=r"第 7 条记录的“answers\.results\.rules_new”不是带单位的整数"):
        check_texts(entry, {"answers.results.rules_new": [salt, text]})


def test_one_figure_is_opened_and_the_others_stay_closed(store: Store) -> None:
    """An export in which all other texts are erased still proves the one."""
    path = exported(store)
    rows = read(path)
    [row] = [row for row in rows[1:] if "answers.results.money_recovered" in row["texts"]]
    closed = len(row["texts"]) - 1
    row["texts"] = {name: one for name, one in row["texts"].items() if name == "answers.results.money_recovered"}
    checked = check_export(write(path, rows))
    assert (checked.ok, checked.erased) == (True, closed)
    row["texts"]["answers.results.money_recovered"][1] = "99999 分"
    checked = check_export(write(path, rows))
    assert (checked.ok, checked.first_bad) == (False, row["idx"])


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        ("UPDATE results SET amount = amount + 1 WHERE kind = 'money_recovered'", "“挽回资金”（money_recovered）与记录的摘要不符"),
        ("UPDATE results SET version = version + 1 WHERE kind = 'rules_new'", "“新建制度”（rules_new）在表中没有，按记录应有"),
        ("UPDATE results SET until_version = version WHERE kind = 'rules_new'", "“新建制度”（rules_new）在表中写的起止与记录不符"),
        ("DELETE FROM results WHERE kind = 'rules_new'", "“新建制度”（rules_new）在表中没有，按记录应有"),
        ("DELETE FROM results", "在表中没有，按记录应有"),
        ("INSERT INTO results (case_id, version, kind, amount) SELECT case_id, version, 'people_party', 3 FROM results WHERE kind = 'rules_new'", "“党纪处分”（people_party）在表中有，按记录没有"),
        ("INSERT INTO results (case_id, version, kind, amount) SELECT case_id, version, 'gold', 3 FROM results WHERE kind = 'rules_new'", "“gold”在表中有，按记录没有"),
    ],
)  # fmt: skip
def test_a_figure_changed_in_its_own_table_names_the_entry_that_stated_it(
    store: Store, attacker: Attacker, sql: str, why: str
) -> None:
    assert store.verify().ok
    attacker.run(sql)
    found = store.verify()
    assert found.first_bad == submit_of(attacker)
    assert "问题 1 的整改成效" in found.why
    assert why in found.why


def test_a_figure_of_a_case_that_stated_none_names_its_last_entry(store: Store, attacker: Attacker) -> None:
    attacker.run("INSERT INTO results (case_id, version, kind, amount) VALUES (3, 2, 'rules_new', 1)")
    found = store.verify()
    assert found.first_bad == attacker.one("SELECT MAX(idx) FROM trail WHERE case_id = 3")
    assert "问题 3 的整改成效“新建制度”（rules_new）在表中有，按记录没有" in found.why


def test_of_an_erased_figure_nothing_is_left_to_compare_with(store: Store, attacker: Attacker) -> None:
    index = submit_of(attacker)
    kept = json.loads(attacker.one("SELECT body FROM texts WHERE idx = ?", index))
    del kept["answers.results.money_recovered"]
    attacker.run("UPDATE texts SET body = ? WHERE idx = ?", json.dumps(kept, ensure_ascii=False), index)
    attacker.run("UPDATE results SET amount = 1 WHERE kind = 'money_recovered'")
    found = store.verify()
    assert (found.ok, found.erased) == (True, 1)
    attacker.run("UPDATE results SET amount = 9 WHERE kind = 'rules_new'")
    assert store.first_bad() == index


def test_what_was_taken_back_leaves_no_figure_and_what_comes_again_replaces_it(
    store: Store, attacker: Attacker
) -> None:
    """Handed in, taken back, handed in with other figures: each time the table is what the entries say, and until when they held."""
    world = store.world
    world.do("secretary", "submit", 2, answers={"results": SAID})
    figures = attacker.all("SELECT case_id, version, kind, amount FROM results WHERE case_id = 2")
    assert store.verify().ok
    world.do("secretary", "recall", 2)
    assert attacker.all("SELECT * FROM results WHERE case_id = 2 AND until_version IS NULL") == []
    assert store.verify().ok
    for row in figures:
        attacker.run(
            "UPDATE results SET until_version = NULL WHERE case_id = ? AND version = ? AND kind = ? AND amount = ?",
            *row,
        )
    assert "起止与记录不符" in store.verify().why
    attacker.run("DELETE FROM results WHERE case_id = 2")
    assert "该行被删除" in store.verify().why
    attacker.restore(("results",))
    until = attacker.one("SELECT version FROM cases WHERE id = 2")
    for row in figures:
        attacker.run(
            "INSERT INTO results (case_id, version, kind, amount, until_version) VALUES (?, ?, ?, ?, ?)", *row, until
        )
    assert store.verify().ok
    world.do("secretary", "submit", 2, answers={"results": {"rules_new": 5}})
    assert store.verify().ok
    attacker.run("UPDATE results SET amount = 2 WHERE case_id = 2 AND until_version IS NULL")
    assert "rules_new" in store.verify().why
