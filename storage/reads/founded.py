"""What there was as of a day beside problems: rounds, units inspected, clues handed over; a past day's as the trail says since when they are there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import clock
from storage.reads.standings import AsOf
from storage.sql import Driver, Part


def founded(driver: Driver, of: AsOf, others: Sequence[int]) -> dict[str, int]:
    """Return how many rounds there were, how many units that they inspect, and how many clues were handed over; without the rounds of other terms."""
    return {
        "rounds": _one(driver, "COUNT(*)", "rounds x", "x.id", _there(of, "round"), of, others),
        "organisations": _one(
            driver, "COUNT(DISTINCT x.unit_id)", "inspections x", "x.round_id", _there(of, "inspection"), of, others
        ),
        "clues": _one(
            driver, "COALESCE(SUM(COALESCE(x.pieces, 1)), 0)", "clues x", "x.round_id", _handed_on(of), of, others
        ),
    }


def _there(of: AsOf, kind: str) -> Part:
    if not of.past:
        return "", []
    end = clock.micros(clock.start_of(of.on + timedelta(days=1)))
    sql = f" AND EXISTS (SELECT 1 FROM trail t WHERE t.jurisdiction = x.jurisdiction AND t.about = '{kind}:' || x.id AND t.at < ?)"
    return sql, [end]


def _handed_on(of: AsOf) -> Part:
    return (" AND x.handed_on <= ?", [of.on]) if of.past else ("", [])


def _one(driver: Driver, what: str, table: str, around: str, there: Part, of: AsOf, others: Sequence[int]) -> int:
    among, params = "", []
    if of.round is not None:
        among, params = f" AND {around} = ?", [of.round]
    elif others:
        found, params = driver.among(around, others)
        among = f" AND NOT ({found})"
    rows = driver.all(
        f"SELECT {what} FROM {table} WHERE x.jurisdiction = ?{among}{there[0]}", [of.jurisdiction, *params, *there[1]]
    )
    return int(rows[0][0])
