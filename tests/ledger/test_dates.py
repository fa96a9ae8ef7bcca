"""整改时限 in the words units use, and the ones that say no day."""

from __future__ import annotations

import calendar
from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clock import chinese_date
from ledger.dates import YEARS, LimitSaid, NotALimit, parse_kind, parse_limit
from states import AT_ONCE, CONTINUING, FOCUSED, STANDING

DAYS = st.dates(date(YEARS.start, 1, 1), date(YEARS.stop - 1, 12, 31))


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2021.3.5", date(2021, 3, 5)),
        ("2021年4月30日", date(2021, 4, 30)),
        ("2021年4月30日前", date(2021, 4, 30)),
        ("2021年4月30日之前完成", date(2021, 4, 30)),
        ("于2021年4月30日前整改到位", date(2021, 4, 30)),
        ("2021年4月30号", date(2021, 4, 30)),
        ("2021/7/1", date(2021, 7, 1)),
        ("2021-05-20", date(2021, 5, 20)),
        ("2021-05-20 00:00:00", date(2021, 5, 20)),
        ("2021-05-20T08:30:00", date(2021, 5, 20)),
        ("20210520", date(2021, 5, 20)),
        ("２０２１年３月５日", date(2021, 3, 5)),
        ("２０２１．３．５", date(2021, 3, 5)),
        (" 2021 年 3 月\n5 日 ", date(2021, 3, 5)),
        ("2021年3月5日（星期五）", date(2021, 3, 5)),
        ("2021年3月5日周五", date(2021, 3, 5)),
        ("2021年3月5日。", date(2021, 3, 5)),
        ("2021年3月底", date(2021, 3, 31)),
        ("2021年6月底前", date(2021, 6, 30)),
        ("2021年12月底", date(2021, 12, 31)),
        ("2021年2月底前完成", date(2021, 2, 28)),
        ("2024年2月末", date(2024, 2, 29)),
        ("2021.6底", date(2021, 6, 30)),
        ("2021年底前", date(2021, 12, 31)),
        ("2021年年底", date(2021, 12, 31)),
        ("2021年3月1日至2021年6月30日", date(2021, 6, 30)),
        ("2021年3月1日至6月30日", date(2021, 6, 30)),
        ("2021.3.1-2021.6.30", date(2021, 6, 30)),
        ("2021.3.1—6.30", date(2021, 6, 30)),
        ("2021年3月—2021年6月底", date(2021, 6, 30)),
        ("44275", date(2021, 3, 20)),
        (44275, date(2021, 3, 20)),
        (44275.0, date(2021, 3, 20)),
        (44275.75, date(2021, 3, 20)),
        (20210520.0, date(2021, 5, 20)),
        (date(2021, 5, 20), date(2021, 5, 20)),
        (datetime(2021, 5, 20, 17, 30), date(2021, 5, 20)),  # noqa: DTZ001  # a cell knows no time zone
    ],
)
def test_a_date_is_read_as_the_clerk_means_it(written: Any, due: date) -> None:
    assert parse_limit(written) == LimitSaid(due)


@pytest.mark.parametrize(
    ("written", "due"),
    [
        ("2021年6月", date(2021, 6, 30)),
        ("2021.6", date(2021, 6, 30)),
        ("2021-06", date(2021, 6, 30)),
        ("2021/12", date(2021, 12, 31)),
        (2021.6, date(2021, 6, 30)),
        (2021.11, date(2021, 11, 30)),
        ("2021年3月-6月", date(2021, 6, 30)),
    ],
)
def test_a_bare_month_is_its_last_day_and_says_so(written: Any, due: date) -> None:
    limit = parse_limit(written)
    assert limit.due == due
    assert chinese_date(due) in limit.read_as


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        ("立行立改", LimitSaid(None, AT_ONCE)),
        ("立 行\n立 改", LimitSaid(None, AT_ONCE)),
        ("即知即改", LimitSaid(None, AT_ONCE)),
        ("长期坚持", LimitSaid(None, STANDING)),
        ("长期坚持。", LimitSaid(None, STANDING)),
        ("持续整改", LimitSaid(None, CONTINUING)),
        ("持续推进", LimitSaid(None, CONTINUING)),
        ("集中整改", LimitSaid(None, FOCUSED)),
        ("2021年6月底前，长期坚持", LimitSaid(date(2021, 6, 30), STANDING)),
        ("2021年6月底前完成并长期坚持", LimitSaid(date(2021, 6, 30), STANDING)),
        ("立行立改（2021年3月底前）", LimitSaid(date(2021, 3, 31), AT_ONCE)),
        ("2021年6月底\n长期坚持", LimitSaid(date(2021, 6, 30), STANDING)),
        ("持续整改；2021.12.31", LimitSaid(date(2021, 12, 31), CONTINUING)),
        ("", LimitSaid()),
        ("  \n", LimitSaid()),
    ],
)
def test_a_kind_may_stand_where_the_date_stands_or_beside_it(written: str, limit: LimitSaid) -> None:
    assert parse_limit(written) == limit


@pytest.mark.parametrize(
    ("written", "why"),
    [
        ("2021年2月30日", "2021年2月只有 28 天"),
        ("2024.2.30", "2024年2月只有 29 天"),
        ("2021.13.5", "没有 13 月"),
        ("2021年0月5日", "没有 0 月"),
        ("2021.4.31", "只有 30 天"),
        ("2021.3.0", "没有这一天"),
        ("2021年13月底", "没有 13 月"),
        ("尽快", "不是确定的日期"),
        ("尽快完成", "不是确定的日期"),
        ("近期", "不是确定的日期"),
        ("2021年上半年", "不是确定的日期"),
        ("2021年第一季度", "不是确定的日期"),
        ("2021年3月上旬", "不是确定的日期"),
        ("3月底", "没有年份"),
        ("3月5日前", "没有年份"),
        ("年底前", "没有年份"),
        ("21.3.5", "年份要写四位"),
        ("21年3月5日", "年份要写四位"),
        ("1021年3月5日", "年份 1021 不对"),
        ("2921.3.5", "年份 2921 不对"),
        ("2021.1", "分不清是 1 月还是 10 月"),
        (2021.1, "分不清是 1 月还是 10 月"),
        ("2021年6月前", "说不清含不含当月"),
        ("已完成", "是完成情况，不是时限"),
        ("2021年", "看不出是哪一天"),
        (2021, "看不出是哪一天"),
        ("2021年3月5日、2021年4月5日", "有两个时限"),
        ("2021年2月\n30日", "只有 28 天"),
        ("立行立改，长期坚持", "有两个时限"),
        ("2021.6.30-2021.3.1", "截止日早于起始日"),
        ("2021.3-6", "看不出是哪一天"),
        ("2021年3月5日左右", "看不出是哪一天"),
        ("明天", "看不出是哪一天"),
        ("=TODAY()", "看不出是哪一天"),
        (3, "看不出是哪一天"),
        (1e300, "看不出是哪一天"),
        (float("nan"), "不是日期"),
        (True, "不是日期"),
        (time(8, 30), "不是日期"),
        (timedelta(days=3), "不是日期"),
        (date(1921, 3, 5), "年份不对"),
    ],
)
def test_what_names_no_certain_day_is_refused_with_the_reason(written: Any, why: str) -> None:
    with pytest.raises(NotALimit, match=why):
        parse_limit(written)


@given(DAYS)
def test_every_day_is_read_in_every_manner_of_writing(day: date) -> None:
    plain = f"{day.year}.{day.month}.{day.day}"
    for written in (plain, plain.replace(".", "/"), day.isoformat(), f"{day.year}年{day.month}月{day.day}日", day):
        assert parse_limit(written) == LimitSaid(day)
    assert parse_limit((day - date(1899, 12, 30)).days) == LimitSaid(day)


@given(st.integers(YEARS.start, YEARS.stop - 1), st.integers(1, 12))
def test_a_month_s_end_is_its_last_day(year: int, month: int) -> None:
    last = calendar.monthrange(year, month)[1]
    assert parse_limit(f"{year}年{month}月底前") == LimitSaid(date(year, month, last))
    with pytest.raises(NotALimit):
        parse_limit(f"{year}年{month}月{last + 1}日")


@given(st.text(max_size=40))
def test_any_text_is_a_limit_or_refused_in_words(text: str) -> None:
    try:
        limit = parse_limit(text)
    except NotALimit as refusal:
        assert str(refusal).endswith("。")  # noqa: PT017  # either way is right
    else:
        assert limit.due is None or limit.due.year in YEARS


def test_a_kind_s_column_takes_kinds_only() -> None:
    assert parse_kind(" 立行 立改 ") == AT_ONCE
    assert parse_kind("") is None
    with pytest.raises(NotALimit, match="不是整改类型"):
        parse_kind("随便")
