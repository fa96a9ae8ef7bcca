"""Joint review 联审 and acceptance 验收: the conditions and effects of opinions, and of the measures judged one by one."""

from __future__ import annotations

from clock import chinese_date
from states import DISCIPLINE, FALSE, JUDGED_AS, ROLES, TRUE
from workflow.days.clocks import state_clock
from workflow.days.joint import STAGES
from workflow.opinions import asked_of, named, opinions_now, passable, still_waited_for, weighed
from workflow.refusal import Refusal
from workflow.rule import Said, effect, rule
from workflow.subject import Change, Subject


@rule()
def party_by_profile(s: Subject) -> Said:
    """Who gives an opinion, the profile of the round says."""
    of = asked_of(s)
    # Who prepares it gives no opinion: that is asked when it is confirmed.
    if s.role not in s.move.who or s.role in of.parties:
        return None
    return f"按本轮时限方案，{STAGES[of.stage][0]}由{named(of.parties)}提出意见"


@rule("opinions")
def in_ones_turn(s: Subject) -> Said:
    """In a fixed order each speaks once those before it have, and who consolidates once all have; after the date nobody is waited for."""
    given = {role for _, role, _, _ in opinions_now(s)}
    waits = [role for role in asked_of(s).before(s.role or "") if role not in given]
    row = state_clock(s.case, s.facts.clocks)
    late = row is not None and s.today > row.due_on
    return f"按本轮时限方案，须等{named(waits)}先提出意见" if waits and not late else None


@rule("opinions", over=True)
def one_opinion_each(s: Subject) -> Said:
    """Each gives one opinion on what is under review."""
    mine = any(role == s.role or person == s.actor.person_id for _, role, person, _ in opinions_now(s))
    return "本次已提出过意见" if mine else None


@rule("opinions")
def supervisors_agree_if_escalated(s: Subject) -> Said:
    """Once escalated, discipline and organisation agree before it is closed."""
    if not s.case.escalations:
        return None
    agreed = {role for _, role, _, opinion in opinions_now(s) if opinion == "agree"}
    missing = [ROLES[role] for role in ("discipline", "organisation") if role not in agreed]
    return f"该问题曾升级督办，销号前须{'、'.join(missing)}同意" if missing else None


@rule("opinions")
def opinions_in(s: Subject) -> Said:
    """As many parties have spoken as must; who has not is passed over once the date has gone by, as the profile says."""
    found = weighed(s)
    missing = passable(s.move, found.missing)
    row = state_clock(s.case, s.facts.clocks)
    if not missing or row is None:
        return None
    if s.today <= row.due_on:
        return still_waited_for(found, missing, row.due_on)
    # What has to be said with the move is judged once something is said: before, the form asks for it.
    told = found.silence != "passed_over" or not s.answers or s.answers.get("passed_over")
    return (
        None if told else Refusal(f"{named(missing)}逾期未反馈，请填写“逾期未反馈的说明”", "passed_over", missing=True)
    )


@rule("opinions")
def discipline_has_spoken(s: Subject) -> Said:
    """纪委监委's opinion is never missing at acceptance."""
    return "纪委监委还没有提出验收意见，不能销号" if DISCIPLINE in weighed(s).missing else None


@rule("opinions", field="minute_no", lasting=True)
def dissent_decided(s: Subject) -> Said:
    """Against 纪委监委 or 组织部 only the leading group decides: minute number, date and minutes."""
    against = weighed(s).supervisors
    if not against or not s.answers:
        return None
    wanted = {"minute_no": "会议纪要文号", "minute_on": "会议日期"}
    lacking = [shown for name, shown in wanted.items() if not s.answers.get(name)]
    lacking += [] if any(m.kind == "minutes" for m in s.intent.materials) else ["领导小组会议纪要"]
    row = state_clock(s.case, s.facts.clocks)
    if not lacking:
        met, filed = s.answers["minute_on"], row.started_on if row else s.today
        why = f"会议日期 {chinese_date(met)} 早于报送之日 {chinese_date(filed)}：那次会议不可能决定这件事"
        return None if met >= filed else Refusal(why, "minute_on")
    why = f"{named(against)}的意见为退回，须由领导小组决定：还缺{'、'.join(lacking)}"
    return Refusal(why, "minute_no", also=("minute_on", "minutes"), missing=True)


@rule("opinions", field="not_adopted", lasting=True)
def dissent_answered(s: Subject) -> Said:
    """What another party said against it is not adopted without a reason that it is told."""
    against = weighed(s).others
    if not against or not s.answers or s.answers.get("not_adopted"):
        return None
    return f"{named(against)}的意见为退回，不予采纳的须填写“不予采纳的理由”"


@rule("measures", field="judged", lasting=True)
def judged_are_measures(s: Subject) -> Said:
    """What is judged are measures of the plan in force."""
    known = {number for number, _ in s.facts.measures}
    strange = [str(one["no"]) for one in s.answers.get("judged", ()) if one["no"] not in known]
    return f"没有第 {'、'.join(strange)} 项措施" if strange else None


@rule("measures", field="judged", lasting=True)
def every_measure_true(s: Subject) -> Said:
    """It is closed once every measure was judged, and each is as the unit says."""
    if not s.answers:
        return None
    judged = {one["no"]: one["verdict"] for one in s.answers.get("judged", ())}
    left = [str(number) for number, _ in s.facts.measures if number not in judged]
    if left:
        return Refusal(
            f"第 {'、'.join(left)} 项措施还没有核查：请逐项写明{'、'.join(JUDGED_AS.values())}", "judged", missing=True
        )
    wrong = [f"第 {number} 项{JUDGED_AS[verdict]}" for number, verdict in judged.items() if verdict != TRUE]
    return f"{'、'.join(wrong)}，不能验收销号：请退回再整改，或办理基本完成并持续整改" if wrong else None


@rule(field="judged", lasting=True)
def nothing_untrue(s: Subject) -> Said:
    """What goes on may be unfinished; what is not as the unit says goes back."""
    untrue = [str(one["no"]) for one in s.answers.get("judged", ()) if one["verdict"] == FALSE]
    return f"第 {'、'.join(untrue)} 项措施{JUDGED_AS[FALSE]}，应退回再整改" if untrue else None


@effect()
def note_opinion(s: Subject, c: Change) -> None:
    """One opinion of one party."""
    c.rows["opinions"].append((s.case.id, s.version, s.role, s.actor.person_id, s.answers["opinion"]))


@effect("opinions")
def tell_overruled(s: Subject, c: Change) -> None:
    """A party whose opinion was passed over is told so; the entry says which and why, and an opinion that was given bears it."""
    overruled = weighed(s).overruled
    if overruled:
        c.inputs = {"overruled": overruled}
        c.telling = {role: {"overruled": why} for role, why in overruled.items()}
    given = {role: version for version, role, _, _ in opinions_now(s)}
    if passed := [(s.version, s.case.id, given[role]) for role in overruled if role in given]:
        c.rows["opinions_overruled"] += passed
