"""Suspensions 中止计时 in the browser: the list and the form are the register's; what a request would move is shown before it is decided."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from fastapi import APIRouter, Request
from starlette.responses import Response

import clock
from register.kinds import KINDS
from register.suspensions import MOST_MOVED, preview
from states import CLOCKS
from storage.engine import reading
from storage.requests import Asking
from storage.sql import Driver
from storage.stops import KIND as SUSPENSION
from web.deciding import beside_request, decided, waiting_for
from web.desk import Desk
from web.doorway import AtDesk, Form, Number, Signed, must_hold_at_large, note
from web.pages.register import show_kind, words_for
from web.viewer import Viewer

router = APIRouter()
HERE: Final = "/register"
_KIND: Final = KINDS[SUSPENSION]
_ACTS: Final = {(SUSPENSION, act.name) for act in _KIND.acts}


@router.get("/register/suspension/requests/{number}")
def waiting(number: Number, desk: AtDesk, viewer: Signed) -> Response:
    """Show a request with what it would move as of now."""
    must_hold_at_large(viewer, *_KIND.reads)
    with reading(desk.engine) as work:
        return _request(desk, viewer, work.driver, waiting_for(work.driver, viewer, number, _ACTS))


def _request(desk: Desk, viewer: Viewer, driver: Driver, one: Asking, faults: Sequence[str] = ()) -> Response:
    today, words = clock.local_date(desk.now()), words_for(desk, viewer, driver)
    about = words.row(_KIND, one.key) if one.key is not None else None
    return desk.page(
        "suspension_check.html", viewer, status=422 if faults else 200, here=HERE, what=_KIND.said(_KIND.act(one.act)), about=about,
        facts=words.said(_KIND, one.said, None), found=preview(driver, one, today, viewer.scope.hidden), most=MOST_MOVED, clocks=CLOCKS,
        faults=faults, **beside_request(driver, viewer, one, today),
    )  # fmt: skip


@router.post("/register/suspension/requests/{number}")
def decide_on(number: Number, request: Request, desk: AtDesk, viewer: Signed, form: Form) -> Response:
    """Approve what another asked for, with the moves that follow; turn it down, or take back one's own."""
    must_hold_at_large(viewer, *_KIND.reads)
    found = decided(request, desk, viewer, number, form, _ACTS)
    if found.faults:
        with reading(desk.engine) as work:
            return _request(desk, viewer, work.driver, found.asking, found.faults)
    what = _KIND.said(_KIND.act(found.asking.act))
    note(desk, viewer, f"register_{found.what}", request, words=what)
    said = {
        "approved": f"{what}：已生效，{found.moved} 个问题的期限随之变动，已记入流转日志，不另行通知",
        "taken_back": "申请已撤回", "refused": f"{what}：没有登记",
    }[found.what]  # fmt: skip
    return show_kind(desk, viewer, _KIND, said)
