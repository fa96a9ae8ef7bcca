"""Why a date is that date: line by line, from the clock that runs."""

from __future__ import annotations

from states import CLOCKS
from storage.rows import CaseRow, ClockRow
from workflow.days.calendar import Calendar
from workflow.days.limits import chinese_date, due
from workflow.days.profiles import Profile

_OTHERS = {
    "claim": ("claim_left",), "plan": ("plan_again", "claim_left"), "rectify": ("continuing_review", "continuing", "standing", "at_once"),
    "rectify_short": ("focused", "continuing_review", "refused_left"), "look_back": ("standing_look_back",),
}  # fmt: skip
_AGREED = {
    "rectify": "商定期限：由巡察办在批准方案、退回、延期或领导小组责令时确定", "rectify_short": "商定期限：由巡察办在批准方案、退回、延期或领导小组责令时确定",
    "plan": "由巡察办退回时或督办单中确定，或经暂停计时后顺延", "ground_review": "由领导小组决定不予公开时确定", "measure": "方案中该项措施自己的完成日期",
}  # fmt: skip


def explain(case: CaseRow, row: ClockRow, profile: Profile, calendar: Calendar) -> tuple[str, ...]:
    """Return the reckoning of a clock's date, one line a step."""
    lines = _reckoned(case, row, profile, calendar) or (
        _AGREED.get(row.name, "经暂停计时后顺延"),
        f"到期日：{chinese_date(row.due_on)}",
    )
    if row.first_due_on != row.due_on:
        lines = (*lines, f"最初的期限：{chinese_date(row.first_due_on)}")
    if row.paused_since:
        lines = (*lines, f"自 {chinese_date(row.paused_since)} 起暂停计时，等待他方办理")
    return (*lines, f"依据：时限方案“{profile.title}”第 {profile.version} 版")


def _reckoned(case: CaseRow, row: ClockRow, profile: Profile, calendar: Calendar) -> tuple[str, ...]:
    anchors = [("反馈日", case.fed_back_on)] if row.name in ("claim", "plan") else []
    for name, anchor in [*anchors, ("起算日", row.started_on)]:
        for limit in (CLOCKS[row.name].within, *_OTHERS.get(row.name, ())):
            found = due(anchor, profile.limits[limit], calendar, name)
            if found.day == row.due_on:
                return found.lines
    return ()
