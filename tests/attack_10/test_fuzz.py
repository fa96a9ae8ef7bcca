from __future__ import annotations

import pytest
from tests.test_assisting import assisted
from tests.world import VILLAGE, BUREAU, World, day
from trail.verify import verify

SETS = [
    ("assisting", "task = '别的'"), ("assisting", "since = '2026-01-01'"), ("assisting", "version = version + 1"),
    ("assisting_ended", "until = '2026-03-18'"), ("assisting_ended", "unit_id = 2"), ("assisting_ended", "DELETE"),
    ("copies", "due_on = '2030-01-01'"), ("copies", "opened_at = 5, opened_by = 1"), ("copies", "cases = cases + 1"), ("copies", "signed_by = 1"),
    ("copies", "inspection_id = 99"), ("progress", "unit_id = NULL"), ("progress", "text = 'x'"),
]


@pytest.mark.parametrize(("table", "what"), SETS)
def test_fuzz(world: World, table: str, what: str) -> None:
    case = assisted(world)
    world.do("handler_bureau", "progress", case)
    world.do("leader", "acknowledge_copy", case)
    if table == "assisting_ended":
        world.do("office", "drop_assisting", case)
    name = table.removesuffix("_ended")
    world.spoilt = "x"
    with world.engine.begin() as c:
        if world.engine.dialect.name == "sqlite":
            c.exec_driver_sql("PRAGMA foreign_keys=OFF")
        c.exec_driver_sql(f"DELETE FROM {name}" if what == "DELETE" else f"UPDATE {name} SET {what}")
    found = verify(world.engine, world.home)
    print(table, what, "NOTICED" if not found.ok else "silent", found.why[:100])
