"""That a copy 呈送、抄告件 was opened: noted once, beside the trail, by whoever of the role was first."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Engine

from storage.engine import writing
from storage.sql import Driver

_OPENED = "UPDATE copies SET opened_at = ?, opened_by = ? WHERE case_id = ? AND version = ? AND role = ? AND opened_at IS NULL"


def note_opened(engine: Engine, copies: Sequence[tuple[int, int, str]], person: int, at: int) -> None:
    """Note in a transaction of its own that somebody opened these copies (case and version that bear them, role) at an instant (microseconds)."""
    if not copies:
        return
    with writing(engine) as work:
        record_opened(work.driver, copies, person, at)
        work.commit()


def record_opened(driver: Driver, copies: Sequence[tuple[int, int, str]], person: int, at: int) -> None:
    """Record the same in the transaction that is open."""
    driver.put(_OPENED, [(at, person, *copy) for copy in copies])
