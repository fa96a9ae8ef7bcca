"""What must hold of clues 问题线索 that were handed over, and of decisions by which somebody was held to account 问责."""

from __future__ import annotations

from clock import chinese_date
from register.rules.following import columns
from register.rules.guarding import guard
from register.wanted import Standing
from storage.accountability import KIND as ACCOUNTABILITY
from storage.clues import CLOSED, REPLIED_WITHIN
from storage.household import all_rows, find_keys
from storage.meetings import plain_number
from workflow.days.limits import add_months


@guard("number")
def clue_number_free(one: Standing) -> str | None:
    """Each clue has a number of its own."""
    taken = find_keys(one.driver, one.kind.name, one.jurisdiction, number=one.after["number"])
    return "已登记有这个编号的问题线索，请核对" if set(taken) - {one.wanted.row} else None


@guard("handed_on")
def handed_over_by_today(one: Standing) -> str | None:
    """What is not handed over yet is no transfer; what was answered was handed over before."""
    handed, replied = one.after["handed_on"], one.after["replied_on"]
    if handed > one.today:
        return "移交日期不能晚于今天"
    return f"移交日期晚于回复日期 {chinese_date(replied)}" if replied and handed > replied else None


@guard("due_on")
def due_after_handing_over(one: Standing) -> str | None:
    """The reply is due after the transfer."""
    due, handed = one.after["due_on"], one.after["handed_on"]
    return f"回复期限早于移交日期 {chinese_date(handed)}" if due and due < handed else None


@guard("pieces")
def pieces_are_some(one: Standing) -> str | None:
    """A clue is one piece or several."""
    return "件数至少是 1" if one.after["pieces"] == 0 else None


@columns
def clue_due(one: Standing) -> None:
    """The reply is due three months after the transfer, where no other day is named; one piece, where no number is."""
    one.after["due_on"] = one.after["due_on"] or add_months(one.after["handed_on"], REPLIED_WITHIN)
    one.after["pieces"] = one.after["pieces"] or 1


@guard()
def clue_goes_on(one: Standing) -> str | None:
    """What is concluded is not answered again."""
    closed = one.before["closed_on"]
    return f"这件线索已于 {chinese_date(closed)}办结" if closed else None


@guard("replied_on")
def replied_in_its_days(one: Standing) -> str | None:
    """A reply comes after the transfer and after the replies before, and has come."""
    replied, last = one.said["replied_on"], one.before["replied_on"] or one.before["handed_on"]
    if replied < last:
        return f"回复日期早于{'上次回复' if one.before['replied_on'] else '移交'}的日期 {chinese_date(last)}"
    return "回复日期不能晚于今天" if replied > one.today else None


@columns
def clue_answered(one: Standing) -> None:
    """The first reply is when it was answered; one that concludes it says when it was concluded."""
    if one.said["outcome"] == CLOSED:
        one.after["closed_on"] = one.said["replied_on"]
    one.after["replied_on"] = one.before["replied_on"] or one.said["replied_on"]


@guard("decided_on")
def decided_by_today(one: Standing) -> str | None:
    """What is not decided yet is no decision."""
    return "决定日期不能晚于今天" if one.after["decided_on"] > one.today else None


@guard("persons")
def somebody_held(one: Standing) -> str | None:
    """A decision holds some organisation or person to account."""
    return None if one.after["organisations"] or one.after["persons"] else "请填写问责了几个党组织或几个人"


@guard("number")
def decision_entered_once(one: Standing) -> str | None:
    """A decision about a unit is entered once, by its number."""
    number, unit = plain_number(one.after["number"]), one.after["unit_id"]
    there = all_rows(one.driver, ACCOUNTABILITY, one.jurisdiction)
    taken = any(
        row["unit_id"] == unit and plain_number(row["number"]) == number
        for key, row in there
        if key != one.wanted.row and not row["gone"]
    )
    return "已登记有这个文号、这个党组织的问责决定，请核对" if taken else None


@guard()
def decision_stands(one: Standing) -> str | None:
    """What was taken back is neither changed nor taken back again."""
    return "这个问责决定已撤回" if one.before.get("gone") else None
