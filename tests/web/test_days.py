"""Days of a plan as people write them: read as the ledger reads them, a missing year being this one."""

from __future__ import annotations

from datetime import date

import pytest

from tests.web.conftest import Door
from web.acts.days import read_day, stated

TODAY = date(2026, 3, 2)


@pytest.mark.parametrize(
    ("said", "day", "told"),
    [
        ("2026.3.5", date(2026, 3, 5), ""), ("2026/3/5", date(2026, 3, 5), ""), ("2026年12月底", date(2026, 12, 31), ""), ("2027年2月底前完成", date(2027, 2, 28), ""),
        ("2026年3月至6月底", date(2026, 6, 30), ""), ("12月底前", date(2026, 12, 31), "“12月底前”按 2026年12月31日（周四）记"), ("１２月３１日", date(2026, 12, 31), "“１２月３１日”按"),
        ("至4月底", date(2026, 4, 30), "按 2026年4月30日"), ("3月至6月底", date(2026, 6, 30), "按 2026年6月30日"), ("12.31", date(2026, 12, 31), "按"), ("5/20前", date(2026, 5, 20), "按"),
        ("年底", date(2026, 12, 31), "“年底”按"), ("今年底前", date(2026, 12, 31), "按"), ("明年3月底", date(2027, 3, 31), "按"), ("2026年12月", date(2026, 12, 31), "按"),
        ("2026年6月底前，长期坚持", date(2026, 6, 30), "长期坚持：请在“每年做什么”里写明"), ("46387", date(2026, 12, 31), "“46387”按"),
    ],
)  # fmt: skip
def test_a_day_is_read_and_what_it_left_open_is_said(said: str, day: date, told: str) -> None:
    read = read_day(said, TODAY)
    assert read.day == day
    assert told in read.words
    assert bool(told) == bool(read.words)


@pytest.mark.parametrize(
    ("said", "told"),
    [
        ("五月底前后", "“五月底前后”看不出是哪一天"), ("尽快", "“尽快”不是确定的日期"), ("长期坚持", "长期坚持：请在“每年做什么”里写明"), ("2月30日", "“2月30日”没有这一天"), ("13月底", "一年没有 13 月"),
        ("1月底", "“1月底”没有写年份，今年的这一天已经过去"), ("12月中旬", "不是确定的日期"), ("26.5.1", "“26.5.1”"), ("", "不是日期"), ("完成", "是完成情况"),
    ],
)  # fmt: skip
def test_what_names_no_day_is_said_in_its_own_words(said: str, told: str) -> None:
    read = read_day(said, TODAY)
    assert read.day is None
    assert told in read.words
    assert "立行立改" not in read.words


def test_a_form_takes_for_a_day_only_what_is_certain() -> None:
    for words, day in (("2026.3.5", "2026-03-05"), ("2026年12月底", "2026-12-31"), ("2026-03-05", "2026-03-05")):
        assert stated(words) == day
    assert [stated(one) for one in ("常态化", "2026年6月底前，长期坚持")] == ["长期坚持", "2026-06-30 长期坚持"]
    for words in ("12月底", "2026年12月", "五月底前后", ""):
        assert stated(words) == words


def test_days_are_read_for_whoever_is_signed_in(town_door: Door) -> None:
    answer = town_door.as_("handler").get("/days", params={"said": ["12月底前", "尽快"]})
    assert [one["day"] for one in answer.json()] == ["2026-12-31", ""]
    assert town_door.visitor().get("/days", headers={"x-asked-by": "script"}).status_code == 401
    assert town_door.as_("handler").get("/days", params={"said": ["x"] * 101}).status_code == 404
