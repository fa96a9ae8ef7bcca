"""What a filing takes with it, and what could be filed with it: problems of the same round for which the same unit answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

from states import ARROWS
from storage.reads.cases import Shown, filed_beside, shown_cases
from storage.reads.handovers import to_hand_over
from storage.sql import Driver
from web.acts.act import MOST_CASES, Act, fitting, in_order
from web.manners import MANNERS
from web.viewer import Viewer
from workflow.may import acts_as, prepares_as, receives_as
from workflow.offers import in_the_way
from workflow.subject import Actor

WIDER: Final = ("beside", "chosen")
"""The steps that take in what stands beside a filing: all of it, or the inspections chosen."""


@dataclass(frozen=True, slots=True)
class SameInspection:
    """Problems of one inspection that could be filed with those of an act, or what keeps them from it."""

    inspection: int
    unit: str
    cases: list[Shown]
    why: str = ""


@dataclass(frozen=True, slots=True)
class Beside:
    """What could be filed with an act, by inspection, and what cannot yet; `others` says whether other units are among them."""

    ready: Sequence[SameInspection] = ()
    waiting: Sequence[SameInspection] = ()
    others: bool = False
    room: int = 0

    @property
    def count(self) -> int:
        """Return how many problems could be filed with it."""
        return sum(len(visit.cases) for visit in self.ready)

    def joined(self, act: Act, chosen: Collection[str] | None = None) -> Act:
        """Return the act with them: of all inspections, or of those chosen; as it is where they are more than one form takes."""
        taken = [one for one in self.ready if chosen is None or str(one.inspection) in chosen]
        cases = [*act.cases, *(case for visit in taken for case in visit.cases)]
        return replace(act, cases=in_order(cases)) if len(cases) <= MOST_CASES else act


def whole(driver: Driver, viewer: Viewer, act: Act) -> tuple[Act, int]:
    """Add the problems that a plan, or a hand-over, must take with those asked for; return how many they are."""
    if act.move.cosigned:
        return _all_to_hand_over(driver, viewer, act)
    if (
        not _takes_all(act)
        or not _is_one(act)
        or any((case.state, act.move.action) not in ARROWS for case in act.cases)
    ):
        return act, 0
    parted = {case.inspection_id for case in act.cases}
    there = [
        case
        for case in filed_beside(driver, act.cases, act.move.origin)
        if case.inspection_id in parted and case.id not in viewer.scope.hidden
    ]
    if len(act.cases) + len(there) > MOST_CASES:
        return act, 0
    return replace(act, cases=in_order([*act.cases, *there])), len(there)


def _all_to_hand_over(driver: Driver, viewer: Viewer, act: Act) -> tuple[Act, int]:
    """Add what the unit hands over, of whatever round; who prepares it makes one sheet of it."""
    units = {case.answerable_id for case in act.cases}
    there = [
        line.id
        for lines in to_hand_over(driver, viewer.actor.jurisdiction, sorted(units), viewer.restricted).values()
        for line, _ in lines
    ]
    known = {case.id for case in act.cases}
    more = shown_cases(driver, viewer.actor.jurisdiction, [case for case in there if case not in known])
    if len(units) > 1 or len(known) + len(more) > MOST_CASES:
        return act, 0
    return replace(act, cases=in_order([*act.cases, *more])), len(more)


def beside(driver: Driver, actor: Actor, act: Act, now: datetime) -> Beside:
    """Return what could be filed with the problems of an act by who makes or prepares it."""
    together = act.move.filing is not None or MANNERS[act.move.action].of_a_round
    if not together or act.move.cosigned or not _is_one(act):
        return Beside()
    may = receives_as if act.received else prepares_as if act.prepares else acts_as
    there = [one for one in filed_beside(driver, act.cases, act.move.origin) if may(actor, act.move, one.as_row())]
    if act.move.filing is None:  # what has its text already is not given another
        there = [one for one in there if one.text_hash is None]
    if not there:
        return Beside()
    fit, _ = fitting(replace(act, cases=[*act.cases, *there]), {})
    known = {case.id for case in act.cases}
    why = in_the_way(driver, actor, act.move, [case.as_row() for case in fit.cases], now, received=act.received)
    parted = [
        _parted(act, cases, why) for cases in _by_inspection([case for case in fit.cases if case.id not in known])
    ]
    ready = [one for found in parted for one in found if not one.why]
    others = any(one.unit != case.unit for one in ready for case in act.cases)
    return Beside(ready, [one for found in parted for one in found if one.why], others, MOST_CASES - len(act.cases))


def _parted(act: Act, cases: Sequence[Shown], why: Mapping[int, Sequence[str]]) -> list[SameInspection]:
    """Part the problems of an inspection in those that could go and those that cannot; of a plan all go or none."""
    said = "；".join(dict.fromkeys(one for case in cases for one in why.get(case.id, ())))
    stay = [case for case in cases if case.id in why or (said and _takes_all(act))]
    go = [case for case in cases if case not in stay]
    first = cases[0]
    parts = (
        SameInspection(first.inspection_id, first.unit, go),
        SameInspection(first.inspection_id, first.unit, stay, said),
    )
    return [one for one in parts if one.cases]


def _by_inspection(cases: Sequence[Shown]) -> list[list[Shown]]:
    found: dict[int, list[Shown]] = {}
    for case in cases:
        found.setdefault(case.inspection_id, []).append(case)
    return list(found.values())


def _takes_all(act: Act) -> bool:
    return "filing_takes_all" in act.move.only_if


def _is_one(act: Act) -> bool:
    """Say whether the problems can be filed together at all."""
    return len({(case.round_id, case.answerable_id) for case in act.cases}) == 1
