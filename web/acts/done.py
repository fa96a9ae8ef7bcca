"""The page behind an act: what was done, how the cases stand, what is due next, and what waits by the same act."""

from __future__ import annotations

from collections.abc import Sequence

from starlette.responses import RedirectResponse, Response

import clock
from states import CLOCKS
from storage.engine import reading
from storage.reads.cases import shown_cases
from storage.reads.clocks import due_days
from web.acts.act import Act
from web.acts.files import seal
from web.copies import to_answer
from web.desk import Desk
from web.doorway import note_reading
from web.in_turn import left_after
from web.viewer import Viewer
from workflow.outcome import Outcome
from workflow.subject import Material


def done_page(
    desk: Desk,
    viewer: Viewer,
    act: Act,
    outcomes: Sequence[Outcome],
    wanted: int | None = None,
    goes_on: Sequence[tuple[str, Material]] | None = None,
) -> Response:
    """Show what was done, how the cases stand after it, when what is due again is due next, and what waits by the same act.

    `wanted` is the case that stood behind this one when its form was opened. Who goes on, with the files that came, is led
    to the form of the next at once: it says what was done, and has what was handed in for the same unit.
    """
    ids = [case.id for case in act.cases]
    recurring = [one for one in CLOCKS.values() if one.recurs_by == act.move.action]
    own = [case for case in ids if case not in viewer.assisting]
    with reading(desk.engine) as work:
        cases = shown_cases(work.driver, viewer.actor.jurisdiction, ids)
        again = {one.shown: due_days(work.driver, own, one.name) for one in recurring if own}
        to_confirm = due_days(work.driver, ids, "confirm_paper") if act.received else {}
        letters = to_answer(work.driver, viewer, act.cases) if act.move.action == "acknowledge_copy" else []
        left = left_after(work.driver, viewer, act.move.action, ids, wanted, clock.local_date(desk.now()))
    if goes_on is not None and left and all(one.outcome in ("done", "already") for one in outcomes):
        same = left.next.case.unit == act.cases[0].unit and ids[0] not in viewer.confided
        papers = [(name, one) for name, one in goes_on if same and name.startswith("m.")]
        token = seal(papers, desk.secret, viewer.account_id) if papers else ""
        return RedirectResponse(f"{left.next.href}&behind={ids[0]}{f'&papers={token}' if token else ''}", 303)
    after = {one.id: one for one in cases}
    note_reading(desk, viewer, ids, act.move.shown)
    return desk.page(
        "acts/done.html", viewer, here="/", act=act, outcomes=outcomes, after=after, again=again,
        to_confirm=to_confirm, to_answer=letters, left=left,
    )  # fmt: skip
