"""What must hold before a case is restricted 限定知悉, and before that is changed or lifted."""

from __future__ import annotations

from dataclasses import replace

from register.rules.guarding import guard
from register.rules.ties import tied
from register.wanted import Standing
from states import SECRETARY
from storage.confidence import Restriction, restriction_of, restrictions
from storage.reads.cases import is_case
from storage.rows import CaseRow, read_cases
from workflow.may import reach_of, scope_of


@guard("case")
def case_there(one: Standing) -> str | None:
    """The case is one of the jurisdiction, and there for who enters it."""
    case = one.after["case"]
    there = is_case(one.driver, one.jurisdiction, case) and case not in scope_of(one.actor.posts).hidden
    return None if there else "问题不存在，或不在您的职责范围内"


@guard("case")
def restricted_once(one: Standing) -> str | None:
    """A case is restricted once at a time."""
    known = restrictions(one.driver, one.jurisdiction)
    return "该问题已限定知悉，请调整知悉范围" if one.after["case"] in known else None


@guard()
def in_force(one: Standing) -> str | None:
    """What is lifted is neither changed nor lifted again."""
    return "这项限定知悉已解除" if one.before.get("lifted") else None


@guard("roles")
def secretary_knows(one: Standing) -> str | None:
    """The secretary of the unit that answers is among them: nobody else could act."""
    return None if SECRETARY in one.after["roles"].split() else "党组织书记须在知悉范围内，否则问题无人办理"


@guard("people")
def enterer_knows(one: Standing) -> str | None:
    """Who restricts it stays among them: nobody else could lift it."""
    kept = restriction_of({**one.after, "lifted": False})
    return None if _admits(one, kept) else "您自己须在知悉范围内，否则无人能解除"


@guard()
def enterer_knew(one: Standing) -> str | None:
    """Only who is among them changes or lifts it."""
    return None if _admits(one, restriction_of(one.before)) else "您不在知悉范围内"


@guard()
def not_tied_to_it(one: Standing) -> str | None:
    """Who is tied to the unit neither hides its case from others nor opens it."""
    case, person = _case(one), one.actor.person_id
    units = {case.unit_id, case.answerable_id} if case else set()
    barred = person is not None and any(tied(one, person, unit, {"ends_on": one.today}) for unit in units)
    return "您对该党组织有回避关系，须由别人限定、调整、解除" if barred else None


def _admits(one: Standing, kept: Restriction | None) -> bool:
    """Say whether a case is for who enters it, by the post by which they do: it reaches the case, and a second post elsewhere counts for nothing."""
    case, person = _case(one), one.actor.person_id
    if person is None or kept is None:
        return True
    reached = case is not None and replace(reach_of(one.post), hidden=()).covers(case)
    return reached and kept.admits(person, one.role)


def _case(one: Standing) -> CaseRow | None:
    number = one.after["case"] or 0
    return read_cases(one.driver, one.jurisdiction, [number]).get(number)
