"""What must hold before a tie 回避关系 is entered or ended, and where somebody tied gets no post."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from register.kinds import KINDS
from register.reading import typed
from register.rules.guarding import guard
from register.wanted import Standing
from states import ROLES
from storage.household import all_rows, find_keys, read_row, read_rows
from storage.ties import KIND, WHO_JUDGE, WHY, tie_of, ties_with


def tied(one: Standing, person: int, unit: int, time: Mapping[str, Any]) -> bool:
    """Say whether somebody is tied to a unit, or by another to it, on some day of a time: from its first day or today to its last."""
    first, last = time.get("starts_on") or one.today, time.get("ends_on")
    found = ties_with(one.driver, one.jurisdiction, [unit])[unit]
    return any(tie.person == person and tie.within(first, last) for tie in found)


@guard("unit")
def tied_once(one: Standing) -> str | None:
    """Somebody is tied to a unit for the same reason once at a time."""
    person = one.after["person_id"] or one.actor.person_id
    if person is None:
        return "回避关系由本人申报，或由巡察办登记"
    said = (person, one.after["unit_id"], one.after["why"])
    first, last = one.after["starts_on"] or one.today, one.after["ends_on"]
    for _, row in all_rows(one.driver, KIND, one.jurisdiction):
        alike = (row["person_id"], row["unit_id"], row["why"]) == said
        if alike and tie_of(row).within(first, last):
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
    if unit is None or role not in WHO_JUDGE or not tied(one, person, unit, one.after):
        return None
    return f"{_called(one, 'person', person)}对该党组织有回避关系，不能担任它的{ROLES[role]}"


@guard("person")
def tied_nowhere_the_team_goes(one: Standing) -> str | None:
    """Who is tied to a unit that a team inspects is no member of it."""
    visits = find_keys(one.driver, "inspection", one.jurisdiction, team_id=one.after["team_id"])
    units = [row["unit_id"] for row in read_rows(one.driver, "inspection", one.jurisdiction, visits).values()]
    barred = next((unit for unit in units if tied(one, one.after["person_id"], unit, one.after)), None)
    return None if barred is None else f"他对这个组巡察的{_called(one, 'unit', barred)}有回避关系，不能入组"


@guard("team")
def nobody_tied_in_the_team(one: Standing) -> str | None:
    """A team inspects no unit to which one of its members is tied."""
    team, unit = one.after["team_id"], one.after["unit_id"]
    if team is None or one.said.get("team") is None or not ties_with(one.driver, one.jurisdiction, [unit])[unit]:
        return None
    there = (typed(KINDS["member"], row) for _, row in all_rows(one.driver, "member", one.jurisdiction))
    members = (row for row in there if row["team_id"] == team and (row["ends_on"] or one.today) >= one.today)
    from_now = (row | {"starts_on": max(row["starts_on"] or one.today, one.today)} for row in members)
    barred = next((row["person_id"] for row in from_now if tied(one, row["person_id"], unit, row)), None)
    return None if barred is None else f"{_called(one, 'person', barred)}对该党组织有回避关系，请安排别的巡察组"


def _called(one: Standing, kind: str, key: int) -> str:
    return str((read_row(one.driver, kind, one.jurisdiction, key) or {}).get("name") or "")
