"""Whose opinion is asked where: in which cases a role is a party of joint review 联审 and acceptance 验收, as the rounds have it."""

from __future__ import annotations

from collections.abc import Mapping

from states import OFFICE, PARTIES
from storage.reads.tasks import WAS_ESCALATED, Condition, Given, after_opinions, any_of, in_rounds, opinions_given
from storage.sql import Driver
from web.viewer import Viewer
from workflow.days.joint import CLOSING
from workflow.days.profiles import Profile
from workflow.opinions import asked, weigh
from workflow.rules import profiles_in_use


def asked_where(driver: Driver, jurisdiction: int, role: str, stage: str) -> Condition | None:
    """Return the condition that a case waits for the opinion of a role in a stage; None where the role is never a party."""
    rounds: dict[tuple[str, ...] | None, list[int]] = {}
    for number, profile in profiles_in_use(driver, jurisdiction).items():
        joint = profile.joints[stage]
        rounds.setdefault(joint.before(role) if role in joint.parties else None, []).append(number)
    outside = rounds.pop(None, [])
    found = [
        Condition(" AND ".join([in_rounds(numbers), *([after_opinions(before)] if before else [])]))
        for before, numbers in rounds.items()
    ]
    if outside and stage == CLOSING and role in PARTIES:
        found.append(Condition(f"{in_rounds(outside)} AND {WAS_ESCALATED}"))
    return any_of(*found) if found else None


def how_they_stand(driver: Driver, viewer: Viewer, cases: list[int]) -> dict[int, str]:
    """Return, of cases that the office decides on, who has not spoken yet and who is against it, in words."""
    given = opinions_given(driver, cases)
    profiles = profiles_in_use(driver, viewer.actor.jurisdiction) if given else {}
    return {case: _stands(viewer, one, profiles) for case, one in given.items()}


def _stands(viewer: Viewer, one: Given, profiles: Mapping[int, Profile]) -> str:
    found = weigh(one.opinions, asked(profiles[one.round_id], one.state, escalated=one.escalated), OFFICE)
    called = viewer.setting.called
    lacking, against = ("、".join(map(called, roles)) for roles in (found.missing, found.against))
    said = f"{lacking}还没有提意见" if lacking else "意见已齐"
    return f"{said}，{against}的意见为退回" if against else said
