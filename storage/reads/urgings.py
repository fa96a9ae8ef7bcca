"""Urgings 催办: that a unit was urged since a case came into its state, and in which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from storage.reads.reviews import words_said
from storage.sql import Driver


@dataclass(frozen=True, slots=True)
class Urging:
    """The last time that a unit was urged: by whom, when in microseconds, and what was said; erased words are empty."""

    name: str
    at: int
    text: str


def urgings(driver: Driver, cases: Sequence[int]) -> dict[int, Urging]:
    """Return the last urging of each case since it came into its state."""
    if not cases:
        return {}
    among, params = driver.among("t.case_id", cases)
    sql = (
        "SELECT t.case_id, p.name, t.at, x.body FROM trail t JOIN cases c ON c.id = t.case_id AND t.version > c.entered "
        "JOIN people p ON p.id = t.actor_id LEFT JOIN texts x ON x.jurisdiction = t.jurisdiction AND x.idx = t.idx "
        f"WHERE {among} AND t.action = 'urge' ORDER BY t.version"
    )
    return {case: Urging(name, at, words_said(body)) for case, name, at, body in driver.all(sql, params)}
