"""Standings 状况: the rows say what the entries say of each case, from when to when."""

from __future__ import annotations

import pytest

from tests.trail.store import Attacker, Store

OPEN = "case_id = 1 AND to_at IS NULL"


@pytest.mark.parametrize(
    ("sql", "why"),
    [
        (f"UPDATE standings SET state = 'feedback' WHERE {OPEN}", "与记录不符"),
        (f"UPDATE standings SET from_at = from_at - 1 WHERE {OPEN}", "各段的起止不相接"),
        (f"UPDATE standings SET to_at = from_at WHERE {OPEN}", "各段的起止不相接"),
        (f"DELETE FROM standings WHERE {OPEN}", "各段的起止不相接"),
        ("DELETE FROM standings WHERE case_id = 1", "与记录不符"),
        (f"UPDATE standings SET late_from = '2026-01-01' WHERE {OPEN}", "与记录不符"),
        ("UPDATE standings SET flagged = 'overdue' WHERE case_id = 1 AND version = 1", "与记录不符"),
    ],
)
def test_a_row_changed_in_its_table_names_the_last_entry_of_its_case(
    store: Store, attacker: Attacker, sql: str, why: str
) -> None:
    assert store.verify().ok
    assert attacker.run(sql)
    found = store.verify()
    assert found.first_bad == attacker.one("SELECT MAX(idx) FROM trail WHERE case_id = 1")
    assert f"历史状况{why}" in found.why


MEASURES = (
    ("UPDATE measures SET due_on = '2026-01-01' WHERE case_id = 1 AND no = 1", "整改措施与记录不符"),
    ("UPDATE measures SET text = '别的' WHERE case_id = 1 AND no = 1", "整改措施与记录不符"),
    ("UPDATE measures SET until_version = version + 1 WHERE case_id = 1", "整改措施的次序、起止与记录不符"),
    ("UPDATE measures SET version = version - 1 WHERE case_id = 1", "整改措施在表中有 0 项，按记录应有 1 项"),
    ("DELETE FROM measures WHERE case_id = 1", "整改措施在表中有 0 项，按记录应有 1 项"),
    ("UPDATE standings SET planned = 9 WHERE case_id = 1 AND planned = 1", "所记的措施数与措施表不符"),
)


def test_the_measures_are_what_the_plan_promised_and_as_many_as_standings_say(store: Store, attacker: Attacker) -> None:
    kept = {table: attacker.all(f"SELECT * FROM {table} WHERE case_id = 1") for table in ("measures", "standings")}
    assert store.verify().ok
    for sql, why in MEASURES:
        assert attacker.run(sql)
        assert why in (store.verify().why or ""), sql
        for table, rows in kept.items():
            attacker.run(f"DELETE FROM {table} WHERE case_id = 1")
            for row in rows:
                attacker.run(f"INSERT INTO {table} VALUES ({', '.join('?' for _ in row)})", *row)
    assert store.verify().ok
