"""What must hold before a case is restricted 限定知悉, and before that is changed or lifted."""

from __future__ import annotations

from register.rules.guarding import guard
from register.wanted import Standing
from states import SECRETARY
from storage.confidence import Restriction, restriction_of, restrictions
from storage.reads.cases import is_case
from workflow.may import scope_of


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
    return "这项限定知悉已解除" if one.before["lifted"] else None


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


def _admits(one: Standing, kept: Restriction | None) -> bool:
    roles = [post.role for post in one.actor.posts]
    return one.actor.person_id is None or kept is None or kept.admits(one.actor.person_id, roles)
