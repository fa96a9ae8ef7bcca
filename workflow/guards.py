"""Guards 条件: each returns None when it holds, or the sentence of what is in the way."""

from __future__ import annotations

from datetime import date

from states import ANSWERS, CLAIMED, CONTINUING, DISPUTED, FEEDBACK, KINDS, ROLES
from workflow import criteria
from workflow.asked import answer_word
from workflow.clocks import rungs_reached
from workflow.deadlines import add, chinese_date
from workflow.subject import Subject


def units_in_being(s: Subject) -> str | None:
    """Unit and answerable unit exist on the day of feedback."""
    return None if s.facts.units_in_being else "被巡察党组织或责任党组织在反馈之日不存在或已撤并"


def number_free(s: Subject) -> str | None:
    """The number is free in the unit's inspection."""
    return f"编号 {s.case.number} 在本轮该党组织的问题中已经使用" if s.case.number in s.facts.numbers else None


def kind_is_at_once(s: Subject) -> str | None:
    """立行立改 was set by team or office, never by the unit."""
    return (
        None
        if s.case.kind == "at_once"
        else f"整改类型是“{KINDS[s.case.kind]}”，只有巡察组或巡察办定为“立行立改”的问题可以直接整改"
    )


def first_objection(s: Subject) -> str | None:
    """A unit may object once."""
    return "该问题已提出过一次异议，不能再次提出" if s.case.objections else None


def before_claim_due(s: Subject) -> str | None:
    """An objection comes on or before the claim date."""
    row = s.facts.clocks.get("claim")
    late = row is not None and s.today > row.due_on
    return f"认领期限 {chinese_date(row.due_on)} 已过，不能再提出异议" if late and row else None


def not_the_writer(s: Subject) -> str | None:
    """Who wrote the problem neither decides on the objection nor prepares that."""
    writer = s.case.written_by
    if writer is None or writer not in (s.actor.person_id, s.intent.prepared_by):
        return None
    return "问题由您撰写，复核须由他人作出" if writer == s.actor.person_id else "问题由起草人撰写，复核须由他人起草"


def duplicate_named(s: Subject) -> str | None:
    """A duplicate names the case it repeats."""
    if s.answers.get("ground") != "duplicate":
        return None
    if not s.answers.get("duplicate_of"):
        return f"“{ANSWERS['duplicate_of']}”没有填：理由类别是重复的，须选留下来的那个问题"
    other = s.answers["duplicate_of"]
    return None if s.facts.duplicate_exists and other != s.case.id else f"重复的问题 {other} 不存在，或就是本问题"


def inspection_all_claimed(s: Subject) -> str | None:
    """No problem of the inspection is in feedback or disputed when the plan is filed."""
    left = [case for case, state in s.facts.siblings.items() if state in (FEEDBACK, DISPUTED)]
    return f"同一次巡察还有 {len(left)} 个问题待认领或复核中，须全部认领后报送方案" if left else None


def filing_takes_all(s: Subject) -> str | None:
    """A plan takes every claimed problem of the inspection."""
    left = [case for case, state in s.facts.siblings.items() if state == CLAIMED and case not in s.batch]
    return f"方案须包括全部已认领的问题，还缺 {len(left)} 个，请一并报送" if left else None


def no_opinion_yet(s: Subject) -> str | None:
    """What was handed in can be taken back until the first opinion."""
    given = _opinions_now(s)
    return "已有单位提出意见，不能撤回" if given else None


def new_on_ahead(s: Subject) -> str | None:
    """The new date lies ahead."""
    return _ahead(s, "new_on", "新的期限")


def final_on_ahead(s: Subject) -> str | None:
    """The final date lies ahead."""
    return _ahead(s, "final_on", "最终期限")


def plan_on_ahead(s: Subject) -> str | None:
    """The date for the plan lies ahead."""
    return _ahead(s, "plan_on", "报方案期限")


def review_on_ahead(s: Subject) -> str | None:
    """The date of the next review of the ground lies ahead."""
    return _ahead(s, "review_on", "复审日期")


def agreed_within_profile(s: Subject) -> str | None:
    """The agreed date lies ahead and within the profile's limit for the kind; what is to go on is reviewed by it."""
    agreed: date | None = s.answers.get("agreed_on")
    if agreed is None:
        return None
    limit = s.profile.limits["continuing_review" if s.case.kind == CONTINUING else s.case.kind]
    latest = add(s.today, limit, s.calendar)
    if s.today <= agreed <= latest:
        return None
    word = answer_word("agreed_on", s.case.kind)
    return f"{word} {chinese_date(agreed)} 应在今天与 {chinese_date(latest)}（{KINDS[s.case.kind]} {limit}）之间"


def plan_approved_or_at_once(s: Subject) -> str | None:
    """Rectification stands on an approved plan, or the kind is 立行立改."""
    return None if s.case.plan_approved or s.case.kind == "at_once" else "整改方案尚未批准"


def no_approved_plan(s: Subject) -> str | None:
    """The plan was never approved."""
    return "整改方案已批准，应责令再整改" if s.case.plan_approved else None


def not_from_escalated(s: Subject) -> str | None:
    """What was handed in under escalation is only returned by the office."""
    return "督办期间报送的销号申请不能自行撤回，只能由巡察办退回" if s.case.from_escalated else None


def review_within_profile(s: Subject) -> str | None:
    """The next review is within two months, the last date within twelve of the first."""
    first, last = s.answers.get("next_review_on"), s.answers.get("last_on")
    if first is None or last is None:
        return None
    latest = add(s.today, s.profile.limits["continuing_review"], s.calendar)
    end = s.case.last_on or add(s.today, s.profile.limits["continuing"], s.calendar)
    if not s.today < first <= latest:
        return f"下次复核日期应在今天之后、{chinese_date(latest)} 之前"
    return None if first <= last <= end else f"最后期限应不早于下次复核日期，不晚于 {chinese_date(end)}"


def verifier_by_profile(s: Subject) -> str | None:
    """Office or discipline verifies, as the profile says."""
    # Who prepares it is not who verifies: that is asked when it is confirmed.
    if s.role not in s.move.who or s.role in s.profile.verifiers:
        return None
    return f"按本轮时限方案，销号由{'、'.join(ROLES[r] for r in s.profile.verifiers)}办理"


def nobody_who_rectified(s: Subject) -> str | None:
    """Who rectified, in any post or round, does not verify, nor prepare it."""
    if s.actor.person_id in s.facts.rectifiers:
        return "您参与过该问题的整改，不能验收销号"
    return "起草人参与过该问题的整改，不能起草验收销号" if s.intent.prepared_by in s.facts.rectifiers else None


def not_the_rectifier(s: Subject) -> str | None:
    """Who rectified gives no opinion on it."""
    return "您参与过该问题的整改，不能提出验收意见" if s.actor.person_id in s.facts.rectifiers else None


def supervisors_agree_if_escalated(s: Subject) -> str | None:
    """Once escalated, discipline and organisation agree before it is closed."""
    if not s.case.escalations:
        return None
    agreed = {role for _, role, _, opinion in _opinions_now(s) if opinion == "agree"}
    missing = [ROLES[role] for role in ("discipline", "organisation") if role not in agreed]
    return f"该问题曾升级督办，销号前须{'、'.join(missing)}同意" if missing else None


def within_rescind_limit(s: Subject) -> str | None:
    """A wrong acceptance is taken back within ten working days."""
    if s.case.verified_on is None:
        return None
    latest = add(s.case.verified_on, s.profile.limits["rescind"], s.calendar)
    return f"更正期限 {chinese_date(latest)} 已过，应通过回头看处理" if s.today > latest else None


def text_is_the_approved(s: Subject) -> str | None:
    """The text made public is the approved one, by hash."""
    if s.case.text_hash is None:
        return "公开稿尚未审定"
    texts = [m.sha256 for m in s.intent.materials if m.kind == "text"]
    return "公开稿与审定的文本不一致" if texts and texts != [s.case.text_hash] else None


def from_before_to(s: Subject) -> str | None:
    """A publication ends no earlier than it begins."""
    start, end = s.answers.get("from_on"), s.answers.get("to_on")
    return "公开止日早于公开起日" if start and end and end < start else None


def criterion_met(s: Subject) -> str | None:
    """A criterion of 整改不力 is met and not yet flagged."""
    found = criteria.met(s.case, s.facts.clocks, s.profile, s.calendar, s.today)
    return None if found else "没有达到整改不力的判定条件"


def criterion_escalates(s: Subject) -> str | None:
    """A flagged criterion says escalate; a unit's clock, never the office's."""
    found = criteria.escalating(s.case, s.facts.clocks, s.profile)
    return None if found else "没有须升级督办的判定条件"


def something_unsigned(s: Subject) -> str | None:
    """There is something to sign for."""
    return None if s.case.unsigned else "没有待签收的事项"


def one_opinion_each(s: Subject) -> str | None:
    """Each gives one opinion on what is under review."""
    mine = [1 for _, role, person, _ in _opinions_now(s) if role == s.role or person == s.actor.person_id]
    return "本次已提出过意见" if mine else None


def measure_exists(s: Subject) -> str | None:
    """Progress names a measure of the plan."""
    number = s.answers.get("measure_no")
    numbers = [no for no, _ in s.facts.measures]
    known = "、".join(map(str, numbers)) or "无"
    return None if number is None or number in numbers else f"没有第 {number} 项措施（现有：{known}）"


def by_the_due_date(s: Subject) -> str | None:
    """An extension is asked on or before the due date."""
    due = s.case.due_on
    return f"期限 {chinese_date(due)} 已过，不能申请延期" if due and s.today > due else None


def room_to_extend(s: Subject) -> str | None:
    """What goes on up to its last day cannot be put off any more."""
    last, due = s.case.last_on, s.case.due_on
    if last is None or (due is not None and due < last and s.today < last):
        return None
    return f"已定到持续整改的最后期限 {chinese_date(last)}，不能再延期"


def first_extension(s: Subject) -> str | None:
    """An extension is asked for once."""
    return "该问题已申请过一次延期" if s.case.extensions else None


def extension_asked(s: Subject) -> str | None:
    """An extension is waiting for its answer."""
    return None if s.case.extension_until else "没有待答复的延期申请"


def until_after_due(s: Subject) -> str | None:
    """Granted days run from the old date."""
    until = s.answers.get("until")
    due = s.case.due_on
    return f"延期日期应晚于原期限 {chinese_date(due)}" if until and due and until <= due else None


def until_ahead(s: Subject) -> str | None:
    """However late the answer, what is granted lies ahead: else the unit would be late at once."""
    return _ahead(s, "until", "延期日期")


def until_by_last_day(s: Subject) -> str | None:
    """What goes on ends by its last date, extended or not."""
    until: date | None = s.answers.get("until")
    last = s.case.last_on
    return f"延期日期应不晚于持续整改的最后期限 {chinese_date(last)}" if until and last and until > last else None


def rung_reached(s: Subject) -> str | None:
    """A clock has reached a rung that was not told."""
    rows = s.facts.clocks.values()
    return None if any(rungs_reached(row, s.today, s.profile, s.calendar) for row in rows) else "没有到点的提醒"


def _opinions_now(s: Subject) -> list[tuple[int, str, int, str]]:
    return [opinion for opinion in s.facts.opinions if opinion[0] > s.case.entered]


def _ahead(s: Subject, name: str, shown: str) -> str | None:
    day: date | None = s.answers.get(name)
    return f"{shown} {chinese_date(day)} 应晚于今天" if day is not None and day <= s.today else None
