"""The finaliser: after every database test everything is read again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from clock import chinese_date
from states import ACTIONS, SETTLED
from storage.columns import FIXED, MOVING
from storage.engine import reading
from storage.rows import case_row, read_clocks
from storage.sql import Driver
from trail.verify import verify
from workflow.days.explain import explain
from workflow.days.wake import wake_at
from workflow.rules import DEFINITION_HASH, calendar_of, profiles_of


def check_sound(engine: Engine, home: Path, spoilt: str = "") -> None:
    """All verifies, but for what a test has spoilt; state is the last move's target, version the number of entries, wake_at what the clocks say; dates say why; one message each."""
    found = verify(engine, home)
    assert found.ok is not bool(spoilt), found
    assert spoilt in (found.why or ""), found
    with reading(engine) as work:
        driver = work.driver
        columns = ", ".join((*FIXED, *MOVING))
        cases = [case_row(row, sqlite=driver.sqlite) for row in driver.all(f"SELECT {columns} FROM cases ORDER BY id")]
        clocks = read_clocks(driver, [case.id for case in cases]) if cases else {}
        entries = _entries(driver)
        for case in cases:
            own = entries[case.id]
            assert [one["version"] for one in own] == list(range(1, case.version + 1))
            assert own[-1]["to"] == case.state
            assert all(one["to"] == ACTIONS[one["action"]].target(one["from"]) for one in own)
            assert (case.state in SETTLED) == (case.settled_at is not None)
            head = driver.one("SELECT calendar FROM heads WHERE jurisdiction = ?", (case.jurisdiction,))
            assert head
            profile = profiles_of(driver, [case.round_id])[case.round_id]
            calendar = calendar_of(driver, case.jurisdiction, head[0])
            assert case.wake_at == wake_at(case, clocks[case.id], profile, calendar), case
            for clock in clocks[case.id].values():
                # Only what an earlier release began does not know why its date is that date.
                assert clock.why or any(one["moves"] != DEFINITION_HASH for one in own), clock
                assert chinese_date(clock.due_on) in "".join(explain(clock, profile, calendar)), clock
            unsigned = driver.one(
                "SELECT COUNT(*) FROM receipts WHERE case_id = ? AND signed_version IS NULL", (case.id,)
            )
            assert unsigned == (case.unsigned,)
        assert set(entries) == {case.id for case in cases}
        assert driver.all("SELECT idx, post FROM outbox GROUP BY jurisdiction, idx, post HAVING COUNT(*) > 1") == []


def _entries(driver: Driver) -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for (body,) in driver.all("SELECT body FROM trail ORDER BY jurisdiction, idx"):
        entry = json.loads(bytes(body))
        if entry["kind"] == "move":
            found.setdefault(entry["case"], []).append(entry)
    return found
