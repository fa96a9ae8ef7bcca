"""Agreed dates 商定期限: how far ahead a date may be agreed on when a plan is approved, and what a plan's measures may take."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from clock import chinese_date
from states import CONTINUING, KINDS
from workflow.answers import answer_word
from workflow.days.agreeing import Latest, Stays, latest, limit_of_agreed, with_office
from workflow.days.anchors import FEEDBACK
from workflow.days.calendar import Calendar
from workflow.days.clocks import Why
from workflow.days.limits import Limit
from workflow.days.profiles import Profile
from workflow.refusal import Refusal
from workflow.rule import Said, rule
from workflow.subject import Subject


def limit_of_kind(s: Subject, review: str) -> tuple[str, Limit]:
    """Return how long the kind has until its date, in words too; what is to go on has so long until a review."""
    limit = s.profile.limits[limit_of_agreed(s.case.kind)]
    return f"{KINDS[s.case.kind]}{review if s.case.kind == CONTINUING else ''} {limit}", limit


def latest_by(s: Subject, name: str) -> Latest:
    """Return the latest day by a limit that can be agreed on now."""
    stays = s.facts.stays if s.profile.anchors.get(name) == FEEDBACK else ()
    return reckon(name, s.case.counts_from, stays, s.today, s.profile, s.calendar)


def reckon(name: str, fed_back_on: date, stays: Stays, today: date, profile: Profile, calendar: Calendar) -> Latest:
    """Return the same of a case that was fed back on a day and lay with the office in between."""
    office = with_office(stays, today, profile.limits[name].unit, calendar)
    return latest(name, fed_back_on, office, today, profile, calendar)


def within_latest(s: Subject, why: Why) -> Why:
    """Return the reason of an agreed date with the latest that it could have been, where that counts from feedback."""
    name = limit_of_agreed(s.case.kind)
    last = latest_by(s, name)
    if last.fed_back_on is None:
        return why
    return replace(why, limit=name, fed_back=last.fed_back_on, office=last.office, latest=last.day)


@rule("stays", field="agreed_on", lasting=True)
def agreed_within_profile(s: Subject) -> Said:
    """The agreed date lies ahead and within the profile's limit for the kind; what is to go on is reviewed by it."""
    agreed: date | None = s.answers.get("agreed_on")
    if agreed is None:
        return None
    shown, _ = limit_of_kind(s, "首次复核")
    last = latest_by(s, limit_of_agreed(s.case.kind))
    if s.today <= agreed <= last.day:
        return None
    word = answer_word("agreed_on", s.case.kind)
    return f"{word} {chinese_date(agreed)} 应在今天与 {chinese_date(last.day)}（{last.words or shown}）之间"


@rule("stays", lasting=True)
def measures_in_time(s: Subject) -> Said:
    """Measures lie between feedback and the latest date that can be agreed on, or each says why not."""
    first, last = s.case.fed_back_on, latest_by(s, s.case.kind)
    out = [
        number
        for number, measure in enumerate(s.answers.get("measures", ()), start=1)
        if "on" in measure and not measure.get("why") and not first <= measure["on"] <= last.day
    ]
    if not out:
        return None
    why = (
        f"第 {'、'.join(map(str, out))} 项措施的完成日期应在反馈之日 {chinese_date(first)} 与 {chinese_date(last.day)}"
        f"（{last.words or f'今天起{KINDS[s.case.kind]} {last.limit}'}）之间；确须在此之外的，在该项的“日期说明”里写明理由"
    )
    return Refusal(why, "measures.on", out[0], tuple(f"measures.{number}.on" for number in out[1:]))


@rule("measures", "excused", field="agreed_on", lasting=True)
def measures_by_agreed(s: Subject) -> Said:
    """No measure ends after the agreed date without a reason; what is to go on has until its last day."""
    agreed: date | None = s.answers.get("agreed_on")
    # Of what is to go on, the agreed date is the first review alone.
    if agreed is None or s.case.kind == CONTINUING:
        return None
    later = {no: on for no, on in s.facts.measures if on and on > agreed and no not in s.facts.excused}
    if not later:
        return None
    return (
        f"“商定期限” {chinese_date(agreed)} 早于第 {'、'.join(map(str, later))} 项措施的完成日期"
        f"（最晚 {chinese_date(max(later.values()))}）：请改商定期限，或退回方案由单位改期、写明日期说明"
    )
