"""What the fields of an act begin with, and what they are picked from, whatever the case."""

from __future__ import annotations

from datetime import date
from typing import Any

from states import OFFICE
from storage.reads.assisting import assistants_of
from storage.reads.handovers import left_last
from storage.reads.ledger.choices import units_in_being
from storage.reads.measures import names_used
from storage.sql import Driver
from web.acts.act import Act
from web.acts.pasting import takes_sheet
from web.viewer import Viewer
from workflow.handing_facts import secretaries_of
from workflow.may import prepares_as


def known_of(driver: Driver, act: Act, viewer: Viewer, today: date) -> dict[str, Any]:
    """Return the units to pick from where one is asked, which assists where one is to be dropped, and with whose name a hand-over begins."""
    if act.move.cosigned:
        by = prepares_as(viewer.actor, act.move, act.cases[0].as_row())
        # That who leaves cannot sign is for the office to say: who is there to prepare it signs it.
        unasked = () if by and by.role == OFFICE else ("absent_why",)
        return {"giver": who_leaves(driver, act, viewer, today), "unasked": unasked}
    if takes_sheet(act.move):
        return {"names": names_used(driver, act.cases[0].answerable_id, viewer.scope.hidden)}
    if not any(kind.startswith("unit") for _, kind in act.move.asks):
        return {}
    if act.move.action == "drop_assisting":
        there = [one.unit for one in assistants_of(driver, act.cases[0].id) if one.until is None]
        return {"units": [(name, name) for name in there], "assistant": there[0] if len(there) == 1 else ""}
    return {"units": [(name, name) for name in units_in_being(driver, viewer.actor.jurisdiction, today)]}


def who_leaves(driver: Driver, act: Act, viewer: Viewer, today: date) -> str:
    """Return the name with which a hand-over begins: the viewer's own, where the post is theirs, else of who left last."""
    unit = act.cases[0].answerable_id
    held = secretaries_of(driver, {unit}).get(unit, ())
    if viewer.actor.person_id in {one.person for one in held}:
        return viewer.name
    known = left_last(held, today) or held
    return known[0].name if known else ""
