"""What is on record stays: the database itself refuses to change or remove it, on the product's own account."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from storage.append_only import REFUSAL
from tests.trail.store import Attacker, Store, raw

UPSERT = "ON CONFLICT (jurisdiction, idx) DO UPDATE SET at = 0"
ROW = "jurisdiction, idx, body, leaf, key, intent, case_id, version, action, actor_id, prepared_by, at"
REFUSED = {
    "an entry changed": "UPDATE trail SET body = body WHERE idx = 3",
    "a lookup column changed": "UPDATE trail SET action = 'verify' WHERE idx = 3",
    "an entry moved": "UPDATE trail SET idx = 99 WHERE idx = 45",
    "an entry removed": "DELETE FROM trail WHERE idx = 45",
    "all entries removed": "DELETE FROM trail",
    "a checkpoint changed": "UPDATE checkpoints SET note = '' WHERE size = 10",
    "a checkpoint removed": "DELETE FROM checkpoints",
}
ONLY = {
    "sqlite": {
        "an entry replaced": f"INSERT OR REPLACE INTO trail SELECT {ROW} FROM trail WHERE idx = 3",
        "an entry replaced by REPLACE": f"REPLACE INTO trail SELECT {ROW} FROM trail WHERE idx = 3",
        "an entry replaced by its key": (
            "INSERT OR REPLACE INTO trail (jurisdiction, idx, body, leaf, key, action, at) "
            "SELECT jurisdiction, 99, body, leaf, 'K/1', action, at FROM trail WHERE idx = 3"
        ),
        "an entry replaced by its case and version": (
            "INSERT OR REPLACE INTO trail (jurisdiction, idx, body, leaf, case_id, version, action, at) "
            "SELECT jurisdiction, 99, body, leaf, 1, 1, action, at FROM trail WHERE idx = 3"
        ),
        "an entry changed by an upsert": f"INSERT INTO trail SELECT {ROW} FROM trail WHERE idx = 3 {UPSERT}",
        "a checkpoint replaced": "INSERT OR REPLACE INTO checkpoints SELECT * FROM checkpoints",
    },
    "postgres": {
        "the trail truncated": "TRUNCATE trail",
        "the checkpoints truncated": "TRUNCATE checkpoints",
        "the trail truncated behind its head": "TRUNCATE jurisdictions CASCADE",
        "an entry changed by an upsert": f"INSERT INTO trail SELECT {ROW} FROM trail WHERE idx = 3 {UPSERT}",
        "an entry changed by a merge": (
            "MERGE INTO trail t USING (SELECT 3 AS idx) s ON t.idx = s.idx WHEN MATCHED THEN UPDATE SET at = 0"
        ),
    },
}


def everything(store: Store) -> list[tuple[object, ...]]:
    with raw(store.kind, store.url) as connection:
        found = Attacker(connection, store.kind)
        return found.all("SELECT * FROM trail ORDER BY idx") + found.all("SELECT * FROM checkpoints ORDER BY size")


def test_nothing_on_record_is_changed_or_removed(store: Store) -> None:
    with store.attacker() as attacker:
        attacker.run("UPDATE trail SET key = 'K/1' WHERE idx = 5")
    store.mend_triggers()
    before = everything(store)
    with raw(store.kind, store.url) as connection:
        for name, statement in (REFUSED | ONLY[store.kind]).items():
            with pytest.raises((sqlite3.IntegrityError, psycopg.errors.RaiseException), match=REFUSAL):
                connection.execute(statement)
            assert everything(store) == before, name


def test_a_new_entry_is_taken(store: Store) -> None:
    store.world.feed_back(1, start=7)
    assert store.verify().size == 47
