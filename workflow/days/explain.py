"""Why a date is that date: the reason that its clock keeps, in words, line by line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from clock import chinese_date
from states import ACTIONS, CLOCKS
from storage.rows import ClockRow
from workflow.days.agreeing import latest
from workflow.days.calendar import Calendar
from workflow.days.clocks import RECKONED, Why, unit_of
from workflow.days.limits import Due, Limit, due, resume, run_past
from workflow.days.profiles import Profile, limits_known

Lines = tuple[str, ...]
_FROM_FEEDBACK = frozenset(clock.within for clock in CLOCKS.values() if clock.from_feedback)
_SET = {
    "ledger": "台账中写明的期限", "agreed": "商定的期限", "ordered": "责令的期限", "granted": "同意延期后的期限", "restored": "恢复的原期限",
    "split": "与拆分前的问题相同的期限",
    "kept": "中止计时撤回以后不提前的期限",
}  # fmt: skip


def explain(row: ClockRow, profile: Profile, calendar: Calendar) -> Lines:
    """Return why a clock's date is that date, one line a step."""
    why = Why.of(row.why)
    before = row if why is None or why.base is None else replace(row, due_on=why.base)
    return (
        *_reason(before, profile, calendar),
        *_stops(row, profile, calendar),
        *_around(row),
        *_sources(row, profile),
    )


def _stops(row: ClockRow, profile: Profile, calendar: Calendar) -> Iterator[str]:
    """The days that do not count 中止计时, each with what it makes of the date; on what ground is not for everybody who reads a date."""
    why, unit = Why.of(row.why), unit_of(row.name, profile)
    day = why.base if why else None
    for first, last in (why.stops or ()) if why and day else ():
        assert day
        then = run_past(day, [(first, last)], unit, calendar)
        said = (
            f"{chinese_date(first)}至{chinese_date(last)}中止计时，不计入"
            if first != last
            else f"{chinese_date(first)}中止计时，不计入"
        )
        yield f"{said}：期限仍为 {chinese_date(then)}" if then == day else f"{said}：期限顺延到 {chinese_date(then)}"
        day = then
    if why and why.held and not why.stops:
        yield f"中止计时到{chinese_date(why.held)}，其间不提醒；这个日子不因此变动"


def _reason(row: ClockRow, profile: Profile, calendar: Calendar) -> Lines:
    why = Why.of(row.why)
    if why is None or why.how == "unsaid":
        return "系统升级以前定的期限，当时没有记下理由", _due_on(row.due_on)
    if why.how == "measure":
        return f"方案中第 {why.number} 项措施自己的完成日期", _due_on(row.due_on)
    if why.how == "resumed":
        return _resumed(row, why, profile, calendar)
    if why.how in _SET:
        shown = ACTIONS[why.action].shown if why.action in ACTIONS else why.action
        set_on = f"{chinese_date(why.since)}办理“{shown}”时确定" if why.since else ""
        return (
            f"{_SET[why.how]}：{set_on}（该问题的第 {why.entry} 条记录）",
            *_latest(why, profile, calendar),
            _due_on(row.due_on),
        )
    return _counted(row, why, profile, calendar)


def _latest(why: Why, profile: Profile, calendar: Calendar) -> Lines:
    """The latest day that could be agreed on, where it counted from feedback."""
    if why.latest is None or why.since is None or why.fed_back is None or why.limit not in profile.limits:
        return ()
    found = latest(why.limit, why.fed_back, why.office or 0, why.since, profile, calendar)
    then = f"按当时的时限和放假安排，最晚可以商定到 {chinese_date(why.latest)}"
    return found.lines if found.lines and found.day == why.latest else (then,)


def _counted(row: ClockRow, why: Why, profile: Profile, calendar: Calendar) -> Lines:
    limit = profile.limits.get(why.limit or "")
    if limit is None or why.since is None:
        return "按当时的一项时限计算，系统里现在没有这一项", _due_on(row.due_on)
    if why.how == "refused":
        found = due(why.since, limit, calendar, "答复日")
        return f"延期未获同意，自答复日起至少还有 {limit}", *_still(found, row)
    if why.how == "taken_over":
        found = due(why.since, limit, calendar, "转入之日")
        kept = f"存量转入：原来的期限 {chinese_date(row.first_due_on)} 照样显示，提醒、预警和督办自转入之日起至少还有 {limit}"
        return kept, *_still(found, row)
    if why.how == "transferred":
        found = due(why.since, limit, calendar, "变更之日")
        return f"变更责任主体后，自变更之日起至少还有 {limit}", *_still(found, row)
    return _still(due(why.since, limit, calendar, "反馈日" if why.limit in _FROM_FEEDBACK else "起算日"), row)


def _resumed(row: ClockRow, why: Why, profile: Profile, calendar: Calendar) -> Lines:
    assert why.was and why.paused and why.since  # noqa: PT018 what `run_on` says of each
    unit = profile.limits[CLOCKS[row.name].within].unit
    least: Limit | None = profile.limits.get(why.limit or "")
    return _still(resume(why.was, why.paused, why.since, unit, calendar, least, why.left), row)


def _still(found: Due, row: ClockRow) -> Lines:
    """The reckoning, if it still gives the clock's date: numbers or holidays may have changed since."""
    if found.day == row.due_on:
        return found.lines
    today_s = f"按现行的时限和放假安排会是 {chinese_date(found.day)}，已经在走的期限不变"
    return found.lines[0], "按当时的时限和放假安排计算", _due_on(row.due_on), today_s


def _around(row: ClockRow) -> Iterator[str]:
    why = Why.of(row.why)
    if why and why.entry and why.how in RECKONED:
        what = "改用时限方案" if why.by else "放假安排变动"
        yield f"{what}后重新计算（该问题第 {why.entry} 条记录）"
    if row.first_due_on != row.due_on and not (why and why.how == "taken_over"):
        yield f"最初的期限：{chinese_date(row.first_due_on)}"
    if row.paused_since:
        yield f"自 {chinese_date(row.paused_since)} 起暂停计时，等待他方办理"


def _sources(row: ClockRow, profile: Profile) -> Iterator[str]:
    yield f"依据：时限方案“{profile.title}”第 {profile.version} 版"
    why = Why.of(row.why)
    if why and why.limit in profile.limits and not profile.writes("limits", why.limit):
        yield f"该方案没有规定“{limits_known()[why.limit]}”的时限，用系统默认的 {profile.limits[why.limit]}"


def _due_on(day: date) -> str:
    return f"到期日：{chinese_date(day)}"
