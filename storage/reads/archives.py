"""How rounds stand before they are archived 归档: what is open, what lacks a scan, what waits; and what was archived of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from storage.aside import WAITING
from storage.household import all_rows
from storage.paper_numbers import ISSUED
from storage.sql import Driver

KIND: Final = "archive"


@dataclass(frozen=True, slots=True)
class Archived:
    """A package that was archived: its number, of which round and unit, which supplement it is, how much it holds, and its hash."""

    id: int
    round_id: int
    unit_id: int | None
    n: int
    cases: int
    files: int
    size: int
    digest: str


@dataclass(slots=True)
class Stands:
    """How a round, or a unit in it, stands: its problems, those open, papers without the scan that they want, drafts that wait."""

    id: int
    name: str
    cases: int = 0
    open: int = 0
    unscanned: int = 0
    drafts: int = 0

    @property
    def lacks(self) -> tuple[str, ...]:
        """Return in words what is not as it should be before it is archived."""
        counts = (
            (self.open, "个问题未办结"),
            (self.unscanned, "份盖章的文书没有扫描件"),
            (self.drafts, "份底稿待签发"),
        )
        return tuple(f"{count} {words}" for count, words in counts if count)


def archived(driver: Driver, jurisdiction: int) -> list[Archived]:
    """Return what was archived, the newest first."""
    rows = all_rows(driver, KIND, jurisdiction)
    names = ("round_id", "unit_id", "n", "cases", "files", "size", "digest")
    return [Archived(int(key), *(row[name] for name in names)) for key, row in reversed(list(rows))]


def standing(driver: Driver, jurisdiction: int, stamped: Collection[str], around: int | None = None) -> list[Stands]:
    """Return how each round with problems stands, the newest first; of one round each of its units, by name."""
    by, table = ("unit_id", "units") if around is not None else ("round_id", "rounds")
    within, params = (" AND {}.round_id = ?", [around]) if around is not None else ("", [])
    sql = (
        f"SELECT c.{by}, n.name, COUNT(*), SUM(CASE WHEN c.settled_at IS NULL THEN 1 ELSE 0 END) FROM cases c JOIN {table} n ON n.id = c.{by} "
        f"WHERE c.jurisdiction = ? AND NOT c.void{within.format('c')} GROUP BY c.{by}, n.name"
    )
    found = {row[0]: Stands(*row) for row in driver.all(sql, [jurisdiction, *params])}
    wanted, kinds = driver.among("p.paper", stamped)
    papers = (
        f"SELECT p.{by}, COUNT(*) FROM papers p WHERE p.jurisdiction = ? AND p.state = '{ISSUED}' AND p.scan IS NULL AND {wanted}"
        f"{within.format('p')} GROUP BY p.{by}"
    )
    drafts = f"SELECT d.{by}, COUNT(*) FROM paper_drafts d WHERE d.jurisdiction = ? AND d.state = '{WAITING}'{within.format('d')} GROUP BY d.{by}"
    for name, counted, more in (("unscanned", papers, kinds), ("drafts", drafts, [])):
        for key, count in driver.all(counted, [jurisdiction, *more, *params]):
            if key in found:
                setattr(found[key], name, count)
    return sorted(found.values(), key=(lambda one: one.name) if around is not None else (lambda one: -one.id))


def cases_in(driver: Driver, jurisdiction: int, around: int, unit: int | None, *, void: bool = False) -> list[int]:
    """Return the cases of a round, or of a unit in it, but the void ones, unless they are wanted too."""
    within, params = (" AND unit_id = ?", [unit]) if unit is not None else ("", [])
    within += "" if void else " AND NOT void"
    sql = f"SELECT id FROM cases WHERE jurisdiction = ? AND round_id = ?{within} ORDER BY id"
    return [row[0] for row in driver.all(sql, [jurisdiction, around, *params])]


def by_place(rows: Collection[Archived]) -> dict[tuple[int, int | None], list[Archived]]:
    """Return what was archived by round and unit, the oldest first."""
    found: dict[tuple[int, int | None], list[Archived]] = defaultdict(list)
    for one in sorted(rows, key=lambda one: one.n):
        found[one.round_id, one.unit_id].append(one)
    return found
