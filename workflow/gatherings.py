"""Decisions of meetings: a number that is a registered meeting's names that meeting, whoever writes it and however it is entered."""

from __future__ import annotations

from collections.abc import Sequence

from clock import chinese_date
from storage.meetings import GroupMeeting
from workflow.refusal import Refusal
from workflow.rule import Said, rule
from workflow.subject import Subject


@rule("meetings", field="minute_no", lasting=True)
def as_the_meeting_has_it(s: Subject) -> Said:
    """Where the number is that of a registered meeting, the decision is of its day, of a case on its agenda, by its minutes."""
    found: Sequence[GroupMeeting] = s.facts.meetings
    faults = [_unlike(s, one) for one in found]
    return None if None in faults else next(iter(faults), None)


def _unlike(s: Subject, meeting: GroupMeeting) -> Said:
    """Return why the meeting did not decide it as it is entered."""
    said = s.answers.get("minute_on")
    if said is not None and said != meeting.held_on:
        why = f"文号为“{meeting.number}”的会议登记的日期是 {chinese_date(meeting.held_on)}，请核对"
        return Refusal(why, "minute_on")
    if s.case.id not in meeting.agenda:
        return f"{meeting.called}：议题中没有编号 {s.case.number} 的问题"
    given = [one.sha256 for one in s.intent.materials if one.kind == "minutes"]
    if given and meeting.minutes not in given:
        lacks = "会议纪要不是登记的那一份" if meeting.minutes else "还没有登记会议纪要"
        return Refusal(f"{meeting.called}：{lacks}，请在“会议”里登记纪要，从这次会议登记决定", "minutes")
    return None
