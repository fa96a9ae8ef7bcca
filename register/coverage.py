"""Coverage 应巡尽巡 of a term in figures, as the pages, the workbook and the command line say it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from storage.household import read_row
from storage.reads.coverage import INSPECTED, STAGES, Covered, Term, coverage_of
from storage.scope import EVERYTHING, Scope, Where
from storage.sql import Driver, as_date
from storage.unit_kinds import unit_kinds


@dataclass(frozen=True, slots=True)
class Share:
    """How many units of a kind count, how many are at each stage, and what share is inspected."""

    shown: str
    sort: str
    of: int
    stages: Mapping[str, int]

    @property
    def inspected(self) -> int:
        """Return how many are fed back or under way."""
        return sum(self.stages.get(stage, 0) for stage in INSPECTED)

    @property
    def per_cent(self) -> float | None:
        """Return the share in per cent; nothing is whole that is not, and of nothing there is none."""
        if not self.of:
            return None
        return 100.0 if self.inspected == self.of else min(round(100 * self.inspected / self.of, 2), 99.99)

    @property
    def rate(self) -> str:
        """Return the share in words."""
        if self.per_cent is None:
            return "—"
        return "100 %" if self.inspected == self.of else f"{self.per_cent:.2f} %"


def term_of(driver: Driver, jurisdiction: int, number: int) -> Term | None:
    """Return a term; None where the jurisdiction has none such."""
    row = read_row(driver, "term", jurisdiction, number)
    first, last = (as_date(row[name]) for name in ("starts_on", "ends_on")) if row else (None, None)
    return Term(number, str(row["name"]), first, last) if row and first and last else None


def shares(driver: Driver, jurisdiction: int, number: int, today: date, scope: Scope = EVERYTHING) -> dict[str, Any]:
    """Return what of a term is covered: the units that are within a scope, all of them in figures, and kind by kind."""
    term = term_of(driver, jurisdiction, number)
    units = coverage_of(driver, jurisdiction, term, today) if term else []
    units = [
        one for one in units if scope.covers(Where(one.unit, one.answerable, one.visit.number if one.visit else 0, 0))
    ]
    sorts = unit_kinds(driver, jurisdiction).with_unsaid()
    by_sort = [
        share_of(shown, sort, among)
        for sort, shown in sorts.items()
        if (among := [one for one in units if one.sort == sort])
    ]
    return {
        "coverage": term,
        "units": units,
        "whole": share_of("合计", "", units),
        "by_sort": by_sort,
        "sort_words": sorts,
        "stages": STAGES,
    }


def share_of(shown: str, sort: str, units: Sequence[Covered]) -> Share:
    """Return how far some units are covered."""
    return Share(shown, sort, len(units), Counter(one.stage for one in units))
