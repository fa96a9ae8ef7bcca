from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from random import Random

import pytest
import time_machine

from clock import (
    SHANGHAI,
    NaiveInstant,
    UnreadableTime,
    at_hour,
    from_micros,
    iso,
    local_date,
    micros,
    now,
    parse_iso,
    start_of,
)

MORNING = datetime(2026, 3, 5, 8, 0, tzinfo=UTC)


def test_now_is_the_clock_read_as_aware_utc() -> None:
    with time_machine.travel(MORNING, tick=False):
        assert now() == MORNING
        assert now().tzinfo is UTC


def test_microseconds_come_back_exactly_for_any_instant() -> None:
    dice = Random(20260305)
    for _ in range(2000):
        number = dice.randrange(-(10**16), 10**17)
        assert micros(from_micros(number)) == number
    assert micros(MORNING) == 1_772_697_600_000_000
    assert micros(MORNING.astimezone(SHANGHAI)) == micros(MORNING)
    assert from_micros(0).tzinfo is UTC


def test_text_of_an_instant_is_always_utc_with_six_decimals() -> None:
    assert iso(MORNING) == "2026-03-05T08:00:00.000000Z"
    assert iso(MORNING.astimezone(SHANGHAI)) == "2026-03-05T08:00:00.000000Z"
    assert iso(MORNING + timedelta(microseconds=7)) == "2026-03-05T08:00:00.000007Z"


def test_text_of_an_instant_reads_back_and_sorts_as_the_instants_do() -> None:
    dice = Random(5)
    instants = [from_micros(dice.randrange(10**17)) for _ in range(500)]
    assert [parse_iso(iso(instant)) for instant in instants] == instants
    assert sorted(iso(instant) for instant in instants) == [iso(instant) for instant in sorted(instants)]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-03-05T08:00:00Z", MORNING),
        ("2026-03-05T08:00:00.000000Z", MORNING),
        ("2026-03-05T16:00:00+08:00", MORNING),
        ("2026-03-05T03:00:00-05:00", MORNING),
        ("2026-03-05T16:00", MORNING),
        ("2026-03-05 16:00", MORNING),
        (" 2026-03-05 ", datetime(2026, 3, 4, 16, tzinfo=UTC)),
    ],
)
def test_without_an_offset_a_text_means_shanghai(text: str, meant: datetime) -> None:
    assert parse_iso(text) == meant
    assert parse_iso(text).tzinfo is UTC


@pytest.mark.parametrize("text", ["", "昨天", "2026-02-30", "2026-03-05T25:00", "0001-01-01", "2026年3月5日"])
def test_an_unreadable_time_is_refused_in_a_sentence_that_quotes_it(text: str) -> None:
    with pytest.raises(UnreadableTime, match="看不懂的时间") as refused:
        parse_iso(text)
    assert f"“{text}”" in str(refused.value)


def test_a_time_without_offset_is_refused_and_never_taken_for_the_servers_zone() -> None:
    naive = datetime(2026, 3, 5, 8)  # noqa: DTZ001 - what is to be refused
    for ask in (micros, iso, local_date):
        with pytest.raises(NaiveInstant, match="没有时区"):
            ask(naive)


def test_a_day_changes_at_midnight_in_shanghai() -> None:
    midnight = datetime(2026, 3, 5, 16, tzinfo=UTC)
    assert local_date(midnight) == date(2026, 3, 6)
    assert local_date(midnight - timedelta(microseconds=1)) == date(2026, 3, 5)
    assert local_date(midnight.astimezone(timezone(timedelta(hours=-11)))) == date(2026, 3, 6)


def test_leap_day_is_a_day() -> None:
    assert local_date(datetime(2028, 2, 28, 16, tzinfo=UTC)) == date(2028, 2, 29)
    assert local_date(datetime(2028, 2, 29, 16, tzinfo=UTC)) == date(2028, 3, 1)


def test_every_day_since_1900_begins_at_its_first_instant_summer_times_included() -> None:
    day = date(1900, 1, 1)
    while day < date(2060, 1, 1):
        begins = start_of(day)
        assert local_date(begins) == day
        assert local_date(begins - timedelta(microseconds=1)) == day - timedelta(days=1)
        day += timedelta(days=1)


def test_an_hour_of_a_day_is_what_clocks_in_shanghai_show() -> None:
    assert at_hour(date(2026, 3, 5), 16) == MORNING
    assert at_hour(date(2026, 3, 5), 0) == start_of(date(2026, 3, 5))
    assert at_hour(date(1988, 7, 1), 9) == datetime(1988, 7, 1, 0, tzinfo=UTC)  # summer time, UTC+9
