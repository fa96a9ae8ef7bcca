"""Entries of kind `ledger`: in the tree, their texts held to their promises, the columns they filled held to the last of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.trail.store import CODE, Attacker, Store
from tests.trail.test_export import exported, read, rewritten, run, write
from tests.trail.test_verify import without_checkpoints
from trail import offline
from trail.offline import check_export
from trail.prove import prove

CASE = 3  # in rectification; its entries end before
FIRST, SECOND = 46, 47  # behind the house's own entries


@pytest.fixture
def filled(store: Store) -> Store:
    """Let two ledgers say something of a case: the second corrects one column of the first and fills another."""
    assert store.world.fill(CASE, responsible="新来的书记", said="已完成", note="待补") == []
    assert store.world.fill(CASE, said="基本完成", measures_said="") == []
    assert store.world.fill(CASE, said="基本完成", measures_said="逐盏维修") == []
    return store


def test_they_are_part_of_the_tree_and_of_no_life(filled: Store) -> None:
    found = filled.verify()
    assert (found.ok, found.size, found.erased) == (True, filled.at(49), 0)
    filled.sign()
    assert filled.verify().ok
    proved = prove(filled.engine, CODE, filled.at(FIRST), filled.home)
    assert json.loads(proved["body"])["kind"] == "ledger"


@pytest.mark.parametrize("name", ["columns.responsible", "columns.said", "columns.note"])
@pytest.mark.parametrize("place", [0, 1])
def test_a_changed_text_or_salt_is_found(filled: Store, attacker: Attacker, name: str, place: int) -> None:
    kept = json.loads(attacker.one("SELECT body FROM texts WHERE idx = ?", filled.at(FIRST)))
    kept[name][place] = ("00" * 16, "没有完成")[place]
    attacker.run("UPDATE texts SET body = ? WHERE idx = ?", json.dumps(kept, ensure_ascii=False), filled.at(FIRST))
    assert filled.first_bad() == filled.at(FIRST)
    assert f"原文“{name}”" in filled.verify().why


@pytest.mark.parametrize(
    ("column", "index", "shown"),
    [
        ("responsible", 46, "责任领导"),
        ("said", 47, "单位自述"),
        ("measures_said", 48, "整改措施（台账）"),
        ("note", 46, "备注"),
    ],
)
@pytest.mark.parametrize("value", ["'没有完成'", "''"])
def test_a_column_changed_behind_the_last_ledger_names_its_entry(
    filled: Store, attacker: Attacker, column: str, index: int, shown: str, value: str
) -> None:
    attacker.run(f"UPDATE cases SET {column} = {value} WHERE id = ?", CASE)
    assert filled.first_bad() == filled.at(index)
    why = f"问题 {CASE}（编号 3）的“{shown}”（{column}）与最后一次台账更新的记录不符"
    assert why in filled.verify().why
    assert "没有完成" not in filled.verify().why


def test_what_an_earlier_ledger_said_is_no_excuse(filled: Store, attacker: Attacker) -> None:
    attacker.run("UPDATE cases SET said = '已完成' WHERE id = ?", CASE)
    assert filled.first_bad() == filled.at(SECOND)


def test_several_columns_of_one_case_are_one_case(filled: Store, attacker: Attacker) -> None:
    attacker.run("UPDATE cases SET said = 'x', note = 'x', returns = returns + 1 WHERE id = ?", CASE)
    assert "也不符" not in filled.verify().why
    attacker.run("UPDATE cases SET returns = returns + 1 WHERE id = 1")
    assert "另有 1 个问题也不符" in filled.verify().why


def test_a_move_that_names_a_column_anew_is_the_last_word(store: Store, attacker: Attacker) -> None:
    (case,) = store.world.feed_back(1, start=8)
    store.world.fill(case, responsible="甲", person="乙", said="已安排")
    store.world.do("secretary", "claim", case)
    assert store.verify().ok
    attacker.run("UPDATE cases SET said = '' WHERE id = ?", case)
    assert store.first_bad() == store.at(47)


def test_an_erased_text_is_counted_and_its_column_free(filled: Store, attacker: Attacker) -> None:
    kept = json.loads(attacker.one("SELECT body FROM texts WHERE idx = ?", filled.at(SECOND)))
    del kept["columns.said"]
    attacker.run("UPDATE texts SET body = ? WHERE idx = ?", json.dumps(kept), filled.at(SECOND))
    attacker.run("UPDATE cases SET said = '' WHERE id = ?", CASE)
    found = filled.verify()
    assert (found.ok, found.erased) == (True, 1)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "'claim'"),
        ("actor_id", "COALESCE(actor_id, 0) + 1"),
        ("actor_id", "NULL"),
        ("prepared_by", "1"),
        ("case_id", "2"),
        ("case_id", "NULL"),
        ("version", "77"),
        ("at", "at + 1"),
    ],
)
def test_the_columns_that_find_it_are_held_to_it(filled: Store, attacker: Attacker, column: str, value: str) -> None:
    attacker.run(f"UPDATE trail SET {column} = {value} WHERE idx = ?", filled.at(SECOND))
    assert filled.first_bad() == filled.at(SECOND)
    assert f"检索列 {column}" in filled.verify().why


def test_an_export_with_texts_checks_offline(filled: Store, tmp_path: Path) -> None:
    alone = tmp_path / "check.py"
    alone.write_bytes(Path(offline.__file__).read_bytes())
    path = exported(filled)
    code, said = run(alone, path)
    assert (code, said["ok"], said["size"], said["erased"]) == (0, True, filled.at(49), 0)
    rows = read(path)
    assert rows[filled.at(SECOND) + 1]["texts"] == {
        "columns.said": [rows[filled.at(SECOND) + 1]["texts"]["columns.said"][0], "基本完成"]
    }
    rows[filled.at(SECOND) + 1]["texts"]["columns.said"][1] = "已完成"
    code, said = run(alone, write(path, rows))
    assert (code, said["first_bad"]) == (5, filled.at(SECOND))
    assert "columns.said" in said["why"]


def test_an_export_without_texts_holds_none_of_them(filled: Store) -> None:
    path = exported(filled, with_texts=False)
    assert check_export(path).ok
    assert "基本完成" not in path.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"case": 99}, "没有出生记录"),
        ({"case": [1]}, "缺少应有的内容"),
        ({"columns": {}}, "没有写明"),
        ({"columns": None}, "没有写明"),
        ({"columns": ["said"]}, "无法与记录核对"),
        ({"columns": {"other": "00"}}, "与记录中的摘要不符"),
        ({"file": ""}, "没有写明"),
        ({"actor": None}, "缺少应有的内容"),
        ({"actor": {"login": "x", "person": 1, "role": None}}, "没有写明"),
        ({"actor": {"login": "x", "person": 1, "role": None, "post": 4}}, "没有写明谁按哪份台账"),
        ({"actor": {"login": "x", "person": 1, "role": "office", "post": None}}, "没有写明谁凭哪个职务"),
        ({"actor": {"login": "operator", "person": None, "role": "office", "post": 4}}, "没有写明谁凭哪个职务"),
    ],
)
def test_one_that_says_too_little_is_refused_offline(filled: Store, fields: dict[str, object], sentence: str) -> None:
    rows = read(exported(filled))
    rewritten(rows, filled.at(SECOND), **fields)
    checked = check_export(write(filled.home / "x.jsonl", rows))
    assert (checked.ok, checked.first_bad) == (False, filled.at(SECOND))
    assert sentence in checked.why


def test_one_that_is_taken_away_is_missed(filled: Store, attacker: Attacker) -> None:
    without_checkpoints(filled, attacker)
    attacker.run("DELETE FROM trail WHERE idx = ?", filled.at(SECOND))
    assert filled.first_bad() == filled.at(SECOND)
