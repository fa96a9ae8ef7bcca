"""The tally 统计: all that a paper made of figures says as of its day, counted once, with what can be counted again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, Final

from figures.counting import Values, count
from figures.grouping import TABLES, Line, levels, lines_of
from figures.months import first_of
from figures.printed import PRINTED, Printed, printed
from figures.table import FIGURES
from papers.kinds import KINDS, Kind
from register.coverage import Share, shares
from storage.confidence import restrictions
from storage.reads.coverage import Term, current_term, rounds_of_other_terms
from storage.reads.founded import founded
from storage.reads.late_entries import LateEntry, late_entries
from storage.reads.other_figures import Clues, clues_of, letters_of
from storage.reads.standings import AsOf
from storage.scope import EVERYTHING
from storage.sql import Driver

if unknown := [name for kind in KINDS.values() for name in kind.tables if name not in PRINTED]:
    raise LookupError(f"papers/kinds.py 要附的统计表，figures/printed.py 的 PRINTED 里没有：{'、'.join(unknown)}")

COUNTED: Final = tuple(name for name in FIGURES if not name.startswith("state_"))
"""The figures that papers are made of."""


@dataclass(frozen=True, slots=True)
class Tally:
    """What was counted: as of when, all figures, those as of the day before it begins, and what stands beside them."""

    of: AsOf
    values: Values
    before: Values
    founded: Mapping[str, int]
    levels: Mapping[str, int]
    clues: Sequence[Clues]
    letters: Sequence[tuple[str, int, int]]
    late: Sequence[LateEntry] = ()
    units: Sequence[Line] = ()
    rounds: Sequence[Line] = ()
    aspects: Sequence[Line] = ()
    term: Term | None = None
    covered: Share | None = None
    tables: Mapping[str, Printed] = field(default_factory=dict)
    kept_back: int = 0
    """How many late cases are for some alone 限定知悉, and so in no list."""
    entries: int = 0
    """How many entries the log had then."""

    def clue(self, name: str) -> int:
        """Return the clues of all receivers: `handed`, `answered`, `closed` or `late`."""
        return sum(getattr(one, name) for one in self.clues)

    def letter(self, *papers: str) -> int:
        """Return how many papers of these kinds were issued in the period."""
        return sum(now for paper, now, _ in self.letters if paper in papers)


def days_of(kind: Kind, on: date, begins: int) -> tuple[date, date]:
    """Return from which day on a paper looks back that counts as of a day, and that day."""
    since = first_of(on, begins)
    for _ in range(kind.months - 1):
        since = first_of(since - timedelta(days=1), begins)
    return since, on


def counted(driver: Driver, of: AsOf) -> Tally:
    """Count what can be counted again as of the same day."""
    others = [] if of.round else rounds_of_other_terms(driver, of.jurisdiction, of.on)
    before = replace(of, on=(of.since or of.on) - timedelta(days=1), late=())
    units = lines_of(driver, of, TABLES["unit"])
    return Tally(
        of, count(driver, of, COUNTED), count(driver, before, ("of", "done", "rate", "overdue")), founded(driver, of, others),
        levels(units), clues_of(driver, of), letters_of(driver, of), units=units,
    )  # fmt: skip


def tally(
    driver: Driver, kind: Kind, jurisdiction: int, days: tuple[date, date], today: date, around: int | None
) -> Tally:
    """Count all that a paper says, of all cases; its lists leave out what is for some alone."""
    since, on = days
    of = AsOf(jurisdiction, on, today, EVERYTHING, around, since=since)
    found = counted(driver, of)
    hidden = tuple(sorted(restrictions(driver, jurisdiction)))
    tables = {name: printed(driver, _listed(of, name, hidden), name) for name in kind.tables}
    listed = count(driver, _listed(of, "late", hidden), ("overdue",)) if hidden and "late" in tables else found.values
    term = None if around else current_term(driver, jurisdiction, on)
    size = driver.one("SELECT size FROM heads WHERE jurisdiction = ?", (jurisdiction,))
    return replace(
        found, late=late_entries(driver, jurisdiction, on, since if kind.months else None, around),
        rounds=lines_of(driver, of, TABLES["round"]) if "round" in kind.tables else (),
        aspects=lines_of(driver, of, TABLES["aspect"]) if "aspect" in kind.tables else (),
        term=term, covered=shares(driver, jurisdiction, term.number, on)["whole"] if term and "round" in kind.tables else None,
        tables=tables, kept_back=int(found.values["overdue"] or 0) - int(listed["overdue"] or 0), entries=int(size[0]) if size else 0,
    )  # fmt: skip


def _listed(of: AsOf, name: str, hidden: Sequence[int]) -> AsOf:
    return replace(of, scope=replace(EVERYTHING, hidden=tuple(hidden))) if name == "late" and hidden else of


def again(driver: Driver, frozen: Mapping[str, Any], jurisdiction: int, today: date) -> Tally:
    """Count what was counted once more as of the same day, with what was entered since for days until then 补录."""
    since, on = (date.fromisoformat(frozen[name]) for name in ("since", "on"))
    around = frozen["round"]
    end = late_entries(driver, jurisdiction, on, None, around)
    of = AsOf(
        jurisdiction, on, today, EVERYTHING, around, since=since,
        late=tuple((one.case, one.at) for one in end if on < today),
    )  # fmt: skip
    return replace(counted(driver, of), late=end)
