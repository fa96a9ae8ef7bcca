"""Copies 呈送、抄告: who has opened, signed for and answered what, and one letter with its problems and what its reader does with it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

import clock
from states import COPIED, OFFICE
from storage.engine import reading
from storage.looks import Looks
from storage.reads.copies import CopySent, cases_in, copies_of_round, copies_owed, copy_at, problems_in, replies_to
from storage.sql import Driver
from web.copies import WHO_WATCH, as_known, copies_waiting, opened, opens_copies, pressed_today
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
        found, mine = looks.at(_listed, viewer, around, today), looks.at(copies_waiting, viewer)
        letters = found()
    if around is not None and not letters:
        raise NotYours
    receivers = COPIED if viewer.holds(*WHO_WATCH) else opens_copies(viewer)
    return desk.page(
        "copies.html", viewer, here="/", today=today, of_round=around is not None, letters=letters, copies=mine(), receivers=receivers,
        heads=tuple(viewer.setting.called(role) for role in receivers), pressing=_to_press(viewer, letters, today),
    )  # fmt: skip


def _to_press(viewer: Viewer, letters: Sequence[CopySent], today: date) -> list[int]:
    """Return the cases for which the office presses who is late with a letter: that was not done today."""
    late = [
        one.case
        for one in letters
        if any(each.presses(today) and not pressed_today(each, today) for each in one.receipts)
    ]
    return list(dict.fromkeys(late)) if viewer.holds(OFFICE) else []


def _listed(driver: Driver, viewer: Viewer, around: int | None, today: date) -> list[CopySent]:
    watching = viewer.holds(*WHO_WATCH)
    roles = COPIED if watching else opens_copies(viewer)
    scope = viewer.scope_as(*WHO_WATCH) if watching else viewer.scope_as(*roles)
    if around is not None:
        found = copies_of_round(driver, viewer.actor.jurisdiction, around, scope, roles)
        return as_known(driver, viewer, found, today)
    looks, by_letter = Looks(driver), dict[tuple[int, int], CopySent]()
    for ask in [looks.at(copies_owed, viewer.actor.jurisdiction, role, scope) for role in roles]:
        for one in ask():
            before = by_letter.get((one.case, one.version))
            by_letter[one.case, one.version] = one.with_receipts(before) if before else one
    return as_known(driver, viewer, sorted(by_letter.values(), key=lambda one: (one.sent_at, one.case)), today)


@router.get("/copies/{case_id}/{number}")
def one_copy(case_id: Number, number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show a letter, by the case and version of the entry that bears it, with the problems that it is about; that the viewer opened it is noted once."""
    must_hold(viewer, *WHO_WATCH, *COPIED)
    today = clock.local_date(desk.now())
    with reading(desk.engine) as work:
        looks = Looks(work.driver)
        asked, cases, mine, answers = (
            looks.at(copy_at, viewer.actor.jurisdiction, case_id, number),
            looks.at(cases_in, case_id, number),
            looks.at(copies_waiting, viewer),
            looks.at(replies_to, case_id, number),
        )
        letter = asked()
        scope = viewer.scope_as(*WHO_WATCH, *COPIED)
        there = problems_in(work.driver, cases(), letter.sent_at, scope) if letter else []
        [letter] = as_known(work.driver, viewer, [letter], today) if letter else [None]
    if letter is None or case_id not in [one.id for one in there]:
        raise NotYours
    note_reading(desk, viewer, [one.id for one in there], "呈送（抄告）件")
    here = [line for line in mine() if any((case_id, number) == (one.case, one.version) for one in line.letters)]
    opened(desk, viewer, [letter])
    return desk.page(
        "copy.html", viewer, here="/", today=today, letter=letter, problems=there, mine=any(one.to_sign for one in here),
        to_answer=any(not one.to_sign for one in here), replies=answers(), pressing=_to_press(viewer, [letter], today),
        unseen=len(set(cases()) - {one.id for one in there}),
    )  # fmt: skip
