"""When something is due, why, and how far off that is: dates in, dates and sentences out."""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from itertools import groupby
from typing import Literal

from clock import chinese_date
from workflow.days.calendar import Calendar

Unit = Literal["day", "workday", "month"]
Rest = Literal["keep", "next"]

_UNITS: dict[str, Unit] = {
    **dict.fromkeys(("day", "days", "天", "个自然日"), "day"),
    **dict.fromkeys(("workday", "workdays", "working day", "working days", "个工作日"), "workday"),
    **dict.fromkeys(("month", "months", "个月"), "month"),
}
_RESTS: dict[str, Rest] = {"": "keep", "next workday": "next", "遇休息日顺延": "next"}
_WORDS: dict[Unit, str] = {"day": "天", "workday": "个工作日", "month": "个月"}
_LIMIT = re.compile(r"(\d+)\s*([^,，\d]+?)\s*(?:[,，]\s*(.*))?")


class BadLimit(ValueError):
    """A limit in the configuration cannot be read, or is no limit."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"看不懂的期限“{text}”：请写作 5 workdays、7 days、1 month 或 5个工作日、7天、1个月，数字至少为 1；"
            "遇休息日要顺延的，后加“, next workday”或“，遇休息日顺延”"
        )


class ResumedBeforePaused(ValueError):
    """A clock is said to run again before it was paused."""

    def __init__(self, paused_since: date, resumed_on: date) -> None:
        super().__init__(
            f"恢复计时的日期 {chinese_date(resumed_on)} 早于中止计时的日期 {chinese_date(paused_since)}：请核对两个日期"
        )


@dataclass(frozen=True, slots=True)
class Limit:
    """So many natural days, working days or months; `rest` is what an end on a rest day does: stay, or move on."""

    number: int
    unit: Unit
    rest: Rest = "keep"

    def __post_init__(self) -> None:
        if self.number < 1:
            raise BadLimit(str(self))

    @classmethod
    def parse(cls, text: str) -> Limit:
        """The limit of a configured text like "5 workdays" or "1个月，遇休息日顺延"; reads what str() writes."""
        read = _LIMIT.fullmatch(text.strip().lower())
        unit = read and _UNITS.get(" ".join(read[2].split()))
        rest = read and _RESTS.get(read[3] or "")
        if not read or not unit or not rest or int(read[1]) < 1:
            raise BadLimit(text)
        return cls(int(read[1]), unit, rest)

    def __str__(self) -> str:
        return _measured(self.number, self.unit) + ("，遇休息日顺延" if self.rest == "next" else "")


@dataclass(frozen=True, slots=True)
class Due:
    """A date with its reckoning, line by line; provisional when it leans on a year not announced."""

    day: date
    lines: tuple[str, ...]
    provisional: bool


def due(anchor: date, limit: Limit, calendar: Calendar, anchor_name: str) -> Due:
    """The date `add` gives, explained; where no reader needs the lines, call `add`, which is cheap."""
    reached = _reach(anchor, limit.number, limit.unit, calendar)
    day = _settle(reached, limit, calendar)
    years = provisional_years(anchor, day, limit, calendar)
    lines = (
        f"{anchor_name} {chinese_date(anchor)}，当日不计",
        *_way(anchor, reached, limit, calendar),
        *_unannounced(years),
        f"{_reached_words(limit)}：{chinese_date(reached)}",
        *_at_rest(reached, day, calendar),
    )
    return Due(day, lines, bool(years))


@lru_cache(maxsize=4096)  # the moves of a day reckon the same few dates
def add(day: date, limit: Limit, calendar: Calendar) -> date:
    """The last day of a limit that begins on the day after; months clamp, an end on a rest day as the limit says."""
    return _settle(_reach(day, limit.number, limit.unit, calendar), limit, calendar)


def add_workdays(day: date, n: int, calendar: Calendar) -> date:
    """The n-th working day after the day (before it, if n < 0)."""
    return calendar.add(day, n)


def add_months(day: date, n: int) -> date:
    """The same day n months on, or that month's last day where it has no such day."""
    years, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


def provisional_years(anchor: date, day: date, limit: Limit, calendar: Calendar) -> tuple[int, ...]:
    """The years not announced that the date leans on; natural days and months lean on none unless they wait."""
    if limit.unit == "workday":
        first = anchor + timedelta(days=1)
    elif limit.rest == "next":
        first = _reach(anchor, limit.number, limit.unit, calendar)
    else:
        return ()
    if day < first:
        return ()
    return tuple(year for year in range(first.year, day.year + 1) if year not in calendar.years)


def before(due_on: date, days: int) -> date:
    """The day that lies so many natural days before the due date."""
    return due_on - timedelta(days=days)


def half_way(start: date, due_on: date, calendar: Calendar | None = None) -> date:
    """The day by which half the time has run, the odd day to the later half; in working days if given a calendar."""
    if calendar is None:
        return start + (due_on - start) // 2
    return calendar.add(start, calendar.count(start, due_on) // 2)


def remaining(today: date, due_on: date, unit: Unit, calendar: Calendar) -> int:
    """What is left after today up to the due date, in working days or else natural days; below zero when late."""
    return calendar.count(today, due_on) if unit == "workday" else (due_on - today).days


def resumed_day(
    due_on: date, paused_since: date, resumed_on: date, unit: Unit, calendar: Calendar, at_least: Limit | None = None
) -> date:
    """The new due date of a clock that was paused: what was left then runs from now; lateness stays what it was."""
    day = _run_on(due_on, paused_since, resumed_on, unit, calendar)
    return max(day, add(resumed_on, at_least, calendar)) if at_least else day


def run_past(due_on: date, stops: Sequence[tuple[date, date]], unit: Unit, calendar: Calendar) -> date:
    """The date that one becomes by days that do not count, both ends included: as if paused the day before, and resumed on the last."""
    for first, last in stops:
        due_on = resumed_day(due_on, first - timedelta(days=1), last, unit, calendar)
    return due_on


def left_over(due_on: date, paused_since: date, unit: Unit, calendar: Calendar) -> int:
    """What was left when the clock was paused, as it will run on: working days, or natural days; late ones below zero."""
    return _left(paused_since, due_on, _counted(unit, late=due_on < paused_since), calendar)


def ran_on(resumed_on: date, left: int, unit: Unit, calendar: Calendar) -> date:
    """The day to which a clock runs that had so much left, as `left_over` measured it."""
    return _reach(resumed_on, left, _counted(unit, late=left < 0), calendar)


def resume(
    due_on: date,
    paused_since: date,
    resumed_on: date,
    unit: Unit,
    calendar: Calendar,
    at_least: Limit | None = None,
    left: int | None = None,
) -> Due:
    """The date `resumed_day` gives, explained; a clock of months is measured in natural days here.

    `left` is what was left by the calendar of that day, where it is known: a calendar that came later takes nothing from it.
    """
    if resumed_on < paused_since:
        raise ResumedBeforePaused(paused_since, resumed_on)
    if left is None:
        left = left_over(due_on, paused_since, unit, calendar)
    day = on = ran_on(resumed_on, left, unit, calendar)
    if at_least is not None:
        day = max(day, add(resumed_on, at_least, calendar))
    raised = at_least if day > on else None
    ran = raised or Limit(1, _counted(unit, late=due_on < paused_since))
    years = provisional_years(resumed_on, day, ran, calendar)
    lines = (
        f"{chinese_date(paused_since)}中止计时，当时{_standing(paused_since, due_on, left, unit)}",
        f"{chinese_date(resumed_on)}恢复计时，当日不计",
        *([f"所剩不足 {raised}，按 {raised}计"] if raised else []),
        *(_way(resumed_on, day, ran, calendar) if day > resumed_on else ()),
        *_unannounced(years),
        f"到期日：{chinese_date(day)}",
    )
    return Due(day, lines, bool(years))


def distance(today: date, due_on: date, unit: Unit, calendar: Calendar) -> str:
    """How far off the date is, as said on a page; lateness in natural days, as the criteria count it."""
    if due_on == today:
        return "今天到期"
    if due_on < today:
        return f"逾期 {(today - due_on).days} 天"
    left = remaining(today, due_on, unit, calendar)
    # a date set on a rest day may have no working day before it: “还有 0 个工作日” would read as today
    return f"还有 {_measured(left, unit)}" if unit == "workday" and left else f"还有 {(due_on - today).days} 天"


def _reach(anchor: date, number: int, unit: Unit, calendar: Calendar) -> date:
    if unit == "workday":
        return calendar.add(anchor, number)
    return add_months(anchor, number) if unit == "month" else anchor + timedelta(days=number)


def _settle(reached: date, limit: Limit, calendar: Calendar) -> date:
    return _first_workday(reached, calendar) if limit.rest == "next" else reached


def _first_workday(day: date, calendar: Calendar) -> date:
    return day if calendar.is_workday(day) else calendar.add(day, 1)


def _run_on(due_on: date, paused_since: date, resumed_on: date, unit: Unit, calendar: Calendar) -> date:
    if resumed_on < paused_since:
        raise ResumedBeforePaused(paused_since, resumed_on)
    counted = _counted(unit, late=due_on < paused_since)
    return _reach(resumed_on, left_over(due_on, paused_since, unit, calendar), counted, calendar)


def _counted(unit: Unit, *, late: bool) -> Unit:
    # the criteria count lateness in natural days: in working days it would grow by every holiday of the pause
    return "workday" if unit == "workday" and not late else "day"


def _left(paused_since: date, due_on: date, counted: Unit, calendar: Calendar) -> int:
    # counted to a rest day, working days would come out one short for the unit
    end = _first_workday(due_on, calendar) if counted == "workday" else due_on
    return remaining(paused_since, end, counted, calendar)


def _measured(number: int, unit: Unit) -> str:
    return f"{number} {_WORDS[unit]}"


def _standing(paused_since: date, due_on: date, left: int, unit: Unit) -> str:
    if due_on < paused_since:
        return f"已逾期 {(paused_since - due_on).days} 天，中止期间不再增加"
    return f"还剩 {_measured(left, _counted(unit, late=False))}"


def _reached_words(limit: Limit) -> str:
    return f"满 {limit.number} 个月" if limit.unit == "month" else f"第 {_measured(limit.number, limit.unit)}"


def _way(anchor: date, reached: date, limit: Limit, calendar: Calendar) -> Iterator[str]:
    if limit.unit == "workday":
        days = [anchor + timedelta(days=n) for n in range(1, (reached - anchor).days + 1)]
        yield from _skipped(days, anchor, calendar)
        yield from _made_up(days, anchor, calendar)
    elif limit.unit == "day":
        yield "按自然日计，休息日不扣除"
    elif reached.day < anchor.day:
        yield f"{reached.month}月没有{anchor.day}日，取月末"


def _skipped(days: list[date], anchor: date, calendar: Calendar) -> Iterator[str]:
    runs = [list(run) for worked, run in groupby(days, calendar.is_workday) if not worked]
    named = [(run, name) for run in runs if (name := _holiday_of(run, calendar))]
    total = sum(map(len, runs))
    if named:
        spans = "、".join(f"{_span(run, anchor)}（{name}）" for run, name in named)
        others = "等" if total > sum(len(run) for run, _ in named) else ""
        yield f"跳过 {spans}{others}休息日 {total} 天"
    elif total:
        yield f"跳过周末 {total} 天"


def _holiday_of(run: list[date], calendar: Calendar) -> str:
    return "、".join(dict.fromkeys(calendar.names.get(day, "放假") for day in run if day in calendar.days))


def _span(run: list[date], anchor: date) -> str:
    ends = dict.fromkeys((run[0], run[-1]))
    return "至".join(chinese_date(day, today=anchor).split("（")[0] for day in ends)


def _made_up(days: list[date], anchor: date, calendar: Calendar) -> Iterator[str]:
    made_up = [chinese_date(day, today=anchor) for day in days if day.weekday() >= 5 and calendar.is_workday(day)]
    if made_up:
        yield f"{'、'.join(made_up)}调休上班，计入"


def _unannounced(years: tuple[int, ...]) -> Iterator[str]:
    if years:
        yield f"{'、'.join(f'{year} 年' for year in years)}放假安排尚未录入，暂按周一至周五计算"


def _at_rest(reached: date, day: date, calendar: Calendar) -> Iterator[str]:
    if day != reached:
        yield f"该日是休息日，顺延到下一个工作日：{chinese_date(day)}"
    elif not calendar.is_workday(reached) and not calendar.is_provisional(reached):
        yield "该日是休息日，按规定不顺延"
