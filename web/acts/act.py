"""An act under way, and what its form begins with: which cases go together is settled before anything is filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from grammar import Move
from states import ARROWS, STATES
from storage.reads.cases import Shown
from storage.reads.timeline import entered_by
from storage.sql import Driver
from storage.tables import Draft
from storage.work import Work
from web.doorway import NotYours
from web.manners import MANNERS
from web.viewer import Viewer
from workflow.offers import ended, in_the_way
from workflow.subject import Actor

MOST_CASES = 200


@dataclass(frozen=True, slots=True)
class Act:
    """An act under way: its move, its cases, whether the viewer makes it or prepares it."""

    move: Move
    cases: list[Shown]
    prepares: bool
    received: bool = False
    """The office enters it from the paper that the secretary signed 代录."""

    @property
    def asks(self) -> bool:
        """Say whether there is anything to fill in or to attach."""
        return bool(self.move.asks or self.move.needs or self.received)

    @property
    def name(self) -> str:
        """Return the name under which an unsent form of it is kept."""
        return f"{self.move.action}{'@paper' * self.received}:{','.join(str(case.id) for case in self.cases)}"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a form begins with and says so: typed before and kept at an instant, prepared and returned, cases left out or added."""

    restored: int | None = None
    returned: str = ""
    left_out: Sequence[tuple[Shown, str]] = ()
    added: int = 0
    meanwhile: bool = False
    """They were left out while the form was filled in."""
    waits: Mapping[int, Sequence[str]] = field(default_factory=dict)
    """Of an act that asks nothing: what a rule says against it, by case."""
    pasted: str = ""
    """What a sheet has just filled in."""
    behind: Shown | None = None
    """The one that was just done, of those that wait by the same act."""


NOTHING = Opening()


def in_order(cases: Sequence[Shown]) -> list[Shown]:
    """Return cases as a filing lists them: those of an inspection together."""
    return sorted(cases, key=lambda case: (case.inspection_id, case.id))


def fitting(act: Act, gone: Mapping[int, Sequence[str]]) -> tuple[Act, list[tuple[Shown, str]]]:
    """Leave out, of several cases, those that cannot go with the others, and why: said before anything is filled in."""
    fit = [case for case in act.cases if (case.state, act.move.action) in ARROWS]
    out = [(case, STATES[case.state].shown) for case in act.cases if case not in fit]
    out += [(case, "；".join(gone[case.id])) for case in fit if case.id in gone]
    fit = [case for case in fit if case.id not in gone]
    if MANNERS[act.move.action].held and fit:
        # One filing is one document: what was approved apart is published apart.
        out += [(case, "公开稿是另一份，须另行公开") for case in fit if case.text_hash != fit[0].text_hash]
        fit = [case for case in fit if case.text_hash == fit[0].text_hash]
    return (replace(act, cases=fit), out) if fit else (act, [])


def passed(driver: Driver, actor: Actor, act: Act, now: datetime) -> dict[int, Sequence[str]]:
    """Return the cases with which the act cannot be begun any more, and why where the state alone does not say it."""
    gone: dict[int, Sequence[str]] = {case.id: [] for case in act.cases if (case.state, act.move.action) not in ARROWS}
    there = [case.as_row() for case in act.cases if case.id not in gone]
    return gone | ended(driver, actor, act.move, there, now, received=act.received)


def waiting(driver: Driver, actor: Actor, act: Act, now: datetime) -> Mapping[int, Sequence[str]]:
    """Return what the rules say against an act that asks nothing: then there is no more to say; others can be written meanwhile."""
    return {} if act.asks else in_the_way(driver, actor, act.move, [case.as_row() for case in act.cases], now)


def stands(
    driver: Driver, act: Act, gone: Mapping[int, Sequence[str]]
) -> list[tuple[Shown, int, str, str, Sequence[str]]]:
    """Return each case with when, by whom and by what it came to where it stands, and why that ends the act."""
    return [(case, *(entered_by(driver, case.id) or (0, "", "")), gone[case.id]) for case in act.cases]


def returned_draft(work: Work, viewer: Viewer, act: Act, number: int) -> Draft:
    """Return the viewer's own draft of this act that came back or was taken down."""
    row = work.session.get(Draft, number)
    own = row is not None and row.prepared_by == viewer.actor.person_id
    if row is None or not own or row.state != "dropped" or row.action != act.move.action:
        raise NotYours
    return row
