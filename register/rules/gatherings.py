"""What must hold of meetings 会议 and instructions 批示."""

from __future__ import annotations

from collections.abc import Sequence

from clock import chinese_date
from register.kinds import KINDS
from register.rules.guarding import guard
from register.showing import numbers_of
from register.wanted import Standing
from states import LEADER
from storage.household import all_rows
from storage.meetings import MEETING, plain_number
from storage.reads.cases import shown_cases
from storage.reads.decisions import Decision, decided_in
from workflow.may import scope_of

_FIXED = ("sort", "held_on", "number")


@guard("number")
def meeting_number_free(one: Standing) -> str | None:
    """No other meeting of the sort has the number: by it entries name the meeting that decided."""
    number, sort = one.after["number"], one.after["sort"]
    if not number:
        return None
    there = all_rows(one.driver, MEETING, one.jurisdiction)
    others = [row["number"] for key, row in there if key != one.wanted.row and row["sort"] == sort and row["number"]]
    taken = next((other for other in others if plain_number(other) == plain_number(number)), None)
    words = dict(KINDS[MEETING].field("sort").choices)[sort]
    return f"已有文号为“{taken}”的{words}，请核对" if taken else None


@guard("number")
def decided_stays(one: Standing) -> str | None:
    """Once a decision was entered from it, entries name the meeting by its number and date, and its agenda keeps the case."""
    before, after = one.before, one.after
    agenda = numbers_of(before["agenda"])
    found = _decided(one)
    if found and any(before[name] != after[name] for name in _FIXED):
        return f"已按这次会议登记了 {len(found)} 项决定，流转记录里写着文号和日期，不能再改"
    decided = {line.case for line in found} & set(agenda)
    return "已按这次会议登记了决定的问题，不能从议题中去掉" if decided - set(numbers_of(after["agenda"])) else None


@guard("minutes")
def minutes_stay(one: Standing) -> str | None:
    """Once a decision was entered from it, nobody alone puts other minutes in the place of those that decided."""
    was, said = one.before.get("minutes"), one.after.get("minutes")
    if not was or was == said or not _decided(one):
        return None
    return "已按这次会议登记了决定，会议纪要不能一个人换：请用“更换会议纪要”，由另一人审批"


@guard()
def decided_there(one: Standing) -> str | None:
    """A decision was entered from it: before that the minutes are changed with the rest."""
    return None if _decided(one) else "还没有按这次会议登记决定：会议纪要请用“更正”"


def _decided(one: Standing) -> Sequence[Decision]:
    row = one.before
    agenda = numbers_of(row["agenda"])
    return decided_in(one.driver, one.jurisdiction, row["number"], row["held_on"], agenda)


@guard("leader")
def one_wrote_it(one: Standing) -> str | None:
    """Who wrote it is a person of the register, or named with their title."""
    given = [name for name in ("leader_id", "leader_name") if one.after[name] not in (None, "")]
    if len(given) == 1:
        return None
    return "批示领导、领导姓名职务只填一项" if given else "请填写是哪位领导批示的：批示领导，或领导姓名职务"


@guard("written_on")
def written_by_today(one: Standing) -> str | None:
    """What is not written yet is no instruction."""
    return "批示日期不能晚于今天" if one.after["written_on"] > one.today else None


@guard("case")
def of_those_in_charge(one: Standing) -> str | None:
    """A leader writes it themselves, on a unit in their charge or on a case of such a unit."""
    posts = tuple(post for post in one.actor.posts if post.role == LEADER)
    if not posts:
        return "批示由分管领导本人写；代为登记的，由巡察办登记"
    case, unit = one.after["case"], one.after["unit_id"]
    of_theirs = scope_of(posts).covers
    if case is not None and not any(
        of_theirs(found.as_row()) for found in shown_cases(one.driver, one.jurisdiction, [case])
    ):
        return "不是您分管的单位的问题"
    if unit is not None and not {None, unit} & {post.unit_id for post in posts}:
        return "不是您分管的单位"
    return None


@guard("due_on")
def due_from_today(one: Standing) -> str | None:
    """It is answered no earlier than today, on which it is written."""
    due = one.after["due_on"]
    return "回复期限早于今天" if due and due < one.today else None


@guard("unit")
def about_one_thing(one: Standing) -> str | None:
    """It is about a unit, a round or a case: one of them."""
    given = [name for name in ("unit_id", "round_id", "case") if one.after[name] is not None]
    return None if len(given) == 1 else "批示关于一个党组织、一个轮次或一个问题：请填其中一项"


@guard("to_unit")
def passed_on_to_a_unit(one: Standing) -> str | None:
    """What is passed on is about a unit or a case, or a unit has it in hand."""
    nobody = all(one.after[name] is None for name in ("unit_id", "case", "answerer_id"))
    return "关于轮次的批示要转单位，请填写承办单位" if one.after["to_unit"] and nobody else None


@guard("due_on")
def due_after_it_was_written(one: Standing) -> str | None:
    """It is answered no earlier than it was written."""
    due, written = one.after["due_on"], one.after["written_on"]
    return f"回复期限早于批示日期 {chinese_date(written)}" if due and due < written else None


@guard("due_on")
def due_day_stays(one: Standing) -> str | None:
    """Once it was answered, or its day has passed, nobody alone moves the day by which it was late or in time."""
    was = one.before["due_on"]
    passed = one.before["answered_on"] is not None or (was is not None and was < one.today)
    if not passed or one.after["due_on"] == was:
        return None
    return "已回复、或已过期限的，回复期限不能一个人改：请用“更正期限和回复”，由另一人审批"


@guard()
def not_answered_yet(one: Standing) -> str | None:
    """It is answered once."""
    given = one.before["answered_on"]
    if given is None:
        return None
    return f"已于 {chinese_date(given)}回复：要改的，请用“更正期限和回复”，由另一人审批"


@guard("answered_on")
def answered_late_when_entered_late(one: Standing) -> str | None:
    """What the paper says of an earlier day makes no answer that is entered after its day one in time, by one person's word."""
    given, due = one.after["answered_on"], one.before["due_on"]
    if due is None or given is None or given > due or one.today <= due:
        return None
    return f"回复期限 {chinese_date(due)}已过，今天才登记：期限以内的回复日期不能一个人补记，请用“更正期限和回复”，由另一人审批"


@guard("answered_on")
def answered_in_its_days(one: Standing) -> str | None:
    """The answer was given since it was written, and has been given."""
    given, written = one.after["answered_on"], one.before["written_on"]
    if given is not None and given < written:
        return f"回复日期早于批示日期 {chinese_date(written)}"
    return "回复日期不能晚于今天" if given is not None and given > one.today else None


@guard("answer")
def answered_in_words(one: Standing) -> str | None:
    """An answer has its day and its words, or neither."""
    whole = (one.after["answered_on"] is None) == (not one.after["answer"])
    return None if whole else "回复日期、回复内容要么都填，要么都不填"
