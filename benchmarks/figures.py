"""The figures with a hundred thousand cases: table A as of a past day, against a plain count of the cases by unit and state."""

from __future__ import annotations

from datetime import timedelta

import clock
from benchmarks.ground import Fed, ground
from benchmarks.measure import Figure, Size, compare
from figures.grouping import TABLES, lines_of
from storage.engine import reading, writing
from storage.reads.standings import AsOf
from storage.sql import Driver

TIMES = 3


def figures(kind: str, name: str, size: Size) -> Figure:
    """Compare the figures of all units as of the day before with counting the cases as they stand."""
    with ground(kind, Fed(max(size.many // 500, 1), min(size.many, 500))) as made:
        engine = made.copy()
        with writing(engine) as work:
            work.driver.run("ANALYZE")
            work.commit()
        place, today = made.places[0].id, clock.local_date(made.now)
        of = AsOf(place, today, today + timedelta(days=1))

        def we(_: int) -> None:
            for _number in range(TIMES):
                with reading(engine) as work:
                    assert lines_of(work.driver, of, TABLES["unit"])

        def they(_: int) -> None:
            for _number in range(TIMES):
                with reading(engine) as work:
                    assert _plain(work.driver, place)

        return compare(name, "tables/s", TIMES, size.pairs, we, they)


def _plain(driver: Driver, place: int) -> int:
    sql = "SELECT answerable_id, state, COUNT(*) FROM cases WHERE jurisdiction = ? AND NOT void GROUP BY 1, 2"
    return len(driver.all(sql, (place,)))
