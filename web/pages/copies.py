"""Copies 呈送、抄告: who has opened and signed for what, and one letter with its problems and the button to sign for it."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

import clock
from states import COPIED
from storage.engine import reading
from storage.looks import Looks
from storage.reads.copies import CopySent, cases_in, copies_of_round, copies_to_sign, copy_at, problems_in
from storage.sql import Driver
from web.copies import WHO_WATCH, copies_waiting, opened, opens_copies
from web.doorway import AtDesk, NotYours, Number, Signed, must_hold, note_reading
from web.viewer import Viewer

router = APIRouter()


@router.get("/copies")
def copies(desk: AtDesk, viewer: Signed, around: Annotated[Number | None, Query(alias="round")] = None) -> Response:
    """List the letters of a round with what became of each; without a round all that somebody has not signed for."""
    must_hold(viewer, *WHO_WATCH, *COPIED)
    today = clock.local_date(desk.now())
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        found, mine = looks.at(_listed, viewer, around), looks.at(copies_waiting, viewer)
        letters = found()
    if around is not None and not letters:
        raise NotYours
    receivers = COPIED if viewer.holds(*WHO_WATCH) else opens_copies(viewer)
    return desk.page(
        "copies.html", viewer, here="/", today=today, of_round=around is not None, letters=letters, copies=mine(), receivers=receivers,
        heads=tuple(viewer.setting.called(role) for role in receivers),
    )  # fmt: skip


def _listed(driver: Driver, viewer: Viewer, around: int | None) -> list[CopySent]:
    watching = viewer.holds(*WHO_WATCH)
    roles = COPIED if watching else opens_copies(viewer)
    scope = viewer.scope_as(*WHO_WATCH) if watching else viewer.scope_as(*roles)
    if around is not None:
        return copies_of_round(driver, viewer.actor.jurisdiction, around, scope, roles)
    looks, found = Looks(driver), dict[tuple[int, int], CopySent]()
    for ask in [looks.at(copies_to_sign, viewer.actor.jurisdiction, role, scope) for role in roles]:
        for one in ask():
            before = found.get((one.case, one.version))
            found[one.case, one.version] = one.with_receipts(before) if before else one
    return sorted(found.values(), key=lambda one: (one.sent_at, one.case))


@router.get("/copies/{case_id}/{number}")
def one_copy(case_id: Number, number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show a letter, by the case and version of the entry that bears it, with the problems that it is about; that the viewer opened it is noted once."""
    must_hold(viewer, *WHO_WATCH, *COPIED)
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        asked, cases, mine = (
            looks.at(copy_at, viewer.actor.jurisdiction, case_id, number),
            looks.at(cases_in, case_id, number),
            looks.at(copies_waiting, viewer),
        )
        letter = asked()
        there = problems_in(work.driver, cases(), viewer.scope_as(*WHO_WATCH, *COPIED)) if letter else []
    if letter is None or case_id not in [one.id for one in there]:
        raise NotYours
    note_reading(desk, viewer, [one.id for one in there], "呈送（抄告）件")
    mine_now = any((case_id, number) == (one.case, one.version) for line in mine() for one in line.letters)
    opened(desk, viewer, [letter])
    return desk.page(
        "copy.html", viewer, here="/", today=clock.local_date(desk.now()), letter=letter, problems=there, mine=mine_now,
        unseen=len(cases()) - len(there),
    )  # fmt: skip
