"""The edge of time: the one reading of the clock, an instant's two forms (number in rows, text in entries), a date in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SHANGHAI = ZoneInfo("Asia/Shanghai")

YEARS = range(1900, 2200)
"""The years of which a day can be meant: what a form, a sheet or a command says of another is a slip of the pen."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class NaiveInstant(ValueError):
    """A time without its offset was handed where an instant is asked."""

    def __init__(self, instant: datetime) -> None:
        super().__init__(f"时间 {instant.isoformat()} 没有时区，无法确定是哪一刻：请带上时区，如 +08:00 或 Z")


class UnreadableTime(ValueError):
    """A text that should be a time cannot be read as one."""

    def __init__(self, text: str) -> None:
        super().__init__(f"看不懂的时间“{text}”：请写作 2026-03-05、2026-03-05T16:00 或 2026-03-05T08:00:00Z")


def now() -> datetime:
    """The present instant, aware UTC: the only reading of the clock in the product."""
    return datetime.now(UTC)


def micros(instant: datetime) -> int:
    """Whole microseconds since 1970-01-01T00:00:00Z, exactly."""
    return (_aware(instant) - _EPOCH) // _MICROSECOND


def from_micros(number: int) -> datetime:
    """The aware UTC instant of a number of microseconds; the reverse of `micros`."""
    return _EPOCH + timedelta(microseconds=number)


def iso(instant: datetime) -> str:
    """The instant as text, always UTC with six decimals: 2026-03-05T08:00:00.000000Z."""
    return _aware(instant).astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def parse_iso(text: str) -> datetime:
    """The aware UTC instant a text names; without an offset it is Shanghai time, a bare date its midnight there."""
    try:
        read = datetime.fromisoformat(text.strip())
        return (read if read.tzinfo else read.replace(tzinfo=SHANGHAI)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise UnreadableTime(text) from error


def local_date(instant: datetime) -> date:
    """The date on the wall in Shanghai at this instant."""
    return _aware(instant).astimezone(SHANGHAI).date()


def written_date(day: date, today: date | None = None) -> str:
    """2026年3月5日; without the year if it is today's."""
    year = "" if today and today.year == day.year else f"{day.year}年"
    return f"{year}{day.month}月{day.day}日"


def chinese_date(day: date, today: date | None = None) -> str:
    """2026年3月5日（周四）; without the year if it is today's."""
    return f"{written_date(day, today)}（周{'一二三四五六日'[day.weekday()]}）"


def start_of(day: date) -> datetime:
    """The instant at which the day begins in Shanghai."""
    return at_hour(day, 0)


def at_hour(day: date, hour: int) -> datetime:
    """The instant at which clocks in Shanghai show that full hour (0-23) of the day."""
    return datetime.combine(day, time(hour), SHANGHAI).astimezone(UTC)


def _aware(instant: datetime) -> datetime:
    # astimezone() would take a naive time for the server's own zone, silently
    if instant.tzinfo is None:
        raise NaiveInstant(instant)
    return instant
