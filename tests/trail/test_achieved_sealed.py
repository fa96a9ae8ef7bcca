"""What is listed of what was achieved: the rows are what the application says, and a change of any column names its entry."""

from __future__ import annotations

import json

import psycopg
import pytest

from tests.trail.store import Attacker, Store

SAID = {
    "results": {},
    "rules": [{"kind": "新建", "name": "路灯管护办法", "on": "2026-03-05"}],
    "sums": [{"kind": "清退", "amount": "100", "voucher": "收据 12 号"}],
    "people": [{"kind": "党纪处分", "name": "甲", "post": "所长"}, {"kind": "诫勉", "count": "2"}],
}
ATTACKS = (
    ("UPDATE achieved SET name = '丁' WHERE name = '甲'", "人员处理清单与记录的摘要不符"),
    ("UPDATE achieved SET amount = 9 WHERE kind = 'people_admonished'", "人员处理清单与记录的摘要不符"),
    ("UPDATE achieved SET post = '书记' WHERE name = '甲'", "人员处理清单与记录的摘要不符"),
    ("UPDATE achieved SET number = '另一张' WHERE kind = 'money_repaid'", "资金清单与记录的摘要不符"),
    ("UPDATE achieved SET dated = NULL WHERE kind = 'rules_new'", "制度清单与记录的摘要不符"),
    ("UPDATE achieved SET no = 0 WHERE no = 1", "成效清单的次序、起止与记录不符"),
    ("UPDATE achieved SET until_version = version WHERE no = 1", "成效清单的次序、起止与记录不符"),
    ("UPDATE achieved SET version = version - 1", "制度清单在表中有，按记录没有"),
    ("UPDATE achieved SET kind = 'gold' WHERE no = 1", "整改成效“gold”在表中有，按记录没有"),
    ("DELETE FROM achieved WHERE no = 3", "人员处理清单与记录的摘要不符"),
    ("DELETE FROM achieved", "制度清单与记录的摘要不符：表中的行被改动、增加或删除过"),
)


def test_what_is_no_number_where_one_should_be_is_found_like_any_other(store: Store, attacker: Attacker) -> None:
    """SQLite keeps what it is given; PostgreSQL does not take it."""
    (done,) = store.world.do("secretary", "submit", 2, answers=SAID)
    for table in ("achieved", "results"):
        rows = attacker.all(f"SELECT * FROM {table}")
        spoils = f"UPDATE {table} SET version = 'a' WHERE kind = 'rules_new' AND case_id = 2"
        if attacker.kind != "sqlite":
            with pytest.raises(psycopg.DataError):
                attacker.run(spoils)
            continue
        attacker.run(spoils)
        assert store.verify().first_bad == done.index
        attacker.run(f"DELETE FROM {table}")
        for row in rows:
            attacker.run(f"INSERT INTO {table} VALUES ({', '.join('?' for _ in row)})", *row)
    assert store.verify().ok


def test_a_row_changed_in_its_own_table_is_found(store: Store, attacker: Attacker) -> None:
    """Whatever column it is, the application of the case is named."""
    (done,) = store.world.do("secretary", "submit", 2, answers=SAID)
    assert store.verify().ok
    rows = attacker.all("SELECT * FROM achieved")
    marks = ", ".join("?" for _ in rows[0])
    for sql, why in ATTACKS:
        attacker.run(sql)
        found = store.verify()
        assert why in (found.why or ""), sql
        if "version - 1" not in sql:
            assert found.first_bad == done.index
        attacker.run("DELETE FROM achieved")
        for row in rows:
            attacker.run(f"INSERT INTO achieved VALUES ({marks})", *row)
    assert store.verify().ok


def test_what_is_erased_has_nothing_left_to_compare_with(store: Store, attacker: Attacker) -> None:
    """A name can be erased: its list alone, and the figures still stand."""
    (done,) = store.world.do("secretary", "submit", 2, answers=SAID)
    kept = json.loads(attacker.one("SELECT body FROM texts WHERE idx = ?", done.index))
    del kept["answers.people"]
    attacker.run("UPDATE texts SET body = ? WHERE idx = ?", json.dumps(kept, ensure_ascii=False), done.index)
    attacker.run("UPDATE achieved SET name = '' WHERE name = '甲'")
    found = store.verify()
    assert (found.ok, found.erased) == (True, 1)
