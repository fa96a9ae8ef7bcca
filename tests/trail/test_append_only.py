"""What is on record stays: the database itself refuses to change or remove it, on the product's own account."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest

from storage.append_only import REFUSAL
from tests.trail.store import Attacker, Store, raw

UPSERT = "ON CONFLICT (jurisdiction, idx) DO UPDATE SET at = 0"
ROW = "jurisdiction, idx, body, leaf, key, intent, case_id, version, action, actor_id, prepared_by, at, about"
REFUSED = {
    "an entry changed": "UPDATE trail SET body = body WHERE idx = {third}",
    "a lookup column changed": "UPDATE trail SET action = 'verify' WHERE idx = {third}",
    "an entry moved": "UPDATE trail SET idx = 9999 WHERE idx = {last}",
    "an entry removed": "DELETE FROM trail WHERE idx = {last}",
    "all entries removed": "DELETE FROM trail",
    "a checkpoint changed": "UPDATE checkpoints SET note = '' WHERE size = {signed}",
    "a checkpoint removed": "DELETE FROM checkpoints",
}
ONLY = {
    "sqlite": {
        "an entry replaced": f"INSERT OR REPLACE INTO trail ({ROW}) SELECT {ROW} FROM trail WHERE idx = {{third}}",
        "an entry replaced by REPLACE": f"REPLACE INTO trail ({ROW}) SELECT {ROW} FROM trail WHERE idx = {{third}}",
        "an entry replaced by its key": (
            "INSERT OR REPLACE INTO trail (jurisdiction, idx, body, leaf, key, action, at) "
            "SELECT jurisdiction, 9999, body, leaf, 'K/1', action, at FROM trail WHERE idx = {third}"
        ),
        "an entry replaced by its case and version": (
            "INSERT OR REPLACE INTO trail (jurisdiction, idx, body, leaf, case_id, version, action, at) "
            "SELECT jurisdiction, 9999, body, leaf, 1, 1, action, at FROM trail WHERE idx = {third}"
        ),
        "an entry changed by an upsert": f"INSERT INTO trail ({ROW}) SELECT {ROW} FROM trail WHERE idx = {{third}} {UPSERT}",
        "a checkpoint replaced": "INSERT OR REPLACE INTO checkpoints SELECT * FROM checkpoints",
    },
    "postgres": {
        "the trail truncated": "TRUNCATE trail",
        "the checkpoints truncated": "TRUNCATE checkpoints",
        "the trail truncated behind its head": "TRUNCATE jurisdictions CASCADE",
        "an entry changed by an upsert": f"INSERT INTO trail ({ROW}) SELECT {ROW} FROM trail WHERE idx = {{third}} {UPSERT}",
        "an entry changed by a merge": (
            "MERGE INTO trail t USING (SELECT {third} AS idx) s ON t.idx = s.idx WHEN MATCHED THEN UPDATE SET at = 0"
        ),
    },
}


def everything(store: Store) -> list[tuple[object, ...]]:
    with raw(store.kind, store.url) as connection:
        found = Attacker(connection, store.kind)
        return found.all("SELECT * FROM trail ORDER BY idx") + found.all("SELECT * FROM checkpoints ORDER BY size")


def test_nothing_on_record_is_changed_or_removed(store: Store) -> None:
    with store.attacker() as attacker:
        attacker.run("UPDATE trail SET key = 'K/1' WHERE idx = ?", store.at(5))
    store.mend_triggers()
    before = everything(store)
    with raw(store.kind, store.url) as connection:
        for name, statement in (REFUSED | ONLY[store.kind]).items():
            with pytest.raises((sqlite3.IntegrityError, psycopg.errors.RaiseException), match=REFUSAL):
                connection.execute(statement.format(third=store.at(3), last=store.at(45), signed=store.at(10)))
            assert everything(store) == before, name


def test_a_new_entry_is_taken(store: Store) -> None:
    store.world.feed_back(1, start=7)
    assert store.verify().size == store.at(47)
