"""Guards 条件: each returns None when it holds, or the sentence of what is in the way."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date
from itertools import pairwise

from clock import chinese_date
from states import ACTIONS, AMENDED, ANSWERS, CLAIMED, CLOCKS, DISPUTED, FEEDBACK, KINDS, ROLES
from workflow.agreed_dates import limit_of_kind
from workflow.clockwork import moved_by_reckoning
from workflow.days import criteria
from workflow.days.clocks import rungs_reached
from workflow.days.limits import add
from workflow.may import scope_of
from workflow.opinions import opinions_now
from workflow.refusal import Refusal
from workflow.rule import Said, rule
from workflow.subject import Subject
from workflow.values import shown_short


@rule("units_in_being")
def units_in_being(s: Subject) -> Said:
    """Unit and answerable unit exist on the day of feedback."""
    return None if s.facts.units_in_being else "被巡察党组织或责任党组织在反馈之日不存在或已撤并"


@rule("round_ended")
def round_goes_on(s: Subject) -> Said:
    """Nothing new is fed back in a round that has been closed; what is open in it goes on."""
    ended: date | None = s.facts.round_ended
    return None if ended is None else f"本轮已于 {chinese_date(ended)}结轮，不再反馈新的问题，请反馈到另一轮"


@rule("numbers")
def number_free(s: Subject) -> Said:
    """The number is free in the unit's inspection: no case has it but a void one."""
    return f"编号 {s.case.number} 在本轮该党组织的问题中已经使用" if s.case.number in s.facts.numbers else None


@rule(field="extended_to")
def extended_in_order(s: Subject) -> Said:
    """An extension ends after the date that it extends."""
    until, birth = s.answers.get("extended_to"), s.intent.birth
    due = birth.due_on if birth else None
    if until is None or due is None or until > due:
        return None
    return f"延期至 {chinese_date(until)}，应晚于整改时限 {chinese_date(due)}"


@rule(field="closed_on")
def closed_in_order(s: Subject) -> Said:
    """It was fed back, done, closed and made public in this order."""
    days = [
        (name, s.answers[name]) for name in ("feedback_on", "done_on", "closed_on", "published_on") if name in s.answers
    ]
    for (before, earlier), (name, day) in pairwise(days):
        if day < earlier:
            return Refusal(f"{ANSWERS[name]} {chinese_date(day)} 早于{ANSWERS[before]} {chinese_date(earlier)}", name)
    return None


@rule()
def kind_is_at_once(s: Subject) -> Said:
    """立行立改 was set by team or office, never by the unit."""
    return (
        None
        if s.case.kind == "at_once"
        else f"整改类型是“{KINDS[s.case.kind]}”，只有巡察组或巡察办定为“立行立改”的问题可以直接整改"
    )


@rule(over=True)
def first_objection(s: Subject) -> Said:
    """A unit may object once."""
    return "该问题已提出过一次异议，不能再次提出" if s.case.objections else None


@rule(over=True)
def before_claim_due(s: Subject) -> Said:
    """An objection comes on or before the claim date."""
    row = s.facts.clocks.get(CLOCKS["claim"].name)
    late = row is not None and s.done_on > row.due_on
    return f"认领期限 {chinese_date(row.due_on)} 已过，不能再提出异议" if late and row else None


@rule()
def not_the_writer(s: Subject) -> Said:
    """Who wrote the problem neither decides on the objection nor prepares that."""
    writer = s.case.written_by
    if writer is None or writer not in (s.actor.person_id, s.intent.prepared_by):
        return None
    return "问题由您撰写，复核须由他人作出" if writer == s.actor.person_id else "问题由起草人撰写，复核须由他人起草"


@rule("found_words", field="new_problem", lasting=True)
def words_differ(s: Subject) -> Said:
    """What is amended is said otherwise than before; what stays as it is, is kept."""
    if "new_problem" not in s.answers:
        return None
    words: Mapping[str, str] = s.facts.found_words
    same = all(s.answers.get(answer) in (None, "", words[name]) for answer, name in AMENDED.items())
    return "更正后的文字与原文相同：不用更正的，请办理“维持原问题”" if same else None


@rule("drafted")
def no_decision_drafted(s: Subject) -> Said:
    """An objection is dropped only while nobody prepares what is decided on it; the unit reads which when it is decided."""
    drafted: frozenset[str] = s.facts.drafted
    deciding = any("fact_check" in ACTIONS[action].needs for action in drafted)
    return "巡察办已在起草决定，不能撤回异议，请等候决定" if deciding else None


@rule("fact_checked")
def no_fact_check_yet(s: Subject) -> Said:
    """Once the facts are checked the objection is decided on, and no longer dropped."""
    return "核查情况已经附上，不能撤回异议，请等候决定" if s.facts.fact_checked else None


@rule("duplicate_exists", field="duplicate_of", lasting=True)
def duplicate_named(s: Subject) -> Said:
    """A duplicate names the case it repeats."""
    if s.answers.get("ground") != "duplicate":
        return None
    if not s.answers.get("duplicate_of"):
        return f"“{ANSWERS['duplicate_of']}”没有填：理由类别是重复的，须选留下来的那个问题"
    other = s.answers["duplicate_of"]
    exists = bool(s.facts.duplicate_exists) and other not in scope_of(s.actor.posts).hidden
    return None if exists and other != s.case.id else f"重复的问题 {other} 不存在，或就是本问题"


@rule("siblings")
def inspection_all_claimed(s: Subject) -> Said:
    """No problem of the inspection, of which the same unit answers, is in feedback or disputed when the plan is filed."""
    left = [case for case, state in s.facts.siblings.items() if state in (FEEDBACK, DISPUTED)]
    return f"同一次巡察还有 {len(left)} 个问题待认领或复核中，须全部认领后报送方案" if left else None


@rule("siblings", lasting=True)
def filing_takes_all(s: Subject) -> Said:
    """Of each inspection in it a plan takes every claimed problem; which inspections are in it, the unit chooses."""
    left = [case for case, state in s.facts.siblings.items() if state == CLAIMED and case not in s.batch]
    return f"方案须包括同一次巡察全部已认领的问题，还缺 {len(left)} 个，请一并报送" if left else None


@rule("opinions", over=True)
def no_opinion_yet(s: Subject) -> Said:
    """What was handed in can be taken back until the first opinion."""
    given = opinions_now(s)
    return "已有单位提出意见，不能撤回" if given else None


@rule(field="new_on", lasting=True)
def new_on_ahead(s: Subject) -> Said:
    """The new date lies ahead."""
    return _ahead_and_near(s, "new_on", "新的期限")


@rule(field="final_on", lasting=True)
def final_on_ahead(s: Subject) -> Said:
    """The final date lies ahead."""
    return _ahead_and_near(s, "final_on", "最终期限")


@rule(field="plan_on", lasting=True)
def plan_on_ahead(s: Subject) -> Said:
    """The date for the plan lies ahead."""
    return _ahead_and_near(s, "plan_on", "报方案期限")


@rule(field="review_on", lasting=True)
def review_on_ahead(s: Subject) -> Said:
    """The date of the next review of the ground lies ahead."""
    return _ahead_and_near(s, "review_on", "复审日期")


@rule()
def plan_approved_or_at_once(s: Subject) -> Said:
    """Rectification stands on an approved plan, or the kind is 立行立改."""
    return None if s.case.plan_approved or s.case.kind == "at_once" else "整改方案尚未批准"


@rule()
def no_approved_plan(s: Subject) -> Said:
    """The plan was never approved."""
    return "整改方案已批准，应责令再整改" if s.case.plan_approved else None


@rule(over=True)
def not_from_escalated(s: Subject) -> Said:
    """What was handed in under escalation is only returned by the office."""
    return "督办期间报送的销号申请不能自行撤回，只能由巡察办退回" if s.case.from_escalated else None


@rule(field="next_review_on", lasting=True)
def review_within_profile(s: Subject) -> Said:
    """The next review is within two months, the last date within twelve of the first."""
    first, last = s.answers.get("next_review_on"), s.answers.get("last_on")
    if first is None or last is None:
        return None
    latest = add(s.today, s.profile.limits["continuing_review"], s.calendar)
    end = s.case.last_on or add(s.today, s.profile.limits["continuing"], s.calendar)
    if not s.today < first <= latest:
        return f"下次复核日期应在今天之后、{chinese_date(latest)} 之前"
    return (
        None
        if first <= last <= end
        else Refusal(f"最后期限应不早于下次复核日期，不晚于 {chinese_date(end)}", "last_on")
    )


@rule()
def verifier_by_profile(s: Subject) -> Said:
    """Office or discipline verifies, as the profile says."""
    # Who prepares it is not who verifies: that is asked when it is confirmed.
    if s.role not in s.move.who or s.role in s.profile.verifiers:
        return None
    return f"按本轮时限方案，销号由{'、'.join(ROLES[r] for r in s.profile.verifiers)}办理"


@rule("rectifiers")
def nobody_who_rectified(s: Subject) -> Said:
    """Who rectified, in any post or round, does not verify, nor prepare it."""
    if s.actor.person_id in s.facts.rectifiers:
        return "您参与过该问题的整改，不能验收销号"
    return "起草人参与过该问题的整改，不能起草验收销号" if s.intent.prepared_by in s.facts.rectifiers else None


@rule("rectifiers")
def not_the_rectifier(s: Subject) -> Said:
    """Who rectified gives no opinion on it, nor prepares one."""
    if s.actor.person_id in s.facts.rectifiers:
        return "您参与过该问题的整改，不能提出验收意见"
    return "起草人参与过该问题的整改，不能起草验收意见" if s.intent.prepared_by in s.facts.rectifiers else None


@rule("rectifiers")
def not_ones_own(s: Subject) -> Said:
    """Who rectified grants the unit nothing: that is for somebody else."""
    own = s.actor.person_id in s.facts.rectifiers
    return f"您参与过该问题的整改，不能{s.move.shown}，须由他人办理" if own else None


@rule(over=True)
def within_rescind_limit(s: Subject) -> Said:
    """A wrong acceptance is taken back within ten working days."""
    if s.case.verified_on is None:
        return None
    latest = add(s.case.verified_on, s.profile.limits["rescind"], s.calendar)
    return f"更正期限 {chinese_date(latest)} 已过，应通过回头看处理" if s.today > latest else None


@rule(field="text", lasting=True)
def text_is_the_approved(s: Subject) -> Said:
    """The text made public is the approved one, by hash."""
    if s.case.text_hash is None:
        return "公开稿尚未审定"
    texts = [m.sha256 for m in s.intent.materials if m.kind == "text"]
    return "公开稿与审定的文本不一致" if texts and texts != [s.case.text_hash] else None


@rule(field="to_on", lasting=True)
def from_before_to(s: Subject) -> Said:
    """A publication ends no earlier than it begins."""
    start, end = s.answers.get("from_on"), s.answers.get("to_on")
    return "公开止日早于公开起日" if start and end and end < start else None


@rule(field="checked_on", lasting=True)
def checked_in_time(s: Subject) -> Said:
    """What was seen was seen by today, and not before there was anything to see: approved work, or what was accepted."""
    seen = s.answers.get("checked_on")
    if seen is None:
        return None
    if seen > s.today:
        return "检查日期不能晚于今天：查过以后再登记"
    since = s.case.verified_on or s.case.fed_back_on
    what = "验收销号" if s.case.verified_on else "反馈"
    return f"检查日期早于{what}之日 {chinese_date(since)}" if seen < since else None


@rule("successor", field="successor", lasting=True)
def successor_in_being(s: Subject) -> Said:
    """Who takes the case over is there, and in being today, with the unit that answers for it."""
    name, new = s.answers["successor"], s.facts.successor
    if new is None:
        return f"没有党组织“{shown_short(name)}”：请按系统中的名称填写；新成立的，请先由巡察办登记"
    if new.in_being(s.today):
        return None
    whose = "" if new.answerable_name == name else f"（由{new.answerable_name}负责）"
    return f"{name}{whose}在今天尚未成立或已撤并，不能接手"


@rule("successor", field="successor", lasting=True)
def successor_is_another(s: Subject) -> Said:
    """A case is transferred to another unit than the one that answers for it."""
    new = s.facts.successor
    same = "successor" in s.answers and new is not None and new.answerable == s.case.answerable_id
    return f"该问题已由{new.answerable_name}负责，责任主体没有变" if same and new else None


@rule("led_by", over=True)
def nobody_named(s: Subject) -> Said:
    """Who is responsible is named anew once the problem was transferred, and then stays as named."""
    leader: str = s.facts.led_by
    return f"责任领导已写明（{leader}），不用再明确" if leader else None


@rule()
def criterion_met(s: Subject) -> Said:
    """A criterion of 整改不力 is met and not yet flagged."""
    found = criteria.met(s.case, s.facts.clocks, s.profile, s.calendar, s.today)
    return None if found else "没有达到整改不力的判定条件"


@rule()
def criterion_escalates(s: Subject) -> Said:
    """A flagged criterion says escalate; a unit's clock, never the office's."""
    found = criteria.escalating(s.case, s.facts.clocks, s.profile, s.calendar, s.today)
    return None if found else "没有须升级督办的判定条件"


@rule(over=True)
def something_unsigned(s: Subject) -> Said:
    """There is something to sign for."""
    return None if s.case.unsigned else "没有待签收的事项"


@rule("measures", field="measure_no", lasting=True)
def measure_exists(s: Subject) -> Said:
    """Progress names a measure of the plan."""
    number = s.answers.get("measure_no")
    numbers = [no for no, _ in s.facts.measures]
    known = "、".join(map(str, numbers)) or "无"
    return None if number is None or number in numbers else f"没有第 {number} 项措施（现有：{known}）"


@rule(lasting=True, over=True)
def by_the_due_date(s: Subject) -> Said:
    """An extension is asked on or before the due date."""
    due = s.case.due_on
    return f"期限 {chinese_date(due)} 已过，不能申请延期" if due and s.done_on > due else None


@rule()
def room_to_extend(s: Subject) -> Said:
    """What goes on up to its last day cannot be put off any more."""
    last, due = s.case.last_on, s.case.due_on
    if last is None or (due is not None and due < last and s.today < last):
        return None
    return f"已定到持续整改的最后期限 {chinese_date(last)}，不能再延期"


@rule(lasting=True, over=True)
def first_extension(s: Subject) -> Said:
    """An extension is asked for once."""
    return "该问题已申请过一次延期" if s.case.extensions else None


@rule(over=True)
def extension_asked(s: Subject) -> Said:
    """An extension is waiting for its answer."""
    return None if s.case.extension_until else "没有待答复的延期申请"


@rule(field="until", lasting=True)
def until_after_due(s: Subject) -> Said:
    """Granted days run from the old date."""
    until = s.answers.get("until")
    due = s.case.due_on
    return f"延期日期应晚于原期限 {chinese_date(due)}" if until and due and until <= due else None


@rule(field="until", lasting=True)
def until_ahead(s: Subject) -> Said:
    """However late the answer, what is granted lies ahead: else the unit would be late at once."""
    return _ahead(s, "until", "延期日期")


@rule(field="until", lasting=True)
def until_by_last_day(s: Subject) -> Said:
    """What goes on ends by its last date, extended or not."""
    until: date | None = s.answers.get("until")
    last = s.case.last_on
    return f"延期日期应不晚于持续整改的最后期限 {chinese_date(last)}" if until and last and until > last else None


@rule(field="until", lasting=True)
def until_within_profile(s: Subject) -> Said:
    """An extension gives the kind's own limit once more at most, from the old date; however late the answer, what a refusal leaves."""
    until: date | None = s.answers.get("until")
    due = s.case.due_on
    if until is None or due is None:
        return None
    shown, limit = limit_of_kind(s, "每次复核")
    latest, left = add(due, limit, s.calendar), s.profile.limits["refused_left"]
    # The days that the office takes are not the unit's: a grant is never worth less than a refusal.
    end = max(latest, add(s.today, left, s.calendar))
    if until <= end:
        return None
    late = f"，答复晚了的，自答复之日起 {left}" if end > latest else ""
    return f"延期日期 {chinese_date(until)} 应不晚于 {chinese_date(end)}：从原期限 {chinese_date(due)}起不超过{shown}{late}"


@rule()
def reckoning_moves_a_date(s: Subject) -> Said:
    """Dates are reckoned anew where a new calendar, another profile or a stop moves one."""
    return None if moved_by_reckoning(s) else "没有因放假安排、时限方案或中止计时变动而变的期限"


@rule()
def rung_reached(s: Subject) -> Said:
    """A clock has reached a rung that was not told."""
    rows = s.facts.clocks.values()
    return None if any(rungs_reached(row, s.today, s.profile, s.calendar) for row in rows) else "没有到点的提醒"


def _ahead(s: Subject, name: str, shown: str) -> str | None:
    day: date | None = s.answers.get(name)
    return f"{shown} {chinese_date(day)} 应晚于今天" if day is not None and day <= s.today else None


def _ahead_and_near(s: Subject, name: str, shown: str) -> str | None:
    """Nothing in the field is given longer than what may go on longest."""
    day: date | None = s.answers.get(name)
    longest = s.profile.limits["continuing"]
    if day is None or (latest := add(s.today, longest, s.calendar)) >= day:
        return _ahead(s, name, shown)
    return f"{shown} {chinese_date(day)} 应不晚于 {chinese_date(latest)}（{longest}）"


@rule("urged")
def urged_once_a_day(s: Subject) -> Said:
    """Who urged the unit today waits until tomorrow."""
    urged: Collection[tuple[int, date]] = s.facts.urged
    return "您今天已经催办过这个问题，一天只催办一次" if (s.actor.person_id, s.today) in urged else None
