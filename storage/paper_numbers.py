"""Numbers 文号 of papers: the series, what each has given, which comes next."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from storage.sql import Driver, as_date

KIND: Final = "paper"
SERIES: Final = "series"
ISSUED, OUTSIDE, VOID = "issued", "outside", "void"
PAPER_STATES: Final = {ISSUED: "已签发", OUTSIDE: "系统外编号", VOID: "已作废"}


def number_in_words(mark: str, year: int, number: int) -> str:
    """Return a number as it stands on the paper: 成委巡办函〔2026〕3号."""
    return f"{mark}〔{year}〕{number}号"


@dataclass(frozen=True, slots=True)
class Series:
    """A series 文号系列: whose it is, its mark 代字, from which number it counts in the year in which the office began here."""

    id: int
    organ: str
    mark: str
    year: int | None
    first: int | None
    ends_on: date | None
    """The last day on which it gives numbers."""

    def ended(self, day: date) -> bool:
        """Say whether it gives no number on a day any more."""
        return self.ends_on is not None and self.ends_on < day

    @property
    def called(self) -> str:
        """Return what it is called: the mark, behind whose it is."""
        return f"{self.organ} {self.mark}"


def series_there(driver: Driver, jurisdiction: int) -> list[Series]:
    """Return the series of a jurisdiction, the oldest first."""
    sql = f"SELECT id, fields FROM listed WHERE jurisdiction = ? AND kind = '{SERIES}' ORDER BY id"
    return [_series(key, json.loads(fields)) for key, fields in driver.all(sql, (jurisdiction,))]


def _series(key: int, row: dict[str, Any]) -> Series:
    return Series(key, row["organ"], row["mark"], row.get("year"), row.get("first"), as_date(row.get("ends_on")))


def last_number(driver: Driver, series: int, year: int) -> int | None:
    """Return the last number that a series has in a year, given, outside or void; None where it has none yet."""
    row = driver.one("SELECT MAX(n) FROM papers WHERE series_id = ? AND year = ?", (series, year))
    return row[0] if row else None


def next_number(driver: Driver, series: Series, year: int) -> int:
    """Return the number that comes next: the one behind the last, else that from which the series counts in the year."""
    last = last_number(driver, series.id, year)
    if last is not None:
        return last + 1
    return series.first if series.year == year and series.first else 1


def put_cases(driver: Driver, paper: int, cases: Sequence[int]) -> None:
    """Write which cases a paper lists."""
    if cases:
        driver.put("INSERT INTO paper_cases (paper_id, case_id) VALUES (?, ?)", [(paper, case) for case in cases])
