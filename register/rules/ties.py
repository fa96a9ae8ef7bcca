"""What must hold before a tie 回避关系 is entered or ended, and where somebody tied gets no post."""

from __future__ import annotations

from typing import Final

from register.rules.guarding import guard
from register.wanted import Standing
from states import DISCIPLINE, OFFICE, ORGANISATION, ROLES, TEAM
from storage.household import all_rows, read_row
from storage.ties import KIND, WHY, tie_of, ties_with

WHO_JUDGE: Final = (TEAM, OFFICE, DISCIPLINE, ORGANISATION)
"""Whose post at a unit is not for who is tied to it."""


def tied(one: Standing, person: int, unit: int) -> bool:
    """Say whether somebody is tied to a unit, or to one above it, on the first day of what is entered or today."""
    first = one.after.get("starts_on") or one.today
    found = ties_with(one.driver, one.jurisdiction, [unit])[unit]
    return any(tie.person == person and tie.on(first) for tie in found)


@guard("unit")
def tied_once(one: Standing) -> str | None:
    """Somebody is tied to a unit for the same reason once at a time."""
    person = one.after["person_id"] or one.actor.person_id
    if person is None:
        return "回避关系由本人申报，或由巡察办登记"
    for _, row in all_rows(one.driver, KIND, one.jurisdiction):
        alike = (row["person_id"], row["unit_id"], row["why"]) == (person, one.after["unit_id"], one.after["why"])
        if alike and tie_of(row).on(one.today):
            return f"对该党组织的回避关系（{WHY[row['why']]}）已登记过"
    return None


@guard()
def of_somebody_else(one: Standing) -> str | None:
    """Nobody ends a tie of their own, nor asks for that."""
    own = one.before["person_id"] in (one.actor.person_id, one.asker)
    return "有关本人的回避关系，须由别人申请、别人审批解除" if own else None


@guard("reason")
def reason_said(one: Standing) -> str | None:
    """It is entered with the reason."""
    return None if one.wanted.reason.strip() else f"请写明{one.kind.said(one.act)}的理由"


@guard("unit")
def no_tie_there(one: Standing) -> str | None:
    """Who is tied to a unit inspects and reviews nothing there."""
    person, unit, role = one.after["person_id"], one.after["unit_id"], one.after["role"]
    if unit is None or role not in WHO_JUDGE or not tied(one, person, unit):
        return None
    row = read_row(one.driver, "person", one.jurisdiction, person) or {}
    return f"{row.get('name', '')}对该党组织有回避关系，不能担任它的{ROLES[role]}"
