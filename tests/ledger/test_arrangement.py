"""A year's arrangement as a notice prints it: days and spans of days, with the weekday behind them, the kind beside or behind."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from ledger.arrangement import read_arrangement


def read(path: Path, *lines: str, year: int = 2027) -> tuple[list[tuple[date, bool, str]], list[str]]:
    """Return the days of some lines, and what is wrong with them."""
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    found = read_arrangement(path, year)
    assert len(found.rows) == len(found.days)
    return list(found.days), [f"{row} {why}" for row, why in found.faults]


def test_a_span_is_all_its_days(tmp_path: Path) -> None:
    """The notice says 2月5日至11日放假, and the page wanted a line for each day."""
    days, faults = read(
        tmp_path / "x.csv",
        "2月5日（农历除夕、周五）至11日（周四）,放假,春节",
        "2月28日至3月2日,放假,某节",
        "2027-05-01至2027-05-02,放假,劳动节",
        "2月14日（周日）,上班,",
        "10月1日至7日放假,,国庆节",
        "10月9日上班,,",
    )
    assert faults == []
    assert days[0] == (date(2027, 2, 5), False, "春节")
    assert [day.day for day, _, name in days if name == "春节"] == [5, 6, 7, 8, 9, 10, 11]
    assert [day.isoformat() for day, _, name in days if name == "某节"] == ["2027-02-28", "2027-03-01", "2027-03-02"]
    assert len([1 for _, _, name in days if name == "劳动节"]) == 2
    assert [day for day, worked, _ in days if worked] == [date(2027, 2, 14), date(2027, 10, 9)]
    assert len([1 for _, worked, name in days if name == "国庆节" and not worked]) == 7


@pytest.mark.parametrize(
    "text", ["2月11日至5日", "2月5日至30日", "2月5日至", "至11日", "1月1日至12月31日", "2月5日至下月"]
)
def test_a_span_that_is_none_is_said(tmp_path: Path, text: str) -> None:
    days, faults = read(tmp_path / "x.csv", f"{text},放假,春节", "1月1日,放假,元旦")
    assert [day for day, _, _ in days] == [date(2027, 1, 1)]
    assert [fault[:2] for fault in faults] == ["1 "]
