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
