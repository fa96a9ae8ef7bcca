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


@pytest.mark.parametrize(
    "text",
    [
        "2027.2.5-2027.2.11,放假,春节", "2027/2/5-2027/2/11,放假,春节", "2027-02-05-2027-02-11,放假,春节", "20270205-20270211,放假,春节",
        "2027年2月5日-2月11日,放假,春节", "2月5日－11日,放假,春节", "2月5日至11日，放假，春节", "２月５日（周五）至１１日、放假；春节",
        "春节：2月5日（农历除夕、周五）至11日（周四）放假调休，共7天。", "二、春节：2027年2月5日至11日放假,共7天。",
    ],
)  # fmt: skip
def test_a_span_is_read_whole_however_it_is_written(tmp_path: Path, text: str) -> None:
    """With a hyphen it was one day, the last, and nothing said so."""
    days, faults = read(tmp_path / "x.csv", text)
    assert faults == []
    assert days == [(date(2027, 2, day), False, "春节") for day in range(5, 12)]


@pytest.mark.parametrize(
    "text", ["2.5-2.11", "2027-02-05/2027-02-11", "2027.2.5、2027.2.11", "2027年2月5日 2027年2月11日"]
)
def test_what_may_be_a_span_and_is_not_understood_is_refused(tmp_path: Path, text: str) -> None:
    assert read(tmp_path / "x.csv", f"{text},放假,春节")[0] == []


def test_the_sentences_of_a_notice_are_read(tmp_path: Path) -> None:
    days, faults = read(
        tmp_path / "x.csv",
        "春节：2月5日至11日放假调休，共7天。1月30日（周六）、2月14日（周日）上班。",
        "三、清明节：4月5日（周一）放假1天，与周末连休。",
        "国庆节：10月1日至8日放假，共7天。",
        "劳动节：5月1日至5日放假，高速公路不收费。",
        "某节：6月30日、31日上班。",
    )
    assert [day.isoformat() for day, worked, _ in days if worked] == ["2027-01-30", "2027-02-14"]
    assert (date(2027, 4, 5), False, "清明节") in days
    assert len(days) == 7 + 2 + 1
    assert [fault.split(maxsplit=1)[0] for fault in faults] == ["3", "4", "5"]
    assert "数出来是 8 天" in faults[0]
    assert "6 月没有 31 日" in faults[2]
